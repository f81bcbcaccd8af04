"""The firm's own side: ledger, ratings, capacity, cases, and the defence signed in the browser."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.conduct.defend_case import defend_case
from prequalified.actions.conduct.print_case import print_case
from prequalified.models import ConductCase
from prequalified.permissions import Asked, act
from prequalified.queries.conduct.cases import cases_of_party, cases_of_staff, rule_of
from prequalified.queries.conduct.listings import cases_listing
from prequalified.queries.conduct.shown import ledgers_of, steps_of
from prequalified.rules.encoding import decoded
from prequalified.web.conduct.forms import DefenceForm
from runtime.clock import now
from runtime.refusal import Refusal


@require_safe
@act(roles={"bidder", "agency"})
def ledgers(request: Asked) -> HttpResponseBase:
    listing = cases_listing(request, own=True)
    if listing.wants_csv:
        return listing.csv("cases")
    context = {"ledgers": ledgers_of(request.actor.party_id), "listing": listing}
    return render(request, "prequalified/conduct/ledgers.html", context)


@require_http_methods(["GET", "POST"])
@act(roles={"bidder", "agency"})
def case(request: Asked, number: str) -> HttpResponse:
    row = cases_of_party(request.actor.party_id).filter(number=number).first()
    if row is None:
        raise Http404
    form = DefenceForm(request.POST or None)
    if request.method == "POST":
        try:
            return _defended(request, row)
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
    may = row.state == "notified" and row.defence_until is not None and now() < row.defence_until
    context = {
        "case": row, "rule": rule_of(row), "steps": steps_of(row), "evidence": row.evidence.all(), "form": form,
        "may_defend": may, "certificate": bool(request.actor.source.certificate), "staff": False,
    }  # fmt: skip
    return render(request, "prequalified/conduct/case.html", context, status=422 if form.errors else 200)


@act(roles={"bidder", "agency"}, certificate=True)
def _defended(request: Asked, row: ConductCase) -> HttpResponse:
    signature = decoded(request.POST.get("signature", ""), "defence")
    defend_case(number=row.number, text=request.POST.get("defence", ""), signature=signature, actor=request.actor)
    messages.success(request, _("陈述申辩已收到。"))
    return redirect("own_case", row.number)


@require_safe
@act(roles={"bidder", "agency", "staff"})
def paper(request: Asked, number: str, which: str) -> FileResponse:
    staff = request.actor.role == "staff"
    rows = cases_of_staff(request.actor) if staff else cases_of_party(request.actor.party_id)
    row = rows.filter(number=number).first()
    if row is None or which not in ("notice", "decision"):
        raise Http404
    path = print_case(row, "notice" if which == "notice" else "decision")
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=f"{number}-{which}.pdf")
