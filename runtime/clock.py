"""The platform's one clock. Rules never read it: they are handed the moment."""

import datetime as dt
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The server's time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def stamp(moment: dt.datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, the only spelling of a moment in signed or journalled data."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_stamp(text: str) -> dt.datetime:
    """Inverse of `stamp`; raises ValueError on anything without a zone."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(dt.UTC)
