"""Counting terms: the examples of the law by hand, and what must hold for every start and term."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prequalified.rules.holidays import Calendar, national_calendar, read_calendar
from prequalified.rules.timing import (
    Term,
    Unit,
    day_begins,
    day_of,
    day_over,
    earliest,
    last_day,
    latest,
    latest_before,
    read_term,
)
from runtime.clock import BEIJING

CALENDAR = national_calendar()
moments = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2026, 10, 1)).map(lambda each: each.replace(tzinfo=dt.UTC))  # noqa: DTZ001
terms = st.builds(Term, st.integers(0, 60), st.sampled_from([Unit.DAYS, Unit.WORKDAYS]))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_twenty_days_begin_to_count_on_the_next_day():
    # Published on the 2nd at any hour: the 1st day is the 3rd, the 20th is the 22nd, a Wednesday.
    for hour in ("00:00", "10:30", "23:59"):
        assert earliest(at(f"2026-07-02 {hour}"), Term(20, Unit.DAYS), CALENDAR) == at("2026-07-22 00:00")


def test_a_last_day_on_a_holiday_rolls_on_to_the_next_working_day():
    # The 20th day is 3 October 2026, in the holiday that lasts until the 7th; the 8th is worked.
    assert earliest(at("2026-09-13 09:00"), Term(20, Unit.DAYS), CALENDAR) == at("2026-10-08 00:00")


def test_a_weekend_that_is_worked_is_no_holiday():
    # 10 October 2026 is a Saturday on which people work for the holiday.
    assert last_day(at("2026-09-20 09:00"), Term(20, Unit.DAYS), CALENDAR) == dt.date(2026, 10, 10)


def test_working_days_leave_out_weekends_and_holidays():
    # 29 and 30 September, then the holiday until the 7th: 8, 9, and Saturday the 10th, which is worked.
    assert last_day(at("2026-09-28 12:00"), Term(5, Unit.WORKDAYS), CALENDAR) == dt.date(2026, 10, 10)


def test_a_period_that_must_have_run_out_ends_at_midnight():
    # Publicity of 3 days from Monday the 6th: 7, 8, 9; over when the 9th is over.
    assert earliest(at("2026-07-06 16:00"), Term(3, Unit.DAYS), CALENDAR, whole=True) == at("2026-07-10 00:00")


def test_a_right_of_ten_days_before_the_deadline_ends_with_its_last_day():
    # Deadline on the 22nd at 9:30; ten days before is the 12th, a Sunday: still in time all day long.
    assert latest_before(at("2026-07-22 09:30"), Term(10, Unit.DAYS), CALENDAR) == at("2026-07-13 00:00")


def test_a_change_that_the_forward_count_would_roll_over_a_holiday_is_too_late():
    # Counted forward from 24 September 15 days end on the 9th of October; from the 18th on the 3rd, rolled to the 8th.
    deadline = at("2026-10-08 10:00")
    limit = latest_before(deadline, Term(15, Unit.DAYS), CALENDAR)
    assert limit == at("2026-09-24 00:00")
    assert earliest(limit - dt.timedelta(seconds=1), Term(15, Unit.DAYS), CALENDAR) <= deadline
    assert earliest(limit, Term(15, Unit.DAYS), CALENDAR) > deadline


def test_seconds_are_plain_seconds():
    start = at("2026-10-01 12:00")
    assert earliest(start, Term(20, Unit.SECONDS), CALENDAR, whole=True) == start + dt.timedelta(seconds=20)
    assert latest(start, Term(5, Unit.SECONDS), CALENDAR) == start + dt.timedelta(seconds=5)


@given(moments, terms)
def test_the_last_day_is_always_worked_and_never_before_the_plain_count(start, term):
    day = last_day(start, term, CALENDAR)
    if term.amount:
        assert CALENDAR.works(day)
    assert (day - day_of(start)).days >= term.amount


@given(moments, terms, st.integers(0, 400))
def test_a_later_start_never_ends_earlier(start, term, hours):
    later = start + dt.timedelta(hours=hours)
    assert earliest(start, term, CALENDAR) <= earliest(later, term, CALENDAR)
    assert latest(start, term, CALENDAR) <= latest(later, term, CALENDAR)


@given(moments, st.integers(1, 40).map(lambda days: Term(days, Unit.DAYS)))
def test_counting_back_is_the_inverse_of_counting_forward(end, term):
    limit = latest_before(end, term, CALENDAR)
    assert earliest(limit - dt.timedelta(microseconds=1), term, CALENDAR) <= end
    assert earliest(limit, term, CALENDAR) > end


@given(moments, st.integers(0, 30))
def test_working_days_are_counted_one_by_one(start, amount):
    day = last_day(start, Term(amount, Unit.WORKDAYS), CALENDAR)
    between = [day_of(start) + dt.timedelta(days=n) for n in range(1, (day - day_of(start)).days + 1)]
    assert sum(CALENDAR.works(each) for each in between) == amount


def test_days_are_those_of_beijing():
    evening = dt.datetime(2026, 7, 1, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 2nd in Beijing
    assert day_of(evening) == dt.date(2026, 7, 2)
    assert day_begins(dt.date(2026, 7, 2)) == dt.datetime(2026, 7, 1, 16, tzinfo=dt.UTC)
    assert day_over(dt.date(2026, 7, 2)) - day_begins(dt.date(2026, 7, 2)) == dt.timedelta(days=1)


@pytest.mark.parametrize(
    "data", [{}, {"days": 1, "seconds": 2}, {"weeks": 1}, {"days": "3"}, {"days": True}, {"days": -1}]
)
def test_what_is_no_term_is_refused(data):
    with pytest.raises(ValueError):
        read_term(data)


def test_years_without_a_published_calendar_are_known_as_such():
    assert CALENDAR.settled(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert not CALENDAR.settled(dt.date(2026, 12, 1), dt.date(2027, 1, 5))


def test_a_calendar_of_another_format_is_refused():
    with pytest.raises(ValueError):
        read_calendar({"format": "yangguang-holidays/2", "years": {}})


def test_without_a_calendar_only_weekends_are_off():
    assert Calendar().works(dt.date(2026, 10, 1)) and not Calendar().works(dt.date(2026, 10, 3))
