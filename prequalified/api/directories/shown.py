"""Rows of the directories as the endpoints give them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase

from prequalified.models import AdmissionObjection, AdmissionRequest, Commitment, ConditionSet, YearlyReview
from runtime.listing import Listing


def listed(listing: Listing, shown: Callable[[Any], dict[str, Any]], name: str) -> dict[str, Any] | HttpResponseBase:
    """A page, or the whole list as a file."""
    if listing.wants_file:
        return listing.file(name)
    page = listing.page
    return {
        "count": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages,
        "items": [shown(row) for row in page],
    }  # fmt: skip


def conditions_out(row: ConditionSet) -> dict[str, Any]:
    names = ("version", "sha256", "published_at", "conditions")
    return {"directory": row.directory.code, **{name: getattr(row, name) for name in names}}


def request_out(row: AdmissionRequest) -> dict[str, Any]:
    names = (
        "number", "status", "grade", "facts", "committed", "findings", "reasons", "submitted_at", "supplement_until",
        "review_until", "publicity_from", "publicity_until", "decided_at",
    )  # fmt: skip
    admission = getattr(row, "admission", None) or (row.renews if row.status == "admitted" else None)
    return {
        "call": row.call.number, "directory": row.call.directory.code,
        "party": {"name": row.party.name, "number": row.party.number}, "renews": row.renews.number if row.renews else "",
        "admission": admission.number if admission else "", **{name: getattr(row, name) for name in names},
    }  # fmt: skip


def objection_out(row: AdmissionObjection) -> dict[str, Any]:
    """Never who objected."""
    names = ("text", "at", "answer_until", "answer", "upheld", "answered_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def commitment_out(row: Commitment) -> dict[str, Any]:
    names = ("key", "text", "due", "outcome", "note", "checked_at")
    party = row.request.party
    named = {"name": party.name, "number": party.number}
    return {"id": row.pk, "request": row.request.number, "party": named, **{name: getattr(row, name) for name in names}}


def review_out(row: YearlyReview) -> dict[str, Any]:
    names = (
        "year", "due", "facts", "committed", "findings", "submitted_at", "outcome", "reasons", "decided_at",
    )  # fmt: skip
    party = row.admission.party
    return {
        "id": row.pk, "admission": row.admission.number, "party": {"name": party.name, "number": party.number},
        **{name: getattr(row, name) for name in names},
    }  # fmt: skip
