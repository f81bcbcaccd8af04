"""A firm's own requests, admissions and yearly reviews by the API."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Router, Status

from prequalified.actions.directories.edit_request import edit_request
from prequalified.actions.directories.leave_directory import leave_directory
from prequalified.actions.directories.settle_request import settle_request
from prequalified.actions.directories.start_request import start_renewal, start_request
from prequalified.actions.directories.state_request import Stated, state_request
from prequalified.actions.directories.submit_request import submit_request
from prequalified.actions.directories.submit_review import edit_review, stated_review, submit_review
from prequalified.actions.directories.withdraw_request import withdraw_request
from prequalified.api.directories.schemas import (
    AdmissionOut,
    RequestIn,
    RequestOut,
    ReviewIn,
    ReviewOut,
    SignatureIn,
    StatementOut,
)
from prequalified.api.directories.shown import request_out, review_out
from prequalified.api.schemas import Reason
from prequalified.models import Admission, AdmissionRequest, Call, YearlyReview
from prequalified.permissions import Asked, act
from prequalified.queries.directories.listings import admission_record
from prequalified.queries.directories.requests import requests_of_party
from prequalified.rules.encoding import decoded
from runtime.spoken import spoken
from signing.rules.canonical import canonical

router = Router(tags=["admission requests"])
FIRMS = {"bidder", "agency"}


@router.get("/my/requests", response=list[RequestOut], summary="我的入库申请")
@act(roles=FIRMS)
def mine(request: Asked) -> list[dict[str, Any]]:
    rows = requests_of_party(request.actor.party_id).select_related("admission", "call__directory", "party", "renews")
    return [request_out(row) for row in rows[:500]]


@router.post("/directories/calls/{slug:number}/requests", response={201: RequestOut}, summary="开始入库申请")
@act(roles=FIRMS, certificate=True)
def start(request: Asked, number: str) -> Status:
    call = get_object_or_404(Call.objects.select_related("directory", "condition_set"), number=number)
    return Status(201, request_out(start_request(call=call, actor=request.actor)))


@router.get("/my/requests/{slug:number}", response=RequestOut, summary="一份入库申请")
@act(roles=FIRMS)
def one(request: Asked, number: str) -> dict[str, Any]:
    settle_request(number)
    return request_out(_own(request, number))


@router.put("/my/requests/{slug:number}", response=RequestOut, summary="填写入库申请")
@act(roles=FIRMS, certificate=True)
def edit(request: Asked, number: str, body: RequestIn) -> dict[str, Any]:
    given = body.dict()
    row = edit_request(
        number=number, grade=given["grade"], facts=given["facts"], committed=given["committed"], actor=request.actor
    )
    return request_out(row)


@router.get("/my/requests/{slug:number}/statement", response=StatementOut, summary="自动检查结果和待签名内容")
@act(roles=FIRMS, certificate=True)
def statement(request: Asked, number: str) -> dict[str, Any]:
    return _stated(state_request(_own(request, number)))


@router.post("/my/requests/{slug:number}/submission", response=RequestOut, summary="签名提交入库申请")
@act(roles=FIRMS, certificate=True)
def submit(request: Asked, number: str, body: SignatureIn) -> dict[str, Any]:
    return request_out(submit_request(number=number, signature=decoded(body.signature), actor=request.actor))


@router.delete("/my/requests/{slug:number}", response=RequestOut, summary="撤回入库申请")
@act(roles=FIRMS, certificate=True)
def withdraw(request: Asked, number: str) -> dict[str, Any]:
    return request_out(withdraw_request(number=number, actor=request.actor))


@router.get("/my/admissions", response=list[AdmissionOut], summary="我的在册记录")
@act(roles=FIRMS)
def admissions(request: Asked) -> list[dict[str, Any]]:
    rows = Admission.objects.filter(party_id=request.actor.party_id or 0).select_related("party", "directory")
    return [admission_record(row) for row in rows[:500]]


@router.post("/my/admissions/{slug:number}/renewal", response={201: RequestOut}, summary="开始续期申请")
@act(roles=FIRMS, certificate=True)
def renew(request: Asked, number: str) -> Status:
    return Status(201, request_out(start_renewal(admission=_admission(request, number), actor=request.actor)))


@router.post("/my/admissions/{slug:number}/leaving", response=AdmissionOut, summary="退出名录")
@act(roles=FIRMS, certificate=True)
def leave(request: Asked, number: str, body: Reason) -> dict[str, Any]:
    row = _admission(request, number)
    leave_directory(admission=row, reason=body.reason, actor=request.actor)
    return admission_record(row)


@router.get("/my/yearly-reviews", response=list[ReviewOut], summary="我的年度复核")
@act(roles=FIRMS)
def reviews(request: Asked) -> list[dict[str, Any]]:
    rows = YearlyReview.objects.filter(admission__party_id=request.actor.party_id or 0)
    return [review_out(row) for row in rows.select_related("admission__party")[:500]]


@router.put("/my/yearly-reviews/{int:number}", response=ReviewOut, summary="填写年度复核")
@act(roles=FIRMS, certificate=True)
def fill_review(request: Asked, number: int, body: ReviewIn) -> dict[str, Any]:
    given = body.dict()
    row = edit_review(review_id=number, facts=given["facts"], committed=given["committed"], actor=request.actor)
    return review_out(row)


@router.get(
    "/my/yearly-reviews/{int:number}/statement", response=StatementOut, summary="年度复核的检查结果和待签名内容"
)
@act(roles=FIRMS, certificate=True)
def review_statement(request: Asked, number: int) -> dict[str, Any]:
    rows = YearlyReview.objects.filter(admission__party_id=request.actor.party_id or 0)
    row = get_object_or_404(rows.select_related("admission__directory__centre", "admission__party"), pk=number)
    return _stated(stated_review(row))


@router.post("/my/yearly-reviews/{int:number}/submission", response=ReviewOut, summary="签名提交年度复核")
@act(roles=FIRMS, certificate=True)
def hand_in_review(request: Asked, number: int, body: SignatureIn) -> dict[str, Any]:
    return review_out(submit_review(review_id=number, signature=decoded(body.signature), actor=request.actor))


def _stated(stated: Stated) -> dict[str, Any]:
    text = canonical(stated.statement).decode()
    return {"text": text, "findings": stated.data, "blockers": spoken(stated.blockers)}


def _own(request: Asked, number: str) -> AdmissionRequest:
    row = requests_of_party(request.actor.party_id).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _admission(request: Asked, number: str) -> Admission:
    rows = Admission.objects.filter(party_id=request.actor.party_id or 0).select_related("party", "directory")
    return get_object_or_404(rows, number=number)
