"""A directory's terms and figures as typed data: what staff fill in, what is validated, what the acts read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prequalified.rules.directories.conditions import money
from prequalified.rules.timing import Term, Unit, read_term
from runtime.refusal import Blocker, gettext_noop

_RULE = "预选名录管理办法"


@dataclass(frozen=True, slots=True)
class Setting:
    """`kind`: count or money (yuan, a string)."""

    key: str
    label: str
    preset: int | str
    kind: str = "count"
    least: int = 0
    most: int = 10_000


TERMS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "review": (gettext_noop("审核期限"), {"workdays": 10}),
    "supplement": (gettext_noop("补正期限"), {"workdays": 5}),
    "publicity": (gettext_noop("公示期"), {"workdays": 5}),
    "objection_answer": (gettext_noop("异议答复期限"), {"workdays": 5}),
    "defence": (gettext_noop("陈述申辩期限"), {"days": 5}),
    "decline": (gettext_noop("中选后放弃期限"), {"workdays": 2}),
}
UNITS: Mapping[str, str] = {
    Unit.DAYS: gettext_noop("日"),
    Unit.WORKDAYS: gettext_noop("个工作日"),
    Unit.SECONDS: gettext_noop("秒（演示中心）"),
}
FIGURES: tuple[Setting, ...] = (
    Setting("validity_years", gettext_noop("入库有效期（年）"), 2, least=1, most=10),
    Setting("renewal_days", gettext_noop("到期前多少日起可续期"), 90, most=365),
    Setting("yearly_review_days", gettext_noop("年度复核提前多少日通知"), 30, least=1, most=180),
    Setting("opening_points", gettext_noop("初始积分"), 100),
    Setting("suspend_below", gettext_noop("低于多少分暂停"), 80),
    Setting("remove_below", gettext_noop("低于多少分清退"), 60),
    Setting("waiting_months", gettext_noop("清退后多少个月可重新申请"), 12, most=120),
    Setting("capacity", gettext_noop("同时在履约合同不超过"), 3, least=1, most=1000),
    Setting("comparison_from", gettext_noop("比选金额下限（元）"), "200000.00", "money"),
    Setting("comparison_to", gettext_noop("比选金额上限（元）"), "2000000.00", "money"),
)


def preset_terms() -> dict[str, dict[str, int]]:
    return {key: dict(term) for key, (_, term) in TERMS.items()}


def preset_figures() -> dict[str, int | str]:
    return {setting.key: setting.preset for setting in FIGURES}


def figure(figures: Mapping[str, Any], key: str) -> Any:
    """The directory's figure, or the preset where it was made before there was such a figure."""
    return figures.get(key, next(setting.preset for setting in FIGURES if setting.key == key))


def term(terms: Mapping[str, Any], key: str) -> Term:
    return read_term(terms.get(key, TERMS[key][1]))


def blockers(terms: Mapping[str, Any], figures: Mapping[str, Any], demonstration: bool) -> list[Blocker]:
    """Everything that is wrong with them, each at its field."""
    found = [fault for key in TERMS if (fault := _term_fault(key, terms.get(key), demonstration))]
    found += [
        _blocker("directory.figure", setting.label, setting.key)
        for setting in FIGURES
        if not _fits(setting, figures.get(setting.key))
    ]
    unknown = (set(terms) - set(TERMS)) | (set(figures) - {setting.key for setting in FIGURES})
    if unknown:
        message = gettext_noop("不认识的期限或数值：%(names)s。")
        found.append(Blocker("directory.unknown", message, _RULE, params={"names": "、".join(sorted(unknown))}))
    return found or _order(figures)


def _term_fault(key: str, data: Any, demonstration: bool) -> Blocker | None:
    label = TERMS[key][0]
    try:
        given = read_term(data)
    except (ValueError, TypeError, AttributeError):
        return _blocker("directory.term", label, key)
    if given.unit is Unit.SECONDS and not demonstration:
        return Blocker("directory.seconds", gettext_noop("只有演示中心可以用秒计算期限。"), _RULE, place=key)
    most = 366 * 86400 if given.unit is Unit.SECONDS else 366
    return None if 0 < given.amount <= most else _blocker("directory.term", label, key)


def _fits(setting: Setting, value: Any) -> bool:
    if setting.kind == "money":
        return money(value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and setting.least <= value <= setting.most


def _order(figures: Mapping[str, Any]) -> list[Blocker]:
    found = []
    if not figures["remove_below"] <= figures["suspend_below"] <= figures["opening_points"]:
        message = gettext_noop("积分应满足：清退线不高于暂停线，暂停线不高于初始积分。")
        found.append(Blocker("directory.points", message, _RULE, place="suspend_below"))
    low, high = money(figures["comparison_from"]), money(figures["comparison_to"])
    if low is not None and high is not None and low > high:
        message = gettext_noop("比选金额下限不得高于上限。")
        found.append(Blocker("directory.comparison", message, _RULE, place="comparison_from"))
    return found


def _blocker(code: str, label: str, place: str) -> Blocker:
    return Blocker(code, gettext_noop("“%(term)s”的填写不正确。"), _RULE, "", {"term": label}, place)
