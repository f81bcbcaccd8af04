"""From the signed hand-ins to the score file that anybody computes again (`yangguang score FILE`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "yangguang-scores/1"


@dataclass(frozen=True, slots=True)
class Standing:
    """A bid under evaluation. `findings`: the committee's optional fields; `rejected`: why it is out, empty if not."""

    bidder: str
    name: str
    price: str
    rejected: str
    findings: Mapping[str, Any]


def evaluator(seat: int | str) -> str:
    """Members appear by their seat: the score file goes further than their names may."""
    return f"seat-{seat}"


def score_file(
    *,
    method: Mapping[str, Any],
    bids: Sequence[Standing],
    hand_ins: Sequence[Mapping[str, Any]],
    ceiling: str | None,
    budget: str,
    drawn: Mapping[str, Any],
) -> dict[str, Any]:
    """`hand_ins` are the signed contents (yangguang-hand-in/1)."""
    rows = []
    for bid in sorted(bids, key=lambda bid: bid.bidder):
        row: dict[str, Any] = {"bidder": bid.bidder, "name": bid.name, "price": bid.price, **bid.findings}
        if bid.rejected:
            row["rejected"] = bid.rejected
        elif method.get("items"):
            row["scores"] = {evaluator(h["member"]["seat"]): dict(h["scores"][bid.bidder]) for h in hand_ins}
        rows.append(row)
    data: dict[str, Any] = {"format": FORMAT, "method": dict(method), "bids": rows, "budget": budget}
    if ceiling is not None:
        data["ceiling"] = ceiling
    if drawn:
        data["drawn"] = dict(drawn)
    return data
