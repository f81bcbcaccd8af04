"""Who of a directory can be drawn: every firm that cannot is told why, with all reasons, and everybody may read it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.refusal import Blocker, gettext_noop

_RULE = "预选名录管理办法"


@dataclass(frozen=True, slots=True)
class Firm:
    """One admission as a draw sees it. `bars`: what the gate `draw` says against the party on this day."""

    admission: str
    number: str
    name: str
    grade: str
    rating: str
    state: str
    valid_until: dt.date
    running: int
    region: str
    turn: str = ""  # when it was last engaged, as a text that sorts; empty: never
    bars: Sequence[Blocker] = ()

    def identity(self) -> dict[str, str]:
        """What is hashed into the pool and shown beside its number."""
        return {
            "admission": self.admission, "number": self.number, "name": self.name, "grade": self.grade,
            "rating": self.rating,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """`recused`: numbers of parties with the reason told; `related`: those bound to the tenderer, with how."""

    day: dt.date
    capacity: int
    grades: Sequence[str] = ()
    regions: Sequence[str] = ()
    recused: Mapping[str, str] = field(default_factory=dict)
    related: Mapping[str, str] = field(default_factory=dict)
    tenderer: str = ""


def reasons_against(firm: Firm, terms: Terms) -> list[Blocker]:
    """Empty where the firm can be drawn."""
    found = []
    if firm.state == "suspended":
        found.append(_blocker("draw.suspended", gettext_noop("暂停期内")))
    elif firm.state != "active":
        found.append(_blocker("draw.not_standing", gettext_noop("不在册")))
    if firm.valid_until < terms.day:
        message = gettext_noop("有效期已于 %(day)s 届满")
        found.append(_blocker("draw.expired", message, day=firm.valid_until.isoformat()))
    if firm.running >= terms.capacity:
        message = gettext_noop("在履约合同 %(running)s 个，已达承接上限 %(capacity)s 个")
        found.append(_blocker("draw.capacity", message, running=str(firm.running), capacity=str(terms.capacity)))
    if terms.grades and firm.grade not in terms.grades:
        found.append(_blocker("draw.grade", gettext_noop("等级不在本次要求之内")))
    if terms.regions and not any(firm.region.startswith(region) for region in terms.regions):
        found.append(_blocker("draw.region", gettext_noop("地区不在本次要求之内")))
    return found + _conflicts(firm, terms) + list(firm.bars)


def _conflicts(firm: Firm, terms: Terms) -> list[Blocker]:
    if firm.number == terms.tenderer:
        return [_blocker("draw.own", gettext_noop("系本项目招标人"), "招标投标法实施条例 34")]
    found = []
    if firm.number in terms.related:
        message = gettext_noop("与招标人存在利害关系：%(term)s")
        found.append(_blocker("draw.related", message, "招标投标法实施条例 34", term=terms.related[firm.number]))
    if firm.number in terms.recused:
        message = gettext_noop("回避：%(reason)s")
        found.append(_blocker("draw.recused", message, reason=terms.recused[firm.number]))
    return found


def split(firms: Sequence[Firm], terms: Terms) -> tuple[list[Firm], list[dict[str, Any]]]:
    """Those who can be drawn, by admission number, and the exclusions as data: who, and why."""
    eligible, excluded = [], []
    for firm in sorted(firms, key=lambda one: one.admission):
        reasons = reasons_against(firm, terms)
        if not reasons:
            eligible.append(firm)
            continue
        about = {"admission": firm.admission, "number": firm.number, "name": firm.name}
        excluded.append({**about, "reasons": [reason.as_data() for reason in reasons]})
    return eligible, excluded


def _blocker(code: str, message: str, rule: str = _RULE, **params: str) -> Blocker:
    return Blocker(code, message, rule, params=params)
