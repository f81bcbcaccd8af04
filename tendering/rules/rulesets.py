"""The rule-set engine: the law's numbers as data, by region, regime and date, each with its citation.

File format `yangguang-rules/1` (tendering/rules/data/*.json): `regimes.<REGIME>` holds `terms` (`least` or `most`, a term
of days, workdays or seconds), `figures` (`least` or `most`, a decimal string), `flags` and the `methods` allowed.
`extends` names the set whose entries stand where a file says nothing.
"""

import copy
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import Term, earliest, latest, latest_before, read_term

FORMAT = "yangguang-rules/1"
DATA = Path(__file__).parent / "data"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TermRule:
    """`least`: not less than; otherwise: within. `whole`: the last day must have run out."""

    key: str
    term: Term
    least: bool
    whole: bool
    rule: str
    text: str

    def end(self, start: dt.datetime, calendar: Calendar) -> dt.datetime:
        """When the duty is met (`least`) or the right ends (`most`), counted from `start`."""
        if self.least:
            return earliest(start, self.term, calendar, self.whole)
        return latest(start, self.term, calendar)

    def before(self, end: dt.datetime, calendar: Calendar) -> dt.datetime:
        """The moment from which on it is too late to keep the term before `end`."""
        return latest_before(end, self.term, calendar)


@dataclass(frozen=True, slots=True)
class Figure:
    key: str
    value: Decimal
    least: bool
    rule: str
    text: str
    from_budget: Decimal | None = None

    def holds(self, number: Decimal | int) -> bool:
        return number >= self.value if self.least else number <= self.value


@dataclass(frozen=True, slots=True)
class Flag:
    key: str
    value: bool
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Methods:
    allowed: tuple[str, ...]
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Medium:
    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class RegimeRules:
    """What one regime demands under one rule set. `frozen` is the same as JSON: what a section keeps at publication."""

    regime: str
    set_code: str
    terms: Mapping[str, TermRule]
    figures: Mapping[str, Figure]
    flags: Mapping[str, Flag]
    methods: Methods
    media: tuple[Medium, ...]
    frozen: Json

    def term(self, key: str) -> TermRule | None:
        return self.terms.get(key)

    def figure(self, key: str) -> Figure | None:
        return self.figures.get(key)

    def says(self, key: str) -> bool:
        flag = self.flags.get(key)
        return flag is not None and flag.value


def read_files(folder: Path = DATA) -> dict[str, Json]:
    """Every rule set of the folder by code, with `extends` resolved. Raises ValueError on a broken one."""
    raw: dict[str, Json] = {}
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if data.get("format") == FORMAT:
            raw[data["code"]] = data
    return {code: resolve(raw, code) for code in raw}


def resolve(raw: Mapping[str, Json], code: str, seen: tuple[str, ...] = ()) -> Json:
    """The set `code` with what it extends filled in; every regime of the outcome is checked by reading it."""
    if code in seen:
        raise ValueError(f"rule sets extend each other in a circle: {' → '.join((*seen, code))}")
    if code not in raw:
        raise ValueError(f"no rule set {code!r}")
    data = copy.deepcopy(raw[code])
    base = data.pop("extends", None)
    if base:
        parent = resolve(raw, base, (*seen, code))
        data["regimes"] = _merge(parent["regimes"], data.get("regimes", {}))
    for regime in data["regimes"]:
        read_regime(data, regime)
    return data


def _merge(below: Json, above: Json) -> Json:
    merged = copy.deepcopy(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _replace_term(_merge(merged[key], value), value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _replace_term(merged: Json, above: Json) -> Json:
    """A term has one unit: where a set says `seconds`, the `days` below it go."""
    if set(above) and set(above) <= {"days", "workdays", "seconds"}:
        return dict(above)
    return merged


def read_regime(data: Mapping[str, Any], regime: str) -> RegimeRules:
    """The typed rules of one regime of a resolved set; also reads what a section froze. Raises ValueError."""
    if data.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}: {data.get('format')!r}")
    found = data["regimes"].get(regime)
    if found is None:
        raise ValueError(f"rule set {data['code']} has no regime {regime!r}")
    return RegimeRules(
        regime=regime,
        set_code=data["code"],
        terms={key: _term(key, entry) for key, entry in found["terms"].items()},
        figures={key: _figure(key, entry) for key, entry in found["figures"].items()},
        flags={key: Flag(key, bool(e["value"]), e["rule"], e.get("text", "")) for key, e in found["flags"].items()},
        methods=Methods(tuple(found["methods"]["allowed"]), found["methods"]["rule"], found["methods"].get("text", "")),
        media=tuple(Medium(m["code"], m["name"], m.get("address", "")) for m in found["media"]),
        frozen={
            "format": FORMAT,
            "code": data["code"],
            "name": data.get("name", ""),
            "regimes": {regime: copy.deepcopy(found)},
        },
    )


def _sense(key: str, entry: Json) -> tuple[bool, Any]:
    senses = [sense for sense in ("least", "most") if sense in entry]
    if len(senses) != 1:
        raise ValueError(f"{key}: say either least or most")
    return senses[0] == "least", entry[senses[0]]


def _term(key: str, entry: Json) -> TermRule:
    least, value = _sense(key, entry)
    return TermRule(key, read_term(value), least, bool(entry.get("whole")), entry["rule"], entry.get("text", ""))


def _figure(key: str, entry: Json) -> Figure:
    least, value = _sense(key, entry)
    budget = entry.get("from_budget")
    return Figure(key, Decimal(value), least, entry["rule"], entry.get("text", ""), Decimal(budget) if budget else None)


@dataclass(frozen=True, slots=True)
class Offered:
    """A stored rule set as the choice sees it. `centre` None: the country's or the demonstration centres' own."""

    key: int
    centre: str | None
    demonstration: bool
    valid_from: dt.date
    valid_until: dt.date | None

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def choose(offered: Iterable[Offered], line: list[tuple[str, bool]], day: dt.date) -> Offered | None:
    """The set in force for a centre: its own, else that of the nearest centre above, else the country's.

    `line` is the centre and those above it, nearest first, as (code, demonstration). Of several in force the latest wins.
    """
    standing = sorted((each for each in offered if each.in_force(day)), key=lambda each: (each.valid_from, each.key))
    for code, demonstration in line:
        own = [each for each in standing if each.centre == code]
        if not own and demonstration:
            own = [each for each in standing if each.centre is None and each.demonstration]
        if own:
            return own[-1]
    country = [each for each in standing if each.centre is None and not each.demonstration]
    return country[-1] if country else None
