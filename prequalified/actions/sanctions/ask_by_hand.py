"""The gate's question asked by a person about any number, registered here or not; the answer is archived all the same."""

import datetime as dt

from prequalified.actions.ask_gate import ask_gate, ask_gate_for_number
from prequalified.models import GateAnswer, Party, Sanction
from prequalified.rules import uscc
from prequalified.rules.sanctions.gate import unknown_gate
from prequalified.rules.sanctions.lists import GATES, REGIMES
from runtime.actor import Actor
from runtime.refusal import Blocker, gettext_noop, refuse_if


def ask_by_hand(
    *, number: str, gate: str, actor: Actor, regime: str = "", subject: str = "", day: dt.date | None = None
) -> GateAnswer:
    """Raises Refusal only for a question that cannot be asked: unknown gate or regime, no such number."""
    wanted = uscc.normal(number)
    party = Party.objects.filter(number=wanted).first()
    found = unknown_gate(gate, regime, GATES, REGIMES)
    if not wanted:
        found.append(Blocker("gate.no_number", gettext_noop("请填写统一社会信用代码。"), place="number"))
    elif party is None:
        found += uscc.check(wanted)
    refuse_if(found, 422)
    given = {"gate": gate, "actor": actor, "subject": subject.strip()[:120], "regime": regime, "day": day}
    if party is not None:
        return ask_gate(party=party, **given)  # type: ignore[arg-type]
    named = Sanction.objects.filter(number=wanted).values_list("name", flat=True).first()
    return ask_gate_for_number(name=named or wanted, number=wanted, **given)  # type: ignore[arg-type]
