"""A party's own pages: register, the state of its applications, what is missing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from prequalified.actions.admission import Admission
from prequalified.actions.delete_application import delete_application
from prequalified.actions.edit_application import edit_application
from prequalified.actions.open_citizen_account import open_citizen_account
from prequalified.actions.open_session import open_session
from prequalified.actions.recall_application import recall_application
from prequalified.actions.register_party import Registration, register_party
from prequalified.actions.start_application import start_application
from prequalified.actions.submit_application import submit_application
from prequalified.models import Application
from prequalified.permissions import Asked, act
from prequalified.queries.standing import open_roles_of, standings_of, steps_of
from prequalified.rules.registration import TERMS_VERSION
from prequalified.web.forms import CitizenForm, DetailsForm, RegistrationForm, named_roles
from runtime.actor import Source
from runtime.refusal import Refusal
from runtime.spoken import spoken


def _source(request: HttpRequest) -> Source:
    return Source(address=str(request.META.get("REMOTE_ADDR", "")))


def terms(request: HttpRequest) -> HttpResponse:
    """The terms of use, to be read before and after they are accepted (CTS A-01)."""
    return render(request, "prequalified/terms.html", {"version": TERMS_VERSION})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _registered(request, form.cleaned_data)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "steps": steps_of(None)}
    return render(request, "prequalified/register.html", context, status=422 if form.errors else 200)


def _registered(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    registration = Registration(
        kind=given["kind"], name=given["name"], number=given["number"], role=given["role"],
        centre=given["centre"].code, username=given["username"], password=given["password"],
        contact=given["contact"], terms_accepted=given["terms"],
    )  # fmt: skip
    row = register_party(registration=registration, source=_source(request))
    open_session(request=request, admission=Admission(row.party_role.party.accounts.get(), ""))
    messages.success(request, _("注册已保存，请填写资料后提交核验。"))
    return redirect("application", row.pk)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register_citizen(request: HttpRequest) -> HttpResponse:
    """An account that reads: for citizens and journalists."""
    form = CitizenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            account = open_citizen_account(
                username=given["username"], password=given["password"], name=given["name"],
                terms_accepted=given["terms"], source=_source(request),
            )  # fmt: skip
            open_session(request=request, admission=Admission(account, ""))
            return redirect("home")
        except Refusal as refusal:
            form.blame(refusal)
    return render(request, "prequalified/register_citizen.html", {"form": form}, status=422 if form.errors else 200)


@act()
@require_http_methods(["GET", "POST"])
def mine(request: Asked) -> HttpResponse:
    """What I am, what is in force, what waits and what is missing; and a start for another role or a change."""
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        try:
            row = start_application(role=request.POST.get("role", ""), actor=request.actor)
            return redirect("application", row.pk)
        except Refusal as refusal:
            context["refusal"], status = spoken(refusal), refusal.status
    party_id = request.actor.party_id or 0
    rows = Application.objects.filter(party_role__party_id=party_id).select_related("party_role", "decided_by")
    context |= {
        "applications": rows,
        "standings": standings_of(party_id),
        "open_roles": named_roles(open_roles_of(party_id)),
    }
    return render(request, "prequalified/registration.html", context, status=status)


@act()
@require_http_methods(["GET", "POST"])
def application(request: Asked, number: int) -> HttpResponse:
    """Fill in, submit, recall, correct or delete one application."""
    row = _own(request, number)
    ends = "recall" in request.POST or "delete" in request.POST
    role, editing = row.party_role, request.method == "POST" and not ends
    initial = {**row.details, "name": row.name or role.party.name}
    form = DetailsForm(role.role, request.POST if editing else None, initial=initial, renamed=role.was_verified)
    refusals: list[dict[str, object]] = []
    try:
        if ends:
            return _ended(request, row)
        if editing and form.is_valid():
            return _saved(request, row, form.cleaned_data)
    except Refusal as refusal:
        row.refresh_from_db()  # in another tab it may have moved on
        if editing and row.open_to_change:
            form.blame(refusal)
        else:
            refusals = spoken(refusal)
            form = DetailsForm(role.role, initial=initial, renamed=role.was_verified)
    context = {
        "application": row,
        "form": form,
        "steps": steps_of(row),
        "open": row.open_to_change,
        "refusal": refusals,
    }
    return render(request, "prequalified/application.html", context, status=422 if form.errors or refusals else 200)


def _own(request: Asked, number: int) -> Application:
    rows = Application.objects.select_related("party_role__party").filter(pk=number)
    row = rows.filter(party_role__party_id=request.actor.party_id or 0).first()
    if row is None:
        raise Http404
    return row


def _ended(request: Asked, row: Application) -> HttpResponse:
    if "delete" in request.POST:
        delete_application(application_id=row.pk, actor=request.actor)
        messages.success(request, _("申请已删除。"))
        return redirect("my_registration")
    recall_application(application_id=row.pk, actor=request.actor)
    messages.success(request, _("申请已撤回，可以修改。"))
    return redirect("application", row.pk)


def _saved(request: Asked, row: Application, given: dict[str, str]) -> HttpResponse:
    """What was typed is kept as the draft even when submitting is refused."""
    details = {key: value for key, value in given.items() if key != "name"}
    edit_application(application_id=row.pk, details=details, name=given.get("name"), actor=request.actor)
    if "submit" in request.POST:
        submit_application(application_id=row.pk, actor=request.actor)
        messages.success(request, _("申请已提交，核验期间资料锁定。"))
    else:
        messages.success(request, _("草稿已保存。"))
    return redirect("application", row.pk)
