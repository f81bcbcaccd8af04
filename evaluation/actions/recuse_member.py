"""A member steps back (回避) or is replaced (更换); the next alternate of the draw takes the seat (A-133, 条例 48)."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.actions.move_phase import move_phase
from evaluation.actions.seat_experts import seat_experts
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import SEAT, room_name
from evaluation.models import Committee, CommitteeMember, HandIn, MemberKind, Recusal, Report, Summary
from evaluation.permissions import demand_host, demand_member
from evaluation.queries.facts import member_facts, method_in_force
from evaluation.rules.phases import ENDED, Phase, after_replacement
from evaluation.rules.sitting import membership_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if


def recuse_member(*, committee: Committee, ground: str, actor: Actor) -> Recusal:
    """A member steps back of his or her own accord."""
    return _leave(committee, demand_member(actor, committee), ground, actor, own=True)


def replace_member(*, committee: Committee, seat: int, ground: str, actor: Actor) -> Recusal:
    """The host takes a member out: a ground for recusal became known, or the member cannot go on."""
    demand_host(actor, committee.section)
    member = committee.members.filter(seat=seat, status=CommitteeMember.Status.STANDING).first()
    if member is None:
        message = gettext_noop("席位%(seat)s现在没有成员")
        raise Refusal(Blocker("room.empty_seat", message, params={"seat": str(seat)}, place="seat"))
    return _leave(committee, member, ground, actor, own=False)


def _leave(committee: Committee, member: CommitteeMember, ground: str, actor: Actor, *, own: bool) -> Recusal:
    with transaction.atomic():
        locked = lock_committee(committee)
        row = CommitteeMember.objects.select_for_update().get(pk=member.pk)
        refuse_if(_blockers(locked, row, ground))
        row.status = CommitteeMember.Status.RECUSED if own else CommitteeMember.Status.REPLACED
        row.left_at = now()
        row.save(update_fields=["status", "left_at"])
        _void(locked, row)
        recusal = Recusal.objects.create(
            member=row, ground=ground.strip(), own=own, by_id=actor.account_id, at=row.left_at
        )
        kind = "committee.recused" if own else "committee.replaced"
        write_journal(locked, kind, {**seat_of(row), "ground": recusal.ground}, actor)
        announce(room_name(locked.section.code), SEAT, {"seat": row.seat})
        if row.kind == MemberKind.EXPERT:
            seated = {each.seat: each for each in seat_experts(locked, row.venue, actor)}
            recusal.successor = seated.get(row.seat)
            recusal.save(update_fields=["successor"])
        _move(locked, recusal.ground)
    return recusal


def _blockers(committee: Committee, member: CommitteeMember, ground: str) -> list[Blocker]:
    found = membership_blockers(member_facts(member))
    if committee.phase in ENDED:
        found.append(Blocker("room.ended", gettext_noop("评标已经结束")))
    if not ground.strip():
        found.append(Blocker("recusal.no_ground", gettext_noop("请写明回避或更换的事由"), "条例 46", place="ground"))
    return found


def _void(committee: Committee, member: CommitteeMember) -> None:
    """The opinions of a member who leaves are void (条例 48, 87号令 49), and what was built on them."""
    at = now()
    HandIn.objects.filter(member=member, voided_at=None).update(voided_at=at)
    Summary.objects.filter(committee=committee, voided_at=None).update(voided_at=at)
    Report.objects.filter(committee=committee, voided_at=None).update(voided_at=at)
    if committee.chair_id == member.pk:
        committee.chair, committee.tied = None, []
        committee.ballot += 1
    elif member.seat in committee.tied:
        committee.tied = []
        committee.ballot += 1
    committee.save(update_fields=["chair", "tied", "ballot"])


def _move(committee: Committee, reason: str) -> None:
    if committee.phase in (Phase.FORMING, Phase.GATHERING):
        return
    target = after_replacement(committee.phase, bool(method_in_force(committee.section).review))
    if target is not None:
        move_phase(committee, target, "replace_member", reason)
