"""The one question asked at every gate: may this party take part in this, on this day? Facts in, reasons out.

Answered by law, not by taste: a sanction bars only the gates and regimes that its list names, from its first to its last
day, unless it was repaired or overturned before; a related firm's sanction warns, and bars only where the list says so.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prequalified.rules.sanctions.lists import NEVER_BARRED, ListRule
from runtime.refusal import Blocker, gettext_noop

# Which verified roles let a party through. Registering needs none, and whoever delivered in time is read out.
ROLES: Mapping[str, frozenset[str]] = {
    "admit": frozenset({"bidder", "agency"}),
    "draw": frozenset({"bidder", "agency"}),
    **{
        gate: frozenset({"bidder"})
        for gate in ("deliver", "evaluate", "award", "contract", "subcontract", "manager")
    },
}  # fmt: skip
RELATION_NAMES = {
    "legal_representative": gettext_noop("同一法定代表人"), "control": gettext_noop("控股或管理"),
    "holding": gettext_noop("持股"), "controller": gettext_noop("同一实际控制人"),
}  # fmt: skip
QUERIED = "87号令 20"


@dataclass(frozen=True, slots=True)
class Held:
    """One entry of a list. `ended`: the day from which it no longer bars; `relations`: how its firm is related, empty for the party's own."""

    rule: ListRule
    name: str
    decision: str
    authority: str
    starts: dt.date
    ends: dt.date | None
    bans: bool = True
    ended: dt.date | None = None
    relations: frozenset[str] = frozenset()

    def in_force(self, day: dt.date) -> bool:
        over = (self.ends is not None and self.ends < day) or (self.ended is not None and self.ended <= day)
        return self.bans and self.starts <= day and not over


@dataclass(frozen=True, slots=True)
class GateFacts:
    """`roles`: the status of each role the party has, by role."""

    gate: str
    regime: str
    day: dt.date
    roles: Mapping[str, str]
    held: Sequence[Held] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    blockers: list[Blocker] = field(default_factory=list)
    warnings: list[Blocker] = field(default_factory=list)

    @property
    def allowed(self) -> bool:
        return not self.blockers


def answer(facts: GateFacts) -> Answer:
    """Every reason at once."""
    found = Answer(role_blockers(facts))
    for held in facts.held:
        if not held.in_force(facts.day):
            continue
        target = found.blockers if _bars(held, facts) else found.warnings
        target.append(_related(held) if held.relations else _own(held, facts, target is found.blockers))
    return found


def role_blockers(facts: GateFacts) -> list[Blocker]:
    """One of the gate's roles must be verified; a suspended one is named as such."""
    needed = ROLES.get(facts.gate)
    if needed is None:
        return []
    statuses = {facts.roles[role] for role in needed & set(facts.roles)}
    if "verified" in statuses:
        return []
    if "suspended" in statuses:
        return [
            Blocker(
                "gate.role_suspended",
                gettext_noop("该主体的资格已被暂停。"),
                "CTS-EBS01 A-09",
                gettext_noop("请先办理恢复；暂停原因见该主体的办理记录。"),
            )
        ]
    return [
        Blocker(
            "gate.role_not_verified",
            gettext_noop("该主体没有通过核验的相应身份。"),
            "CTS-EBS01 A-05",
            gettext_noop("请先完成注册和核验。"),
        )
    ]


def _bars(held: Held, facts: GateFacts) -> bool:
    if facts.gate in NEVER_BARRED or not held.rule.shuts(facts.gate, facts.regime):
        return False
    return not held.relations or bool(held.relations & held.rule.related)


def _own(held: Held, facts: GateFacts, barring: bool) -> Blocker:
    if barring:
        return Blocker(
            "gate.sanctioned",
            gettext_noop("已列入“%(term)s”，%(starts)s 起至 %(ends)s 不得参加（%(authority)s %(decision)s）。"),
            held.rule.ground,
            gettext_noop(
                "期限届满、信用修复或者决定被撤销后可以参加；对决定不服的，可以依法申请行政复议或者提起诉讼。"
            ),
            _params(held),
        )
    never = NEVER_BARRED.get(facts.gate, "")
    return Blocker(
        "gate.sanctioned_elsewhere",
        gettext_noop("已列入“%(term)s”，%(starts)s 起至 %(ends)s（%(authority)s %(decision)s）；该记录不限制此环节。"),
        never or held.rule.ground,
        "",
        _params(held),
    )


def _related(held: Held) -> Blocker:
    names = "、".join(RELATION_NAMES[relation] for relation in sorted(held.relations))
    return Blocker(
        "gate.related_sanctioned",
        gettext_noop(
            "关联企业“%(name)s”（%(terms)s）已列入“%(list)s”，%(starts)s 起至 %(ends)s（%(authority)s %(decision)s）。"
        ),
        held.rule.related_rule or QUERIED,
        gettext_noop("请核实关联关系；除名单规则另有规定外，关联企业的记录只作提示。"),
        {**_params(held), "terms": names, "list": held.rule.name},
    )


def _params(held: Held) -> dict[str, str]:
    return {
        "term": held.rule.name,
        "name": held.name,
        "starts": held.starts.isoformat(),
        "ends": held.ends.isoformat() if held.ends else "—",
        "authority": held.authority,
        "decision": held.decision or "—",
    }


def unknown_gate(gate: str, regime: str, gates: Iterable[str], regimes: Iterable[str]) -> list[Blocker]:
    """For the question asked by hand."""
    found = []
    if gate not in gates:
        found.append(Blocker("gate.unknown", gettext_noop("请选择环节。"), QUERIED, place="gate"))
    if regime and regime not in regimes:
        found.append(Blocker("gate.regime_unknown", gettext_noop("请选择交易制度。"), QUERIED, place="regime"))
    return found


def read_blocker(data: Mapping[str, Any]) -> Blocker:
    """The inverse of `Blocker.as_data`: an archived reason, to be spoken in the reader's language."""
    return Blocker(**data)
