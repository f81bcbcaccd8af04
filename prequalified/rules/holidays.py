"""Working days and days off: the State Council's yearly calendar as data (rules/data/holidays.json)."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FORMAT = "yangguang-holidays/1"
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Calendar:
    """`off` are holidays beside the weekends, `working` the weekend days that are worked (调休).

    `known` are the years whose calendar is published; outside them only weekends and statutory days are counted,
    and whoever shows the result says so.
    """

    off: Mapping[dt.date, str] = field(default_factory=dict)
    working: frozenset[dt.date] = frozenset()
    known: frozenset[int] = frozenset()

    def works(self, day: dt.date) -> bool:
        if day in self.working:
            return True
        return day.weekday() < 5 and day not in self.off

    def next_working(self, day: dt.date) -> dt.date:
        """`day` itself if it is worked, else the first worked day after it."""
        while not self.works(day):
            day += dt.timedelta(days=1)
        return day

    def settled(self, first: dt.date, last: dt.date) -> bool:
        """Whether the whole span lies in years whose calendar is published."""
        return all(year in self.known for year in range(first.year, last.year + 1))


def read_calendar(data: Mapping[str, object]) -> Calendar:
    """Raises ValueError where the file is not what it says."""
    if data.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}: {data.get('format')!r}")
    off: dict[dt.date, str] = {}
    working: set[dt.date] = set()
    known: set[int] = set()
    years = data["years"]
    if not isinstance(years, Mapping):
        raise ValueError("years must be an object")
    for year, entry in years.items():
        for first, last, name in entry["off"]:
            day = dt.date.fromisoformat(first)
            while day <= dt.date.fromisoformat(last):
                off[day] = name
                day += dt.timedelta(days=1)
        working |= {dt.date.fromisoformat(day) for day in entry["working"]}
        if not entry["provisional"]:
            known.add(int(year))
    return Calendar(off, frozenset(working), frozenset(known))


@cache
def national_calendar() -> Calendar:
    return read_calendar(json.loads((DATA / "holidays.json").read_text("utf-8")))
