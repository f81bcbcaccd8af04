"""Scores that stand out from the committee's (A-150): shown for a second look, never changed by the machine (87号令 64)."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from statistics import median

SHARE = Fraction(20, 100)  # of the full points away from the median of the members
LEAST_MEMBERS = 3


def outliers(scores: Mapping[str, Decimal], full: Decimal, share: Fraction = SHARE) -> set[str]:
    """Members whose score lies more than `share` of the full points away from the median. None with fewer than three."""
    if len(scores) < LEAST_MEMBERS or full <= 0:
        return set()
    middle = Fraction(median(Fraction(score) for score in scores.values()))
    return {member for member, score in scores.items() if abs(Fraction(score) - middle) > share * Fraction(full)}
