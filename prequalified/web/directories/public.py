"""What everybody reads without a log-in: directories, conditions, firms, calls, publicity, the check of a certificate, the feed."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prequalified.actions.directories.expire_admissions import expire_admission
from prequalified.actions.directories.print_certificate import print_certificate
from prequalified.models import Admission, Call, Category, ConditionSet, Directory
from prequalified.queries.directories.conditions_shown import differences_shown, shown_all
from prequalified.queries.directories.listings import (
    admissions_listing,
    call_state,
    calls_listing,
    directories_listing,
    named,
    publicity_listing,
)
from runtime.clock import now

FEED_LENGTH = 50


@require_safe
def directories(request: HttpRequest) -> HttpResponseBase:
    listing = directories_listing(request)
    if listing.wants_file:
        return listing.file("directories")
    rows: list[Any] = list(listing.page)
    for row in rows:
        row.shown, row.category.shown = named(row), named(row.category)
    context = {
        "listing": listing, "rows": rows, "kinds": Category.Kind.choices, "kind": request.GET.get("kind", ""),
        "categories": [(row.code, named(row), row.path.count("/")) for row in Category.objects.filter(active=True)],
        "category": request.GET.get("category", ""),
    }  # fmt: skip
    return render(request, "prequalified/directories/directories.html", context)


@require_safe
def directory(request: HttpRequest, code: str) -> HttpResponseBase:
    """One directory: what is asked of a firm, calls, and the firms in it with search, filters and downloads."""
    row = directory_or_404(code)
    listing = admissions_listing(request, row)
    if listing.wants_file:
        return listing.file(f"{row.code}-admissions")
    conditions = row.condition_sets.exclude(published_at=None).first()
    calls: list[Any] = list(row.calls.order_by("-published_at")[:5])
    moment = now()
    for call in calls:
        call.state = call_state(call, moment)
    context = {
        "directory": row, "name": named(row), "category": named(row.category), "listing": listing,
        "conditions": conditions, "shown": shown_all(conditions.conditions) if conditions else [],
        "calls": calls, "states": Admission.State.choices, "grades": conditions.conditions["grades"] if conditions else [],
        "wanted": {key: request.GET.get(key, "")[:40] for key in ("grade", "state", "rating", "region")},
        "ratings": sorted(set(row.admissions.exclude(rating="").values_list("rating", flat=True).distinct())),
    }  # fmt: skip
    return render(request, "prequalified/directories/directory.html", context)


@require_safe
def conditions(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One published version, and how it differs from the one before."""
    row = directory_or_404(code)
    published = row.condition_sets.exclude(published_at=None)
    found = get_object_or_404(published.select_related("published_by"), version=version)
    against = request.GET.get("against", "")
    earlier = published.filter(version__lt=version)
    before = earlier.filter(version=int(against)).first() if against.isdigit() and len(against) < 6 else earlier.first()
    context = {
        "directory": row, "name": named(row), "conditions": found, "shown": shown_all(found.conditions),
        "before": before, "versions": list(published.values_list("version", "published_at")),
        "differences": differences_shown(before.conditions, found.conditions) if before else [],
    }  # fmt: skip
    return render(request, "prequalified/directories/conditions.html", context)


