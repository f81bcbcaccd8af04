"""Objections at the opening and their answers on the spot, both recorded (条例 44)."""

from django.db import transaction

from prequalified.models import Party
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.advance_opening import advance_opening
from tendering.actions.lock_opening import lock_opening
from tendering.actions.sign_in import present
from tendering.events import ANSWERED, OBJECTED, hall_room
from tendering.models import Opening, OpeningObjection
from tendering.permissions import demand, runs
from tendering.rules.opening import Stage, objection_blockers, stage_blockers

LONGEST = 2000


def object_to_opening(*, opening: Opening, bidder: Party, text: str, actor: Actor) -> OpeningObjection:
    """Raises Refusal `opening.wrong_stage`, `opening.objections_closed`, `opening.not_present`, `opening.no_text`."""
    text = _said(text)
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        refuse_if(objection_blockers(locked.state, now(), locked.object_until))
        present(locked, bidder)
        objection = OpeningObjection.objects.create(
            opening=locked, party=bidder, account_id=actor.account_id, text=text, raised_at=now()
        )
        body = {"objection": objection.public_id, "name": bidder.name, "text": text, "at": stamp(objection.raised_at)}
        _tell(locked, "opening.objected", OBJECTED, body, actor)
    return objection


def answer_objection(*, objection: OpeningObjection, answer: str, actor: Actor) -> OpeningObjection:
    """By the tenderer or its agency. Raises Refusal `opening.wrong_stage`, `opening.answered`, `opening.no_text`."""
    answer = _said(answer)
    opening = objection.opening
    demand(runs(actor, opening.section))
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        refuse_if(stage_blockers(locked.state, Stage.READ_OUT))
        objection = OpeningObjection.objects.select_for_update().get(pk=objection.pk)
        if objection.answered_at:
            raise Refusal(Blocker("opening.answered", gettext_noop("这项异议已经答复"), "条例 44"))
        objection.answer, objection.answered_by_id, objection.answered_at = answer, actor.party_id, now()
        objection.save(update_fields=["answer", "answered_by", "answered_at"])
        body = {"objection": objection.public_id, "answer": answer, "at": stamp(objection.answered_at)}
        _tell(locked, "opening.answered", ANSWERED, body, actor)
    advance_opening(opening.section)
    return objection


def _said(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        message = gettext_noop("请填写内容，不超过 %(longest)s 字")
        raise Refusal(
            Blocker("opening.no_text", message, "条例 44", params={"longest": str(LONGEST)}, place="text"), 422
        )
    return text


def _tell(opening: Opening, kind: str, event: str, body: dict[str, str], actor: Actor) -> None:
    append_entry(
        kind=kind, subject=f"section:{opening.section.code}", body={**body, "round": opening.round}, actor=actor
    )
    announce(hall_room(opening.section.code, opening.round), event, dict(body))
