"""The firm's side of a yearly review: bring the facts up to date, look at the verdicts, sign."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.directories.submit_review import conditions_of, edit_review, stated_review, submit_review
from prequalified.models import Paper, YearlyReview
from prequalified.permissions import Asked, act
from prequalified.queries.directories.conditions_shown import findings_shown
from prequalified.queries.directories.listings import named
from prequalified.web.directories.filling import filled_in, rows_of, signature_of, to_sign
from prequalified.web.directories.party import FIRMS
from runtime.refusal import Refusal
from runtime.spoken import spoken


@require_http_methods(["GET", "POST"])
@act(roles=FIRMS, certificate=True)
def my_review(request: Asked, number: int) -> HttpResponse:
    row = _own(request, number)
    conditions = conditions_of(row)
    refusal = None
    if request.method == "POST":
        try:
            facts, committed = filled_in(request.POST, conditions.conditions)
            edit_review(review_id=number, facts=facts, committed=committed, actor=request.actor)
            return redirect("sign_review", number)
        except Refusal as refused:
            refusal = refused
    papers = list(Paper.objects.filter(party_id=request.actor.party_id or 0)) if not row.submitted_at else []
    document = conditions.conditions
    context = {
        "row": row, "directory": row.admission.directory, "name": named(row.admission.directory),
        "conditions": rows_of(document, row.admission.grade, row.facts, row.committed, papers),
        "findings": findings_shown(document, row.findings), "refusal": spoken(refusal) if refusal else [],
        "editable": row.submitted_at is None and row.decided_at is None,
    }  # fmt: skip
    return render(
        request, "prequalified/directories/my_review.html", context, status=refusal.status if refusal else 200
    )


@require_http_methods(["GET", "POST"])
@act(roles=FIRMS, certificate=True)
def sign_review(request: Asked, number: int) -> HttpResponse:
    """Verdicts never stop a review: the staff decide, the firm signs what is true."""
    row = _own(request, number)
    refusal = None
    if request.method == "POST":
        try:
            submit_review(review_id=number, signature=signature_of(request.POST), actor=request.actor)
            messages.success(request, _("年度复核已提交。"))
            return redirect("my_review", number)
        except Refusal as refused:
            refusal = refused
    if row.submitted_at or row.decided_at:
        return redirect("my_review", number)
    stated = stated_review(row)
    context = {
        "row": row, "directory": row.admission.directory, "name": named(row.admission.directory),
        "findings": findings_shown(conditions_of(row).conditions, stated.data), "to_sign": to_sign(stated.statement),
        "stops": [], "refusal": spoken(refusal) if refusal else [], "back": "my_review", "key": number,
        "stated": stated.statement, "review": True,
    }  # fmt: skip
    return render(request, "prequalified/directories/sign.html", context, status=refusal.status if refusal else 200)


def _own(request: Asked, number: int) -> YearlyReview:
    rows = YearlyReview.objects.filter(admission__party_id=request.actor.party_id or 0)
    return get_object_or_404(rows.select_related("admission__directory__centre", "admission__party"), pk=number)
