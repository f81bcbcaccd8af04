"""The picture of how firms belong together, with the same as a table."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from prequalified.models import Party
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.answers import ASKERS
from prequalified.queries.sanctions.relations import picture_of, table_of


@act(roles=ASKERS)
@require_safe
def relations(request: Asked, number: str) -> HttpResponse:
    """For those who ask the gate; sanctions in force stand beside each firm."""
    party = get_object_or_404(Party, number=number)
    picture = picture_of(party)
    warned = [node for node in picture["nodes"] if node["sanctions"] and not node["self"]]
    context = {
        "party": party, "picture": picture, "rows": table_of(picture), "warned": warned,
        "own": next((node["sanctions"] for node in picture["nodes"] if node["self"]), []),
    }  # fmt: skip
    return render(request, "prequalified/sanctions/relations.html", context)
