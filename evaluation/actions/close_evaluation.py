"""The evaluation ends: everybody has signed, the paper is sealed, the ranking goes to `tendering` (A-151..153)."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from evaluation.actions.lock_committee import lock_with_section, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.sign_report import standing_report
from evaluation.actions.summarise import price_of
from evaluation.actions.write_journal import write_journal
from evaluation.models import Committee, MemberKind, Report, ReportSignature
from evaluation.permissions import demand_chair, demand_host, member_of
from evaluation.queries.facts import method_in_force
from evaluation.queries.rooms import standings
from evaluation.reports.evaluation_report import ReportPaper, Signed, pdf
from evaluation.rules.phases import Phase, phase_blockers
from evaluation.rules.report import ranking_rows
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.sign_pdf import sign_pdf
from tendering.actions.record_ranking import record_ranking


def close_evaluation(*, committee: Committee, actor: Actor) -> Report:
    """By the host or the chair. The paper is made and sealed before the transaction; who comes second is refused."""
    member = member_of(actor, committee)
    if member is None:
        demand_host(actor, committee.section)
    else:
        demand_chair(member, committee)
    report = standing_report(committee)
    refuse_if(_blockers(committee, report))
    paper = sign_pdf(report_pdf(report, final=True), "评标报告")
    path = f"reports/{committee.section.code}/{committee.round}-{committee.number}-{report.number}.pdf"
    with transaction.atomic(durable=True):
        locked = lock_with_section(committee)
        if standing_report(locked).pk != report.pk:
            raise Refusal(Blocker("report.newer", gettext_noop("报告已重新生成，请重新签署"), "rules.md §4"))
        refuse_if(_blockers(locked, report))
        _store(path, paper)
        report.pdf_path, report.pdf_sha256 = path, hashlib.sha256(paper).hexdigest()
        report.save(update_fields=["pdf_path", "pdf_sha256"])
        locked.ended_at = now()
        locked.save(update_fields=["ended_at"])
        body = {"report": report.number, "sha256": report.sha256, "pdf_sha256": report.pdf_sha256}
        write_journal(locked, "evaluation.closed", body, actor)
        move_phase(locked, Phase.CLOSED, "close_evaluation")
        record_ranking(
            section=locked.section,
            ranking=ranking_rows(json.loads(bytes(report.content))["result"], _prices(locked)),
            report_sha256=report.sha256,
            reported_at=locked.ended_at,
            actor=actor,
        )
    return report


def _blockers(committee: Committee, report: Report) -> list[Blocker]:
    found = phase_blockers(committee.phase, Phase.REPORT)
    signed = set(ReportSignature.objects.filter(report=report).values_list("member_id", flat=True))
    for member in standing_members(committee):
        if member.pk not in signed:
            message = gettext_noop("席位%(seat)s还没有签署评标报告")
            params = {"seat": str(member.seat)}
            found.append(Blocker("report.not_signed", message, "条例 53", params=params, place=f"seat.{member.seat}"))
    return found


def report_pdf(report: Report, final: bool = False) -> bytes:
    """The report on paper with the signatures given so far."""
    project = report.committee.section.tendering_project.project
    return pdf(
        ReportPaper(
            content=json.loads(bytes(report.content)),
            sha256=report.sha256,
            issuer=project.centre.name,
            issued_at=now() if final else report.at,
            check_url=f"{settings.PUBLIC_URL}/check/",
            signatures=[_signed(row) for row in report.signatures.select_related("member__party")],
            final=final,
        )
    )


def _signed(row: ReportSignature) -> Signed:
    member = row.member
    return Signed(
        seat=member.seat,
        name=member.party.name,
        role=str(MemberKind(member.kind).label),
        kind=row.kind,
        at=row.at,
        certificate=row.certificate,
        opinion=row.opinion,
    )


def _store(path: str, paper: bytes) -> None:
    target = Path(settings.STORE) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    beside.write_bytes(paper)
    beside.replace(target)


def _prices(committee: Committee) -> dict[str, str]:
    item = method_in_force(committee.section).price_item
    return {row.bid.bid.bidder.number: price_of(row.bid, item) for row in standings(committee)}
