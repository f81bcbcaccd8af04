"""The opening's clock: makes whatever move is due. Called by every look at the hall and by the sweep; late is never too late.

A row says where the opening stands, `rules/opening.py: next_step` what comes next. Each move is one transaction under the
section's lock, so that two callers make it once and a crash leaves it made or not.
"""

import datetime as dt

from celery import current_app
from django.db import transaction

from runtime.actor import SYSTEM
from runtime.clock import now, stamp
from runtime.dispatch import after_commit
from runtime.outbox import announce
from signing.actions.append_entry import append_entry
from tendering.actions.decide_bid import decide_failures
from tendering.actions.lock_opening import lock_opening
from tendering.actions.make_record import make_record
from tendering.actions.move_section import move_section
from tendering.actions.start_opening import refuse_to_open, start_opening
from tendering.events import MOVED, hall_room
from tendering.models import OpenedBid, Opening, Section, SectionState
from tendering.queries.openings import opening_of, progress_of, terms_of_opening
from tendering.rules.opening import FINISHED, Stage, Step, next_step

MOVES_AT_ONCE = 8  # more than there are stages


def advance_opening(section: Section) -> Opening | None:
    """The opening as it stands now, after every move that is due; None before the deadline."""
    opening = opening_of(section) or start_opening(section=section)
    for _ in range(MOVES_AT_ONCE):
        if opening is None or opening.state in FINISHED or not _move_is_due(opening):
            break
        opening = _move(opening)
    return opening


def _move_is_due(opening: Opening) -> bool:
    """Without the lock, so that a thousand watchers of a hall in which nothing is due lock nothing."""
    progress = progress_of(opening, now())
    over = progress.stage is Stage.DECRYPTING and progress.undecided > 0 and progress.now >= opening.decrypt_until
    return over or next_step(progress) is not None


def _move(opening: Opening) -> Opening:
    with transaction.atomic(durable=True):
        opening = lock_opening(opening)
        moment = now()
        if opening.state == Stage.DECRYPTING:
            decide_failures(opening, moment)
        step = next_step(progress_of(opening, moment))
        if step is not None:
            _enter(opening, step, moment)
    return opening


def _enter(opening: Opening, step: Step, moment: dt.datetime) -> None:
    terms = terms_of_opening(opening)
    left, opening.state = opening.state, step.entered
    if step.entered is Stage.DECRYPTING:
        opening.decrypt_until = moment + dt.timedelta(seconds=terms.window_seconds)
    elif step.entered is Stage.READ_OUT:
        opening.object_until = moment + dt.timedelta(seconds=terms.objection_seconds)
    elif step.entered is Stage.RECORD:
        opening.sign_until = moment + dt.timedelta(seconds=terms.record_seconds)
        make_record(opening)
    elif step.entered is Stage.CLOSED:
        opening.closed_at = moment
    elif step.cause:
        opening.cause = step.cause.code
    opening.save()
    _tell(opening, left)
    if step.entered in {Stage.RECORD, Stage.CLOSED}:
        after_commit(current_app.send_task, "tendering.publish_record", args=[opening.pk])
    if step.entered is Stage.CLOSED:
        move_section(opening.section, SectionState.OPENED, actor=SYSTEM)
        announce(f"section:{opening.section.code}", "moved", {"state": opening.section.state})
    if step.entered is Stage.NOT_OPENED:
        refuse_to_open(opening, step.cause)


def _tell(opening: Opening, left: str) -> None:
    limits = {
        "decrypt_until": stamp(opening.decrypt_until),
        "object_until": stamp(opening.object_until) if opening.object_until else "",
        "sign_until": stamp(opening.sign_until) if opening.sign_until else "",
    }
    append_entry(
        kind="opening.moved",
        subject=f"section:{opening.section.code}",
        body={
            "round": opening.round,
            "left": left,
            "entered": opening.state,
            "record": opening.record_sha256,
            **limits,
        },
        actor=SYSTEM,
    )
    said = read_out(opening) if opening.state == Stage.READ_OUT else {}
    announce(hall_room(opening.section.code, opening.round), MOVED, {"state": opening.state, "items": said, **limits})


def read_out(opening: Opening) -> dict[str, object]:
    """Every opened bid's announced items at once, by bid: nobody's price is known before anybody else's (CTS A-113)."""
    opened = OpenedBid.objects.filter(
        bid__section=opening.section, bid__round=opening.round, outcome=OpenedBid.Outcome.OPENED
    )
    return {bid.bid.public_id: bid.opening["items"] for bid in opened.select_related("bid")}


def sweep_openings() -> int:
    """Every section whose clock may have run on. Idempotent; returns how many were looked at."""
    due = Section.objects.filter(state=SectionState.PUBLISHED, deadline__lte=now())
    running = Section.objects.filter(state=SectionState.OPENING)
    looked_at = 0
    for section in (due | running).select_related("tendering_project__project__centre"):
        advance_opening(section)
        looked_at += 1
    return looked_at
