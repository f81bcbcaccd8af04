"""The gate's answers about all bidders of a section at once: at the opening and when the evaluation begins."""

from collections.abc import Iterable

from prequalified.actions.ask_gate import ask_gate_of_many
from prequalified.models import GateAnswer, Party
from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from signing.actions.append_entry import append_entry
from tendering.models import Section


def ask_bidders(*, gate: str, section: Section, bidders: Iterable[Party], actor: Actor) -> dict[int, GateAnswer]:
    """Archived by party; what is not a plain yes stands in the journal too. Decides nothing: the committee does (条例 51)."""
    demand_transaction()
    subject = f"section:{section.code}"
    answers = ask_gate_of_many(gate=gate, parties=bidders, actor=actor, subject=subject, regime=section.regime)
    told = [
        {
            "number": answer.number,
            "answer": answer.public_id,
            "allowed": answer.allowed,
            "reasons": [reason["code"] for reason in (*answer.reasons, *answer.warnings)],
        }
        for answer in answers.values()
        if not answer.allowed or answer.warnings
    ]
    if told:
        body = {"gate": gate, "round": section.round, "answers": told}
        append_entry(kind="gate.answered", subject=subject, body=body, actor=actor, readers="supervisor")
    return answers
