"""Staff: requests with their clocks, the review of one, objections to it; commitments and yearly reviews."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prequalified.actions.directories.answer_objection import answer_objection
from prequalified.actions.directories.check_commitment import check_commitment
from prequalified.actions.directories.decide_request import decide_request
from prequalified.actions.directories.decide_review import decide_review
from prequalified.actions.directories.settle_request import settle_request
from prequalified.models import AdmissionRequest, YearlyReview
from prequalified.permissions import Asked, act
from prequalified.queries.directories.conditions_shown import findings_shown
from prequalified.queries.directories.listings import (
    commitments_listing,
    named,
    reviews_listing,
    staff_requests_listing,
)
from prequalified.queries.directories.requests import requests_of_staff
from prequalified.queries.directory import centres_of
from prequalified.rules.timing import day_of
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@require_safe
@act(roles={"staff"}, certificate=True)
def requests(request: Asked) -> HttpResponseBase:
    listing = staff_requests_listing(request)
    if listing.wants_file:
        return listing.file("admission-requests")
    rows: list[Any] = list(listing.page)
    for row in rows:
        row.call.directory.shown = named(row.call.directory)
    context = {
        "listing": listing, "rows": rows, "statuses": AdmissionRequest.Status.choices[1:],
        "status": request.GET.get("status", ""), "moment": now(),
    }  # fmt: skip
    return render(request, "prequalified/directories/staff_requests.html", context)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def review(request: Asked, number: str) -> HttpResponse:
    settle_request(number)
    row = _own(request, number)
    refusal = None
    if request.method == "POST":
        try:
            decision, reasons = request.POST.get("decision", ""), request.POST.get("reasons", "")
            decide_request(number=number, decision=decision, reasons=reasons, actor=request.actor)
            messages.success(request, _("已办理，结果已告知申请单位。"))
            return redirect("staff_requests")
        except Refusal as refused:
            refusal, row = refused, _own(request, number)
    return _page(request, row, refusal)


def _page(request: Asked, row: AdmissionRequest, refusal: Refusal | None) -> HttpResponse:
    facts = row.statement["facts"] if row.statement else {}
    papers = {paper.public_id: paper for paper in row.papers.all()}
    findings = findings_shown(row.call.condition_set.conditions, row.findings)
    for finding in findings:
        told = facts.get(finding["key"], {"text": "", "papers": []})
        finding["stated"] = told["text"]
        finding["papers"] = [papers[one] for one in told["papers"] if one in papers]
    context = {
        "row": row, "directory": row.call.directory, "name": named(row.call.directory), "findings": findings,
        "objections": row.objections.select_related("by", "answered_by"), "commitments": row.commitments.all(),
        "refusal": spoken(refusal) if refusal else [], "moment": now(),
        "typed": {key: request.POST.get(key, "") for key in ("reasons", "decision", "answer")},
        "admission": getattr(row, "admission", None) or row.renews,
    }  # fmt: skip
    return render(
        request, "prequalified/directories/staff_request.html", context, status=refusal.status if refusal else 200
    )


@require_POST
@act(roles={"staff"}, certificate=True)
def answer(request: Asked, number: str, objection: int) -> HttpResponse:
    upheld = request.POST.get("upheld") == "1"
    try:
        answer_objection(
            objection_id=objection, answer=request.POST.get("answer", ""), upheld=upheld, actor=request.actor
        )
    except Refusal as refusal:
        return _page(request, _own(request, number), refusal)
    messages.success(request, _("已答复。"))
    return redirect("staff_request", number)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def commitments(request: Asked) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        number = request.POST.get("commitment", "")
        given = {key: request.POST.get(key, "") for key in ("outcome", "note")}
        try:
            check_commitment(
                commitment_id=int(number) if number.isdecimal() and len(number) < 10 else 0,
                actor=request.actor,
                **given,
            )
            messages.success(request, _("核查结果已记录。"))
            return redirect("commitments")
        except Refusal as refused:
            refusal = refused
    context = {
        "listing": commitments_listing(request), "refusal": spoken(refusal) if refusal else [], "moment": now(),
        "done": request.GET.get("done", ""),
    }  # fmt: skip
    return render(
        request, "prequalified/directories/commitments.html", context, status=refusal.status if refusal else 200
    )


@require_safe
@act(roles={"staff"}, certificate=True)
def yearly(request: Asked) -> HttpResponse:
    context = {"listing": reviews_listing(request), "done": request.GET.get("done", ""), "today": day_of(now())}
    return render(request, "prequalified/directories/staff_reviews.html", context)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def yearly_review(request: Asked, number: int) -> HttpResponse:
    row = _own_review(request, number)
    refusal = None
    if request.method == "POST":
        given = {key: request.POST.get(key, "") for key in ("outcome", "reasons")}
        try:
            decide_review(review_id=number, actor=request.actor, **given)
            messages.success(request, _("年度复核已办结。"))
            return redirect("staff_reviews")
        except Refusal as refused:
            refusal, row = refused, _own_review(request, number)
    document = row.admission.directory.condition_sets.exclude(published_at=None).first()
    context = {
        "row": row, "refusal": spoken(refusal) if refusal else [], "typed": request.POST.get("reasons", ""),
        "findings": findings_shown(document.conditions if document else {"conditions": []}, row.findings),
        "name": named(row.admission.directory), "over": day_of(now()) > row.due,
    }  # fmt: skip
    return render(
        request, "prequalified/directories/staff_review.html", context, status=refusal.status if refusal else 200
    )


def _own(request: Asked, number: str) -> AdmissionRequest:
    row = requests_of_staff(request.actor).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _own_review(request: Asked, number: int) -> YearlyReview:
    rows = YearlyReview.objects.filter(pk=number, admission__directory__centre__in=centres_of(request.actor))
    row = rows.select_related("admission__directory__centre", "admission__party", "decided_by").first()
    if row is None:
        raise Http404
    return row
