"""Staff: drafting the conditions of a directory one by one, and publishing them."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.directories.draft_conditions import draft_conditions
from prequalified.actions.directories.publish_conditions import publish_conditions
from prequalified.models import Directory
from prequalified.permissions import Asked, act
from prequalified.queries.directories.conditions_shown import differences_shown, shown_all
from prequalified.queries.directories.listings import named
from prequalified.rules.directories.condition_kinds import KINDS
from prequalified.rules.directories.conditions import empty
from prequalified.web.directories.forms import ConditionForm, GradesForm, condition_initial, words_of
from prequalified.web.directories.staff import own_directory
from runtime.refusal import Refusal
from runtime.spoken import spoken


def _document(directory: Directory) -> dict[str, Any]:
    """The draft, or a copy of what is in force to begin with."""
    newest = directory.condition_sets.order_by("-version").first()
    return newest.conditions if newest else empty()


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def draft(request: Asked, code: str) -> HttpResponse:
    """The whole draft: grades, conditions with moving and dropping, what differs from the version in force, publishing."""
    row = own_directory(request, code)
    refusal = None
    if request.method == "POST":
        try:
            if "publish" in request.POST:
                publish_conditions(directory=row, actor=request.actor)
                messages.success(request, _("入库条件已公布，不能再改动；修改须另起一版。"))
                return redirect("staff_directory", code)
            _change(request, row)
            return redirect("draft_conditions", code)
        except Refusal as refused:
            refusal = refused
    sets = list(row.condition_sets.all())
    draft_set = next((one for one in sets if not one.published_at), None)
    published = next((one for one in sets if one.published_at), None)
    document = _document(row)
    context = {
        "directory": row, "name": named(row), "draft": draft_set, "published": published, "shown": shown_all(document),
        "kinds": [(kind, _(word)) for kind, word in KINDS.items()], "refusal": spoken(refusal) if refusal else [],
        "form": GradesForm(initial={"grades": "、".join(document["grades"])}),
        "differences": differences_shown(published.conditions, document) if published and draft_set else [],
    }  # fmt: skip
    status = refusal.status if refusal else 200
    return render(request, "prequalified/directories/draft_conditions.html", context, status=status)


def _change(request: Asked, row: Directory) -> None:
    """One change of the list: grades, a condition up, or out."""
    document = _document(row)
    conditions = list(document["conditions"])
    keys = [one["key"] for one in conditions]
    grades = document["grades"]
    if "grades" in request.POST:
        grades = words_of(request.POST["grades"])
    key = request.POST.get("up") or request.POST.get("drop") or ""
    if key in keys:
        at = keys.index(key)
        one = conditions.pop(at)
        if "up" in request.POST:
            conditions.insert(max(at - 1, 0), one)
    draft_conditions(
        directory=row, document={**document, "grades": grades, "conditions": conditions}, actor=request.actor
    )


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def condition(request: Asked, code: str, kind: str, key: str = "") -> HttpResponse:
    """Add a condition of a kind, or change the one with `key`."""
    row = own_directory(request, code)
    document = _document(row)
    old = next((one for one in document["conditions"] if key and one["key"] == key), None)
    if kind not in KINDS or (key and (old is None or old["kind"] != kind)):
        raise Http404
    units = ["days", "workdays", *(["seconds"] if row.centre.demonstration else [])]
    initial = condition_initial(old) if old else {"key": kind.replace("_", "-"), "supplement": False}
    form = ConditionForm(kind, document["grades"], units, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        rows = [form.condition() if one is old else one for one in document["conditions"]]
        if old is None:
            rows.append(form.condition())
        try:
            draft_conditions(directory=row, document={**document, "conditions": rows}, actor=request.actor)
            return redirect("draft_conditions", code)
        except Refusal as refusal:
            form.blame(_at_fields(refusal))
    context = {"directory": row, "name": named(row), "form": form, "kind": _(KINDS[kind]), "old": old}
    return render(request, "prequalified/directories/condition_form.html", context, status=422 if form.errors else 200)


def _at_fields(refusal: Refusal) -> Refusal:
    """`conditions.2.amount` is the field `amount` of this form."""
    return Refusal([replace(one, place=one.place.rpartition(".")[2]) for one in refusal.blockers], refusal.status)
