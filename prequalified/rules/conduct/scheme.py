"""`yangguang-conduct/1`: which conduct changes a firm's points, on what ground, who may propose it, and what ratings follow.

Published per directory as data; a case keeps the version that it was proposed under.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.refusal import Blocker, gettext_noop
from signing.rules.canonical import canonical

FORMAT = "yangguang-conduct/1"
RULE = "预选名录管理办法"
POINTS, SUSPEND, REMOVE = "points", "suspend", "remove"
MEASURES = (POINTS, SUSPEND, REMOVE)
EVIDENCE = ("report", "paper", "none")  # report: the lead or a paper; paper: at least one paper
PROPOSERS = ("staff", "supervisor", "tenderer")
PERIODS = ("year", "half", "quarter")
THRESHOLD = "threshold-"  # codes of the measures that follow from the balance: threshold-suspend, threshold-remove
LARGEST = 200  # rules in one scheme
_MOST = 1_000_000


class SchemeError(ValueError):
    """The data is no conduct rules; the message says where."""


@dataclass(frozen=True, slots=True)
class ConductRule:
    """`points` negative: deducted. `most_per_year`: so many points (without sign) in a calendar year; 0: no limit."""

    code: str
    name: str
    name_en: str
    measure: str
    points: int
    most_per_year: int
    ground: str
    reports: Sequence[str]
    proposers: Sequence[str]
    evidence: str


@dataclass(frozen=True, slots=True)
class Band:
    """From `least` points on the rating is `grade`; in a weighted draw it holds `weight` tickets."""

    grade: str
    least: int
    weight: int


@dataclass(frozen=True, slots=True)
class Scheme:
    title: str
    citation: str
    period: str
    suspension_months: int
    weighted_draws: bool
    rules: tuple[ConductRule, ...]
    ratings: tuple[Band, ...]  # the best first

    def rule(self, code: str) -> ConductRule | None:
        return next((rule for rule in self.rules if rule.code == code), None)

    def rules_for(self, report: str) -> list[ConductRule]:
        """What a report of this kind can lead to."""
        return [rule for rule in self.rules if report in rule.reports]

    def grade(self, points: int) -> str:
        return self._band(points).grade

    def weight(self, grade: str) -> int:
        """Tickets of a firm with this rating; a rating that the scheme no longer knows counts once."""
        return next((band.weight for band in self.ratings if band.grade == grade), 1)

    def _band(self, points: int) -> Band:
        return next((band for band in self.ratings if points >= band.least), self.ratings[-1])


def digest(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()


def read_scheme(data: Any) -> Scheme:
    """Raises SchemeError naming the place of the first fault."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise SchemeError(f"format: {FORMAT}")
    rules = tuple(_rule(entry, f"rules[{at}]") for at, entry in enumerate(_list(data, "rules")))
    ratings = tuple(_band(entry, f"ratings[{at}]") for at, entry in enumerate(_list(data, "ratings")))
    codes = [rule.code for rule in rules]
    if len(set(codes)) != len(codes):
        raise SchemeError("rules: code")
    if not ratings or [band.least for band in ratings] != sorted({band.least for band in ratings}, reverse=True):
        raise SchemeError("ratings: from")
    return Scheme(
        _text(data, "title", ""), _text(data, "citation", ""), _one_of(data, "period", PERIODS, ""),
        _number(data, "suspension_months", "", 1, 120), _bool(data, "weighted_draws"), rules, ratings,
    )  # fmt: skip


def scheme_blockers(data: Any) -> list[Blocker]:
    try:
        read_scheme(data)
    except SchemeError as error:
        message = gettext_noop("积分规则不符合 yangguang-conduct/1，错在：%(where)s。")
        return [Blocker("conduct.rules", message, RULE, params={"where": str(error)}, place="rules")]
    return []


def _rule(entry: Any, at: str) -> ConductRule:
    if not isinstance(entry, Mapping):
        raise SchemeError(at)
    measure = _one_of(entry, "measure", MEASURES, at)
    points = _number(entry, "points", at, -_MOST, _MOST)
    code = _text(entry, "code", at)
    if (measure == POINTS) != (points != 0) or code.startswith(THRESHOLD) or len(code) > 40:
        raise SchemeError(f"{at}.points" if not code.startswith(THRESHOLD) else f"{at}.code")
    proposers = _texts(entry, "proposers", at)
    if not proposers or not set(proposers) <= set(PROPOSERS):
        raise SchemeError(f"{at}.proposers")
    return ConductRule(
        code, _text(entry, "name", at), _text(entry, "name_en", at), measure, points,
        _number(entry, "most_per_year", at, 0, _MOST), _text(entry, "ground", at), _texts(entry, "reports", at),
        proposers, _one_of(entry, "evidence", EVIDENCE, at),
    )  # fmt: skip


def _band(entry: Any, at: str) -> Band:
    if not isinstance(entry, Mapping):
        raise SchemeError(at)
    grade = _text(entry, "grade", at)
    if len(grade) > 8:
        raise SchemeError(f"{at}.grade")
    return Band(grade, _number(entry, "from", at, -_MOST, _MOST), _number(entry, "weight", at, 1, 20))


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if not isinstance(value, list) or not value or len(value) > LARGEST:
        raise SchemeError(key)
    return value


def _text(data: Mapping[str, Any], key: str, at: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 400:
        raise SchemeError(f"{at}.{key}".lstrip("."))
    return value


def _texts(data: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
    value = data.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise SchemeError(f"{at}.{key}")
    return tuple(value)


def _one_of(data: Mapping[str, Any], key: str, known: Sequence[str], at: str) -> str:
    if data.get(key) not in known:
        raise SchemeError(f"{at}.{key}".lstrip("."))
    return str(data[key])


def _number(data: Mapping[str, Any], key: str, at: str, least: int, most: int) -> int:
    value = data.get(key)
    if type(value) is not int or not least <= value <= most:
        raise SchemeError(f"{at}.{key}".lstrip("."))
    return value


def _bool(data: Mapping[str, Any], key: str) -> bool:
    if type(data.get(key)) is not bool:
        raise SchemeError(key)
    return bool(data[key])
