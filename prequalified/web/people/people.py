"""A party's people: who is registered, in which state; enter, hand in, take back, change, end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from prequalified.actions.people.change_person import change_person
from prequalified.actions.people.delete_person import delete_person
from prequalified.actions.people.edit_person import edit_person
from prequalified.actions.people.recall_person import recall_person
from prequalified.actions.people.register_person import register_person
from prequalified.actions.people.release_person import release_person
from prequalified.actions.people.submit_person import submit_person
from prequalified.models import Person
from prequalified.permissions import Asked, act
from prequalified.queries.people.persons import people_listing, people_of_party, stands_elsewhere
from prequalified.rules.people.persons import MOVES
from prequalified.rules.timing import day_of
from prequalified.web.people.forms import PersonForm
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@act()
def people(request: Asked) -> HttpResponseBase:
    listing = people_listing(request, people_of_party(request.actor.party_id or 0))
    if listing.wants_csv:
        return listing.csv("people")
    context = {
        "listing": listing, "statuses": Person.Status.choices, "duties": Person.Duty.choices,
        "status": request.GET.get("status", ""), "duty": request.GET.get("duty", ""), "today": day_of(now()),
    }  # fmt: skip
    return render(request, "prequalified/people/people.html", context)


@sensitive_post_parameters("number")
@act()
@require_http_methods(["GET", "POST"])
def new_person(request: Asked) -> HttpResponse:
    if request.actor.party_id is None:
        raise Http404
    form = PersonForm(request.actor.party_id, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = register_person(details=form.details(), actor=request.actor)
            return _handed_in(request, row)
        except Refusal as refusal:
            form.blame(refusal)
    return render(request, "prequalified/people/new_person.html", {"form": form}, status=422 if form.errors else 200)


def _handed_in(request: Asked, row: Person) -> HttpResponse:
    """What was typed is kept as the draft even when handing in is refused: its page says what is missing."""
    if "submit" not in request.POST:
        messages.success(request, _("草稿已保存。"))
        return redirect("person", row.pk)
    try:
        submit_person(person_id=row.pk, actor=request.actor)
    except Refusal as refusal:
        row.refresh_from_db()
        return _page(request, row, refusal)
    messages.success(request, _("人员资料已提交，核验期间锁定。"))
    return redirect("person", row.pk)


@sensitive_post_parameters("number")
@act()
@require_http_methods(["GET", "POST"])
def person(request: Asked, number: int) -> HttpResponse:
    row = people_of_party(request.actor.party_id or 0).filter(pk=number).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return _page(request, row)
    try:
        return _acted(request, row)
    except Refusal as refusal:
        row.refresh_from_db()
        return _page(request, row, refusal)


def _acted(request: Asked, row: Person) -> HttpResponse:
    actor, posted = request.actor, request.POST
    if "delete" in posted:
        delete_person(person_id=row.pk, actor=actor)
        messages.success(request, _("已删除。"))
        return redirect("people")
    if "change" in posted:
        return redirect("person", change_person(person_id=row.pk, actor=actor).pk)
    if "recall" in posted or "leave" in posted:
        (recall_person if "recall" in posted else release_person)(person_id=row.pk, actor=actor)
        messages.success(request, _("已撤回，可以修改。") if "recall" in posted else _("已登记离职，即时生效。"))
        return redirect("person", row.pk)
    return _edited(request, row)


def _edited(request: Asked, row: Person) -> HttpResponse:
    form = PersonForm(row.party_id, row, request.POST)
    if not form.is_valid():
        return _page(request, row, form=form)
    edit_person(person_id=row.pk, details=form.details(), actor=request.actor)
    row.refresh_from_db()
    return _handed_in(request, row)


def _page(request: Asked, row: Person, refusal: Refusal | None = None, form: PersonForm | None = None) -> HttpResponse:
    """A refusal stands at the fields of an open form, and above what is locked."""
    is_open = "edit" in MOVES[row.status]
    refusals: list[dict[str, object]] = []
    if is_open and form is None:
        form = _form(request, row, refusal)
    elif refusal:
        refusals = spoken(refusal)
    context: dict[str, Any] = {
        "person": row, "form": form, "open": is_open, "refusal": refusals, "moves": MOVES[row.status],
        "elsewhere": stands_elsewhere(row).exists(), "papers": row.papers.order_by("kind", "-id"), "today": day_of(now()),
        "followers": row.followers.order_by("-id"),
    }  # fmt: skip
    bad = bool(refusals) or bool(form and form.errors)
    return render(request, "prequalified/people/person.html", context, status=422 if bad else 200)


def _form(request: Asked, row: Person, refusal: Refusal | None) -> PersonForm:
    if refusal is None or "duty" not in request.POST:
        return PersonForm(row.party_id, row)
    form = PersonForm(row.party_id, row, request.POST)
    form.is_valid()
    form.blame(refusal)
    return form
