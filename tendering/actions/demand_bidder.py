"""Before a bid comes over the counter: may this bidder take part in this section today? (政府采购法 77; 87号令 20)"""

from prequalified.actions.ask_gate import demand_gate
from prequalified.models import GateAnswer, Party
from runtime.actor import Actor
from tendering.models import Section

BARRED = frozenset(
    {"gate.sanctioned", "gate.related_sanctioned", "gate.role_suspended", "gate.role_not_verified"}
)  # fmt: skip


def demand_bidder(*, section: Section, bidder: Party, actor: Actor) -> GateAnswer:
    """The archived answer, outside any transaction. Raises Refusal `gate.*`.

    Who asks to deliver is secret until the deadline (20号令 21): the answer is shown from then on, and the refusal stands
    in the section's sealed journal.
    """
    return demand_gate(
        gate="deliver",
        party=bidder,
        actor=actor,
        subject=f"section:{section.code}",
        regime=section.regime,
        shown_from=section.deadline,
        sealed_until=section.code,
    )
