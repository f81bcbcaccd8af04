"""What a tender document may not say about its evaluation."""

import copy
from typing import Any

import pytest

from runtime.refusal import Refusal
from tendering.rules.methods import blockers, evaluate
from tests.evaluation import worked


def codes(method: object, regime: str = "GP", kind: str = "goods") -> list[str]:
    return [blocker.code.removeprefix("method.") for blocker in blockers(method, regime, kind)]


def changed(base: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(base), **fields}


GP = worked.gp_method()
ENG = worked.BENCHMARK


def test_the_worked_methods_are_lawful_where_they_belong() -> None:
    assert codes(GP) == codes(GP, "GP", "services") == []
    assert codes(ENG, "ENG", "works") == codes(worked.LOWEST, "ENG", "works") == []
    assert codes(worked.LOWEST) == []
    assert codes(worked.V5["method"]) == []


@pytest.mark.cts("B-025")
@pytest.mark.parametrize(
    ("method", "kind", "code", "rule"),
    [
        (worked.gp_method("20", "80"), "goods", "price_weight_low", "87号令 55"),
        (worked.gp_method("9", "91"), "services", "price_weight_low", "87号令 55"),
        (worked.gp_method("70", "30", procedure="consultation"), "goods", "price_weight_high", "财库〔2014〕214号 24"),
        (
            worked.gp_method("31", "69", procedure="consultation"),
            "services",
            "price_weight_high",
            "财库〔2014〕214号 24",
        ),
        (ENG, "goods", "benchmark_in_procurement", "87号令 55"),
        (changed(GP, trim_members=True), "goods", "trimming_in_procurement", "87号令 55"),
        (changed(GP, tie=["total", "technical"]), "goods", "tie_in_procurement", "87号令 57"),
        (
            changed(GP, deductions=[{"key": "small", "title": "小微", "percent": "25"}]),
            "goods",
            "deduction_out_of_range",
            "财库〔2022〕19号",
        ),
        (changed(GP, abnormally_low={"mean": "70"}), "goods", "low_price_rate", "财库〔2026〕2号"),
    ],
)
def test_procurement_refuses_what_order_87_forbids_and_names_the_article(
    method: dict[str, Any], kind: str, code: str, rule: str
) -> None:
    found = blockers(method, "GP", kind)
    assert [(blocker.code, blocker.rule) for blocker in found] == [(f"method.{code}", rule)]


def test_works_in_procurement_follow_the_tendering_law() -> None:
    assert codes(ENG, "GP", "works") == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"items": [worked.item("t1", "60")]}, "not_hundred"),
        ({"items": [worked.item("t1", "35"), worked.item("t1", "35")]}, "duplicate_key"),
        ({"items": [worked.item("t1", "70", step="0.3")]}, "step_does_not_fit"),
        ({"items": [worked.item("t1", "70", step="0")]}, "step_does_not_fit"),
        ({"items": [worked.item("t1", "70"), worked.item("t2", "0")]}, "item_without_points"),
        ({"items": [worked.item("t1", "70", "qualification")]}, "bad_choice"),
        ({"items": [worked.item("", "70")]}, "bad_key"),
        ({"items": [worked.item("t1", "70", surprise=1)]}, "unknown_field"),
        ({"items": "t1"}, "bad_list"),
        ({"price_weight": 30}, "not_a_number"),
        ({"price_weight": "3e1"}, "not_a_number"),
        ({"price_weight": "-30"}, "not_a_number"),
        ({"tie": ["price", "total"]}, "bad_tie"),
        ({"tie": ["total", "price", "draw", "technical"]}, "bad_tie"),
        ({"tie": []}, "bad_tie"),
        ({"tie": [["total"]]}, "bad_tie"),
        ({"kind": "cheapest"}, "bad_choice"),
        ({"kind": None}, "bad_choice"),
        ({"format": "yangguang-method/2"}, "unknown_format"),
        ({"surprise": True}, "unknown_field"),
        ({"price_hidden": "yes"}, "not_a_flag"),
        ({"corrections": "US"}, "bad_choice"),
        ({"deductions": [{"key": "a", "title": "x", "percent": "100"}]}, "deductions_too_big"),
        ({"deductions": [{"key": "price", "title": "x", "percent": "10"}]}, "key_taken"),
    ],
)
def test_a_method_that_cannot_be_computed_is_refused(fields: dict[str, Any], code: str) -> None:
    assert code in codes(changed(GP, **fields))
    with pytest.raises(Refusal):
        evaluate(changed(GP, **fields), worked.V1["bids"])


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ({"above": "1", "below": "0.5", "trim": [{"least": 2, "high": 1, "low": 1}]}, "bad_trim"),
        ({"above": "1", "below": "0.5", "trim": [{"least": 7, "high": 1}, {"least": 4, "high": 1}]}, "bad_trim"),
        ({"above": "1", "below": "0.5", "k": {"least": "1", "most": "5", "step": "0.3"}}, "bad_float"),
        ({"above": "1", "below": "0.5", "k": "30"}, "float_too_big"),
        ({"above": "1", "below": "0.5", "floor": "61"}, "floor_too_high"),
        ({"below": "0.5"}, "not_a_number"),
        (None, "no_benchmark_terms"),
        ([], "bad_part"),
    ],
)
def test_benchmark_terms_must_make_sense(price: object, code: str) -> None:
    assert code in codes(changed(ENG, price=price), "ENG", "works")


@pytest.mark.parametrize("method", [None, [], "x", 3, {}, {"format": "yangguang-method/1"}])
def test_what_is_no_method_at_all_is_refused_and_not_a_traceback(method: object) -> None:
    assert blockers(method, "GP", "goods")
    with pytest.raises(Refusal):
        evaluate(method, [])


