"""The report is made from the summary; making it anew voids the signatures under the one before (A-151)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.summarise import standing_hand_ins
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import REPORT, room_name
from evaluation.models import Committee, CommitteeDraw, CommitteeMember, Report, RollBack, Summary
from evaluation.permissions import demand_chair, demand_member
from evaluation.queries.facts import member_facts, room_facts
from evaluation.queries.rooms import standings
from evaluation.rules import report as form
from evaluation.rules.hand_in import sha256_of, signed_bytes
from evaluation.rules.phases import Phase
from evaluation.rules.sitting import act_blockers
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if


def build_report(*, committee: Committee, remarks: str, actor: Actor) -> Report:
    """By the chair. Raises Refusal before the summary, and for a tie among the candidates that nothing has decided."""
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        demand_chair(member, locked)
        summary = Summary.objects.filter(committee=locked, voided_at=None).first()
        refuse_if(_blockers(locked, member, summary))
        assert summary is not None  # noqa: S101  (one of the blockers)
        Report.objects.filter(committee=locked, voided_at=None).update(voided_at=now())
        number = Report.objects.filter(committee=locked).count() + 1
        content = report_content(locked, summary, number, remarks.strip())
        row = Report.objects.create(
            committee=locked,
            number=number,
            content=signed_bytes(content),
            sha256=sha256_of(content),
            remarks=remarks.strip(),
            at=now(),
        )
        body = {**seat_of(member), "report": number, "sha256": row.sha256}
        write_journal(locked, "evaluation.report_built", body, actor)
        announce(room_name(locked.section.code), REPORT, {"number": number})
        if locked.phase == Phase.SUMMARY:
            move_phase(locked, Phase.REPORT, "build_report")
    return row


def _blockers(committee: Committee, member: CommitteeMember, summary: Summary | None) -> list[Blocker]:
    found = act_blockers(room_facts(committee), member_facts(member), Phase.SUMMARY, Phase.REPORT)
    if summary is None:
        return [*found, Blocker("report.no_summary", gettext_noop("请先汇总"), "条例 53")]
    return found + form.tie_blockers(summary.result)


def report_content(committee: Committee, summary: Summary, number: int, remarks: str) -> dict[str, Any]:
    section = committee.section
    return form.content(
        number=number,
        section={
            "code": section.code,
            "name": section.name,
            "round": committee.round,
            "tendering_project": section.tendering_project.code,
            "regime": section.regime,
            "kind": section.kind,
            "tenderer": section.tendering_project.project.tenderer.name,
        },
        committee={
            "number": committee.number,
            "size": committee.size,
            "chair": committee.chair.seat if committee.chair else None,
            "started_at": stamp(committee.started_at) if committee.started_at else "",
            "method_sha256": committee.method_sha256,
        },
        members=[_member(member) for member in standing_members(committee)],
        left=[_left(member) for member in _gone(committee)],
        draws=[
            {"number": row.draw.number, "purpose": row.purpose}
            for row in CommitteeDraw.objects.filter(committee=committee, applied_at__isnull=False).select_related(
                "draw"
            )
        ],
        bids=[_bid(row) for row in standings(committee)],
        hand_ins=[{"seat": row.member.seat, "sha256": row.sha256} for row in standing_hand_ins(committee)],
        score_file=summary.score_file,
        result=summary.result,
        roll_backs=[_roll_back(row) for row in RollBack.objects.filter(committee=committee, granted=True)],
        remarks=remarks,
        made_at=stamp(now()),
    )


def _member(member: CommitteeMember) -> Mapping[str, Any]:
    party = member.party
    return {
        "seat": member.seat,
        "kind": member.kind,
        "name": party.name,
        "number": party.number,
        "venue": member.venue.name,
    }


def _gone(committee: Committee) -> list[CommitteeMember]:
    rows = committee.members.exclude(status=CommitteeMember.Status.STANDING)
    return list(rows.select_related("party", "venue", "recusal").order_by("left_at"))


def _left(member: CommitteeMember) -> Mapping[str, Any]:
    return {**_member(member), "status": member.status, "ground": member.recusal.ground}


def _bid(row: Any) -> Mapping[str, Any]:
    bid = row.bid
    return {
        "bidder": bid.bid.bidder.number,
        "name": bid.bid.bidder.name,
        "inner_sha256": bid.inner_sha256,
        "rejected": row.rejected,
        "findings": row.findings,
    }


def _roll_back(row: RollBack) -> Mapping[str, Any]:
    return {
        "target": row.target,
        "reason": row.reason,
        "answer": row.answer,
        "at": stamp(row.decided_at or row.asked_at),
    }
