"""The tenderer answers an objection; a late answer is recorded as late (T22, T54; GP law 53; CTS A-196)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Objection
from tendering.permissions import demand, runs
from tendering.rules.objections import DOCUMENT
from tendering.rules.questions import text_blockers


def reply_objection(*, objection: Objection, answer: str, upheld: bool, actor: Actor) -> Objection:
    """`upheld`: the objection is justified; what follows (amendment, re-evaluation) is an act of its own."""
    section = objection.section
    demand(runs(actor, section))
    refuse_if(text_blockers(answer, "answer"), status=422)
    at = now()
    with transaction.atomic():
        lock_section(section)
        objection.refresh_from_db()
        if objection.answered_at is not None:
            refuse_if([Blocker("objection.answered", gettext_noop("此异议已经答复"), rule=objection.rule)])
        objection.answer, objection.upheld = answer.strip(), upheld
        objection.answered_at, objection.answered_by_id = at, actor.account_id
        objection.save()
        append_entry(
            kind="objection.answered",
            subject=f"section:{section.code}",
            body={
                "objection": objection.public_id,
                "answer": objection.answer,
                "upheld": upheld,
                "late": at >= objection.answer_by,
            },
            actor=actor,
            readers="party",
            sealed_until=section.code if objection.about == DOCUMENT else "",
        )
    return objection
