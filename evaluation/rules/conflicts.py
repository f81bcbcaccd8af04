"""Why an expert may not sit on a committee (回避): 条例 46, 实施条例(政府采购) 9, 评标委员会规定 12."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from runtime.refusal import Blocker, gettext_noop

YEARS = 3
BIDDER_WORDS = {
    "employee": gettext_noop("现在或三年内在投标人%(organisation)s任职"),
    "director": gettext_noop("现在或三年内担任投标人%(organisation)s的董事"),
    "supervisor": gettext_noop("现在或三年内担任投标人%(organisation)s的监事"),
    "controller": gettext_noop("现在或三年内是投标人%(organisation)s的控股股东或实际控制人"),
    "relative": gettext_noop("近亲属在投标人%(organisation)s任职"),
    "interest": gettext_noop("与投标人%(organisation)s有经济利益关系"),
    "supervising": gettext_noop("是投标人%(organisation)s的主管或监督部门人员"),
    "other": gettext_noop("与投标人%(organisation)s有应当回避的其他关系"),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds an expert to an organisation. `until` None: still so. `kind`: employee, director, supervisor,
    controller, relative, interest, supervising (staff of the competent department), other."""

    organisation: str  # USCC
    kind: str
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The organisations of one section, by their USCC."""

    bidders: frozenset[str]
    tenderer: frozenset[str]  # tenderer and agency
    at: dt.date


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw sees him or her."""

    number: str
    admitted: bool
    specialties: frozenset[str]
    region: str
    ties: tuple[Tie, ...] = field(default=())
    role: str = "expert"  # expert | tenderer


def _recent(tie: Tie, at: dt.date) -> bool:
    """Within the three years before; the anniversary itself no longer counts."""
    if tie.until is None:
        return True
    try:
        limit = at.replace(year=at.year - YEARS)
    except ValueError:  # 29 February
        limit = at.replace(year=at.year - YEARS, day=28)
    return tie.until > limit


def conflicts(candidate: Candidate, around: Surroundings) -> list[Blocker]:
    """All reasons at once; empty for somebody who may sit."""
    found = []
    for tie in candidate.ties:
        lasting = tie.kind not in {"employee", "director", "supervisor", "controller"}
        if tie.organisation in around.bidders and (lasting or _recent(tie, around.at)):
            message = BIDDER_WORDS.get(tie.kind, BIDDER_WORDS["other"])
            found.append(_blocker("conflict.bidder", message, "条例(政府采购) 9; 评标委员会规定 12", tie))
        if candidate.role == "expert" and tie.organisation in around.tenderer and tie.until is None:
            message = gettext_noop("与招标人或代理机构%(organisation)s有利害关系")
            found.append(_blocker("conflict.tenderer", message, "招标投标法 37; 87号令 47", tie))
    if candidate.number in around.bidders:
        tie = Tie(candidate.number, "bidder")
        found.append(_blocker("conflict.bidder", gettext_noop("本人是投标人"), "招标投标法 37", tie))
    return found


def _blocker(code: str, message: str, rule: str, tie: Tie) -> Blocker:
    return Blocker(code, message, rule, params={"organisation": tie.organisation, "kind": tie.kind})


def unsuitable(candidate: Candidate, specialties: Collection[str], regions: Collection[str]) -> list[Blocker]:
    """Why an expert is not asked for here: not admitted, another specialty, another region. Empty collections ask nothing."""
    found = []
    if not candidate.admitted:
        found.append(Blocker("expert.not_admitted", gettext_noop("不在库或已暂停"), "评标专家管理办法 17"))
    if specialties and not candidate.specialties & set(specialties):
        found.append(Blocker("expert.other_specialty", gettext_noop("专业不符")))
    if regions and not any(_within(candidate.region, region) for region in regions):
        found.append(Blocker("expert.other_region", gettext_noop("地区不符")))
    return found


def _within(region: str, asked: str) -> bool:
    """GB/T 2260: 35 00 00 is the province, 35 01 00 a city in it, 35 01 02 a district."""
    prefix = asked[:2] if asked[2:] == "0000" else asked[:4] if asked[4:] == "00" else asked
    return region.startswith(prefix)


def split(
    candidates: Iterable[Candidate], around: Surroundings, specialties: Collection[str], regions: Collection[str]
) -> tuple[list[str], dict[str, list[Blocker]]]:
    """(numbers that may be drawn, number → reasons of those who may not). Those merely not asked for are left out of both."""
    pool, excluded = [], {}
    for candidate in candidates:
        if unsuitable(candidate, specialties, regions):
            continue
        reasons = conflicts(candidate, around)
        if reasons:
            excluded[candidate.number] = reasons
        else:
            pool.append(candidate.number)
    return sorted(pool), excluded
