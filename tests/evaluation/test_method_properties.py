"""What must hold for every tender, not only for the worked cases."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tendering.rules.methods import evaluate
from tendering.rules.methods.numbers import half_up
from tests.evaluation import worked

MONEY = st.decimals("1.00", "99999999.00", places=2).map(str)
POINTS = st.decimals("0", "40", places=2).map(str)
BIDDERS = [f"N{place:02}" for place in range(9)]
METHODS: dict[str, dict[str, Any]] = {
    "gp": worked.gp_method("60", "40"),
    "benchmark": worked.BENCHMARK,
    "lowest": worked.LOWEST,
}
METHOD = st.sampled_from(sorted(METHODS))


@st.composite
def tenders(draw: Callable[..., Any]) -> tuple[str, list[dict[str, Any]]]:
    kind = draw(METHOD)
    rows = []
    for bidder in BIDDERS[: draw(st.integers(1, 9))]:
        row = worked.bid(bidder, draw(MONEY))
        if kind != "lowest":
            row["scores"] = {member: {"t1": draw(POINTS)} for member in ("e1", "e2", "e3")}
        rows.append(row)
    return kind, rows


def run(kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return evaluate(METHODS[kind], rows, drawn={"k": "3"}).as_data()


@given(tenders(), st.randoms(use_true_random=False))
def test_the_order_of_the_bids_changes_nothing(tender: tuple[str, list[dict[str, Any]]], shuffler: Any) -> None:
    kind, rows = tender
    before = run(kind, rows)
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert run(kind, shuffled) == before


@given(tenders())
def test_totals_are_the_sum_of_what_is_shown(tender: tuple[str, list[dict[str, Any]]]) -> None:
    for row in run(*tender)["standings"]:
        parts = Decimal(row["price_score"]) + sum(Decimal(points) for points in row["groups"].values())
        assert Decimal(row["total"]) == parts


@given(tenders())
def test_ranks_follow_the_totals_and_equal_ranks_are_called_tied(tender: tuple[str, list[dict[str, Any]]]) -> None:
    kind, rows = tender
    standings = run(kind, rows)["standings"]
    field = "evaluated_price" if kind == "lowest" else "total"
    figures = [Decimal(row[field]) * (1 if kind == "lowest" else -1) for row in standings]
    assert figures == sorted(figures)
    ranks = [row["rank"] for row in standings]
    assert all(row["tied"] == (ranks.count(row["rank"]) > 1) for row in standings)
    assert ranks[0] == 1


@given(tenders(), st.integers(0, 8), MONEY)
def test_a_lower_price_never_costs_points_nor_rank_where_the_lowest_price_wins(
    tender: tuple[str, list[dict[str, Any]]], place: int, other: str
) -> None:
    kind, rows = tender
    if kind == "benchmark":
        kind = "gp"
    one = rows[place % len(rows)]
    if kind == "lowest":
        one.pop("scores", None)
    outcomes = []
    for price in sorted((Decimal(one["price"]), Decimal(other))):
        changed = [{**row, "price": str(price)} if row is one else row for row in rows]
        row = next(row for row in run(kind, changed)["standings"] if row["bidder"] == one["bidder"])
        outcomes.append((Decimal(row["price_score"]), row["rank"]))
    (low_points, low_rank), (high_points, high_rank) = outcomes
    assert low_points >= high_points
    assert low_rank <= high_rank


@given(tenders(), st.sampled_from(["10", "100", "1000"]))
def test_the_currency_unit_changes_no_price_score(tender: tuple[str, list[dict[str, Any]]], factor: str) -> None:
    kind, rows = tender
    if kind == "benchmark":
        return  # its benchmark is announced rounded to the fen, so a change of unit may move the last digit
    scaled = [{**row, "price": str(Decimal(row["price"]) * int(factor))} for row in rows]
    before = [(row["bidder"], row["rank"], row["price_score"]) for row in run(kind, rows)["standings"]]
    assert [(row["bidder"], row["rank"], row["price_score"]) for row in run(kind, scaled)["standings"]] == before


@given(st.lists(st.integers(100, 10**7), min_size=1, max_size=9), st.sampled_from([1, 7, 100]))
def test_the_benchmark_scores_do_not_know_the_unit_where_nothing_is_rounded(prices: list[int], factor: int) -> None:
    """In multiples of 252,000 yuan every mean of up to nine prices, less 3 %, is a whole number of fen."""

    def scores(unit: int) -> list[str]:
        rows = [worked.bid(f"N{n}", str(price * 2520 * 100 * unit), "0") for n, price in enumerate(prices)]
        return [row["price_score"] for row in run("benchmark", rows)["standings"]]

    assert scores(1) == scores(factor)


@given(tenders())
def test_points_stay_inside_their_weight(tender: tuple[str, list[dict[str, Any]]]) -> None:
    kind, rows = tender
    for row in run(kind, rows)["standings"]:
        assert 0 <= Decimal(row["price_score"]) <= (0 if kind == "lowest" else 60)
        assert 0 <= Decimal(row["total"]) <= 100


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_is_half_up_and_within_half_a_step(value: Any, places: int) -> None:
    rounded = half_up(value, places)
    assert abs(Fraction(rounded) - value) * 2 * 10**places <= 1
    assert half_up(Decimal(rounded), places) == rounded


def test_half_a_fen_goes_up_away_from_zero() -> None:
    assert [str(half_up(Decimal(text))) for text in ("0.005", "0.015", "2.675", "-0.005")] == [
        "0.01",
        "0.02",
        "2.68",
        "-0.01",
    ]
