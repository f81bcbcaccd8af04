"""A party's own record: what stands against it, its cases, its repairs; and the supervisors' desk for repairs."""

import base64
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.sanctions.repair_sanction import ask_repair, decide_repair, repair_text
from prequalified.models import Paper, Repair, Sanction
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.blacklist import kind_name, line_of_sanction, state_of, state_words
from prequalified.queries.sanctions.cases import cases_seen
from prequalified.queries.sanctions.held import rule_of
from prequalified.queries.sanctions.listings import repairs_listing
from prequalified.rules.encoding import decoded
from prequalified.rules.sanctions.cases import repair_from
from prequalified.rules.timing import day_of
from prequalified.web.sanctions.forms import ReasonForm, StatementForm
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@act()
@require_safe
def record(request: Asked) -> HttpResponse:
    day = day_of(now())
    rows: list[Any] = list(
        Sanction.objects.filter(party=request.actor.party_id or 0)
        .select_related("kind", "end", "case")
        .prefetch_related("repairs")
    )
    for row in rows:
        state = state_of(row, day)
        row.state, row.words = state, state_words(state)
        row.list_name, row.line = kind_name(row.kind), line_of_sanction(row)
        row.repair_from = repair_from(rule_of(row.kind), row.published_at) if row.published_at else None
        row.repairable = bool(
            row.published_at and state in ("in_force", "record", "ahead") and row.repair_from <= day
            and not any(repair.state == "asked" for repair in row.repairs.all())
        )  # fmt: skip
    own = cases_seen(request.actor).filter(party=request.actor.party_id or 0)
    return render(request, "prequalified/sanctions/record.html", {"rows": rows, "cases": own.order_by("-pk")[:20]})


@act(roles={"bidder", "agency", "tenderer"}, certificate=True)
@require_http_methods(["GET", "POST"])
def repair(request: Asked, number: int) -> HttpResponse:
    """Written, then shown as it will be signed, then asked."""
    row = get_object_or_404(Sanction.objects.select_related("kind"), pk=number, party=request.actor.party_id or 0)
    papers = Paper.objects.filter(party=row.party_id).order_by("-id")[:50]
    form = StatementForm(request.POST or None, papers=[(paper.public_id, paper.title) for paper in papers])
    form.fields["statement"].label = _("整改说明")
    context: dict[str, Any] = {"row": row, "form": form, "list_name": kind_name(row.kind), "has_papers": bool(papers)}
    if request.method == "POST" and form.is_valid():
        given = {"sanction_id": row.pk, "statement": form.cleaned_data["statement"], "actor": request.actor}
        given["papers"] = form.cleaned_data.get("papers", [])
        try:
            if "signature" in request.POST:
                ask_repair(signature=decoded(request.POST["signature"]), **given)
                messages.success(request, _("信用修复申请已提交。"))
                return redirect("my_record")
            context["to_sign"] = base64.b64encode(repair_text(**given)).decode()
            context["chosen"] = [paper for paper in papers if paper.public_id in given["papers"]]
        except Refusal as refusal:
            form.blame(refusal)
    return render(request, "prequalified/sanctions/repair.html", context, status=422 if form.errors else 200)


@act(roles={"supervisor"})
@require_safe
def repairs(request: Asked) -> HttpResponse:
    context = {
        "listing": repairs_listing(request), "states": Repair.State.choices, "state": request.GET.get("state", ""),
    }  # fmt: skip
    return render(request, "prequalified/sanctions/repairs.html", context)


@act(roles={"supervisor"}, certificate=True)
@require_http_methods(["GET", "POST"])
def decide(request: Asked, number: int) -> HttpResponse:
    row = Repair.objects.select_related("sanction__kind", "decided_by").filter(pk=number).first()
    if row is None:
        raise Http404
    form, refusal = ReasonForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            decide_repair(
                repair_id=number, granted="grant" in request.POST, reasons=form.cleaned_data["reason"],
                actor=request.actor,
            )  # fmt: skip
            messages.success(request, _("已办理。"))
            return redirect("repairs")
        except Refusal as refused:
            refusal = refused
    context = {
        "row": row, "form": form, "line": line_of_sanction(row.sanction), "list_name": kind_name(row.sanction.kind),
        "refusal": spoken(refusal) if refusal else [],
    }  # fmt: skip
    return render(request, "prequalified/sanctions/decide_repair.html", context, status=409 if refusal else 200)
