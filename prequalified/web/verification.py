"""Staff: applications of their centres, what changed in each, verifying and sending back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.refuse_application import refuse_application
from prequalified.actions.verify_application import verify_application
from prequalified.models import Application
from prequalified.permissions import Asked, act
from prequalified.queries.directory import applications_of
from prequalified.queries.listings import applications_listing
from prequalified.queries.sanctions.answers import said_standing
from prequalified.rules.details import DETAILS
from prequalified.web.forms import ReasonsForm
from runtime.refusal import Refusal


@act(roles={"staff"}, certificate=True)
def applications(request: Asked) -> HttpResponseBase:
    listing = applications_listing(request)
    if listing.wants_csv:
        return listing.csv("applications")
    context = {"listing": listing, "statuses": Application.Status.choices[1:], "status": request.GET.get("status", "")}
    return render(request, "prequalified/applications.html", context)


@act(roles={"staff"}, certificate=True)
@require_http_methods(["GET", "POST"])
def decide(request: Asked, number: int) -> HttpResponse:
    row = applications_of(request.actor).filter(pk=number).first()
    if row is None:
        raise Http404
    form = ReasonsForm(request.POST or None)
    if request.method == "POST":
        try:
            return _decided(request, row)
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
            row.refresh_from_db()
    context = {
        "application": row,
        "details": _changes(row),
        "form": form,
        "change": row.party_role.was_verified,
        "gate": said_standing(row.party_role.party, "register"),
    }
    return render(request, "prequalified/verification.html", context, status=422 if form.errors else 200)


def _changes(row: Application) -> list[dict[str, Any]]:
    """What is in force beside what is applied for; `changed` marks the rows that differ."""
    party, role = row.party_role.party, row.party_role.role
    held = party.details.get(role, {})
    pairs = [(_("名称"), party.name, row.name or party.name)]
    pairs += [(_(one.label), held.get(one.key, ""), row.details.get(one.key, "")) for one in DETAILS[role]]
    return [{"label": label, "before": old, "after": new, "changed": old != new} for label, old, new in pairs]


def _decided(request: Asked, row: Application) -> HttpResponse:
    if "verify" in request.POST:
        verify_application(application_id=row.pk, actor=request.actor)
        messages.success(request, _("已核验通过。"))
    else:
        refuse_application(application_id=row.pk, reasons=request.POST.get("reasons", ""), actor=request.actor)
        messages.success(request, _("已退回，原因已告知申请人。"))
    return redirect("applications")
