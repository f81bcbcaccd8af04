"""The evaluation method as the tender document carries it, format `yangguang-method/1` (docs/methods.md)."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

FORMAT = "yangguang-method/1"


class Kind(StrEnum):
    GP_LOW_PRICE = "gp_low_price"  # 综合评分法, 87号令 55: lowest price earns the full price points
    BENCHMARK = "benchmark"  # 综合评估法 with 评标基准价
    LOWEST_EVALUATED = "lowest_evaluated"  # 经评审的最低投标价法, 最低评标价法


class Group(StrEnum):
    """Where a scored item belongs; each group's score is rounded once and shown."""

    TECHNICAL = "technical"
    COMMERCIAL = "commercial"
    CREDIT = "credit"
    SERVICE = "service"


class Review(StrEnum):
    """The three parts of the preliminary review (初步评审), in their order."""

    FORM = "form"
    QUALIFICATION = "qualification"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Item:
    """A scored item: 0 ≤ score ≤ `max` in steps of `step`. An objective one must be scored alike by all members."""

    key: str
    title: str
    group: Group
    max: Decimal
    step: Decimal
    objective: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A pass-or-fail item of the preliminary review."""

    key: str
    title: str
    group: Review
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deduction:
    """A policy deduction: `percent` off the price for the evaluation only; the contract price stays."""

    key: str
    title: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Trim:
    """With `least` or more valid bids, so many of the highest and lowest prices stay out of the mean."""

    least: int
    high: int
    low: int


@dataclass(frozen=True, slots=True)
class FloatRange:
    """The values from which the float K is drawn after opening, in percent."""

    least: Decimal
    most: Decimal
    step: Decimal

    def holds(self, k: Decimal) -> bool:
        return self.least <= k <= self.most and (k - self.least) % self.step == 0


@dataclass(frozen=True, slots=True)
class Benchmark:
    """评标基准价 = mean of the trimmed prices × (1 − K/100); points lost per 1 % above and below it."""

    trim: tuple[Trim, ...]
    k: Decimal | FloatRange
    above: Decimal
    below: Decimal
    floor: Decimal = Decimal(0)
    whole_percent: bool = False


@dataclass(frozen=True, slots=True)
class LowPrice:
    """Rates in percent below which a price must be explained (财库〔2026〕2号)."""

    mean: Decimal
    second_lowest: Decimal
    ceiling: Decimal


@dataclass(frozen=True, slots=True)
class Method:
    kind: Kind
    price_item: str
    price_weight: Decimal
    items: tuple[Item, ...]
    review: tuple[ReviewItem, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    benchmark: Benchmark | None = None
    abnormally_low: LowPrice | None = None
    trim_members: bool = False  # leave out the highest and lowest member's sum; forbidden in GP (87-55)
    omissions: bool = False  # an omitted item is priced at the highest other quote
    corrections: str = "ENG"  # whose order of price corrections: GP (87-59) or ENG
    price_hidden: bool = False  # members score without seeing the prices
    priced_parts: tuple[str, ...] = ()  # files of a bid that tell the price; hidden with it
    tie: tuple[str, ...] = field(default=("total", "price"))

    @property
    def scored(self) -> bool:
        return self.kind is not Kind.LOWEST_EVALUATED

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)
