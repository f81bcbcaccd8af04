"""The staff's work on directories by the API: founding, conditions, calls, requests, objections, commitments, reviews."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from prequalified.actions.directories.answer_objection import answer_objection
from prequalified.actions.directories.check_commitment import check_commitment
from prequalified.actions.directories.close_call import close_call
from prequalified.actions.directories.decide_request import decide_request
from prequalified.actions.directories.decide_review import decide_review
from prequalified.actions.directories.draft_conditions import draft_conditions
from prequalified.actions.directories.publish_call import publish_call
from prequalified.actions.directories.publish_conditions import publish_conditions
from prequalified.actions.directories.save_directory import (
    DirectoryDraft,
    edit_directory,
    found_directory,
    set_directory_active,
)
from prequalified.api.directories.asking import Asking, AskingPublicity
from prequalified.api.directories.schemas import (
    ActiveIn,
    AnswerIn,
    CallIn,
    CallOut,
    CommitmentList,
    CommitmentOut,
    ConditionsIn,
    ConditionsOut,
    DecisionIn,
    DirectoryIn,
    DirectoryOut,
    ObjectionOut,
    OutcomeIn,
    RequestList,
    RequestOut,
    ReviewList,
    ReviewOut,
)
from prequalified.api.directories.shown import (
    commitment_out,
    conditions_out,
    listed,
    objection_out,
    request_out,
    review_out,
)
from prequalified.api.schemas import Reason
from prequalified.models import Call, Directory
from prequalified.permissions import Asked, act
from prequalified.queries.directories.listings import (
    call_record,
    commitments_listing,
    directory_record,
    reviews_listing,
    staff_directories,
    staff_requests_listing,
)
from prequalified.rules.directories.calls import CallDraft
from runtime.clock import now

router = Router(tags=["directories (staff)"])
STAFF = {"staff"}


@router.post("/staff/directories", response={201: DirectoryOut}, summary="新建名录")
@act(roles=STAFF, certificate=True)
def found(request: Asked, body: DirectoryIn) -> Status:
    return Status(201, directory_record(found_directory(draft=DirectoryDraft(**body.dict()), actor=request.actor)))


@router.put("/staff/directories/{slug:code}", response=DirectoryOut, summary="修改名录的期限和数值")
@act(roles=STAFF, certificate=True)
def edit(request: Asked, code: str, body: DirectoryIn) -> dict[str, Any]:
    draft = DirectoryDraft(**body.dict())
    return directory_record(edit_directory(directory=_own(request, code), draft=draft, actor=request.actor))


@router.put("/staff/directories/{slug:code}/active", response=DirectoryOut, summary="停用或启用名录")
@act(roles=STAFF, certificate=True)
def switch(request: Asked, code: str, body: ActiveIn) -> dict[str, Any]:
    row = set_directory_active(
        directory=_own(request, code), active=body.active, reason=body.reason, actor=request.actor
    )
    return directory_record(row)


@router.put("/staff/directories/{slug:code}/conditions", response=ConditionsOut, summary="起草入库条件")
@act(roles=STAFF, certificate=True)
def draft(request: Asked, code: str, body: ConditionsIn) -> dict[str, Any]:
    row = draft_conditions(directory=_own(request, code), document=body.conditions, actor=request.actor)
    return conditions_out(row)


@router.post("/staff/directories/{slug:code}/conditions/publication", response=ConditionsOut, summary="公布入库条件")
@act(roles=STAFF, certificate=True)
def publish(request: Asked, code: str) -> dict[str, Any]:
    return conditions_out(publish_conditions(directory=_own(request, code), actor=request.actor))


@router.post("/staff/directories/{slug:code}/calls", response={201: CallOut}, summary="发布征集公告")
@act(roles=STAFF, certificate=True)
def publish_a_call(request: Asked, code: str, body: CallIn) -> Status:
    wanted = CallDraft(body.title, body.text, body.opens_at or now(), body.closes_at)
    return Status(201, call_record(publish_call(directory=_own(request, code), draft=wanted, actor=request.actor)))


@router.post("/staff/calls/{slug:number}/closing", response=CallOut, summary="提前截止征集")
@act(roles=STAFF, certificate=True)
def close(request: Asked, number: str, body: Reason) -> dict[str, Any]:
    rows = Call.objects.filter(directory__in=staff_directories(request.actor))
    row = get_object_or_404(rows.select_related("directory"), number=number)
    return call_record(close_call(call=row, reason=body.reason, actor=request.actor))


@router.get("/staff/requests", response=RequestList, summary="入库申请（检索、排序、分页、下载）")
@act(roles=STAFF, certificate=True)
def requests(request: Asked, asking: Query[AskingPublicity]) -> Any:
    listing = staff_requests_listing(request)
    listing.rows = listing.rows.select_related("call__directory", "party", "renews", "reviewed_by", "admission")
    return listed(listing, request_out, "admission-requests")


@router.post("/staff/requests/{slug:number}/decision", response=RequestOut, summary="审核入库申请")
@act(roles=STAFF, certificate=True)
def decide(request: Asked, number: str, body: DecisionIn) -> dict[str, Any]:
    row = decide_request(number=number, decision=body.decision, reasons=body.reasons, actor=request.actor)
    return request_out(row)


@router.post("/staff/objections/{int:number}/answer", response=ObjectionOut, summary="答复公示异议")
@act(roles=STAFF, certificate=True)
def answer(request: Asked, number: int, body: AnswerIn) -> dict[str, Any]:
    row = answer_objection(objection_id=number, answer=body.answer, upheld=body.upheld, actor=request.actor)
    return objection_out(row)


@router.get("/staff/commitments", response=CommitmentList, summary="待核查的承诺")
@act(roles=STAFF, certificate=True)
def commitments(request: Asked, asking: Query[Asking]) -> Any:
    return listed(commitments_listing(request), commitment_out, "commitments")


@router.post("/staff/commitments/{int:number}/check", response=CommitmentOut, summary="核查承诺")
@act(roles=STAFF, certificate=True)
def check(request: Asked, number: int, body: OutcomeIn) -> dict[str, Any]:
    row = check_commitment(commitment_id=number, outcome=body.outcome, note=body.note, actor=request.actor)
    return commitment_out(row)


@router.get("/staff/yearly-reviews", response=ReviewList, summary="年度复核")
@act(roles=STAFF, certificate=True)
def reviews(request: Asked, asking: Query[Asking]) -> Any:
    return listed(reviews_listing(request), review_out, "yearly-reviews")


@router.post("/staff/yearly-reviews/{int:number}/decision", response=ReviewOut, summary="办理年度复核")
@act(roles=STAFF, certificate=True)
def decide_yearly(request: Asked, number: int, body: OutcomeIn) -> dict[str, Any]:
    row = decide_review(review_id=number, outcome=body.outcome, reasons=body.note, actor=request.actor)
    return review_out(row)


def _own(request: Asked, code: str) -> Directory:
    return get_object_or_404(staff_directories(request.actor), code=code)
