"""When the staff are warned that a clock runs out, or has run out."""

import datetime as dt

LEAST, MOST = dt.timedelta(0), dt.timedelta(days=2)


def warning_at(since: dt.datetime, until: dt.datetime) -> dt.datetime:
    """A quarter of the term before its end, at most two days before."""
    return until - min(MOST, max(LEAST, (until - since) / 4))


def stage(since: dt.datetime, until: dt.datetime, moment: dt.datetime, warned: bool, told_late: bool) -> str:
    """`soon`, `late`, or "" where nothing is to be told now."""
    if moment >= until:
        return "" if told_late else "late"
    return "soon" if moment >= warning_at(since, until) and not warned else ""
