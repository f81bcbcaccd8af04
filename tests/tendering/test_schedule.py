"""From wishes to stated times, and how a deadline moves with a change."""

import datetime as dt

import pytest

from prequalified.rules.holidays import national_calendar
from runtime.clock import BEIJING, read_stamp, stamp
from tendering.rules.schedule import amended_times, move_blockers, moved_deadline, plan_blockers, stated_times
from tests.tendering.facts import rules

CALENDAR = national_calendar()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_what_is_not_wished_is_as_long_as_rules_and_deadline_allow():
    times = stated_times({"deadline": "2026-07-22T09:30:00+08:00"}, at("2026-07-01 10:00"), rules("ENG"), CALENDAR)
    assert times == {
        "published": "2026-07-01T02:00:00.000Z",
        "sale_until": "2026-07-22T01:30:00.000Z",
        "questions_until": "2026-07-12T16:00:00.000Z",
        "deadline": "2026-07-22T01:30:00.000Z",
    }


def test_a_deadline_may_be_wished_as_a_term_from_the_signing():
    times = stated_times(
        {"deadline_after": {"seconds": 90}}, at("2026-07-01 10:00"), rules("GP", "demonstration"), CALENDAR
    )
    assert read_stamp(times["deadline"]) == at("2026-07-01 10:01:30")
    times = stated_times({"deadline_after": {"days": 25}}, at("2026-07-01 10:00"), rules("ENG"), CALENDAR)
    assert read_stamp(times["deadline"]) == at("2026-07-26 10:00")


@pytest.mark.parametrize(
    ("plan", "codes"),
    [
        ({}, ["document.no_deadline"]),
        ({"deadline": "2026-07-22T09:30:00"}, ["document.bad_moment"]),
        ({"deadline": 5}, ["document.bad_moment"]),
        ({"deadline_after": {"weeks": 3}}, ["document.bad_term"]),
        ({"deadline_after": 20}, ["document.bad_term"]),
        ({"deadline_after": {"days": 20}, "opening": "now"}, ["document.unknown_time"]),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(plan, codes):
    assert [each.code for each in plan_blockers(plan)] == codes


def test_a_change_fifteen_days_before_leaves_the_deadline_and_a_later_one_moves_it():
    old = at("2026-07-22 09:30")
    early, late = at("2026-07-07 17:00"), at("2026-07-08 09:00")
    assert moved_deadline(old, early, True, rules("ENG"), CALENDAR) == old
    assert moved_deadline(old, late, True, rules("ENG"), CALENDAR) == at("2026-07-23 09:30")
    assert moved_deadline(old, late, False, rules("ENG"), CALENDAR) == old


def test_a_deadline_that_must_move_and_does_not_is_refused_with_what_is_allowed():
    old = at("2026-07-22 09:30")
    (found,) = move_blockers(old, old, at("2026-07-08 09:00"), True, rules("ENG"), CALENDAR)
    assert (found.code, found.rule) == ("document.deadline_not_moved", "条例 21")
    assert found.params["least"] == "2026-07-23 00:00:00 北京时间"
    assert move_blockers(old, old, at("2026-07-08 09:00"), False, rules("ENG"), CALENDAR) == []


def test_a_deadline_is_never_moved_forward():
    old = at("2026-07-22 09:30")
    found = move_blockers(old, at("2026-07-21 09:30"), at("2026-07-02 09:00"), True, rules("GP"), CALENDAR)
    assert [each.code for each in found] == ["document.deadline_earlier"]


def test_the_questions_window_moves_with_the_deadline():
    published = at("2026-07-01 10:00")
    old = stated_times({"deadline": "2026-07-22T09:30:00+08:00"}, published, rules("ENG"), CALENDAR)
    times = amended_times({}, old, at("2026-07-10 09:00"), True, rules("ENG"), CALENDAR)
    assert read_stamp(times["deadline"]) == at("2026-07-27 09:30")  # the 25th is a Saturday
    assert times["sale_until"] == times["deadline"]
    assert read_stamp(times["questions_until"]) == at("2026-07-18 00:00")
    assert amended_times({}, old, at("2026-07-02 09:00"), True, rules("ENG"), CALENDAR) == old


def test_a_wished_new_deadline_is_taken():
    old = stated_times({"deadline": "2026-07-22T09:30:00+08:00"}, at("2026-07-01 10:00"), rules("GP"), CALENDAR)
    wish = {"deadline": stamp(at("2026-08-05 14:00"))}
    assert read_stamp(amended_times(wish, old, at("2026-07-10 09:00"), True, rules("GP"), CALENDAR)["deadline"]) == at(
        "2026-08-05 14:00"
    )


def test_a_wished_term_of_an_amendment_runs_from_its_signing():
    old = stated_times({"deadline": "2026-07-22T09:30:00+08:00"}, at("2026-07-01 10:00"), rules("GP"), CALENDAR)
    times = amended_times({"deadline_after": {"days": 25}}, old, at("2026-07-10 09:00"), True, rules("GP"), CALENDAR)
    assert read_stamp(times["deadline"]) == at("2026-08-04 09:00")
