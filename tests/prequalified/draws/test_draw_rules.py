"""Where a draw is lawful, who can be drawn and why not: pure rules."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from prequalified.rules.draws.eligibility import Firm, Terms, reasons_against, split
from prequalified.rules.draws.plan import enough_blockers, labels, plan
from prequalified.rules.draws.regime import SENTENCES, Asked, form_blockers, law_blockers, rules
from runtime.refusal import Blocker
from tests.factories.directories import FIGURES

LAWFUL = Asked("SMALL", "contractor", "contractor", 1, Decimal("600000"), False, True, True, True)
TODAY = dt.date(2026, 11, 21)


def codes(blockers):
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"regime": "ENG"}, ["draw.regime_eng"]),
        ({"regime": "GP"}, ["draw.regime_gp"]),
        ({"regime": "LAND"}, ["draw.regime_land"]),
        ({"budget": Decimal("3999999.99")}, []),
        ({"budget": Decimal("4000000.00")}, ["draw.mandatory"]),
        ({"kind": "intermediary", "budget": Decimal("1000000.00")}, ["draw.mandatory"]),
        ({"kind": "agency", "by_tenderer": False}, ["draw.agency"]),
        ({"kind": "agency"}, []),
        ({"method": "comparison", "quantity": 3}, []),
        ({"method": "comparison", "quantity": 3, "budget": Decimal("199999.99")}, ["draw.comparison_range"]),
        ({"method": "comparison", "quantity": 3, "budget": Decimal("2000000.00")}, []),
        ({"method": "comparison", "quantity": 3, "budget": Decimal("2000000.01")}, ["draw.comparison_range"]),
        ({"weighted": True}, []),
        ({"weighted": True, "weights": False}, ["draw.weights"]),
        ({"weighted": True, "method": "rotation"}, ["draw.weights"]),
        ({"active": False, "regime": "GP"}, ["draw.regime_gp", "draw.inactive"]),
    ],
)
def test_where_a_draw_is_lawful(changed, expected):
    found = law_blockers(replace(LAWFUL, **changed), FIGURES)
    assert codes(found) == expected
    assert all(blocker.rule for blocker in found)


def test_the_words_of_the_data_are_the_words_that_are_translated():
    told = {rule[key] for rule in rules()["regimes"].values() if not rule["allowed"] for key in ("message", "remedy")}
    assert told == set(SENTENCES)


@pytest.mark.parametrize(
    ("changed", "title", "expected"),
    [
        ({}, "工程", []),
        ({"regime": "X", "budget": Decimal(0), "quantity": 2}, " ", ["draw.title", "draw.regime_unknown", "draw.budget", "draw.quantity"]),
        ({"method": "comparison", "quantity": 2}, "工程", ["draw.quantity"]),
        ({"method": "by hand"}, "工程", ["draw.method"]),
        ({"method": "rotation", "quantity": 21}, "工程", ["draw.quantity"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_told_at_once(changed, title, expected):
    assert codes(form_blockers(replace(LAWFUL, **changed), title)) == expected


def firm(number: int = 1, **more) -> Firm:
    plain = Firm(f"RK-{number}", f"9{number}", f"企业{number}", "二级", "B", "active", TODAY, 0, "110105")
    return replace(plain, **more)


TERMS = Terms(TODAY, 3)


@pytest.mark.parametrize(
    ("changed", "terms", "expected"),
    [
        ({}, TERMS, []),
        ({"state": "suspended"}, TERMS, ["draw.suspended"]),
        ({"state": "removed"}, TERMS, ["draw.not_standing"]),
        ({"valid_until": TODAY - dt.timedelta(days=1)}, TERMS, ["draw.expired"]),
        ({"running": 2}, TERMS, []),
        ({"running": 3}, TERMS, ["draw.capacity"]),
        ({}, replace(TERMS, grades=["一级"]), ["draw.grade"]),
        ({}, replace(TERMS, regions=["1101"]), []),
        ({}, replace(TERMS, regions=["1201"]), ["draw.region"]),
        ({}, replace(TERMS, recused={"91": "与招标人有诉讼"}), ["draw.recused"]),
        ({}, replace(TERMS, related={"91": "控股或管理"}), ["draw.related"]),
        ({}, replace(TERMS, tenderer="91", related={"91": "x"}), ["draw.own"]),
        ({"bars": [Blocker("gate.barred", "列入名单")], "state": "suspended"}, TERMS, ["draw.suspended", "gate.barred"]),
    ],
)  # fmt: skip
def test_who_can_be_drawn(changed, terms, expected):
    assert codes(reasons_against(firm(**changed), terms)) == expected


def test_everybody_left_out_is_named_with_every_reason():
    eligible, excluded = split([firm(2), firm(1, state="suspended", running=9), firm(3)], TERMS)
    assert [one.admission for one in eligible] == ["RK-2", "RK-3"]
    (left_out,) = excluded
    assert (left_out["admission"], [reason["code"] for reason in left_out["reasons"]]) == (
        "RK-1", ["draw.suspended", "draw.capacity"],
    )  # fmt: skip


def test_tickets_turns_and_plans():
    firms = [firm(1, turn="2026-01"), firm(2), firm(3, turn="2025-01"), firm(4)]
    weighted = labels(firms[:2], "contractor", {"RK-1": 3, "RK-2": 1})
    assert [told for _, told in weighted] == [{"firm": "RK-1"}] * 3 + [{"firm": "RK-2"}]
    turns = [told["turn"] for _, told in labels(firms, "rotation", {})]
    assert turns == ["000003", "000001", "000002", "000001"]
    assert plan("contractor", 1, False)[0].as_data() == {"take": 1, "where": {}}
    assert plan("comparison", 3, True)[0].as_data() == {"take": 3, "where": {}, "distinct": "firm"}
    assert plan("rotation", 2, False)[0].as_data() == {"take": 2, "where": {}, "by": "turn"}
    assert codes(enough_blockers(2, 3)) == ["draw.too_few_firms"] and not enough_blockers(3, 3)
