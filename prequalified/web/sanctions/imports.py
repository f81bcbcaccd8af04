"""Outside lists: uploaded, watched while they are read, looked at, confirmed, undone."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.sanctions.confirm_list import confirm_list, drop_list, undo_list
from prequalified.actions.sanctions.take_list import upload_list
from prequalified.models import SanctionImport
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.blacklist import kind_name
from prequalified.queries.sanctions.listings import imports_listing, rows_listing
from prequalified.rules.sanctions.gate import read_blocker
from prequalified.rules.sanctions.outside import COLUMNS, TITLES
from prequalified.web.sanctions.forms import UploadForm
from runtime.refusal import Refusal
from runtime.spoken import spoken

OFFICE = {"staff", "supervisor"}
UNDER_WAY = ("reading", "taking")


@act(roles=OFFICE, certificate=True)
@require_http_methods(["GET", "POST"])
def imports(request: Asked) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = upload_list(
                kind=form.cleaned_data["kind"], name=file.name if file else "", source=form.cleaned_data["source"],
                pieces=file.chunks() if file else (), actor=request.actor,
            )  # fmt: skip
            return redirect("import", made.pk)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "listing": imports_listing(request)}
    return render(request, "prequalified/sanctions/imports.html", context, status=422 if form.errors else 200)


@act(roles=OFFICE, certificate=True)
@require_http_methods(["GET", "POST"])
def one(request: Asked, number: int) -> HttpResponseBase:
    taken = _taken(number)
    refusal = None
    if request.method == "POST":
        try:
            return _done(request, taken)
        except Refusal as refused:
            refusal = refused
            taken = _taken(number)
    listing = rows_listing(request, taken)
    if listing.wants_file:
        return listing.file(f"import-{taken.pk}")
    rows = list(listing.page)
    for row in rows:
        row.words = spoken(read_blocker(error) for error in row.errors)  # type: ignore[attr-defined]
    context = {
        "taken": taken, "list_name": kind_name(taken.kind), "listing": listing, "rows": rows,
        "show": request.GET.get("show", ""), "refusal": spoken(refusal) if refusal else [],
        "faults": spoken(read_blocker(each) for each in taken.error), "under_way": taken.state in UNDER_WAY,
        "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "prequalified/sanctions/import.html", context, status=refusal.status if refusal else 200)


def _done(request: Asked, taken: SanctionImport) -> HttpResponse:
    actor = request.actor
    acts: dict[str, Callable[[], object]] = {
        "confirm": lambda: confirm_list(import_id=taken.pk, actor=actor),
        "drop": lambda: drop_list(import_id=taken.pk, actor=actor),
        "undo": lambda: undo_list(import_id=taken.pk, reason=request.POST.get("reason", "")[:4000], actor=actor),
    }
    asked = next((name for name in acts if name in request.POST), "")
    if asked:
        acts[asked]()
        messages.success(request, _("已办理。"))
    return redirect("import", taken.pk)


@act(roles=OFFICE, certificate=True)
@require_safe
def progress(request: Asked, number: int) -> HttpResponse:
    """The bar alone, fetched every second while the file is being read; done, the page is fetched anew."""
    taken = _taken(number)
    response = render(
        request, "prequalified/sanctions/_progress.html", {"taken": taken, "under_way": taken.state in UNDER_WAY}
    )
    if taken.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@act(roles=OFFICE)
@require_safe
def template(request: Asked) -> HttpResponse:
    """An empty list with the columns that are read."""
    titles = ",".join(TITLES[key] for key in COLUMNS)
    response = HttpResponse(f"\ufeff{titles}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="template.csv"'
    return response


def _taken(number: int) -> SanctionImport:
    rows = SanctionImport.objects.select_related("kind", "by", "confirmed_by", "undone_by")
    return get_object_or_404(rows, pk=number)
