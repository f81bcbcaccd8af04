"""The evaluation's part of the evidence: draws, undertakings, hand-ins, report, signatures."""

from collections.abc import Iterator

from evaluation.models import CommitteeDraw, HandIn, Report, Undertaking
from runtime.store import in_store
from signing.models import Draw, DrawState
from signing.queries.draws import draw_file
from supervision.queries.evidence import Member, as_json
from tendering.models import Section, SectionException


def draws(section: Section) -> Iterator[Member]:
    """Every finished draw of the section. Names are shown of those that were called; where no person is drawn, of all."""
    rows = Draw.objects.filter(subject=f"section:{section.code}", state=DrawState.FINISHED)
    for draw in rows.select_related("committee_draw").order_by("pk"):
        yield Member(f"draws/{draw.number}.json", as_json(draw_file(draw, _shown(draw))))


def _shown(draw: Draw) -> list[int]:
    row = CommitteeDraw.objects.filter(draw=draw).first()
    if row is None or row.purpose != CommitteeDraw.Purpose.EXPERTS:
        return [entry["number"] for entry in draw.names]
    chosen = [number for step in (draw.outcome or {}).get("chosen", []) for number in step]
    return sorted({*chosen, *row.passed})


def standing_report(section: Section) -> Report | None:
    """The report that the newest ranking stands on; None where there is none, or it was voided by a re-evaluation."""
    ranking = section.rankings.filter(round=section.round).order_by("-number").first()
    if ranking is None:
        return None
    again = section.exceptions.filter(
        round=section.round, kind=SectionException.Kind.REEVALUATED, at__gt=ranking.reported_at
    )
    if again.exists():
        return None
    return Report.objects.filter(committee__section=section, sha256=ranking.report_sha256, voided_at=None).first()


def evaluation_members(section: Section) -> Iterator[Member]:
    report = standing_report(section)
    if report is None:
        return
    committee = report.committee
    for undertaking in Undertaking.objects.filter(
        member__committee=committee, member__status="standing"
    ).select_related("member"):
        stem = f"evaluation/undertakings/{undertaking.member.seat}"
        yield Member(f"{stem}.json", bytes(undertaking.text))
        yield Member(f"{stem}.p7s", bytes(undertaking.signature))
    hand_ins = HandIn.objects.filter(member__committee=committee, member__status="standing", voided_at=None)
    for row in hand_ins.select_related("member"):
        stem = f"evaluation/hand-ins/{row.member.seat}"
        yield Member(f"{stem}.json", bytes(row.content))
        yield Member(f"{stem}.p7s", bytes(row.signature))
    yield from _report(report)


def _report(report: Report) -> Iterator[Member]:
    yield Member("evaluation/report.json", bytes(report.content))
    if report.pdf_path:
        yield Member("evaluation/report.pdf", in_store(report.pdf_path))
    for row in report.signatures.select_related("member"):
        stem = f"evaluation/signatures/{row.member.seat}"
        if row.signature:
            yield Member(f"{stem}.p7s", bytes(row.signature))
        if row.kind == "dissent":
            yield Member(f"{stem}.dissent.json", bytes(row.statement or b""))
