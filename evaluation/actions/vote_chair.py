"""Electing the chair: a vote each, secret until all have voted; unique maximum wins, a tie is re-run among the tied."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import BALLOT, CHAIR, VOTED, room_name
from evaluation.models import ChairVote, Committee, CommitteeMember
from evaluation.permissions import demand_member
from evaluation.queries.facts import member_facts, room_facts
from evaluation.rules import chair
from evaluation.rules.phases import ENDED, Phase
from evaluation.rules.sitting import act_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if

ELECTING = tuple(phase for phase in Phase if phase not in ENDED | {Phase.FORMING, Phase.GATHERING})


def vote_chair(*, committee: Committee, seat: int, actor: Actor) -> Committee:
    """A vote for `seat` in the running ballot. The last vote decides. Also when a replaced chair has to be followed."""
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        members = {each.seat: each for each in standing_members(locked)}
        refuse_if(_blockers(locked, member, members, seat))
        ChairVote.objects.create(committee=locked, ballot=locked.ballot, voter=member, choice=members[seat], at=now())
        body = {**seat_of(member), "ballot": locked.ballot, "choice": seat}
        write_journal(locked, "evaluation.chair_voted", body, actor)
        announce(room_name(locked.section.code), VOTED, {"seat": member.seat, "ballot": locked.ballot})
        _decide(locked, members, actor)
    return locked


def _blockers(
    committee: Committee, member: CommitteeMember, members: dict[int, CommitteeMember], seat: int
) -> list[Blocker]:
    found = act_blockers(room_facts(committee), member_facts(member), *ELECTING)
    if committee.chair_id:
        found.append(Blocker("chair.elected", gettext_noop("组长已经选出")))
    kinds = {number: each.kind for number, each in members.items()}
    if seat not in chair.candidates(kinds, committee.section.regime, committee.tied):
        message = gettext_noop("不能推选席位%(seat)s：不在候选范围内")
        found.append(Blocker("chair.not_a_candidate", message, "87号令 45", params={"seat": str(seat)}, place="seat"))
    if ChairVote.objects.filter(voter=member, ballot=committee.ballot).exists():
        found.append(Blocker("chair.voted", gettext_noop("本轮您已经投票")))
    if len(members) < committee.size or not all(each.undertaken_at for each in members.values()):
        found.append(Blocker("chair.not_all_here", gettext_noop("全体成员签署承诺书后才能推选组长")))
    return found


def _decide(committee: Committee, members: dict[int, CommitteeMember], actor: Actor) -> None:
    votes = {
        vote.voter.seat: vote.choice.seat
        for vote in ChairVote.objects.filter(
            committee=committee, ballot=committee.ballot, voter__status=CommitteeMember.Status.STANDING
        ).select_related("voter", "choice")
    }
    ballot = chair.count(list(members), votes)
    room = room_name(committee.section.code)
    if ballot.chair is not None:
        committee.chair = members[ballot.chair]
        committee.tied = []
        committee.save(update_fields=["chair", "tied"])
        write_journal(committee, "evaluation.chair_elected", seat_of(members[ballot.chair]), actor)
        announce(room, CHAIR, {"seat": ballot.chair})
        if committee.phase == Phase.CHAIR:
            move_phase(committee, Phase.READY, "vote_chair")
    elif ballot.tied:
        committee.ballot, committee.tied = committee.ballot + 1, sorted(ballot.tied)
        committee.save(update_fields=["ballot", "tied"])
        announce(room, BALLOT, {"ballot": committee.ballot, "tied": committee.tied})
