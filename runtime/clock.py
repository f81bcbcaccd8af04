"""The platform's one clock. Rules never read it: they are handed the moment."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


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


def beijing(moment: dt.datetime) -> str:
    """How people read a moment: `2026-11-21 14:03:07 北京时间`, with milliseconds where there are any."""
    local = moment.astimezone(BEIJING)
    fraction = f".{local.microsecond // 1000:03d}" if local.microsecond >= 1000 else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{fraction} 北京时间"


def readable(text: str) -> str:
    """A stamp as people read it; any other text as it is."""
    return beijing(read_stamp(text)) if _STAMP.fullmatch(text) else text
