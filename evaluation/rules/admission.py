"""Who may stand in the expert base: 招标投标法 37 (eight years, senior title), 评标专家管理办法."""

import re
from collections.abc import Collection, Sequence

from runtime.refusal import Blocker, gettext_noop

YEARS = 8
CITATION = "招标投标法 37"
# From where to where an expert's status may be moved by staff, and by what.
MOVES = {
    ("nominated", "admitted"): "admit",
    ("nominated", "refused"): "refuse",
    ("admitted", "suspended"): "suspend",
    ("suspended", "admitted"): "reinstate",
    ("admitted", "removed"): "remove",
    ("suspended", "removed"): "remove",
    ("removed", "admitted"): "reinstate",
}


def nomination_blockers(
    *,
    person: bool,
    specialties: Sequence[str],
    known: Collection[str],
    region: str,
    title: str,
    years: int,
    tie_kinds: Sequence[tuple[str, str]],
    known_kinds: Collection[str],
) -> list[Blocker]:
    found = []
    if not person:
        found.append(Blocker("expert.not_a_person", gettext_noop("评标专家应当是个人"), CITATION))
    if not specialties:
        found.append(Blocker("expert.no_specialty", gettext_noop("请至少选择一个专业"), place="specialties"))
    for code in sorted(set(specialties) - set(known)):
        message = gettext_noop("没有代码为%(code)s的专业")
        found.append(Blocker("expert.unknown_specialty", message, params={"code": code}, place="specialties"))
    if not re.fullmatch(r"\d{6}", region):
        found.append(Blocker("expert.bad_region", gettext_noop("地区应为六位行政区划代码"), place="region"))
    if not title.strip():
        message = gettext_noop("评标专家应具有高级职称或同等专业水平，请填写职称")
        found.append(Blocker("expert.no_title", message, CITATION, place="title"))
    if not YEARS <= years <= 70:
        message = gettext_noop("评标专家应从事相关领域工作满%(years)s年")
        found.append(Blocker("expert.too_young", message, CITATION, params={"years": str(YEARS)}, place="years"))
    for number, kind in tie_kinds:
        if kind not in known_kinds or not number.strip():
            message = gettext_noop("任职与回避关系应写明单位的统一社会信用代码和关系")
            found.append(Blocker("expert.bad_tie", message, place="ties"))
    return found


def status_blockers(left: str, entered: str, reasons: str) -> list[Blocker]:
    found = []
    if (left, entered) not in MOVES:
        message = gettext_noop("专家当前的状态下不能这样办理")
        found.append(Blocker("expert.wrong_status", message, params={"left": left, "entered": entered}))
    if entered in {"refused", "suspended", "removed"} and not reasons.strip():
        found.append(Blocker("expert.no_reasons", gettext_noop("请写明理由"), place="reasons"))
    return found
