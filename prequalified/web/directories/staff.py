"""Staff: the directories of their centres: founding, changing, taking out of use; calls."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prequalified.actions.directories.close_call import close_call
from prequalified.actions.directories.publish_call import publish_call
from prequalified.actions.directories.save_directory import (
    DirectoryDraft,
    edit_directory,
    found_directory,
    set_directory_active,
)
from prequalified.models import Call, Centre, Directory
from prequalified.permissions import Asked, act
from prequalified.queries.directories.conditions_shown import shown_all, term_words
from prequalified.queries.directories.listings import (
    call_state,
    named,
    staff_directories,
    staff_directories_listing,
)
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.calls import CallDraft
from prequalified.rules.directories.settings import FIGURES, TERMS, figure
from prequalified.web.directories.forms import CallForm, DirectoryForm, settings_initial
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@require_safe
@act(roles={"staff"}, certificate=True)
def directories(request: Asked) -> HttpResponse:
    listing = staff_directories_listing(request)
    rows: list[Any] = list(listing.page)
    for row in rows:
        row.shown, row.category.shown = named(row), named(row.category)
    return render(request, "prequalified/directories/staff_directories.html", {"listing": listing, "rows": rows})


@require_safe
@act(roles={"staff"}, certificate=True)
def directory(request: Asked, code: str) -> HttpResponse:
    return directory_page(request, own_directory(request, code))


def directory_page(request: Asked, row: Directory, refusal: Refusal | None = None) -> HttpResponse:
    """Terms, figures, conditions in force and in draft, calls."""
    sets = list(row.condition_sets.all())
    calls: list[Any] = list(row.calls.order_by("-published_at")[:50])
    moment = now()
    for call in calls:
        call.state = call_state(call, moment)
        call.closable = call.state != _("已截止")
    published = next((one for one in sets if one.published_at), None)
    context = {
        "directory": row, "name": named(row), "category": named(row.category), "calls": calls,
        "terms": [(_(label), term_words(row.terms.get(key, preset))) for key, (label, preset) in TERMS.items()],
        "figures": [(_(setting.label), figure(row.figures, setting.key)) for setting in FIGURES],
        "draft": next((one for one in sets if not one.published_at), None), "published": published,
        "shown": shown_all(published.conditions) if published else [],
        "refusal": spoken(refusal) if refusal else [], "typed": request.POST.get("reason", ""),
    }  # fmt: skip
    status = refusal.status if refusal else 200
    return render(request, "prequalified/directories/staff_directory.html", context, status=status)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def new(request: Asked) -> HttpResponse:
    centres = centres_of(request.actor)
    demonstration = Centre.objects.filter(pk__in=centres, demonstration=True).exists()
    form = DirectoryForm(request.POST or None, founding=True, demonstration=demonstration, centres=centres)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = found_directory(
                draft=_draft(form, given["code"], given["centre"].code, given["category"]), actor=request.actor
            )
            messages.success(request, _("名录已建立，请起草并公布入库条件。"))
            return redirect("staff_directory", row.code)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "directory": None}
    return render(request, "prequalified/directories/directory_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def edit(request: Asked, code: str) -> HttpResponse:
    row = own_directory(request, code)
    initial = settings_initial(row.name, row.name_en, row.terms, row.figures)
    form = DirectoryForm(request.POST or None, initial=initial, founding=False, demonstration=row.centre.demonstration)
    if request.method == "POST" and form.is_valid():
        try:
            edit_directory(directory=row, draft=_draft(form), actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("staff_directory", code)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "directory": row, "name": named(row)}
    return render(request, "prequalified/directories/directory_form.html", context, status=422 if form.errors else 200)


def _draft(form: DirectoryForm, code: str = "", centre: str = "", category: str = "") -> DirectoryDraft:
    given: dict[str, Any] = form.cleaned_data
    return DirectoryDraft(given["name"], given["name_en"], form.terms(), form.figures(), code, centre, category)


@require_POST
@act(roles={"staff"}, certificate=True)
def switch(request: Asked, code: str) -> HttpResponse:
    row = own_directory(request, code)
    active = request.POST.get("active") == "1"
    try:
        set_directory_active(directory=row, active=active, reason=request.POST.get("reason", ""), actor=request.actor)
    except Refusal as refusal:
        return directory_page(request, row, refusal)
    messages.success(request, _("名录已启用。") if active else _("名录已停用。"))
    return redirect("staff_directory", code)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def new_call(request: Asked, code: str) -> HttpResponse:
    row = own_directory(request, code)
    form = CallForm(request.POST or None, initial={"title": _("%(name)s入库征集公告") % {"name": row.name}})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft = CallDraft(given["title"], given["text"], given["opens_at"] or now(), given["closes_at"])
        try:
            publish_call(directory=row, draft=draft, actor=request.actor)
            messages.success(request, _("征集公告已发布。"))
            return redirect("staff_directory", code)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "directory": row, "name": named(row)}
    return render(request, "prequalified/directories/call_form.html", context, status=422 if form.errors else 200)


@require_POST
@act(roles={"staff"}, certificate=True)
def close(request: Asked, number: str) -> HttpResponse:
    rows = Call.objects.filter(directory__in=staff_directories(request.actor)).select_related("directory")
    row = get_object_or_404(rows, number=number)
    try:
        close_call(call=row, reason=request.POST.get("reason", ""), actor=request.actor)
    except Refusal as refusal:
        return directory_page(request, own_directory(request, row.directory.code), refusal)
    messages.success(request, _("征集已提前截止。"))
    return redirect("staff_directory", row.directory.code)


def own_directory(request: Asked, code: str) -> Directory:
    return get_object_or_404(staff_directories(request.actor), code=code)
