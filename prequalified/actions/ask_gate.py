"""The one question asked at every gate, answered and archived (87号令 20): may this party take part in this, on this day?

Ask before you open your transaction: the answer is a record of its own and stands whatever becomes of the act. Inside one
it would go down with the refusal, so `demand_gate` demands that none is open (`transaction.atomic(durable=True)` does the
same for irreversible acts). Under the lock, look again with `queries.sanctions.standing.bars_of`.
"""

import datetime as dt

from django.db import connection, transaction

from prequalified.models import GateAnswer, Party
from prequalified.queries.sanctions.standing import answer_for, answer_for_number
from prequalified.rules.sanctions.gate import Answer
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal
from signing.actions.append_entry import append_entry


def ask_gate(
    *, gate: str, party: Party, actor: Actor, subject: str = "", regime: str = "", day: dt.date | None = None
) -> GateAnswer:
    """The archived answer; three queries. Never raises because of a "no".

    `subject`: `section:…`, `directory:…`, `contract:…`; `regime` empty asks for any; `day` is Beijing's, today by default.
    """
    moment = now()
    day = day or day_of(moment)
    found = answer_for(party, gate, regime, day)
    return _archive(found, gate, party, party.name, party.number, subject, regime, day, moment, actor)


def ask_gate_for_number(
    *, gate: str, name: str, number: str, actor: Actor, subject: str = "", regime: str = "", day: dt.date | None = None
) -> GateAnswer:
    """The same about somebody who is not registered here: only the lists can answer."""
    moment = now()
    day = day or day_of(moment)
    found = answer_for_number(number, gate, regime, day)
    return _archive(found, gate, None, name, number, subject, regime, day, moment, actor)


def demand_gate(
    *, gate: str, party: Party, actor: Actor, subject: str = "", regime: str = "", day: dt.date | None = None
) -> GateAnswer:
    """The same, but a "no" raises Refusal with its reasons; answer and journal entry survive it.

    Raises RuntimeError inside a transaction, where neither would.
    """
    _demand_no_transaction()
    answer = ask_gate(gate=gate, party=party, actor=actor, subject=subject, regime=regime, day=day)
    if not answer.allowed:
        with transaction.atomic():
            body = {"gate": gate, "answer": answer.public_id, "regime": regime, "reasons": codes(answer)}
            append_entry(
                kind="gate.refused", subject=f"party:{party.pk}", body={**body, "about": subject}, actor=actor,
                readers="supervisor",
            )  # fmt: skip
        raise Refusal([blocker_of(reason) for reason in answer.reasons])
    return answer


def codes(answer: GateAnswer) -> list[str]:
    return [str(reason["code"]) for reason in answer.reasons]


def blocker_of(data: dict[str, object]) -> Blocker:
    """The inverse of `Blocker.as_data`."""
    return Blocker(**data)  # type: ignore[arg-type]


def _demand_no_transaction() -> None:
    """As Django's own check of durable blocks: a test's transaction does not count."""
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError("the gate is asked before the transaction is opened: its answer must survive the refusal")


def _archive(
    found: Answer, gate: str, party: Party | None, name: str, number: str, subject: str, regime: str, day: dt.date,
    moment: dt.datetime, actor: Actor,
) -> GateAnswer:  # fmt: skip
    return GateAnswer.objects.create(
        gate=gate,
        party=party,
        name=name,
        number=number,
        subject=subject,
        regime=regime,
        day=day,
        allowed=found.allowed,
        reasons=[blocker.as_data() for blocker in found.blockers],
        warnings=[blocker.as_data() for blocker in found.warnings],
        asked_by_id=actor.account_id,
        asked_role=actor.role,
        at=moment,
    )
