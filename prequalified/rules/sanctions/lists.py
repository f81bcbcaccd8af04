"""Kinds of list as data (rules/data/lists.json, `yangguang-lists/1`): none without its legal ground.

A kind says which gates it bars in which regimes, how long a ban may be, when it is published, when repair may be asked
for, and whether related firms are barred with it.
"""

import calendar
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prequalified.rules.timing import Term, read_term

FORMAT = "yangguang-lists/1"
PATH = Path(__file__).parent.parent / "data" / "lists.json"
GATES = (
    "register", "admit", "draw", "deliver", "open", "evaluate", "award", "contract", "subcontract", "manager",
)  # fmt: skip
REGIMES = ("ENG", "GP", "SMALL", "LAND", "EQUITY")
FORCES = ("law", "regulation", "department", "centre")  # how strong the ground is
# No list may shut these: whoever came is registered (20号令 20), whoever delivered in time is read out (招标投标法 36).
NEVER_BARRED = {"register": "20号令 20", "open": "招标投标法 36"}
RELATIONS = ("legal_representative", "control", "holding", "controller")


@dataclass(frozen=True, slots=True)
class ListRule:
    """One kind of list. Months are calendar months; `ban_needed` False: a record without a ban bars nobody."""

    code: str
    name: str
    ground: str
    force: str
    bars: Mapping[str, frozenset[str]]
    ban_needed: bool
    shortest: int
    longest: int
    publish_within: Term
    public_months: int
    publication_rule: str
    repair_months: int
    repair_rule: str
    related: frozenset[str]
    related_rule: str
    decided_here: bool

    def shuts(self, gate: str, regime: str) -> bool:
        """Whether a ban of this list bars the gate; an empty regime asks for any."""
        regimes = self.bars.get(gate, frozenset())
        return bool(regimes) if not regime else regime in regimes


def read_lists(path: Path = PATH) -> list[dict[str, Any]]:
    """The kinds of a file as they stand in it. Raises ValueError for another format or a kind that breaks the law."""
    data = json.loads(path.read_text("utf-8"))
    if data.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}: {data.get('format')!r}")
    for kind in data["kinds"]:
        read_list(kind)
    return list(data["kinds"])


def read_list(data: Mapping[str, Any]) -> ListRule:
    """Raises ValueError where a ground is missing, a gate is unknown, or the law forbids what the list wants."""
    ground, ban, publication, repair = data["ground"], data["ban"], data["publication"], data["repair"]
    related = data["related"]
    rule = ListRule(
        code=data["code"],
        name=data["name"],
        ground=ground["rule"],
        force=ground["force"],
        bars={gate: frozenset(regimes) for gate, regimes in data["bars"].items()},
        ban_needed=ban["needed"],
        shortest=ban["least"]["months"],
        longest=ban["most"]["months"],
        publish_within=read_term(publication["within"]),
        public_months=publication["least"]["months"],
        publication_rule=publication["rule"],
        repair_months=repair["earliest"]["months"],
        repair_rule=repair["rule"],
        related=frozenset(related["relations"]) if related["barred"] else frozenset(),
        related_rule=related["rule"],
        decided_here=data["decided_here"],
    )
    _check(rule)
    return rule


def _check(rule: ListRule) -> None:
    if not rule.ground.strip() or rule.force not in FORCES:
        raise ValueError(f"list {rule.code} has no legal ground")
    if unknown := set(rule.bars) - set(GATES):
        raise ValueError(f"list {rule.code} bars unknown gates {sorted(unknown)}")
    for gate, regimes in rule.bars.items():
        if strange := regimes - set(REGIMES):
            raise ValueError(f"list {rule.code} knows no regimes {sorted(strange)}")
        if gate in NEVER_BARRED:
            raise ValueError(f"list {rule.code} may not bar {gate} ({NEVER_BARRED[gate]})")
    if rule.force == "centre" and any(regimes - {"SMALL"} for regimes in rule.bars.values()):
        raise ValueError(f"list {rule.code}: a centre's own rule has effect for SMALL only")
    if not 0 < rule.shortest <= rule.longest:
        raise ValueError(f"list {rule.code}: the shortest ban is longer than the longest")
    if rule.related and (not rule.related_rule or rule.related - set(RELATIONS)):
        raise ValueError(f"list {rule.code} bars related firms without a rule")


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day `months` later; the month's last day where it has no such day (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day_of_ban(starts: dt.date, months: int) -> dt.date:
    """A ban of `months` that starts on a day: that day counts, so the last one is the day before."""
    return months_after(starts, months) - dt.timedelta(days=1)
