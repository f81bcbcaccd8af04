"""Relations of a party, in both directions."""

from dataclasses import dataclass

from django.db.models import Q

from prequalified.models import Party, Relation
from prequalified.rules.people.relations import AUTOMATIC


@dataclass(frozen=True, slots=True)
class Related:
    """`outward`: the party holds or controls the other; else the other way about. Kinds without direction are outward."""

    row: Relation
    other: Party
    outward: bool

    @property
    def automatic(self) -> bool:
        return self.row.source == AUTOMATIC


def relations_of(party_id: int) -> list[Related]:
    """Those that hold first; one query."""
    rows = Relation.objects.filter(Q(one=party_id) | Q(other=party_id)).select_related("one", "other", "noted_by")
    ordered = sorted(rows, key=lambda row: (row.until is not None, row.kind, row.pk))
    return [
        Related(row, row.other, True) if row.one_id == party_id else Related(row, row.one, row.kind in ("controller", "legal_representative"))
        for row in ordered
    ]  # fmt: skip
