"""A bidder signs in to the opening, and later confirms what was read out (20号令 29; 条例 44; CTS A-106)."""

from django.db import transaction

from prequalified.models import Party
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.advance_opening import advance_opening
from tendering.actions.lock_opening import lock_opening
from tendering.events import CONFIRMED, SIGNED_IN, hall_room
from tendering.models import Attendance, Opening
from tendering.queries.bids import standing_bids
from tendering.rules.opening import Stage, sign_in_blockers, stage_blockers


def sign_in(*, opening: Opening, bidder: Party, actor: Actor) -> Attendance:
    """Raises Refusal `opening.no_bid` or `opening.sign_in_closed`. Signed in before: that attendance again."""
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        moment = now()
        before = locked.attendances.filter(party=bidder).first()
        if before:
            return before
        delivered = standing_bids(locked.section, locked.round).filter(bidder=bidder).exists()
        refuse_if(sign_in_blockers(locked.state, moment, locked.sign_in_until, delivered))
        attendance = Attendance.objects.create(
            opening=locked, party=bidder, account_id=actor.account_id, signed_in_at=moment
        )
        _record(locked, "opening.signed_in", bidder, actor)
        body = {"name": bidder.name, "at": stamp(moment), "signed_in": locked.attendances.count()}
        announce(hall_room(locked.section.code, locked.round), SIGNED_IN, body)
    advance_opening(opening.section)
    return attendance


def confirm_opening(*, opening: Opening, bidder: Party, actor: Actor) -> Attendance:
    """The bidder has no objection to what was read out. Raises Refusal `opening.wrong_stage`, `opening.not_present`."""
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        refuse_if(stage_blockers(locked.state, Stage.READ_OUT))
        attendance = present(locked, bidder)
        if attendance.confirmed_at is None:
            attendance.confirmed_at = now()
            attendance.save(update_fields=["confirmed_at"])
            _record(locked, "opening.confirmed", bidder, actor)
            body: dict[str, object] = {"name": bidder.name, "at": stamp(attendance.confirmed_at)}
            announce(hall_room(locked.section.code, locked.round), CONFIRMED, body)
    advance_opening(opening.section)
    return attendance


def present(opening: Opening, bidder: Party) -> Attendance:
    """The bidder's attendance; raises Refusal for one that did not sign in."""
    attendance = opening.attendances.filter(party=bidder).first()
    if attendance is None:
        message = gettext_noop("没有签到的投标人不能进行此操作")
        raise Refusal(Blocker("opening.not_present", message, "条例 44; 20号令 29"), 403)
    return attendance


def _record(opening: Opening, kind: str, bidder: Party, actor: Actor) -> None:
    append_entry(
        kind=kind,
        subject=f"section:{opening.section.code}",
        body={"round": opening.round, "bidder": bidder.number},
        actor=actor,
    )
