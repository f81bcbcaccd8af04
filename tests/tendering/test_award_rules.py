"""From the ranking to the award, as pure decisions."""

import datetime as dt

import pytest

from prequalified.rules.holidays import national_calendar
from runtime.clock import BEIJING
from tendering.rules import award
from tests.tendering.facts import rules

NOW = dt.datetime(2026, 8, 7, 9, tzinfo=BEIJING)
ROWS = [
    {"bidder": "A", "name": "甲", "rank": 2, "price": "100.00", "total": "88.00"},
    {"bidder": "B", "name": "乙", "rank": 1, "price": "90.00", "total": "90.00"},
    {"bidder": "C", "name": "丙", "rank": None, "price": "70.00", "reason": "资格不符"},
    {"bidder": "D", "name": "丁", "rank": 3, "price": "95.00", "total": "80.00"},
    {"bidder": "E", "name": "戊", "rank": 4, "price": "99.00", "total": "70.00"},
]


def test_the_candidates_are_the_first_three_in_order():
    assert [(rank, row.bidder) for rank, row in award.candidate_rows(award.read_ranking(ROWS), 3)] == [
        (1, "B"), (2, "A"), (3, "D"),
    ]  # fmt: skip


def test_a_ranking_of_other_bids_or_with_a_gap_is_refused():
    ranking = award.read_ranking(ROWS)
    assert award.ranking_blockers(ranking, "ABCDE") == []
    assert [each.code for each in award.ranking_blockers(ranking, "ABCD")] == ["award.other_bids"]
    gap = award.read_ranking([{**ROWS[0], "rank": 5}, *ROWS[1:]])
    assert [each.code for each in award.ranking_blockers(gap, "ABCDE")] == ["award.bad_ranks"]


def facts(**more):
    made = {
        "rank": 1, "standing": True, "above_out": [], "publicity_ends": NOW - dt.timedelta(days=1), "unanswered": 0,
        "state_controlled": True,
    }  # fmt: skip
    return award.AwardFacts(**{**made, **more})


def codes(made, reason="排名第一", regime="ENG"):
    return [each.code for each in award.award_blockers(made, reason, NOW, rules(regime))]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, []),
        ({"publicity_ends": NOW + dt.timedelta(seconds=1)}, ["award.publicity_runs"]),
        ({"publicity_ends": None}, ["award.publicity_runs"]),
        ({"unanswered": 1}, ["award.objection_open"]),
        ({"standing": False}, ["award.candidate_out"]),
        ({"rank": 2, "above_out": [False]}, ["award.not_first"]),
        ({"rank": 2, "above_out": [True]}, []),
        ({"rank": 2, "above_out": [False], "state_controlled": False}, []),
    ],
)
def test_what_stands_against_an_award(more, wanted):
    assert codes(facts(**more)) == wanted


def test_the_refusal_of_another_than_the_first_names_the_article_and_the_grounds():
    (found,) = award.award_blockers(facts(rank=2, above_out=[False]), "x", NOW, rules("ENG"))
    assert found.rule == "条例 55" and "放弃中标" in found.remedy


def test_procurement_awards_without_publicity():
    assert codes(facts(publicity_ends=None), regime="GP") == []
    assert [each.code for each in award.publicity_blockers(3, rules("GP"))] == ["award.no_publicity"]


def test_the_system_decides_only_where_silence_counts():
    calendar, reported = national_calendar(), dt.datetime(2026, 8, 3, 9, tzinfo=BEIJING)
    assert [each.code for each in award.silence_blockers(reported, NOW, rules("GP"), calendar)] == ["award.term_runs"]
    assert award.silence_blockers(reported, dt.datetime(2026, 8, 11, 0, 0, tzinfo=BEIJING), rules("GP"), calendar) == []
    assert [each.code for each in award.silence_blockers(reported, NOW, rules("ENG"), calendar)] == ["award.no_silence"]


def test_a_candidate_is_passed_over_only_on_a_lawful_ground():
    assert award.drop_blockers("abandoned", "书面放弃", False) == []
    assert [each.code for each in award.drop_blockers("too_dear", " ", True)] == [
        "award.bad_ground", "award.no_reason", "award.candidate_out",
    ]  # fmt: skip


def test_letters_go_out_verified_once_and_in_procurement_with_the_result():
    assert award.letter_blockers(True, False, True, "GP") == []
    assert award.letter_blockers(True, False, False, "ENG") == []
    assert [each.code for each in award.letter_blockers(False, True, False, "GP")] == [
        "award.letter_issued", "award.letter_not_verified", "award.result_not_published",
    ]  # fmt: skip
