"""Draws for everybody: the list with refused and voided ones, the live page, the proof."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from prequalified.models import DirectoryDraw
from prequalified.permissions import Asked
from prequalified.queries.draws.listings import draws_listing
from prequalified.queries.draws.page import draw_page, eligible_of
from prequalified.queries.draws.shown import all_draws, proof
from runtime.refusal import Blocker, Refusal
from runtime.spoken import spoken


@require_safe
def draws(request: Asked) -> HttpResponseBase:
    listing = draws_listing(request)
    if listing.wants_csv:
        return listing.csv("draws")
    context = {
        "listing": listing, "states": DirectoryDraw.State.choices, "state": request.GET.get("state", ""),
        "may_ask": request.actor.role in ("staff", "tenderer"),
    }  # fmt: skip
    return render(request, "prequalified/draws/draws.html", context)


@require_safe
def draw(request: Asked, number: str) -> HttpResponse:
    return page(request, get_object_or_404(all_draws(), number=number))


def page(request: Asked, row: DirectoryDraw, refusal: Refusal | None = None) -> HttpResponse:
    context = draw_page(row, request.actor)
    context |= {
        "refusal": spoken(refusal) if refusal else [],
        "refused": spoken([Blocker(**told) for told in row.refusal]),
        "excluded": _told(context["excluded"]),
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "prequalified/draws/draw.html", context, status=refusal.status if refusal else 200)


@require_safe
def proof_file(request: Asked, number: str) -> JsonResponse:
    """`yangguang-draw/1` with all names, exclusions and who gave way; `yangguang draw FILE` replays it."""
    row = get_object_or_404(all_draws(), number=number, draw__isnull=False)
    response = JsonResponse(proof(row), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{row.number}.json"'
    return response


@require_safe
def exclusions(request: Asked, number: str) -> HttpResponse:
    """Everybody left out, with every reason."""
    row = get_object_or_404(all_draws(), number=number)
    words = request.GET.get("q", "").strip()[:100]
    found = [one for one in row.exclusions if words in one["name"] or words in one["number"]]
    shown = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {"draw": row, "page_obj": shown, "excluded": _told(list(shown)), "words": words}
    return render(request, "prequalified/draws/exclusions.html", context)


@require_safe
def eligible(request: Asked, number: str) -> HttpResponse:
    """The frozen list with everybody's numbers."""
    row = get_object_or_404(all_draws(), number=number, draw__isnull=False)
    words = request.GET.get("q", "").strip()[:100]
    found = [one for one in eligible_of(row) if words in one["name"] or words in one["number"]]
    shown = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "prequalified/draws/eligible.html", {"draw": row, "page_obj": shown, "words": words})


def _told(excluded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reasons in the reader's language."""
    return [{**one, "told": spoken([Blocker(**reason) for reason in one["reasons"]])} for one in excluded]
