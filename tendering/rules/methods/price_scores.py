"""Points for the price: lowest price first (87号令 55) and the benchmark (评标基准价). Exact fractions until the last rounding."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tendering.rules.methods.numbers import half_up
from tendering.rules.methods.schema import Benchmark


@dataclass(frozen=True, slots=True)
class BenchmarkPrice:
    """The benchmark as announced: money with two decimals. `kept` prices went into `mean`."""

    price: Decimal
    mean: Fraction
    k: Decimal
    kept: int
    dropped_high: int
    dropped_low: int


def low_price_score(price: Fraction, lowest: Fraction, weight: Decimal) -> Fraction:
    """lowest ÷ price × weight."""
    return lowest / price * Fraction(weight)


def benchmark_price(prices: Sequence[Fraction], terms: Benchmark, k: Decimal) -> BenchmarkPrice:
    """Mean of what the trim rule leaves, lowered by K percent, rounded half up to the fen: the figure that is announced."""
    ordered = sorted(prices)
    trim = next((trim for trim in reversed(terms.trim) if len(ordered) >= trim.least), None)
    high, low = (trim.high, trim.low) if trim else (0, 0)
    kept = ordered[low : len(ordered) - high]
    mean = sum(kept, Fraction(0)) / len(kept)
    return BenchmarkPrice(half_up(mean * (100 - Fraction(k)) / 100), mean, k, len(kept), high, low)


def benchmark_score(price: Fraction, benchmark: Decimal, terms: Benchmark, weight: Decimal) -> Fraction:
    """Full points on the benchmark; `above`/`below` points lost per 1 % of deviation, in between in proportion."""
    base = Fraction(benchmark)
    percent = abs(price - base) / base * 100
    if terms.whole_percent:
        percent = Fraction(percent.__floor__())
    lost = percent * Fraction(terms.above if price > base else terms.below)
    return max(Fraction(weight) - lost, Fraction(terms.floor))
