"""Going back (回退): the chair asks with reasons, the supervisor decides, what was signed is voided and kept."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import ROLL_BACK, room_name
from evaluation.models import BidStanding, Committee, CommitteeMember, HandIn, Report, RollBack, Summary
from evaluation.permissions import demand_chair, demand_member, demand_supervisor
from evaluation.queries.facts import member_facts, room_facts
from evaluation.rules.phases import SITTING, Phase, roll_back_targets
from evaluation.rules.sitting import act_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if

ASKING = tuple(SITTING - {Phase.PRELIMINARY})


def ask_roll_back(*, committee: Committee, target: str, reason: str, actor: Actor) -> RollBack:
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        demand_chair(member, locked)
        refuse_if(_blockers(locked, member, target, reason))
        row = RollBack.objects.create(
            committee=locked, target=target, reason=reason.strip(), asked_by=member, asked_at=now()
        )
        body = {**seat_of(member), "from": locked.phase, "target": target, "reason": row.reason}
        write_journal(locked, "evaluation.roll_back_asked", body, actor)
        announce(room_name(locked.section.code), ROLL_BACK, {"target": target, "granted": None})
    return row


def _blockers(committee: Committee, member: CommitteeMember, target: str, reason: str) -> list[Blocker]:
    found = act_blockers(room_facts(committee), member_facts(member), *ASKING)
    if target not in roll_back_targets(committee.phase):
        message = gettext_noop("当前环节不能回退到所选的环节")
        found.append(Blocker("roll_back.bad_target", message, params={"target": target[:20]}, place="target"))
    if not reason.strip():
        found.append(Blocker("roll_back.no_reason", gettext_noop("请写明理由"), "87号令 64", place="reason"))
    if RollBack.objects.filter(committee=committee, decided_at=None).exists():
        found.append(Blocker("roll_back.pending", gettext_noop("已有一项回退申请等待监督人员处理")))
    return found


def decide_roll_back(*, committee: Committee, granted: bool, answer: str, actor: Actor) -> RollBack:
    """Granted: hand-ins, summary and report from the target on are voided; drafts and verdicts stay to be changed."""
    demand_supervisor(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        row = RollBack.objects.select_for_update().filter(committee=locked, decided_at=None).first()
        if row is None:
            raise Refusal(Blocker("roll_back.none", gettext_noop("没有等待处理的回退申请")))
        refuse_if(_decision_blockers(locked, row, granted, answer))
        row.granted, row.answer, row.decided_at = granted, answer.strip(), now()
        row.decided_by_id = actor.account_id
        row.save()
        if granted:
            undo(locked, Phase(row.target))
            move_phase(locked, Phase(row.target), "decide_roll_back", row.reason)
        body = {"target": row.target, "granted": granted, "reason": row.reason, "answer": row.answer}
        write_journal(locked, "evaluation.roll_back_decided", body, actor)
        announce(room_name(locked.section.code), ROLL_BACK, {"target": row.target, "granted": granted})
    return row


def _decision_blockers(committee: Committee, row: RollBack, granted: bool, answer: str) -> list[Blocker]:
    found = []
    if granted and row.target not in roll_back_targets(committee.phase):
        message = gettext_noop("当前环节不能回退到所选的环节")
        found.append(Blocker("roll_back.bad_target", message, params={"target": row.target}))
    if not answer.strip():
        found.append(Blocker("roll_back.no_answer", gettext_noop("请写明处理意见"), place="answer"))
    return found


def undo(committee: Committee, target: Phase) -> None:
    """Void what lies after `target`. The members' rows are locked first: no draft may slip in between."""
    at = now()
    keys = [member.pk for member in standing_members(committee)]
    list(CommitteeMember.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    Report.objects.filter(committee=committee, voided_at=None).update(voided_at=at)
    Summary.objects.filter(committee=committee, voided_at=None).update(voided_at=at)
    if target in (Phase.SCORING, Phase.PRELIMINARY):
        HandIn.objects.filter(member_id__in=keys, voided_at=None).update(voided_at=at)
    if target is Phase.PRELIMINARY:
        CommitteeMember.objects.filter(pk__in=keys).update(review_finished_at=None)
        BidStanding.objects.filter(committee=committee).update(rejected="")