@require_safe
def conditions_file(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The canonical JSON whose SHA-256 is shown, byte by byte."""
    from signing.rules.canonical import canonical

    rows = ConditionSet.objects.filter(directory__code=code, version=version).exclude(published_at=None)
    data = canonical(get_object_or_404(rows).conditions)
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{code}-conditions-{version}.json"'
    return response


@require_safe
def calls(request: HttpRequest) -> HttpResponseBase:
    listing = calls_listing(request)
    if listing.wants_file:
        return listing.file("calls")
    moment = now()
    rows: list[Any] = list(listing.page)
    for row in rows:
        row.state, row.directory.shown = call_state(row, moment), named(row.directory)
    context = {"listing": listing, "rows": rows, "open": request.GET.get("open", "")}
    return render(request, "prequalified/directories/calls.html", context)


@require_safe
def call(request: HttpRequest, number: str) -> HttpResponse:
    rows = Call.objects.select_related("directory__centre", "directory__category", "condition_set")
    row = get_object_or_404(rows, number=number)
    state = call_state(row, now())
    actor: Any = getattr(request, "actor", None)
    context = {
        "call": row, "directory": row.directory, "name": named(row.directory), "state": state,
        "running": state == _("正在受理"), "shown": shown_all(row.condition_set.conditions),
        "conditions": row.condition_set, "may_apply": actor is not None and actor.role in ("bidder", "agency"),
    }  # fmt: skip
    return render(request, "prequalified/directories/call.html", context)


@require_safe
def publicity(request: HttpRequest) -> HttpResponseBase:
    listing = publicity_listing(request)
    if listing.wants_file:
        return listing.file("publicity")
    rows: list[Any] = list(listing.page)
    for row in rows:
        row.call.directory.shown = named(row.call.directory)
    context = {"listing": listing, "rows": rows, "status": request.GET.get("status", "")}
    return render(request, "prequalified/directories/publicity.html", context)


@require_safe
def admission(request: HttpRequest, number: str) -> HttpResponse:
    """The check page that a certificate's QR code leads to: how the firm stands now."""
    row = admission_or_404(number)
    expire_admission(row)
    context = {
        "admission": row, "directory": row.directory, "name": named(row.directory), "category": named(row.directory.category),
        "changes": row.changes.all(), "today": now(),
    }  # fmt: skip
    return render(request, "prequalified/directories/admission.html", context)


@require_safe
def certificate(request: HttpRequest, number: str) -> FileResponse:
    row = admission_or_404(number)
    if row.state in (Admission.State.REMOVED, Admission.State.LEFT) and not row.certificate_path:
        raise Http404  # nobody is given a new certificate of what no longer stands
    path = print_certificate(row)
    return FileResponse(path.open("rb"), filename=f"{row.number}.pdf", content_type="application/pdf")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom: the newest calls and admissions; `?directory=` a code."""
    base, code = settings.PUBLIC_URL, request.GET.get("directory", "")[:40]
    calls = Call.objects.select_related("directory").order_by("-published_at")
    admissions = Admission.objects.select_related("directory", "party").order_by("-admitted_at")
    if code:
        calls, admissions = calls.filter(directory__code=code), admissions.filter(directory__code=code)
    entries = [_call_entry(row, base) for row in calls[:FEED_LENGTH]]
    entries += [_admission_entry(row, base) for row in admissions[:FEED_LENGTH]]
    atom = Atom1Feed(
        title=_("预选名录：征集和入库"),
        link=f"{base}/directories/",
        description="",
        feed_url=base + request.get_full_path(),
    )
    for entry in sorted(entries, key=lambda entry: entry["pubdate"], reverse=True)[:FEED_LENGTH]:
        atom.add_item(**entry)
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _call_entry(row: Call, base: str) -> dict[str, Any]:
    link = f"{base}/directories/calls/{row.number}/"
    return {
        "title": row.title, "link": link, "unique_id": link, "description": row.text[:2000] or named(row.directory),
        "pubdate": row.published_at, "updateddate": row.closed_at or row.published_at, "categories": [_("征集")],
    }  # fmt: skip


def _admission_entry(row: Admission, base: str) -> dict[str, Any]:
    link = f"{base}/directories/admissions/{row.number}/"
    words = {"name": row.party.name, "directory": named(row.directory)}
    return {
        "title": _("%(name)s 进入 %(directory)s") % words, "link": link, "unique_id": link,
        "description": row.number, "pubdate": row.admitted_at, "updateddate": row.admitted_at, "categories": [_("入库")],
    }  # fmt: skip


def directory_or_404(code: str) -> Directory:
    return get_object_or_404(Directory.objects.select_related("centre", "category"), code=code)


def admission_or_404(number: str) -> Admission:
    rows = Admission.objects.select_related("party", "directory__centre", "directory__category", "request")
    return get_object_or_404(rows, number=number)
