"""rules.md §5 to the last digit."""

from decimal import Decimal
from typing import Any

import pytest

from runtime.refusal import Refusal
from tendering.rules.methods import evaluate
from tendering.rules.methods.corrections import Line, Statement, correct
from tendering.rules.methods.low_prices import triggers
from tendering.rules.methods.schema import LowPrice
from tendering.rules.methods.words import amount_in_words
from tests.evaluation import worked


def run(case: dict[str, Any]) -> list[dict[str, Any]]:
    return evaluate(case["method"], case["bids"], drawn=case.get("drawn")).as_data()["standings"]


def by_bidder(case: dict[str, Any], field: str) -> dict[str, Any]:
    return {row["bidder"]: row[field] for row in run(case)}


@pytest.mark.cts("A-141", "A-144", "A-145")
def test_v1_lowest_price_earns_the_full_price_points() -> None:
    assert by_bidder(worked.V1, "price_score") == {"A": "27.00", "B": "30.00", "C": "22.50"}
    assert by_bidder(worked.V1, "total") == {"A": "89.00", "B": "85.00", "C": "87.50"}
    assert [row["bidder"] for row in run(worked.V1)] == ["A", "C", "B"]


@pytest.mark.cts("A-141")
def test_v2_a_small_firm_is_compared_at_its_deducted_price_and_paid_its_own() -> None:
    assert by_bidder(worked.V2, "evaluated_price") == {"A": "85.00", "B": "90.00", "C": "96.00"}
    assert by_bidder(worked.V2, "price_score") == {"A": "30.00", "B": "28.33", "C": "26.56"}
    assert by_bidder(worked.V2, "contract_price")["A"] == "100.00"


@pytest.mark.cts("A-141", "A-145")
def test_v3_benchmark_with_trimming_float_and_two_slopes() -> None:
    result = evaluate(worked.V3["method"], worked.V3["bids"], drawn={"k": "3"})
    assert result.as_data()["benchmark"] == {
        "price": "991.34",
        "mean": "1022.00",
        "k": "3.00",
        "kept": 5,
        "dropped_high": 1,
        "dropped_low": 1,
    }
    prices = ["59.43", "59.13", "58.12", "57.11", "56.10", "54.08", "49.04"]
    totals = ["92.53", "92.53", "92.37", "92.11", "92.20", "90.68", "86.04"]
    assert by_bidder(worked.V3, "price_score") == dict(zip("ABCDEFG", prices, strict=True))
    assert by_bidder(worked.V3, "total") == dict(zip("ABCDEFG", totals, strict=True))
    assert [row["bidder"] for row in run(worked.V3)] == list("ABCEDFG")
    assert [row["rank"] for row in run(worked.V3)] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.cts("A-141", "A-145")
def test_v4_an_omitted_item_is_priced_at_the_highest_other_quote() -> None:
    rows = run(worked.V4)
    assert [(row["bidder"], row["evaluated_price"]) for row in rows] == [
        ("B", "10000000.00"),
        ("A", "10050000.00"),
        ("C", "10120000.00"),
    ]
    assert rows[0]["contract_price"] == "10000000.00"
    assert rows[1]["contract_price"] == "9800000.00"


def test_v5_consultation_with_half_the_points_on_the_price() -> None:
    assert by_bidder(worked.V5, "price_score") == {"A": "46.59", "B": "43.16", "C": "50.00", "D": "39.05"}


RATES = LowPrice(mean=Decimal(50), second_lowest=Decimal(50), ceiling=Decimal(45))


def test_v6_only_the_ceiling_test_asks_41_to_explain() -> None:
    prices = {"A": Decimal(41), "B": Decimal(78), "C": Decimal(80), "D": Decimal(89)}
    found = triggers(prices, RATES, Decimal(100))
    assert [(t.bidder, t.test, t.limit) for t in found] == [("A", "ceiling", 45)]


