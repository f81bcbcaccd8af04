"""Who is in the room: connections of this process by seat. A hint for people, never a fact for rules."""

from collections import Counter

_here: Counter[tuple[int, int]] = Counter()  # (committee, seat) → open connections


def came(committee: int, seat: int) -> bool:
    """True if this is the seat's first connection here."""
    _here[(committee, seat)] += 1
    return _here[(committee, seat)] == 1


def went(committee: int, seat: int) -> bool:
    """True if it was the last."""
    key = (committee, seat)
    _here[key] -= 1
    if _here[key] > 0:
        return False
    del _here[key]
    return True
