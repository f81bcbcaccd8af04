"""Staff: the parties of their centres, suspending and restoring, appointing staff, releasing false registrations."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from prequalified.actions.appoint_staff import Appointment, appoint_staff
from prequalified.actions.release_registration import release_registration
from prequalified.actions.set_role_status import set_role_status
from prequalified.models import Application, Party, Person, Role, RoleStatus
from prequalified.permissions import Asked, act
from prequalified.queries.directory import centres_of
from prequalified.queries.listings import roles_listing
from prequalified.queries.people.persons import people_of_party
from prequalified.queries.people.relations import relations_of
from prequalified.queries.standing import standings_of
from prequalified.rules.timing import day_of
from prequalified.web.forms import AppointmentForm
from prequalified.web.people.forms import PartyAccountForm, RelationForm
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@act(roles={"staff"}, certificate=True)
def parties(request: Asked) -> HttpResponseBase:
    """A row each role of each party."""
    listing = roles_listing(request)
    if listing.wants_csv:
        return listing.csv("parties")
    context = {
        "listing": listing,
        "roles": Role.choices,
        "role": request.GET.get("role", ""),
        "statuses": RoleStatus.choices,
        "status": request.GET.get("status", ""),
    }
    return render(request, "prequalified/parties.html", context)


@act(roles={"staff"}, certificate=True)
def party(request: Asked, number: int) -> HttpResponse:
    """One party: what is in force, certificates, history; status and release are switched here."""
    return party_page(request, number)


def party_page(
    request: Asked,
    number: int,
    refusal: Refusal | None = None,
    relation_form: RelationForm | None = None,
    account_form: PartyAccountForm | None = None,
) -> HttpResponse:
    rows = Party.objects.filter(pk=number, centre__in=centres_of(request.actor)).select_related("centre")
    found = rows.first()
    if found is None:
        raise Http404
    history = Application.objects.filter(party_role__party=found).exclude(status="draft")
    context = {
        "party": found,
        "standings": standings_of(found.pk),
        "certificates": found.certificates.order_by("-bound_at"),
        "history": history.select_related("party_role", "applied_by", "decided_by"),
        "releasable": not found.roles.filter(verified_at__isnull=False).exists() and not found.certificates.exists(),
        "refusal": spoken(refusal) if refusal else [],
        "typed": request.POST.get("reason", ""),
        "people": people_of_party(found.pk).filter(status=Person.Status.VERIFIED)[:50],
        "papers": found.papers.order_by("-id")[:50],
        "relations": relations_of(found.pk),
        "relation_form": relation_form or RelationForm(),
        "account_form": account_form or (None if found.accounts.exists() else PartyAccountForm()),
        "today": day_of(now()),
    }
    bad = bool((relation_form and relation_form.errors) or (account_form and account_form.errors))
    return render(
        request, "prequalified/party.html", context, status=refusal.status if refusal else 422 if bad else 200
    )


@require_POST
@act(roles={"staff"}, certificate=True)
def status(request: Asked, number: int, role: int) -> HttpResponse:
    wanted, reason = request.POST.get("status", ""), request.POST.get("reason", "")
    try:
        set_role_status(role_id=role, status=wanted, reason=reason, actor=request.actor)
    except Refusal as refusal:
        return party_page(request, number, refusal)
    messages.success(request, _("状态已变更，即时生效。"))
    return redirect("party", number)


@require_POST
@act(roles={"staff"}, certificate=True)
def release(request: Asked, number: int) -> HttpResponse:
    try:
        release_registration(party_id=number, reason=request.POST.get("reason", ""), actor=request.actor)
    except Refusal as refusal:
        return party_page(request, number, refusal)
    messages.success(request, _("注册已注销，名称和代码可重新注册。"))
    return redirect("parties")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def appoint(request: Asked) -> HttpResponse:
    form = AppointmentForm(centres_of(request.actor), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = Appointment(given["name"], given["number"], given["username"], given["password"], given["centre"].code)
        try:
            row = appoint_staff(appointment=wanted, actor=request.actor)
            messages.success(request, _("%(name)s 已任命，请其用密码登录并绑定证书。") % {"name": row.party.name})
            return redirect("party", row.party_id)
        except Refusal as refusal:
            form.blame(refusal)
    return render(request, "prequalified/appoint.html", {"form": form}, status=422 if form.errors else 200)