def test_a_lowest_price_tender_has_nothing_to_score() -> None:
    assert codes(changed(worked.LOWEST, items=[worked.item("t1", "10")])) == ["scores_nothing"]


SCORED = worked.V1["bids"]


def refusal_of(rows: object, method: dict[str, Any] = GP, **more: Any) -> set[str]:
    with pytest.raises(Refusal) as refused:
        evaluate(method, rows, **more)
    return {blocker.code for blocker in refused.value.blockers}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scores": {"e1": {"t1": "70.01"}}}, "score.out_of_range"),
        ({"scores": {"e1": {"t1": "-1"}}}, "score.not_a_number"),
        ({"scores": {"e1": {"t1": 62}}}, "score.not_a_number"),
        ({"scores": {"e1": {"t1": "1e1"}}}, "score.not_a_number"),
        ({"scores": {"e1": {"t1": "1.005"}}}, "score.not_a_number"),
        ({"scores": {"e1": {"t1": "NaN"}}}, "score.not_a_number"),
        ({"scores": {"e1": {}}}, "score.missing"),
        ({"scores": {}}, "score.missing"),
        ({"scores": {"e1": {"t1": "1", "t2": "1"}}}, "score.unknown_item"),
        ({"scores": {"e2": {"t1": "1"}}}, "score.members_differ"),
        ({"scores": [1]}, "bid.bad_part"),
        ({"price": "0"}, "bid.no_price"),
        ({"price": 100}, "bid.not_a_number"),
        ({"price": "-5"}, "bid.not_a_number"),
        ({"bidder": ""}, "bid.no_bidder"),
        ({"bidder": "B"}, "bid.twice"),
        ({"surprise": 1}, "bid.unknown_field"),
        ({"omitted": ["x"]}, "bid.omission_not_priced"),
        ({"statement": {"words": "一百块"}}, "bid.not_in_words"),
    ],
)
def test_bad_figures_in_a_score_file_are_refused(fields: dict[str, Any], code: str) -> None:
    assert code in refusal_of([{**SCORED[0], **fields}, *SCORED[1:]])


def test_a_score_between_two_steps_is_refused() -> None:
    method = worked.gp_method(items=[worked.item("t1", "70", step="0.5")])
    assert refusal_of([worked.bid("A", "1", "10.25")], method) == {"score.between_steps"}


def test_every_fault_is_told_at_once() -> None:
    rows = [{**SCORED[0], "price": "x"}, {**SCORED[1], "scores": {"e1": {"t1": "99"}}}, SCORED[2]]
    assert refusal_of(rows) == {"bid.not_a_number", "score.out_of_range"}


def test_the_float_must_have_been_drawn_and_lie_on_its_range() -> None:
    for drawn in (None, {}, {"k": "0.5"}, {"k": "1.3"}, {"k": 3}):
        assert refusal_of(worked.V3["bids"], ENG, drawn=drawn) == {"method.float_not_drawn"}


def test_an_omission_nobody_else_quoted_cannot_be_priced() -> None:
    assert refusal_of([worked.bid("A", "1", omitted=["x1"])], worked.LOWEST) == {"bid.no_other_quote"}


def test_a_bid_above_the_ceiling_takes_no_part_and_does_not_move_the_others() -> None:
    rows = [*SCORED, worked.bid("D", "1000.00", "70")]
    result = evaluate(GP, rows, ceiling="200.00")
    assert [(bid.bidder, bid.code) for bid in result.excluded] == [("D", "above_ceiling")]
    assert result.standings == evaluate(GP, SCORED, ceiling="200.00").standings


def test_a_rejected_lowest_bid_does_not_set_the_lowest_price() -> None:
    rows = [*SCORED, {"bidder": "D", "name": "D", "price": "1.00", "rejected": "签字盖章不全"}]
    result = evaluate(GP, rows)
    assert [row.price_score for row in result.standings] == [row.price_score for row in evaluate(GP, SCORED).standings]
    assert result.excluded[0].reason == "签字盖章不全"


def test_objective_items_scored_differently_are_shown() -> None:
    method = worked.gp_method(items=[worked.item("t1", "70", objective=True)])
    rows = [{"bidder": "A", "price": "1", "scores": {"e1": {"t1": "1"}, "e2": {"t1": "2"}}}]
    warnings = evaluate(method, rows).as_data()["warnings"]
    assert warnings == [{"code": "objective_unequal", "bidder": "A", "item": "t1"}]


def test_extreme_members_are_left_out_only_where_the_document_says_so() -> None:
    scores = {name: {"t1": points} for name, points in zip("vwxyz", ("0", "30", "31", "32", "40"), strict=True)}
    rows = [{"bidder": "A", "price": "1000.00", "scores": scores}]
    plain = evaluate(ENG, rows, drawn={"k": "3"}).standings[0].groups["technical"]
    trimmed = evaluate(changed(ENG, trim_members=True), rows, drawn={"k": "3"}).standings[0].groups["technical"]
    assert (str(plain), str(trimmed)) == ("26.60", "31.00")


def test_bids_that_stay_equal_share_their_rank_until_a_draw_decides() -> None:
    rows = [worked.bid(name, "100.00", "50") for name in "ABC"]
    assert [(s.bidder, s.rank, s.tied) for s in evaluate(GP, rows).standings] == [(n, 1, True) for n in "ABC"]
    method = changed(GP, tie=["total", "price", "draw"])
    drawn = evaluate(method, rows, drawn={"tie": ["C", "A", "B"]}).standings
    assert [(s.bidder, s.rank, s.tied) for s in drawn] == [("C", 1, False), ("A", 2, False), ("B", 3, False)]
