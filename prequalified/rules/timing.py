"""Counting terms. The day of the event is not counted; a last day on a holiday rolls on to the next working day.

Civil Code 200-204, 87号令 85, CTS B-004. "At least" terms end where the duty is met, "within" terms where the right ends.
Days are those of Beijing time, moments go in and come out in UTC.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from prequalified.rules.holidays import Calendar
from runtime.clock import BEIJING
from runtime.clock import beijing as beijing
from runtime.refusal import gettext_noop


class Unit(StrEnum):
    DAYS = "days"  # 日, calendar days
    WORKDAYS = "workdays"  # 工作日
    SECONDS = "seconds"  # rule sets of demonstration centres only


# How a term is written in a refusal; `runtime.spoken` knows it again and translates it.
WORDS = {
    Unit.DAYS: gettext_noop("%(count)s日"),
    Unit.WORKDAYS: gettext_noop("%(count)s个工作日"),
    Unit.SECONDS: gettext_noop("%(count)s秒"),
}


@dataclass(frozen=True, slots=True)
class Term:
    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a term cannot be negative: {self.amount}")

    def __str__(self) -> str:
        return WORDS[self.unit] % {"count": self.amount}


def read_term(data: dict[str, int]) -> Term:
    """`{"days": 20}`; raises ValueError for anything else."""
    if len(data) != 1:
        raise ValueError(f"a term has one unit: {data}")
    ((unit, amount),) = data.items()
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise ValueError(f"a term is a whole number: {data}")
    return Term(amount, Unit(unit))


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(BEIJING).date()


def day_begins(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BEIJING).astimezone(dt.UTC)


def day_over(day: dt.date) -> dt.datetime:
    """Midnight at the end of the day, Beijing time."""
    return day_begins(day + dt.timedelta(days=1))


def last_day(start: dt.datetime, term: Term, calendar: Calendar) -> dt.date:
    """The last day of a term in days that begins with an event at `start`."""
    day = day_of(start)
    if term.unit is Unit.WORKDAYS:
        for _ in range(term.amount):
            day = calendar.next_working(day + dt.timedelta(days=1))
        return day
    return calendar.next_working(day + dt.timedelta(days=term.amount))


def earliest(start: dt.datetime, term: Term, calendar: Calendar, whole: bool = False) -> dt.datetime:
    """The first moment at which "not less than `term` from `start`" is met.

    `whole` False: something may happen on the last day (a deadline, L24). True: the period must have run out, the last
    day included (sale of documents T16, publicity T54).
    """
    if term.unit is Unit.SECONDS:
        return start + dt.timedelta(seconds=term.amount)
    day = last_day(start, term, calendar)
    return day_over(day) if whole else day_begins(day)


def latest(start: dt.datetime, term: Term, calendar: Calendar) -> dt.datetime:
    """The moment when "within `term` of `start`" ends: the end of the last day; that moment itself is too late."""
    if term.unit is Unit.SECONDS:
        return start + dt.timedelta(seconds=term.amount)
    return day_over(last_day(start, term, calendar))


def latest_before(end: dt.datetime, term: Term, calendar: Calendar) -> dt.datetime:
    """The moment when "not less than `term` before `end`" can no longer be met: that moment itself is too late.

    The latest day from which the term, counted forward, still fits before `end`: holidays that the forward count rolls
    over are seen from both sides alike.
    """
    if term.unit is Unit.SECONDS:
        return end - dt.timedelta(seconds=term.amount)
    day = day_of(end) - dt.timedelta(days=term.amount)
    while earliest(day_begins(day), term, calendar) > end:
        day -= dt.timedelta(days=1)
    return day_over(day)
