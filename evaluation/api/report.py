"""Summary, report, its signatures, the end and the ways back, over HTTP."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Router

from evaluation.actions.build_report import build_report
from evaluation.actions.close_evaluation import close_evaluation, report_pdf
from evaluation.actions.roll_back import ask_roll_back, decide_roll_back
from evaluation.actions.sign_report import deem_agreement, sign_report, standing_report, to_sign
from evaluation.actions.summarise import summarise
from evaluation.api import schemas
from evaluation.permissions import member_of, not_a_member, sees_inside
from evaluation.queries.room_state import OPEN_PHASES
from evaluation.queries.rooms import committee_by_code
from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime.clock import stamp
from runtime.refusal import Refusal
from runtime.store import in_store

router = Router(tags=["evaluation"])
MEMBERS = {"evaluator"}
WATCHERS = {"evaluator", "staff", "supervisor"}


@router.post("/sections/{code}/room/summary", response={201: dict[str, Any]}, summary="汇总计算")
@act({"staff", "evaluator"})
def do_summarise(request: HttpRequest, code: str) -> tuple[int, dict[str, Any]]:
    actor = request.actor  # type: ignore[attr-defined]
    committee = committee_by_code(code)
    row = summarise(committee=committee, actor=actor)
    shown = row.result if member_of(actor, committee) else {}
    return 201, {"number": row.number, "result": shown}


@router.get("/sections/{code}/room/score-file", response=dict[str, Any], summary="评分文件（yangguang score 可重算）")
@act(WATCHERS)
def score_file(request: HttpRequest, code: str) -> dict[str, Any]:
    committee = _open(request, code)
    row = committee.summaries.filter(voided_at=None).first()
    return row.score_file if row else {}


@router.post("/sections/{code}/room/report", response={201: dict[str, Any]}, summary="生成评标报告")
@act(MEMBERS, certificate=True)
def do_build(request: HttpRequest, code: str, body: schemas.RemarksIn) -> tuple[int, dict[str, Any]]:
    committee = committee_by_code(code)
    row = build_report(committee=committee, remarks=body.remarks, actor=request.actor)  # type: ignore[attr-defined]
    return 201, {"number": row.number, "sha256": row.sha256}


@router.get("/sections/{code}/room/report", summary="评标报告（规范JSON，按字节签名）；opinion为不同意见")
@act(WATCHERS)
def report(request: HttpRequest, code: str, opinion: str = "") -> HttpResponse:
    return HttpResponse(to_sign(standing_report(_open(request, code)), opinion), content_type="application/json")


@router.get("/sections/{code}/room/report.pdf", summary="评标报告PDF")
@act(WATCHERS)
def report_paper(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    row = standing_report(_open(request, code))
    name = f"report-{code}-{row.number}.pdf"
    if row.pdf_path:
        return FileResponse(in_store(row.pdf_path).open("rb"), filename=name, content_type="application/pdf")
    answer = HttpResponse(report_pdf(row), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@router.post("/sections/{code}/room/report/signature", response={201: dict[str, Any]}, summary="签署评标报告")
@act(MEMBERS, certificate=True)
def do_sign_report(request: HttpRequest, code: str, body: schemas.OpinionIn) -> tuple[int, dict[str, Any]]:
    row = sign_report(
        committee=committee_by_code(code),
        signature=decoded(body.signature),
        opinion=body.opinion,
        actor=request.actor,  # type: ignore[attr-defined]
    )
    return 201, {"kind": row.kind, "report": row.report.number, "at": stamp(row.at)}


@router.post("/sections/{code}/room/report/agreement", response={201: dict[str, Any]}, summary="记录拒签视为同意")
@act({"staff", "evaluator"})
def do_deem(request: HttpRequest, code: str, body: schemas.SeatNoteIn) -> tuple[int, dict[str, Any]]:
    committee = committee_by_code(code)
    row = deem_agreement(committee=committee, seat=body.seat, note=body.note, actor=request.actor)  # type: ignore[attr-defined]
    return 201, {"kind": row.kind, "report": row.report.number, "at": stamp(row.at)}


@router.post("/sections/{code}/room/close", response=dict[str, Any], summary="结束评标")
@act({"staff", "evaluator"})
def do_close(request: HttpRequest, code: str) -> dict[str, Any]:
    row = close_evaluation(committee=committee_by_code(code), actor=request.actor)  # type: ignore[attr-defined]
    return {"report": row.number, "sha256": row.sha256, "pdf_sha256": row.pdf_sha256}


@router.post("/sections/{code}/room/roll-backs", response={201: dict[str, Any]}, summary="申请回退")
@act(MEMBERS, certificate=True)
def do_ask_back(request: HttpRequest, code: str, body: schemas.RollBackIn) -> tuple[int, dict[str, Any]]:
    committee = committee_by_code(code)
    row = ask_roll_back(committee=committee, target=body.target, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]
    return 201, {"target": row.target, "at": stamp(row.asked_at)}


@router.post("/sections/{code}/room/roll-back", response=dict[str, Any], summary="处理回退申请")
@act({"supervisor"})
def do_decide_back(request: HttpRequest, code: str, body: schemas.DecisionIn) -> dict[str, Any]:
    committee = committee_by_code(code)
    row = decide_roll_back(committee=committee, granted=body.granted, answer=body.answer, actor=request.actor)  # type: ignore[attr-defined]
    return {"target": row.target, "granted": row.granted}


def _open(request: HttpRequest, code: str) -> Any:
    """The committee, for members and supervisors once all have handed in; figures are nobody else's before the result."""
    committee = committee_by_code(code)
    if not sees_inside(request.actor, committee) or committee.phase not in OPEN_PHASES:  # type: ignore[attr-defined]
        raise Refusal(not_a_member(), status=403)
    return committee
