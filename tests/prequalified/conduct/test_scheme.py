"""Conduct rules as data: what is taken, what is refused and where, and the dates that follow."""

import copy
import datetime as dt

import pytest

from prequalified.rules.conduct.measures import lasts_until, measure_due, months_after
from prequalified.rules.conduct.periods import last_period, period_of
from prequalified.rules.conduct.preset import preset
from prequalified.rules.conduct.scheme import SchemeError, digest, read_scheme, scheme_blockers

FIGURES = {"suspend_below": 80, "remove_below": 60, "waiting_months": 12}


def test_the_preset_is_a_scheme_and_every_rule_has_its_ground():
    scheme = read_scheme(preset())
    assert all(rule.ground and rule.name and rule.name_en for rule in scheme.rules)
    assert [scheme.grade(points) for points in (120, 105, 104, 90, 80, 79, -50)] == list("AABBCDD")
    assert [scheme.weight(grade) for grade in ("A", "B", "C", "X")] == [3, 2, 1, 1]
    assert [rule.code for rule in scheme.rules_for("late_performance")] == ["late-performance"]
    assert scheme.rule("nothing") is None
    assert digest(preset()) == digest(copy.deepcopy(preset()))


WRONG = {
    "another format": (("format",), "yangguang-conduct/2", "format: yangguang-conduct/1"),
    "no rules": (("rules",), [], "rules"),
    "a rule without points": (("rules", 0, "points"), 0, "rules[0].points"),
    "points that are true": (("rules", 0, "points"), True, "rules[0].points"),
    "a fraction of a point": (("rules", 0, "points"), -1.5, "rules[0].points"),
    "a measure with points": (("rules", 0, "measure"), "remove", "rules[0].points"),
    "an unknown measure": (("rules", 0, "measure"), "fine", "rules[0].measure"),
    "no ground": (("rules", 0, "ground"), " ", "rules[0].ground"),
    "a proposer who may not": (("rules", 0, "proposers"), ["citizen"], "rules[0].proposers"),
    "nobody to propose": (("rules", 0, "proposers"), [], "rules[0].proposers"),
    "unknown evidence": (("rules", 0, "evidence"), "hearsay", "rules[0].evidence"),
    "a code twice": (("rules", 1, "code"), "late-performance", "rules: code"),
    "a code of the platform": (("rules", 0, "code"), "threshold-remove", "rules[0].code"),
    "ratings upside down": (("ratings", 0, "from"), 1, "ratings: from"),
    "a weight of nothing": (("ratings", 0, "weight"), 0, "ratings[0].weight"),
    "a period of a week": (("period",), "week", "period"),
    "no period": (("period",), None, "period"),
    "a suspension without end": (("suspension_months",), 0, "suspension_months"),
    "weighted perhaps": (("weighted_draws",), "yes", "weighted_draws"),
    "a rule that is a list": (("rules", 2), [], "rules[2]"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_scheme_is_refused_with_its_place(what):
    path, value, where = WRONG[what]
    data = preset()
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(SchemeError) as refused:
        read_scheme(data)
    assert str(refused.value) == where
    (blocker,) = scheme_blockers(data)
    assert (blocker.code, blocker.params["where"], blocker.place) == ("conduct.rules", where, "rules")


@pytest.mark.parametrize("data", [None, [], "x", {}, {"format": "yangguang-conduct/1"}])
def test_junk_is_refused(data):
    assert scheme_blockers(data)


@pytest.mark.parametrize(
    ("balance", "state", "due"),
    [
        (80, "active", ""), (79, "active", "suspend"), (60, "active", "suspend"), (59, "active", "remove"),
        (79, "suspended", ""), (59, "suspended", "remove"), (0, "removed", ""), (0, "expired", ""),
    ],
)  # fmt: skip
def test_what_a_balance_leads_to(balance, state, due):
    assert measure_due(balance, state, FIGURES) == due


def test_months_end_on_the_months_last_day():
    assert months_after(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)
    assert months_after(dt.date(2027, 8, 31), 6) == dt.date(2028, 2, 29)
    assert months_after(dt.date(2026, 12, 1), 1) == dt.date(2027, 1, 1)
    assert lasts_until("remove", dt.date(2026, 11, 21), 6, FIGURES) == dt.date(2027, 11, 21)
    assert lasts_until("suspend", dt.date(2026, 11, 21), 6, FIGURES) == dt.date(2027, 5, 21)
    assert lasts_until("points", dt.date(2026, 11, 21), 6, FIGURES) is None


def test_periods_have_names_and_ends():
    day = dt.date(2026, 8, 9)
    assert [period_of(day, kind) for kind in ("year", "half", "quarter")] == ["2026", "2026H2", "2026Q3"]
    assert last_period(day, "year") == ("2025", dt.date(2025, 12, 31))
    assert last_period(day, "half") == ("2026H1", dt.date(2026, 6, 30))
    assert last_period(dt.date(2026, 2, 1), "quarter") == ("2025Q4", dt.date(2025, 12, 31))
