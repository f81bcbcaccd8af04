"""Abnormally low prices (财库〔2026〕2号): which bids must be asked to explain. A trigger is never a rejection."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tendering.rules.methods.schema import LowPrice


@dataclass(frozen=True, slots=True)
class Trigger:
    """`price` is strictly below `limit`, the test's rate times its reference; exactly on the limit is not a trigger."""

    bidder: str
    test: str  # mean | second_lowest | ceiling
    price: Decimal
    limit: Fraction


def triggers(prices: Mapping[str, Decimal], rates: LowPrice, ceiling: Decimal | None) -> list[Trigger]:
    """`prices` of the conforming bids by bidder; `ceiling` is the price limit or, where there is none, the budget."""
    if not prices:
        return []
    ordered = sorted(prices.values())
    limits = {"mean": Fraction(sum(ordered)) / len(ordered) * Fraction(rates.mean) / 100}
    if len(ordered) > 1:
        limits["second_lowest"] = Fraction(ordered[1]) * Fraction(rates.second_lowest) / 100
    if ceiling is not None:
        limits["ceiling"] = Fraction(ceiling) * Fraction(rates.ceiling) / 100
    return [
        Trigger(bidder, test, price, limit)
        for bidder, price in sorted(prices.items())
        for test, limit in limits.items()
        if price < limit
    ]