def test_v6_exactly_on_the_limit_is_not_a_trigger() -> None:
    prices = {"A": Decimal(45), "B": Decimal(78), "C": Decimal(80), "D": Decimal(89)}
    assert triggers(prices, RATES, Decimal(100)) == []


def test_v6_the_warning_comes_out_of_the_whole_evaluation_and_uses_the_budget_where_there_is_no_ceiling() -> None:
    method = worked.gp_method(abnormally_low={"mean": "50", "second_lowest": "50", "ceiling": "45"})
    bids = [worked.bid(name, price, "0") for name, price in zip("ABCD", ("41", "78", "80", "89"), strict=True)]
    for limits in ({"ceiling": "100"}, {"budget": "100"}):
        warnings = evaluate(method, bids, **limits).as_data()["warnings"]
        assert warnings == [
            {"code": "abnormally_low", "bidder": "A", "test": "ceiling", "price": "41.00", "limit": "45.00"}
        ]


def test_v7_the_unit_price_prevails_over_a_wrong_total() -> None:
    line = Line("1", Decimal("12.50"), Decimal(1000), Decimal("12000.00"))
    correction = correct(Statement(Decimal("12000.00"), lines=(line,)), "ENG")
    assert correction.price == Decimal("12500.00")
    assert [change.rule for change in correction.changes] == ["unit_price", "sum"]


def test_v7_a_misplaced_decimal_point_gives_way_to_the_total_of_the_opening_list() -> None:
    line = Line("1", Decimal("1250.0"), Decimal(1000), Decimal("12500.00"))
    correction = correct(Statement(Decimal("12500.00"), lines=(line,)), "GP")
    assert correction.price == Decimal("12500.00")
    assert correction.lines[0].unit_price == Decimal("12.50")
    assert [change.rule for change in correction.changes] == ["decimal_point"]


def test_procurement_takes_the_opening_list_first_and_then_the_words() -> None:
    statement = Statement(Decimal("100.00"), figures=Decimal("110.00"), words=Decimal("120.00"))
    assert correct(statement, "GP").price == Decimal("120.00")
    assert [c.rule for c in correct(statement, "GP").changes] == ["opening_list", "words"]
    assert [c.rule for c in correct(statement, "ENG").changes] == ["words"]


def test_a_correction_counts_only_once_the_bidder_has_confirmed_it() -> None:
    lines = [{"key": "1", "unit_price": "12.50", "quantity": "1000", "total": "12000.00"}]
    rows = [worked.bid("A", "12000.00", "1", statement={"lines": lines}), worked.bid("B", "13000.00", "1")]
    with pytest.raises(Refusal) as refused:
        evaluate(worked.gp_method(), rows)
    assert [b.code for b in refused.value.blockers] == ["bid.correction_unanswered"]
    rows[0]["statement"]["confirmed"] = True
    assert run({"method": worked.gp_method(), "bids": rows})[0]["contract_price"] == "12500.00"
    rows[0]["statement"]["confirmed"] = False
    result = evaluate(worked.gp_method(), rows)
    assert [(bid.bidder, bid.code) for bid in result.excluded] == [("A", "correction_not_confirmed")]
    assert [row.bidder for row in result.standings] == ["B"]


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("人民币壹万贰仟伍佰元整", "12500"),
        ("玖拾捌万元整", "980000"),
        ("壹亿零叁拾万伍仟零肆元陆角柒分", "100305004.67"),
        ("拾元零伍分", "10.05"),
        ("贰仟零伍拾圆正", "2050"),
        ("壹万亿元", "1000000000000"),
    ],
)
def test_amounts_in_capital_words_are_read(words: str, amount: str) -> None:
    assert amount_in_words(words) == Decimal(amount)


@pytest.mark.parametrize("words", ["", "元", "万元", "壹贰元", "壹佰贰仟元", "12元", "壹元伍", "壹元五毛", "佰元"])
def test_what_is_no_amount_in_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        amount_in_words(words)
