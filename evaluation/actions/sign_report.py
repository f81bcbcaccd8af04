"""Every member signs the report, or a dissent with reasons; silence is agreement (A-152, 条例 53, 87号令 61)."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.actions.verify_own import verify_own
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import SIGNED, room_name
from evaluation.models import Committee, CommitteeMember, Report, ReportSignature
from evaluation.permissions import demand_chair, demand_host, demand_member, member_of
from evaluation.queries.facts import member_facts, room_facts
from evaluation.rules.phases import Phase, phase_blockers
from evaluation.rules.report import dissent
from evaluation.rules.sitting import act_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.rules.canonical import canonical


def standing_report(committee: Committee) -> Report:
    """Raises Refusal where there is none."""
    row = Report.objects.filter(committee=committee, voided_at=None).first()
    if row is None:
        raise Refusal(Blocker("report.none", gettext_noop("还没有评标报告")), status=404)
    return row


def to_sign(report: Report, opinion: str = "") -> bytes:
    """The bytes a member signs: the report itself, or the dissent."""
    return canonical(dissent(report.sha256, opinion.strip())) if opinion.strip() else bytes(report.content)


def sign_report(*, committee: Committee, signature: bytes, actor: Actor, opinion: str = "") -> ReportSignature:
    """`opinion` makes it a dissent. Raises Refusal: wrong phase, signed already, a signature over another version."""
    member = demand_member(actor, committee)
    report = standing_report(committee)
    refuse_if(_blockers(committee, member, report))
    statement = to_sign(report, opinion)
    fingerprint = verify_own(member, statement, signature)
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        if standing_report(locked).pk != report.pk:
            raise Refusal(_newer())
        refuse_if(_blockers(locked, member, report))
        row = ReportSignature.objects.create(
            report=report,
            member=member,
            kind=ReportSignature.Kind.DISSENT if opinion.strip() else ReportSignature.Kind.SIGNED,
            statement=statement,
            signature=signature,
            certificate=fingerprint,
            opinion=opinion.strip(),
            at=now(),
        )
        _tell(locked, row, actor)
    return row


def deem_agreement(*, committee: Committee, seat: int, note: str, actor: Actor) -> ReportSignature:
    """A member refuses to sign and gives no written reasons: agreement (条例 53). Recorded by the chair or the host."""
    own = member_of(actor, committee)
    if own is None:
        demand_host(actor, committee.section)
    else:
        demand_chair(own, committee)
    with transaction.atomic():
        locked = lock_committee(committee)
        report = standing_report(locked)
        member = locked.members.filter(seat=seat, status=CommitteeMember.Status.STANDING).first()
        if member is None:
            message = gettext_noop("席位%(seat)s现在没有成员")
            raise Refusal(Blocker("room.empty_seat", message, params={"seat": str(seat)}, place="seat"))
        found = [*phase_blockers(locked.phase, Phase.REPORT), *_signed_already(report, member)]
        if not note.strip():
            message = gettext_noop("请写明该成员拒绝签字且未书面说明不同意见的情况")
            found.append(Blocker("report.no_note", message, "条例 53", place="note"))
        refuse_if(found)
        row = ReportSignature.objects.create(
            report=report, member=member, kind=ReportSignature.Kind.DEEMED, opinion=note.strip(), at=now()
        )
        _tell(locked, row, actor)
    return row


def _blockers(committee: Committee, member: CommitteeMember, report: Report) -> list[Blocker]:
    found = act_blockers(room_facts(committee), member_facts(member), Phase.REPORT)
    return found + _signed_already(report, member)


def _signed_already(report: Report, member: CommitteeMember) -> list[Blocker]:
    if not ReportSignature.objects.filter(report=report, member=member).exists():
        return []
    return [Blocker("report.signed", gettext_noop("该成员已经签署本报告"))]


def _newer() -> Blocker:
    message = gettext_noop("报告已重新生成，您签署的是旧版本")
    return Blocker("report.newer", message, "rules.md §4", gettext_noop("请阅读新报告后重新签署"))


def _tell(committee: Committee, row: ReportSignature, actor: Actor) -> None:
    body = {
        **seat_of(row.member),
        "report": row.report.number,
        "sha256": row.report.sha256,
        "kind": row.kind,
        "certificate": row.certificate,
        "opinion": row.opinion,
    }
    write_journal(committee, "evaluation.report_signed", body, actor)
    announce(room_name(committee.section.code), SIGNED, {"seat": row.member.seat, "number": row.report.number})
