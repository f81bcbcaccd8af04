"""Staff: people of the parties at their centres, what changed in each entry, verifying and sending back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.people.refuse_person import refuse_person
from prequalified.actions.people.verify_person import verify_person
from prequalified.models import Person
from prequalified.permissions import Asked, act
from prequalified.queries.people.persons import facts_of, people_listing, people_of_staff, stands_elsewhere
from prequalified.rules.people.persons import FIELDS, LABELS, submission_blockers
from prequalified.rules.timing import day_of
from prequalified.web.forms import ReasonsForm
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@act(roles={"staff"}, certificate=True)
def people(request: Asked) -> HttpResponseBase:
    listing = people_listing(request, people_of_staff(request.actor))
    if listing.wants_csv:
        return listing.csv("people")
    context = {
        "listing": listing, "statuses": Person.Status.choices[1:], "duties": Person.Duty.choices,
        "status": request.GET.get("status", ""), "duty": request.GET.get("duty", ""),
        "expired": request.GET.get("expired", ""), "today": day_of(now()),
    }  # fmt: skip
    return render(request, "prequalified/people/staff_people.html", context)


@act(roles={"staff"}, certificate=True)
@require_http_methods(["GET", "POST"])
def person(request: Asked, number: int) -> HttpResponse:
    row = people_of_staff(request.actor).filter(pk=number).first()
    if row is None:
        raise Http404
    form = ReasonsForm(request.POST or None)
    if request.method == "POST":
        try:
            return _decided(request, row)
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
            row = people_of_staff(request.actor).get(pk=number)
    waits = row.status == Person.Status.SUBMITTED
    context: dict[str, Any] = {
        "person": row, "form": form, "details": _changes(row), "change": row.replaces, "waits": waits,
        "papers": row.papers.order_by("kind", "-id"), "elsewhere": stands_elsewhere(row), "today": day_of(now()),
        "faults": spoken(submission_blockers(facts_of(row), day_of(now()))) if waits else [],
    }  # fmt: skip
    return render(request, "prequalified/people/staff_person.html", context, status=422 if form.errors else 200)


def _changes(row: Person) -> list[dict[str, Any]]:
    """What is in force beside what is handed in; `changed` marks what differs."""
    old = row.replaces
    pairs: list[tuple[str, Any, Any]] = [
        (_("岗位"), old.get_duty_display() if old else "", row.get_duty_display()),
        (_("证件号码"), old.number_shown if old else "", row.number_shown),
    ]
    keys = (*FIELDS, "valid_until", "since")
    pairs += [(_(LABELS[key]), getattr(old, key) if old else "", getattr(row, key)) for key in keys]
    rows = [
        {"label": label, "before": before or "", "after": after or "", "changed": (before or "") != (after or "")}
        for label, before, after in pairs
    ]
    rows[1]["changed"] = bool(old and old.number_key != row.number_key)  # the mask hides digits that may differ
    return rows


def _decided(request: Asked, row: Person) -> HttpResponse:
    if "verify" in request.POST:
        verify_person(person_id=row.pk, actor=request.actor)
        messages.success(request, _("已核验通过。"))
    else:
        refuse_person(person_id=row.pk, reasons=request.POST.get("reasons", ""), actor=request.actor)
        messages.success(request, _("已退回，原因已告知申请人。"))
    return redirect("staff_people")
