"""The tenderer names the persons who take its seats (招标人代表, A-131)."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import SEAT, room_name
from evaluation.models import Committee, CommitteeMember, MemberKind
from evaluation.permissions import demand_tenderer
from evaluation.queries.facts import surroundings
from evaluation.rules.conflicts import Candidate, Tie, conflicts
from evaluation.rules.phases import Phase, phase_blockers
from prequalified.models import Party
from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if


def appoint_tenderer_member(*, committee: Committee, person: Party, actor: Actor) -> CommitteeMember:
    """The next tenderer's seat (they follow the experts' seats). Raises Refusal: no seat left, conflict, not a person."""
    demand_tenderer(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        refuse_if(_blockers(locked, person))
        taken = {member.seat for member in standing_members(locked)}
        experts = locked.size - locked.tenderer_members
        seat = next(number for number in range(experts + 1, locked.size + 1) if number not in taken)
        member = CommitteeMember.objects.create(
            committee=locked, seat=seat, kind=MemberKind.TENDERER, party=person, venue=locked.main_venue
        )
        write_journal(locked, "committee.tenderer_appointed", seat_of(member), actor)
        announce(room_name(locked.section.code), SEAT, {"seat": seat})
    return member


def _blockers(committee: Committee, person: Party) -> list[Blocker]:
    found = phase_blockers(committee.phase, Phase.FORMING, Phase.GATHERING)
    if person.kind != Party.Kind.PERSON:
        found.append(Blocker("committee.not_a_person", gettext_noop("评标委员会成员应当是个人"), place="person"))
    standing = standing_members(committee)
    if sum(member.kind == MemberKind.TENDERER for member in standing) >= committee.tenderer_members:
        found.append(Blocker("committee.no_seat_left", gettext_noop("招标人代表的席位已满"), "招标投标法 37"))
    if committee.members.filter(party=person).exists():
        found.append(Blocker("committee.sits_already", gettext_noop("该人员已是或曾是本委员会成员")))
    expert = getattr(person, "expert", None)
    ties = tuple(expert.ties.all()) if expert else ()
    candidate = Candidate(
        number=person.number,
        admitted=True,
        specialties=frozenset(),
        region="",
        ties=tuple(Tie(tie.number, tie.kind, tie.until) for tie in ties),
        role="tenderer",
    )
    return found + conflicts(candidate, surroundings(committee.section))
