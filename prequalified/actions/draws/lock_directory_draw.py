"""A draw from a directory under its lock."""

from typing import Any

from prequalified.models import DirectoryDraw
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop

UNKNOWN = Blocker("draw.unknown_directory_draw", gettext_noop("没有这次抽取。"))


def lock_for_host(number: str, actor: Actor) -> DirectoryDraw:
    """For the staff of the directory's centre, who host the draw. Raises Refusal 404."""
    return _locked(number, directory__centre__in=centres_of(actor))


def lock_any(number: str) -> DirectoryDraw:
    return _locked(number)


def _locked(number: str, **visible: Any) -> DirectoryDraw:
    demand_transaction()
    rows = DirectoryDraw.objects.select_for_update(of=("self",)).filter(number=number, **visible)
    found = rows.select_related("directory__centre__parent", "directory__category", "tenderer").first()
    if found is None:
        raise Refusal(UNKNOWN, 404)
    return found
