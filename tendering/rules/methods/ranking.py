"""Order and ties: what the document's tie rule can still tell apart, and what stays equal (87号令 57, 68)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tendering.rules.methods.result import Standing
from tendering.rules.methods.schema import Method


def ranked(bids: Sequence[Standing], method: Method, drawn: Sequence[str]) -> tuple[Standing, ...]:
    """Best first with ranks 1, 2, 2, 4; `drawn` decides what is left equal where the tie rule ends in a draw."""
    keys = {bid.bidder: _key(bid, method, drawn) for bid in bids}
    ordered = sorted(bids, key=lambda bid: (keys[bid.bidder], bid.bidder))
    rows = []
    for bid in ordered:
        key = keys[bid.bidder]
        better = sum(1 for other in keys.values() if other < key)
        alike = sum(1 for other in keys.values() if other == key)
        rows.append(replace(bid, rank=better + 1, tied=alike > 1))
    return tuple(rows)


def _key(bid: Standing, method: Method, drawn: Sequence[str]) -> tuple[Decimal, ...]:
    """Smaller is better."""
    steps = {
        "total": -bid.total if method.scored else bid.evaluated_price,
        "price": bid.contract_price,
        "draw": Decimal(drawn.index(bid.bidder) if bid.bidder in drawn else len(drawn)),
        **{group: -points for group, points in bid.groups.items()},
    }
    return tuple(steps.get(step, Decimal(0)) for step in method.tie)
