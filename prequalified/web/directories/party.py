"""A firm's own pages: its requests, filling in, checking, signing; its admissions: leaving, renewing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prequalified.actions.directories.edit_request import edit_request
from prequalified.actions.directories.expire_admissions import expire_admission
from prequalified.actions.directories.leave_directory import leave_directory
from prequalified.actions.directories.settle_request import settle_request
from prequalified.actions.directories.start_request import start_renewal, start_request
from prequalified.actions.directories.state_request import state_request
from prequalified.actions.directories.submit_request import submit_request
from prequalified.actions.directories.withdraw_request import withdraw_request
from prequalified.models import Admission, AdmissionRequest, Call, Paper, YearlyReview
from prequalified.permissions import Asked, act
from prequalified.queries.directories.conditions_shown import findings_shown
from prequalified.queries.directories.listings import named, open_calls
from prequalified.queries.directories.requests import requests_of_party
from prequalified.rules.directories.lifecycle import EDITABLE
from prequalified.web.directories.filling import filled_in, rows_of, signature_of, to_sign
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken

FIRMS = {"bidder", "agency"}


@require_safe
@act(roles=FIRMS)
def mine(request: Asked) -> HttpResponse:
    party = request.actor.party_id or 0
    admissions = Admission.objects.filter(party_id=party).select_related("directory")
    reviews = YearlyReview.objects.filter(admission__party_id=party).select_related("admission__directory")
    context = {
        "requests": requests_of_party(party)[:200], "admissions": admissions[:200], "reviews": reviews[:200],
        "calls": open_calls().select_related("directory__centre")[:50],
    }  # fmt: skip
    return render(request, "prequalified/directories/mine.html", context)


@require_POST
@act(roles=FIRMS, certificate=True)
def start(request: Asked, number: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.select_related("directory", "condition_set"), number=number)
    row = start_request(call=call, actor=request.actor)
    return redirect("my_request", row.number)


@require_http_methods(["GET", "POST"])
@act(roles=FIRMS, certificate=True)
def my_request(request: Asked, number: str) -> HttpResponse:
    """Fill in, keep, check; what was typed is never lost."""
    settle_request(number)
    row = _own(request, number)
    if request.method == "POST":
        try:
            facts, committed = filled_in(request.POST, row.call.condition_set.conditions)
            grade = request.POST.get("grade", row.grade)
            edit_request(number=number, grade=grade, facts=facts, committed=committed, actor=request.actor)
        except Refusal as refusal:
            return _page(request, row, refusal)
        if "check" in request.POST:
            return redirect("sign_request", number)
        messages.success(request, _("已保存。"))
        return redirect("my_request", number)
    return _page(request, row)


def _page(request: Asked, row: AdmissionRequest, refusal: Refusal | None = None) -> HttpResponse:
    document = row.call.condition_set.conditions
    papers = list(Paper.objects.filter(party_id=row.party_id)) if row.status in EDITABLE else []
    context = {
        "row": row, "directory": row.call.directory, "name": named(row.call.directory),
        "editable": row.status in EDITABLE, "grades": document["grades"],
        "conditions": rows_of(document, row.grade, row.facts, row.committed, papers),
        "findings": findings_shown(document, row.findings), "today": now(),
        "objections": row.objections.all() if row.publicity_from else [],
        "refusal": spoken(refusal) if refusal else [], "admission": getattr(row, "admission", None) or row.renews,
    }  # fmt: skip
    return render(
        request, "prequalified/directories/my_request.html", context, status=refusal.status if refusal else 200
    )


@require_http_methods(["GET", "POST"])
@act(roles=FIRMS, certificate=True)
def sign_request(request: Asked, number: str) -> HttpResponse:
    """All verdicts at once (一次性告知); the button to sign only where nothing stops the request."""
    row = _own(request, number)
    refusal = None
    if request.method == "POST":
        try:
            done = submit_request(number=number, signature=signature_of(request.POST), actor=request.actor)
            supplement = _("已受理，缺少的材料请在期限内补正。")
            messages.success(request, supplement if done.status == "supplement" else _("已提交审核。"))
            return redirect("my_request", number)
        except Refusal as refused:
            refusal = refused
            row = _own(request, number)
    if row.status not in EDITABLE:
        return redirect("my_request", number)
    stated = state_request(row)
    context = {
        "row": row, "directory": row.call.directory, "name": named(row.call.directory), "stated": stated.statement,
        "findings": findings_shown(row.call.condition_set.conditions, stated.data), "to_sign": to_sign(stated.statement),
        "stops": spoken(stated.blockers), "refusal": spoken(refusal) if refusal else [],
        "back": "my_request", "key": row.number, "review": False,
    }  # fmt: skip
    return render(request, "prequalified/directories/sign.html", context, status=refusal.status if refusal else 200)


@require_POST
@act(roles=FIRMS, certificate=True)
def withdraw(request: Asked, number: str) -> HttpResponse:
    try:
        withdraw_request(number=number, actor=request.actor)
    except Refusal as refusal:
        return _page(request, _own(request, number), refusal)
    messages.success(request, _("申请已撤回。"))
    return redirect("my_admissions")


@require_http_methods(["GET", "POST"])
@act(roles=FIRMS, certificate=True)
def my_admission(request: Asked, number: str) -> HttpResponse:
    """One admission: how it stands, its history, yearly reviews; renewing and leaving."""
    rows = Admission.objects.filter(party_id=request.actor.party_id or 0).select_related("directory__centre", "party")
    row = get_object_or_404(rows, number=number)
    expire_admission(row)
    refusal = None
    if request.method == "POST":
        try:
            if "renew" in request.POST:
                return redirect("my_request", start_renewal(admission=row, actor=request.actor).number)
            leave_directory(admission=row, reason=request.POST.get("reason", ""), actor=request.actor)
            messages.success(request, _("已退出名录。"))
            return redirect("my_admission", number)
        except Refusal as refused:
            refusal = refused
    context = {
        "admission": row, "directory": row.directory, "name": named(row.directory), "changes": row.changes.all(),
        "reviews": row.yearly_reviews.all(), "refusal": spoken(refusal) if refusal else [],
        "typed": request.POST.get("reason", ""), "standing": row.state in ("active", "suspended"),
    }  # fmt: skip
    return render(
        request, "prequalified/directories/my_admission.html", context, status=refusal.status if refusal else 200
    )


def _own(request: Asked, number: str) -> AdmissionRequest:
    row = requests_of_party(request.actor.party_id).filter(number=number).first()
    if row is None:
        raise Http404
    return row
