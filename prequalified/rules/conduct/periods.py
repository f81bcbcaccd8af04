"""The periods of ratings: a year, its halves or its quarters, by their names: 2026, 2026H1, 2026Q3."""

import datetime as dt

_LENGTH = {"year": 12, "half": 6, "quarter": 3}
_SIGN = {"half": "H", "quarter": "Q"}


def period_of(day: dt.date, kind: str) -> str:
    """The name of the period that `day` lies in."""
    number = (day.month - 1) // _LENGTH[kind] + 1
    return str(day.year) if kind == "year" else f"{day.year}{_SIGN[kind]}{number}"


def begins(day: dt.date, kind: str) -> dt.date:
    """The first day of the period that `day` lies in."""
    length = _LENGTH[kind]
    return dt.date(day.year, (day.month - 1) // length * length + 1, 1)


def last_period(today: dt.date, kind: str) -> tuple[str, dt.date]:
    """Name and last day of the newest period that is over."""
    last = begins(today, kind) - dt.timedelta(days=1)
    return period_of(last, kind), last
