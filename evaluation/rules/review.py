"""The preliminary review (初步评审): each member passes or fails each item; a majority of fails rejects the bid."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

Verdicts = Mapping[tuple[str, int], bool]  # (item, seat) → passed


@dataclass(frozen=True, slots=True)
class Finding:
    """An item on which a bid failed, and by how many votes."""

    item: str
    against: int
    members: int


def failed_items(items: Collection[str], seats: Collection[int], verdicts: Verdicts) -> list[Finding]:
    """Items failed by more than half of the members (少数服从多数)."""
    found = []
    for item in items:
        against = sum(1 for seat in seats if verdicts.get((item, seat)) is False)
        if against * 2 > len(seats):
            found.append(Finding(item, against, len(seats)))
    return found


def missing(items: Collection[str], bids: Collection[str], given: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """(bid, item) pairs on which a member has not said anything."""
    return [(bid, item) for bid in sorted(bids) for item in items if (bid, item) not in given]
