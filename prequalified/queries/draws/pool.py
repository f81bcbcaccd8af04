"""The firms of a directory as a draw sees them; a bounded number of queries, however many firms."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from prequalified.models import Admission, DirectoryDraw, Party, Relation
from prequalified.queries.sanctions.standing import bars_of
from prequalified.rules.directories.settings import figure
from prequalified.rules.draws.eligibility import Firm, Terms
from runtime.clock import stamp


def firms_of(draw: DirectoryDraw, day: dt.date, only: Iterable[str] | None = None) -> list[Firm]:
    """Everybody who stands in the directory, suspended ones too: they are excluded with their reason. Five queries.

    `only`: admissions by number, whatever their state (whether a frozen list still holds).
    """
    rows = Admission.objects.filter(directory=draw.directory_id).select_related("party__centre")
    rows = rows.filter(state__in=["active", "suspended"]) if only is None else rows
    wanted = None if only is None else set(only)
    found = [row for row in rows if wanted is None or row.number in wanted]
    bars = bars_of({row.party_id for row in found}, "draw", draw.regime, day)
    return [
        Firm(
            admission=row.number, number=row.party.number, name=row.party.name, grade=row.grade, rating=row.rating,
            state=row.state, valid_until=row.valid_until, running=row.running, region=row.party.centre.region,
            turn=stamp(row.drawn_at) if row.drawn_at else "", bars=bars.get(row.party_id, []),
        )
        for row in found
    ]  # fmt: skip


def terms_of(draw: DirectoryDraw, day: dt.date) -> Terms:
    return Terms(
        day=day,
        capacity=int(figure(draw.directory.figures, "capacity")),
        grades=draw.filters.get("grades", []),
        regions=draw.filters.get("regions", []),
        recused={entry["number"]: entry["reason"] for entry in draw.excluded_parties},
        related=_related(draw.tenderer, day),
        tenderer=draw.tenderer.number,
    )


def _related(tenderer: Party, day: dt.date) -> dict[str, str]:
    """Firms bound to the tenderer on this day, and how."""
    rows = Relation.objects.filter(Q(one=tenderer) | Q(other=tenderer))
    rows = rows.filter(Q(until=None) | Q(until__gte=day), Q(since=None) | Q(since__lte=day))
    found: dict[str, str] = {}
    for row in rows.select_related("one", "other"):
        firm = row.other if row.one_id == tenderer.pk else row.one
        found.setdefault(firm.number, str(Relation.Kind(row.kind).label))
    return found
