"""The one question asked at every gate, answered and archived (87号令 20): may this party take part in this, on this day?

Ask before you open your transaction: the answer is a record of its own and stands whatever becomes of the act. Inside one
it would go down with the refusal, so `demand_gate` demands that none is open (`transaction.atomic(durable=True)` does the
same for irreversible acts). Under the lock, look again with `queries.sanctions.standing.bars_of`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from prequalified.models import GateAnswer, Party
from prequalified.queries.sanctions.standing import answer_for, answer_for_number, answers_of
from prequalified.rules.sanctions.gate import Answer, read_blocker
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal
from signing.actions.append_entry import append_entry


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked about; `shown_from`: who asks to deliver is nobody's business before the deadline (20号令 21)."""

    gate: str
    subject: str
    regime: str
    day: dt.date
    actor: Actor
    shown_from: dt.datetime | None = None


def ask_gate(
    *,
    gate: str,
    party: Party,
    actor: Actor,
    subject: str = "",
    regime: str = "",
    day: dt.date | None = None,
    shown_from: dt.datetime | None = None,
) -> GateAnswer:
    """The archived answer; three queries. Never raises because of a "no".

    `subject`: `section:…`, `directory:…`, `contract:…`; `regime` empty asks for any; `day` is Beijing's, today by default.
    """
    asking = Asking(gate, subject, regime, day or day_of(now()), actor, shown_from)
    row = _row(asking, answer_for(party, gate, regime, asking.day), party.name, party.number, party)
    row.save(force_insert=True)
    return row


def ask_gate_for_number(
    *, gate: str, name: str, number: str, actor: Actor, subject: str = "", regime: str = "", day: dt.date | None = None
) -> GateAnswer:
    """The same about somebody who is not registered here: only the lists can answer."""
    asking = Asking(gate, subject, regime, day or day_of(now()), actor)
    row = _row(asking, answer_for_number(number, gate, regime, asking.day), name, number, None)
    row.save(force_insert=True)
    return row


def ask_gate_of_many(
    *,
    gate: str,
    parties: Iterable[Party],
    actor: Actor,
    subject: str = "",
    regime: str = "",
    day: dt.date | None = None,
) -> dict[int, GateAnswer]:
    """One answer for each party, by its key, in four queries: the bids of an opening, of an evaluation."""
    asking = Asking(gate, subject, regime, day or day_of(now()), actor)
    asked = {party.pk: party for party in parties}
    found = answers_of(asked, gate, regime, asking.day)
    rows = [_row(asking, found[key], party.name, party.number, party) for key, party in asked.items()]
    GateAnswer.objects.bulk_create(rows)
    return dict(zip(asked, rows, strict=True))


def demand_gate(
    *,
    gate: str,
    party: Party,
    actor: Actor,
    subject: str = "",
    regime: str = "",
    day: dt.date | None = None,
    shown_from: dt.datetime | None = None,
    sealed_until: str = "",
) -> GateAnswer:
    """The same, but a "no" raises Refusal with its reasons; answer and journal entry survive it.

    `sealed_until` as in `append_entry`. Raises RuntimeError inside a transaction, where neither would survive.
    """
    _demand_no_transaction()
    answer = ask_gate(
        gate=gate, party=party, actor=actor, subject=subject, regime=regime, day=day, shown_from=shown_from
    )
    if not answer.allowed:
        _record_refusal(answer, actor, sealed_until)
        raise Refusal(reasons_of(answer))
    return answer


def _record_refusal(answer: GateAnswer, actor: Actor, sealed_until: str) -> None:
    body = {
        "gate": answer.gate,
        "answer": answer.public_id,
        "about": answer.subject,
        "regime": answer.regime,
        "reasons": [reason["code"] for reason in answer.reasons],
    }
    with transaction.atomic():
        append_entry(
            kind="gate.refused",
            subject=f"party:{answer.party_id}",
            body=body,
            actor=actor,
            readers="party" if sealed_until else "supervisor",
            sealed_until=sealed_until,
        )


def reasons_of(answer: GateAnswer) -> list[Blocker]:
    return [read_blocker(reason) for reason in answer.reasons]


def _demand_no_transaction() -> None:
    """As Django's own check of durable blocks: a test's transaction does not count."""
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError("the gate is asked before the transaction is opened: its answer must survive the refusal")


def _row(asking: Asking, found: Answer, name: str, number: str, party: Party | None) -> GateAnswer:
    return GateAnswer(
        gate=asking.gate,
        party=party,
        name=name,
        number=number,
        subject=asking.subject,
        regime=asking.regime,
        day=asking.day,
        allowed=found.allowed,
        reasons=[blocker.as_data() for blocker in found.blockers],
        warnings=[blocker.as_data() for blocker in found.warnings],
        asked_by_id=asking.actor.account_id,
        asked_role=asking.actor.role,
        at=now(),
        shown_from=asking.shown_from,
    )
