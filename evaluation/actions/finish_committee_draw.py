"""A committee's draw ends and takes effect at once: the venue is fixed, the experts are seated (A-131)."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.seat_experts import seat_experts
from evaluation.actions.write_journal import write_journal
from evaluation.models import Committee, CommitteeDraw, Venue
from evaluation.permissions import demand_host
from evaluation.rules.phases import Phase
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.commit_draw import close_commitments
from signing.actions.finish_draw import fail_draw, finish_draw
from signing.queries.draws import chosen

Purpose = CommitteeDraw.Purpose


def close_committee_draw(*, row: CommitteeDraw, actor: Actor) -> None:
    """No more commitments; the platform opens its value, the parties follow."""
    demand_host(actor, row.committee.section)
    close_commitments(draw=row.draw, actor=actor)


def void_committee_draw(*, row: CommitteeDraw, reason: str, actor: Actor) -> None:
    """Where somebody's value can be had from nobody. The next draw names this one and the reason."""
    demand_host(actor, row.committee.section)
    fail_draw(draw=row.draw, actor=actor, reason=reason)


def finish_committee_draw(*, row: CommitteeDraw, actor: Actor) -> CommitteeDraw:
    """Outcome and effect in one transaction: nobody sees an outcome that might still not count."""
    demand_host(actor, row.committee.section)
    with transaction.atomic():
        locked = lock_committee(row.committee)
        row = CommitteeDraw.objects.select_for_update().get(pk=row.pk)
        taken = Blocker("draw.applied", gettext_noop("这次抽取的结果已经生效"))
        refuse_if([taken] if row.applied_at else [])
        row.draw = finish_draw(draw=row.draw, actor=actor)
        row.committee, row.applied_at = locked, now()
        row.save(update_fields=["applied_at"])
        if row.purpose == Purpose.VENUE:
            _fix_venue(locked, row, actor)
        elif row.purpose == Purpose.EXPERTS:
            _seat(locked, actor)
    return row


def _fix_venue(committee: Committee, row: CommitteeDraw, actor: Actor) -> None:
    committee.sub_venue = Venue.objects.get(code=chosen(row.draw)[0][0]["identity"]["code"])
    committee.save(update_fields=["sub_venue"])
    body = {"draw": row.draw.number, "venue": committee.sub_venue.code}
    write_journal(committee, "committee.venue_drawn", body, actor)


def _seat(committee: Committee, actor: Actor) -> None:
    for venue in (committee.main_venue, committee.sub_venue):
        if venue is not None:
            seat_experts(committee, venue, actor)
    experts = committee.size - committee.tenderer_members
    seated = sum(member.seat <= experts for member in standing_members(committee))
    if committee.phase == Phase.FORMING and seated == experts:
        move_phase(committee, Phase.GATHERING, "draw_experts")
