"""What an evaluation comes to. `as_data` is the form that is printed, signed and recomputed: strings, two decimals."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tendering.rules.methods.corrections import Change
from tendering.rules.methods.numbers import spell
from tendering.rules.methods.price_scores import BenchmarkPrice


@dataclass(frozen=True, slots=True)
class Standing:
    """One valid bid. `contract_price` is the corrected bid price; `evaluated_price` only serves the comparison."""

    rank: int
    tied: bool  # another bid has the same rank after every step of the tie rule
    bidder: str
    name: str
    contract_price: Decimal
    evaluated_price: Decimal
    price_score: Decimal
    groups: dict[str, Decimal]  # group → points, each rounded once
    total: Decimal
    members: dict[str, Decimal] = field(default_factory=dict)  # evaluator → sum of own scores
    items: dict[str, Decimal] = field(default_factory=dict)  # item → mean of the members, for information
    changes: tuple[Change, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {
            "rank": self.rank,
            "tied": self.tied,
            "bidder": self.bidder,
            "name": self.name,
            "contract_price": spell(self.contract_price),
            "evaluated_price": spell(self.evaluated_price),
            "price_score": spell(self.price_score),
            "groups": {key: spell(value) for key, value in self.groups.items()},
            "total": spell(self.total),
            "members": {key: spell(value) for key, value in self.members.items()},
            "items": {key: spell(value) for key, value in self.items.items()},
            "corrections": [
                {"rule": c.rule, "what": c.what, "before": str(c.before), "after": str(c.after)} for c in self.changes
            ],
        }


@dataclass(frozen=True, slots=True)
class Excluded:
    """A bid that takes no part: rejected by the committee, above the ceiling, or a correction not confirmed."""

    bidder: str
    name: str
    code: str  # rejected | above_ceiling | correction_not_confirmed
    reason: str

    def as_data(self) -> dict[str, Any]:
        return {"bidder": self.bidder, "name": self.name, "code": self.code, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the committee must look at: the machine only shows it."""

    code: str  # abnormally_low | objective_unequal
    bidder: str
    facts: dict[str, str]

    def as_data(self) -> dict[str, Any]:
        return {"code": self.code, "bidder": self.bidder, **self.facts}


@dataclass(frozen=True, slots=True)
class Result:
    kind: str
    standings: tuple[Standing, ...]  # best first; equal bids by bidder number
    excluded: tuple[Excluded, ...]
    warnings: tuple[Notice, ...]
    benchmark: BenchmarkPrice | None = None

    def as_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "format": "yangguang-result/1",
            "kind": self.kind,
            "standings": [row.as_data() for row in self.standings],
            "excluded": [row.as_data() for row in self.excluded],
            "warnings": [row.as_data() for row in self.warnings],
        }
        if self.benchmark:
            data["benchmark"] = {
                "price": spell(self.benchmark.price),
                "mean": spell(self.benchmark.mean),
                "k": spell(self.benchmark.k),
                "kept": self.benchmark.kept,
                "dropped_high": self.benchmark.dropped_high,
                "dropped_low": self.benchmark.dropped_low,
            }
        return data
