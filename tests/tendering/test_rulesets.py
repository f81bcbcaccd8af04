"""The law's numbers as data: they can be read, they are cited, the right set is chosen."""

import datetime as dt
import json

import pytest

from prequalified.rules.timing import Term, Unit
from tendering.rules.rulesets import Offered, choose, read_files, read_regime, resolve

SETS = read_files()
CN = {regime: read_regime(SETS["cn"], regime) for regime in ("ENG", "GP", "SMALL")}


@pytest.mark.parametrize(
    ("regime", "key", "term", "least"),
    [
        ("ENG", "sale", Term(5, Unit.DAYS), True),
        ("ENG", "issue_to_deadline", Term(20, Unit.DAYS), True),
        ("ENG", "change_before_deadline", Term(15, Unit.DAYS), True),
        ("ENG", "objection_before_deadline", Term(10, Unit.DAYS), True),
        ("ENG", "document_objection_answer", Term(3, Unit.DAYS), False),
        ("ENG", "publicity_start", Term(3, Unit.DAYS), False),
        ("ENG", "publicity", Term(3, Unit.DAYS), True),
        ("ENG", "complaint", Term(10, Unit.DAYS), False),
        ("ENG", "contract", Term(30, Unit.DAYS), False),
        ("GP", "sale", Term(5, Unit.WORKDAYS), True),
        ("GP", "notice", Term(5, Unit.WORKDAYS), True),
        ("GP", "issue_to_deadline", Term(20, Unit.DAYS), True),
        ("GP", "change_before_deadline", Term(15, Unit.DAYS), True),
        ("GP", "award_decision", Term(5, Unit.WORKDAYS), False),
        ("GP", "result_notice", Term(2, Unit.WORKDAYS), False),
        ("GP", "result_objection_after", Term(7, Unit.WORKDAYS), False),
    ],
)
def test_the_terms_of_the_law_stand_in_the_country_s_set(regime, key, term, least):
    rule = CN[regime].terms[key]
    assert (rule.term, rule.least) == (term, least)


def test_every_entry_of_every_set_is_cited():
    for data in SETS.values():
        for regime in data["regimes"]:
            rules = read_regime(data, regime)
            entries = [*rules.terms.values(), *rules.figures.values(), *rules.flags.values()]
            assert all(entry.rule and entry.text for entry in entries if entry.rule != "演示规则")


def test_the_demonstration_s_terms_are_seconds_and_the_rest_is_the_country_s():
    rules = read_regime(SETS["demonstration"], "GP")
    assert rules.terms["issue_to_deadline"].term.unit is Unit.SECONDS
    assert rules.figures["bond_share"] == CN["GP"].figures["bond_share"]
    assert rules.terms["contract"] == CN["GP"].terms["contract"]


def test_what_a_section_freezes_reads_as_the_same_rules():
    rules = CN["ENG"]
    assert read_regime(json.loads(json.dumps(rules.frozen)), "ENG") == rules


def test_sets_that_extend_each_other_in_a_circle_are_refused():
    raw = {"a": {"format": "yangguang-rules/1", "code": "a", "extends": "b"}, "b": {"code": "b", "extends": "a"}}
    with pytest.raises(ValueError, match="circle"):
        resolve(raw, "a")


def test_an_entry_that_says_both_least_and_most_is_refused(tmp_path):
    broken = json.loads(json.dumps(SETS["cn"]))
    broken["regimes"]["ENG"]["terms"]["sale"]["most"] = {"days": 9}
    (tmp_path / "cn.json").write_text(json.dumps(broken), "utf-8")
    with pytest.raises(ValueError, match="sale"):
        read_files(tmp_path)


def offered(key, centre=None, demonstration=False, since="2018-01-01", until=None):
    end = dt.date.fromisoformat(until) if until else None
    return Offered(key, centre, demonstration, dt.date.fromisoformat(since), end)


LINE = [("county", False), ("city", False), ("province", False)]
DAY = dt.date(2026, 11, 21)


def test_the_nearest_centre_s_set_is_chosen_else_the_country_s():
    sets = [
        offered(1),
        offered(2, "province"),
        offered(3, "city"),
        offered(4, "elsewhere"),
        offered(5, demonstration=True),
    ]
    assert choose(sets, LINE, DAY).key == 3
    assert choose(sets[:2], LINE, DAY).key == 2
    assert choose([sets[0], sets[3], sets[4]], LINE, DAY).key == 1


def test_a_demonstration_centre_uses_the_demonstration_s_set():
    assert choose([offered(1), offered(5, demonstration=True)], [("demo", True)], DAY).key == 5


def test_the_set_in_force_on_the_day_is_chosen():
    sets = [offered(1, until="2026-06-30"), offered(2, since="2026-07-01"), offered(3, since="2027-01-01")]
    assert choose(sets, LINE, dt.date(2026, 6, 30)).key == 1
    assert choose(sets, LINE, DAY).key == 2
    assert choose([sets[2]], LINE, DAY) is None
