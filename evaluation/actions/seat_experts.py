"""Drawn experts take the vacant seats, in the drawn order; who is left over are the alternates (候补)."""

from typing import Any

from evaluation.actions.lock_committee import standing_members
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import SEAT, room_name
from evaluation.models import Committee, CommitteeDraw, CommitteeMember, Expert, ExpertStatus, MemberKind, Venue
from evaluation.queries.facts import candidate_of, surroundings
from evaluation.rules.conflicts import conflicts
from runtime.actor import Actor
from runtime.outbox import announce
from signing.queries.draws import substitute
from signing.rules.draws import DrawError


def expert_seats(committee: Committee, venue: Venue) -> list[int]:
    """Seats 1… are the main venue's experts, then the sub venue's, then the tenderer's."""
    experts = committee.size - committee.tenderer_members
    main = experts - committee.sub_seats
    return list(range(1, main + 1)) if venue.pk == committee.main_venue_id else list(range(main + 1, experts + 1))


def vacant_seats(committee: Committee, venue: Venue) -> list[int]:
    taken = {member.seat for member in standing_members(committee)}
    return [seat for seat in expert_seats(committee, venue) if seat not in taken]


def seat_experts(committee: Committee, venue: Venue, actor: Actor) -> list[CommitteeMember]:
    """Fills the vacant expert seats of one venue from the finished draws, as far as they go. Needs the committee's lock.

    An alternate is looked at again when called: who was suspended or came into conflict since the draw is passed over.
    """
    seated: list[CommitteeMember] = []
    vacant = vacant_seats(committee, venue)
    draws = CommitteeDraw.objects.select_for_update().filter(
        committee=committee, purpose=CommitteeDraw.Purpose.EXPERTS, applied_at__isnull=False
    )
    for row in draws.order_by("-pk"):
        while vacant and (entry := _next(row, venue)) is not None:
            row.passed = [*row.passed, entry["number"]]
            expert = _still_fit(committee, entry["identity"]["number"])
            if expert is None:
                passed = {"draw": row.draw.number, "drawn_as": entry["number"], "number": entry["identity"]["number"]}
                write_journal(committee, "committee.passed_over", passed, actor)
            else:
                seated.append(_seat(committee, vacant.pop(0), expert, venue, row, entry["number"], actor))
        row.save(update_fields=["passed"])
    return seated


def _next(row: CommitteeDraw, venue: Venue) -> dict[str, Any] | None:
    """The next of the drawn order for this venue; None where the draw has nobody left for it."""
    steps = [place for place, step in enumerate(row.draw.plan) if step["where"].get("venue") == venue.code]
    try:
        return substitute(row.draw, steps[0], row.passed) if steps else None
    except DrawError:
        return None


def _seat(
    committee: Committee, seat: int, expert: Expert, venue: Venue, row: CommitteeDraw, number: int, actor: Actor
) -> CommitteeMember:
    member = CommitteeMember.objects.create(
        committee=committee,
        seat=seat,
        kind=MemberKind.EXPERT,
        party=expert.party,
        expert=expert,
        venue=venue,
        drawn_as=number,
    )
    body = {**seat_of(member), "draw": row.draw.number, "drawn_as": number}
    write_journal(committee, "committee.seated", body, actor)
    announce(room_name(committee.section.code), SEAT, {"seat": seat})
    return member


def _still_fit(committee: Committee, number: str) -> Expert | None:
    expert = (
        Expert.objects.filter(party__number=number, status=ExpertStatus.ADMITTED)
        .select_related("party")
        .prefetch_related("ties", "specialties")
        .first()
    )
    if expert is None or committee.members.filter(party=expert.party).exists():
        return None
    return None if conflicts(candidate_of(expert), surroundings(committee.section)) else expert
