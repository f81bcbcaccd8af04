"""Staff: the cases of their directories, each with its steps; notice, decision, lifting of suspensions."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.conduct.decide_case import decide_case
from prequalified.actions.conduct.lift_suspension import lift_suspension
from prequalified.actions.conduct.notify_case import notify_case
from prequalified.models import ConductCase
from prequalified.permissions import Asked, act
from prequalified.queries.conduct.cases import cases_of_staff, rule_of
from prequalified.queries.conduct.listings import cases_listing
from prequalified.queries.conduct.shown import steps_of
from prequalified.rules.conduct.case import Standing, decide_blockers
from prequalified.web.conduct.forms import ReasonsForm
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@require_safe
@act(roles={"staff"}, certificate=True)
def cases(request: Asked) -> HttpResponseBase:
    listing = cases_listing(request)
    if listing.wants_csv:
        return listing.csv("cases")
    context = {"listing": listing, "states": ConductCase.State.choices, "state": request.GET.get("state", "")}
    return render(request, "prequalified/conduct/cases.html", context)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def case(request: Asked, number: str) -> HttpResponse:
    if request.method == "POST":
        try:
            return _acted(request, number)
        except Refusal as refusal:
            return _page(request, number, refusal)
    return _page(request, number)


def _acted(request: Asked, number: str) -> HttpResponse:
    if "notify" in request.POST:
        notify_case(number=number, actor=request.actor)
        messages.success(request, _("已告知当事人，陈述申辩期限开始计算。"))
    elif "lift" in request.POST:
        row = cases_of_staff(request.actor).filter(number=number).first()
        if row is None:
            raise Http404
        reasons = request.POST.get("reasons", "")
        lift_suspension(admission_number=row.admission.number, reasons=reasons, actor=request.actor)
        messages.success(request, _("已恢复在册。"))
    else:
        upheld, reasons = "uphold" in request.POST, request.POST.get("reasons", "")
        decide_case(number=number, upheld=upheld, reasons=reasons, actor=request.actor)
        messages.success(request, _("已认定并生效。") if upheld else _("已决定不予认定。"))
    return redirect("conduct_case", number)


def _page(request: Asked, number: str, refusal: Refusal | None = None) -> HttpResponse:
    row = cases_of_staff(request.actor).filter(number=number).first()
    if row is None:
        raise Http404
    own = request.actor.account_id == row.proposed_by_id or request.actor.party_id == row.admission.party_id
    # What greys the buttons; the reasons are typed only when they are pressed.
    waits = decide_blockers(Standing(row.state, row.defence_until, own), now(), "-")
    context = {
        "case": row, "rule": rule_of(row), "steps": steps_of(row), "evidence": row.evidence.all(),
        "form": ReasonsForm(request.POST or None), "refusal": spoken(refusal) if refusal else [],
        "waits": spoken(waits) if row.state in ("notified", "defended") else [], "staff": True,
    }  # fmt: skip
    return render(request, "prequalified/conduct/case.html", context, status=refusal.status if refusal else 200)
