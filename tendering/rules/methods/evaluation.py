"""From a method and its bids to the ranking. Pure and exact: the order of the bids changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.rules.methods.corrections import Change, correct
from tendering.rules.methods.facts import BidFacts, read_bids
from tendering.rules.methods.low_prices import triggers
from tendering.rules.methods.numbers import half_up, read_decimal, spell
from tendering.rules.methods.price_scores import BenchmarkPrice, benchmark_price, benchmark_score, low_price_score
from tendering.rules.methods.ranking import ranked
from tendering.rules.methods.result import Excluded, Notice, Result, Standing
from tendering.rules.methods.schema import FloatRange, Kind, Method
from tendering.rules.methods.validity import method_of


@dataclass(frozen=True, slots=True)
class Priced:
    """A valid bid with its prices settled: `contract` after corrections, `evaluated` after additions and deductions."""

    facts: BidFacts
    contract: Decimal
    evaluated: Fraction
    changes: tuple[Change, ...]


def evaluate(
    method: object,
    bids: object,
    *,
    ceiling: str | None = None,
    budget: str | None = None,
    drawn: Mapping[str, Any] | None = None,
) -> Result:
    """The whole arithmetic of an evaluation (rules.md §5, docs/methods.md).

    `method` and `bids` are the JSON of the tender document and of a score file; `ceiling` and `budget` money as
    strings; `drawn` what was drawn after opening: {"k": "3"} and {"tie": [bidder, …]} in drawn order.
    Raises Refusal with every fault of the input.
    """
    terms = method_of(method)
    facts = read_bids(bids, terms)
    limit = _money(ceiling, "ceiling")
    priced, excluded = _prices(facts, terms, limit)
    benchmark = _benchmark(priced, terms, drawn or {})
    standings = [_standing(bid, priced, terms, benchmark) for bid in priced]
    reference = limit if limit is not None else _money(budget, "budget")
    return Result(
        kind=terms.kind.value,
        standings=ranked(standings, terms, (drawn or {}).get("tie", [])),
        excluded=tuple(sorted(excluded, key=lambda bid: bid.bidder)),
        warnings=(*_low_prices(priced, terms, reference), *_unequal(priced, terms)),
        benchmark=benchmark,
    )


def _money(text: str | None, place: str) -> Decimal | None:
    if text is None:
        return None
    try:
        return read_decimal(text)
    except ValueError:
        message = gettext_noop("“%(what)s”不是金额或数量：%(value)s")
        raise Refusal(
            Blocker("bid.not_a_number", message, params={"what": place, "value": str(text)[:60]}, place=place), 422
        ) from None


def _prices(facts: Sequence[BidFacts], method: Method, ceiling: Decimal | None) -> tuple[list[Priced], list[Excluded]]:
    standing: list[Priced] = []
    excluded: list[Excluded] = []
    for bid in facts:
        if bid.rejected:
            excluded.append(Excluded(bid.bidder, bid.name, "rejected", bid.rejected))
            continue
        contract, changes = _corrected(bid, method)
        if changes and bid.confirmed is False:
            excluded.append(Excluded(bid.bidder, bid.name, "correction_not_confirmed", "投标人不确认报价修正"))
        elif ceiling is not None and contract > ceiling:
            reason = f"投标报价{spell(contract)}高于最高投标限价{spell(ceiling)}"
            excluded.append(Excluded(bid.bidder, bid.name, "above_ceiling", reason))
        else:
            standing.append(Priced(bid, contract, Fraction(contract), changes))
    return [replace(bid, evaluated=_evaluated(bid, standing, method)) for bid in standing], excluded


def _corrected(bid: BidFacts, method: Method) -> tuple[Decimal, tuple[Change, ...]]:
    if bid.statement is None:
        return bid.price, ()
    correction = correct(bid.statement, method.corrections)
    if correction.changes and bid.confirmed is None:
        message = gettext_noop("“%(name)s”的报价需要修正为%(price)s，投标人尚未答复是否确认")
        params = {"name": bid.name, "price": spell(correction.price)}
        raise Refusal(Blocker("bid.correction_unanswered", message, "87号令 59", params=params), status=409)
    return correction.price, correction.changes


def _evaluated(bid: Priced, others: Sequence[Priced], method: Method) -> Fraction:
    """The price that is compared: omitted items added at the highest other quote, policy deductions taken off."""
    price = Fraction(bid.contract)
    for key in bid.facts.omitted:
        quotes = [other.facts.quotes[key] for other in others if other is not bid and key in other.facts.quotes]
        if not quotes:
            message = gettext_noop("漏项“%(key)s”没有其他有效投标的报价可用")
            raise Refusal(Blocker("bid.no_other_quote", message, params={"key": key}), status=422)
        price += Fraction(max(quotes))
    percent = sum((Fraction(d.percent) for d in method.deductions if d.key in bid.facts.deductions), Fraction(0))
    return price - Fraction(bid.contract) * percent / 100


def _benchmark(bids: Sequence[Priced], method: Method, drawn: Mapping[str, Any]) -> BenchmarkPrice | None:
    if method.benchmark is None or not bids:
        return None
    k = method.benchmark.k
    if isinstance(k, FloatRange):
        try:
            value = read_decimal(drawn.get("k"))
        except ValueError:
            value = None
        if value is None or not k.holds(value):
            message = gettext_noop("下浮系数K尚未抽取，或不在%(least)s%%至%(most)s%%之间")
            params = {"least": str(k.least), "most": str(k.most)}
            raise Refusal(Blocker("method.float_not_drawn", message, params=params, place="drawn.k"), status=422)
        k = value
    return benchmark_price([bid.evaluated for bid in bids], method.benchmark, k)


def _standing(bid: Priced, bids: Sequence[Priced], method: Method, benchmark: BenchmarkPrice | None) -> Standing:
    price_score = half_up(_price_points(bid, bids, method, benchmark))
    groups, members, items = _points(bid, method)
    return Standing(
        rank=0,
        tied=False,
        bidder=bid.facts.bidder,
        name=bid.facts.name,
        contract_price=bid.contract,
        evaluated_price=half_up(bid.evaluated),
        price_score=price_score,
        groups=groups,
        total=price_score + sum(groups.values(), Decimal("0.00")),
        members=members,
        items=items,
        changes=bid.changes,
    )


def _price_points(bid: Priced, bids: Sequence[Priced], method: Method, benchmark: BenchmarkPrice | None) -> Fraction:
    if method.kind is Kind.GP_LOW_PRICE:
        return low_price_score(bid.evaluated, min(other.evaluated for other in bids), method.price_weight)
    if method.benchmark is not None and benchmark is not None:
        return benchmark_score(bid.evaluated, benchmark.price, method.benchmark, method.price_weight)
    return Fraction(0)


def _points(bid: Priced, method: Method) -> tuple[dict[str, Decimal], dict[str, Decimal], dict[str, Decimal]]:
    """Each group's mean over the members that count, rounded once; every member's sum; every item's mean."""
    scores = bid.facts.scores
    sums = {evaluator: sum(row.values(), Decimal(0)) for evaluator, row in sorted(scores.items())}
    counted = _counted(sums, method)
    items = {item.key: _mean([Fraction(scores[evaluator][item.key]) for evaluator in counted]) for item in method.items}
    groups: dict[str, Fraction] = {}
    for item in method.items:
        groups[item.group.value] = groups.get(item.group.value, Fraction(0)) + items[item.key]
    return (
        {key: half_up(value) for key, value in groups.items()},
        {key: half_up(value) for key, value in sums.items()},
        {key: half_up(value) for key, value in items.items()},
    )


def _counted(sums: Mapping[str, Decimal], method: Method) -> list[str]:
    """All members, or all but the one with the highest and the one with the lowest sum where the document says so."""
    ordered = sorted(sums, key=lambda evaluator: (sums[evaluator], evaluator))
    return ordered[1:-1] if method.trim_members and len(ordered) > 2 else ordered


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _low_prices(bids: Sequence[Priced], method: Method, ceiling: Decimal | None) -> list[Notice]:
    if method.abnormally_low is None:
        return []
    found = triggers({bid.facts.bidder: bid.contract for bid in bids}, method.abnormally_low, ceiling)
    return [
        Notice("abnormally_low", t.bidder, {"test": t.test, "price": spell(t.price), "limit": spell(t.limit)})
        for t in found
    ]


def _unequal(bids: Sequence[Priced], method: Method) -> list[Notice]:
    """Objective items must be scored alike by all members (87号令 64)."""
    return [
        Notice("objective_unequal", bid.facts.bidder, {"item": item.key})
        for bid in sorted(bids, key=lambda bid: bid.facts.bidder)
        for item in method.items
        if item.objective and len({row[item.key] for row in bid.facts.scores.values()}) > 1
    ]
