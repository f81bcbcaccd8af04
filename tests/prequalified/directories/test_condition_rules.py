"""Admission conditions as data: validated whole, compared, and checked against a firm; pure rules."""

import copy
import datetime as dt
from decimal import Decimal

import pytest

from prequalified.rules.directories import calls, lifecycle, reviews, settings
from prequalified.rules.directories.categories import read_categories
from prequalified.rules.directories.checking import Answers, Firm, PaperFacts, PersonFacts, Verdict, check, faults, gaps
from prequalified.rules.directories.clocks import stage
from prequalified.rules.directories.conditions import blockers, differences, publication_blockers, sha256_of
from prequalified.rules.directories.requests import Standing, renewal_blockers, start_blockers
from runtime.refusal import Blocker
from tests.factories.directories import ground_conditions

DAY = dt.date(2026, 11, 21)
NOON = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)


def paper(kind: str, facts: dict | None = None, serial: int = 1, **more) -> PaperFacts:
    return PaperFacts(f"id{serial}", kind, f"{kind}{serial}", f"{serial:064d}", facts or {}, **more)


QUALIFIED = paper("qualification", {"name": "市政公用工程施工总承包", "grade": "二级"})
LICENCE = paper("licence")
MANAGER = PersonFacts("project_manager", "注册建造师", "一级")


def firm(**more) -> Firm:
    fields = {
        "day": DAY, "roles": frozenset({"bidder"}), "region": "110000", "capital": Decimal("50000000"),
        "people": [MANAGER], **more,
    }  # fmt: skip
    return Firm(**fields)


def answers(grade: str = "二级", committed: tuple[str, ...] = (), **papers) -> Answers:
    chosen = {"qualification": [QUALIFIED], "licence": [LICENCE], **papers}
    return Answers(grade, chosen, frozenset(committed))


def verdicts(found) -> dict[str, str]:
    return {one.key: one.verdict.value for one in found}


def codes(found) -> list[str]:
    return [one.code for one in faults(found)]


def test_a_firm_that_meets_everything_meets_everything():
    found = check(ground_conditions(), firm(), answers())
    assert set(verdicts(found).values()) == {"met"}
    assert [one.key for one in found] == ["role", "qualification", "manager", "credit", "capital", "region", "licence"]


def test_all_faults_are_told_at_once():
    bar = Blocker("sanction.in_force", "在列")
    poor = firm(roles=frozenset(), region="350100", capital=Decimal(100), people=[], bars=[bar])
    found = check(ground_conditions(), poor, Answers("一级"))
    assert codes(found) == [
        "condition.role", "condition.people", "paper.missing", "sanction.in_force", "condition.capital",
        "condition.region", "paper.missing",
    ]  # fmt: skip
    assert [one.key for one in gaps(found)] == ["qualification"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (paper("licence", valid_until=DAY - dt.timedelta(days=1)), "paper.expired"),
        (paper("licence", valid_from=DAY + dt.timedelta(days=1)), "paper.not_yet"),
        (paper("licence", fault="forged"), "paper.forged"),
        (paper("licence", fault="lost"), "paper.lost"),
        (paper("", fault="foreign"), "paper.foreign"),
        (paper("qualification"), "paper.kind"),
    ],
)
def test_a_bad_paper_stops_the_request_even_where_papers_may_follow(bad, code):
    document = ground_conditions()
    for one in document["conditions"]:
        one["supplement"] = True
    found = check(document, firm(), answers(licence=[bad]))
    assert verdicts(found)["licence"] == "failed"
    assert code in codes(found)
    assert not gaps(found)


def test_a_paper_in_force_on_its_last_day_counts():
    found = check(ground_conditions(), firm(), answers(licence=[paper("licence", valid_from=DAY, valid_until=DAY)]))
    assert verdicts(found)["licence"] == "met"


def test_a_lower_grade_of_the_qualification_fails():
    third = paper("qualification", {"name": "市政公用工程施工总承包", "grade": "三级"})
    found = check(ground_conditions(), firm(), answers(qualification=[third]))
    assert codes(found) == ["condition.qualification"]


@pytest.mark.parametrize(
    "person",
    [
        PersonFacts("staff", "注册建造师"),
        PersonFacts("project_manager", "注册造价师"),
        PersonFacts("project_manager", "注册建造师", valid_until=DAY - dt.timedelta(days=1)),
    ],
)
def test_people_of_another_duty_qualification_or_with_an_expired_paper_do_not_count(person):
    assert codes(check(ground_conditions(), firm(people=[person]), answers())) == ["condition.people"]


def test_track_record_counts_amount_age_and_each_paper_once():
    good = paper("track_record", {"amount": "1000000.00", "date": "2023-11-21"}, 5)
    old = paper("track_record", {"amount": "9000000", "date": "2023-11-20"}, 6)
    small = paper("track_record", {"amount": "999999.99", "date": "2026-01-01"}, 7)
    assert verdicts(check(ground_conditions(), firm(), answers("一级", record=[good])))["record"] == "met"
    assert codes(check(ground_conditions(), firm(), answers("一级", record=[old, small]))) == ["condition.track_record"]
    document = ground_conditions()
    document["conditions"][3]["count"] = 2
    assert codes(check(document, firm(), answers("一级", record=[good, good]))) == ["paper.missing"]


def test_conditions_of_another_grade_are_not_asked():
    assert "record" not in verdicts(check(ground_conditions(), firm(), answers("二级")))


def test_a_commitment_stands_for_proof_only_where_it_may():
    poor = firm(capital=None, people=[])
    found = check(ground_conditions(), poor, answers(committed=("capital", "manager")))
    assert verdicts(found)["capital"] == Verdict.COMMITTED
    assert verdicts(found)["manager"] == "failed"
    assert codes(found) == ["condition.people", "condition.no_commitment"]


def test_a_rating_among_the_accepted_is_enough():
    document = ground_conditions()
    document["conditions"][4]["accepted"] = ["A", "B"]
    assert verdicts(check(document, firm(ratings=frozenset({"B"})), answers()))["credit"] == "met"
    assert codes(check(document, firm(ratings=frozenset({"D"})), answers())) == ["condition.credit"]
    assert codes(check(document, firm(), answers())) == ["paper.missing"]


def test_the_ground_set_is_valid_and_spelt_in_one_way():
    assert publication_blockers(ground_conditions(), False) == []
    assert sha256_of(ground_conditions()) == sha256_of(copy.deepcopy(ground_conditions()))


def broken(place: tuple, value) -> dict:
    document = ground_conditions()
    target = document
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "code", "where"),
    [
        (("format",), "other/1", "conditions.format", "format"),
        (("conditions",), "x", "conditions.form", "conditions"),
        (("extra",), 1, "conditions.form", "conditions"),
        (("conditions", 0, "kind"), "magic", "condition.kind", "conditions.0.kind"),
        (("conditions", 0, "surprise"), 1, "condition.form", "conditions.0"),
        (("conditions", 0, "key"), "Ä", "condition.key", "conditions.0.key"),
        (("conditions", 0, "text_en"), " ", "condition.text", "conditions.0.text_en"),
        (("conditions", 0, "grades"), ["特级"], "condition.grades", "conditions.0.grades"),
        (("conditions", 0, "supplement"), 1, "condition.supplement", "conditions.0.supplement"),
        (("conditions", 0, "commitment"), {"seconds": 5}, "condition.commitment", "conditions.0.commitment"),
        (("conditions", 0, "role"), "staff", "condition.field", "conditions.0.role"),
        (("conditions", 2, "count"), 0, "condition.field", "conditions.2.count"),
        (("conditions", 2, "count"), True, "condition.field", "conditions.2.count"),
        (("conditions", 3, "amount"), "1e9", "condition.field", "conditions.3.amount"),
        (("conditions", 5, "amount"), "", "condition.field", "conditions.5.amount"),
        (("conditions", 6, "codes"), [], "condition.field", "conditions.6.codes"),
    ],
)
def test_a_bad_draft_is_refused_at_its_place(place, value, code, where):
    assert [(one.code, one.place) for one in blockers(broken(place, value))] == [(code, where)]


@pytest.mark.parametrize("junk", [None, [], "", 7, {}, {"format": "yangguang-conditions/1"}])
def test_junk_is_no_set_of_conditions(junk):
    assert len(blockers(junk)) == 1


def test_a_key_twice_and_an_empty_set_are_refused():
    document = ground_conditions()
    document["conditions"][1]["key"] = "role"
    assert [one.code for one in blockers(document)] == ["conditions.twice"]
    assert [one.code for one in publication_blockers(ground_conditions(conditions=[]), False)] == ["conditions.none"]


def test_seconds_are_for_demonstration_centres():
    document = broken(("conditions", 0, "commitment"), {"seconds": 5})
    assert blockers(document, demonstration=True) == []


def test_differences_name_what_was_added_removed_and_changed():
    before, after = ground_conditions(), ground_conditions()
    after["conditions"][2]["count"] = 2
    after["conditions"].pop(0)
    after["conditions"].append({**before["conditions"][0], "key": "new"})
    told = {
        (one["key"], one["change"], tuple(one["fields"]) if one["change"] == "changed" else ())
        for one in differences(before, after)
    }
    assert told == {("manager", "changed", ("count",)), ("role", "removed", ()), ("new", "added", ())}


def test_settings_are_validated_whole():
    terms, figures = settings.preset_terms(), settings.preset_figures()
    assert settings.blockers(terms, figures, False) == []
    bad = settings.blockers({**terms, "review": {"weeks": 1}}, {**figures, "capacity": 0}, False)
    assert [one.place for one in bad] == ["review", "capacity"]
    assert [one.code for one in settings.blockers({**terms, "review": {"seconds": 5}}, figures, False)] == [
        "directory.seconds"
    ]
    assert settings.blockers({**terms, "review": {"seconds": 5}}, figures, True) == []
    order = settings.blockers(terms, {**figures, "suspend_below": 10}, False)
    assert [one.code for one in order] == ["directory.points"]
    money = settings.blockers(terms, {**figures, "comparison_from": "3000000.00"}, False)
    assert [one.code for one in money] == ["directory.comparison"]


def test_a_call_takes_requests_between_its_ends_only():
    hour = dt.timedelta(hours=1)
    facts = calls.CallFacts(NOON, NOON + hour)
    assert [one.code for one in calls.open_blockers(facts, NOON - hour)] == ["call.not_yet"]
    assert calls.is_open(facts, NOON)
    assert calls.is_open(facts, NOON + hour - dt.timedelta(microseconds=1))
    assert [one.code for one in calls.open_blockers(facts, NOON + hour)] == ["call.closed"]
    early = calls.CallFacts(NOON, None, NOON + hour)
    assert [one.code for one in calls.open_blockers(early, NOON + hour)] == ["call.closed"]
    assert calls.is_open(calls.CallFacts(NOON, None), NOON + 1000 * hour)


def test_who_stands_waits_or_has_asked_already_may_not_ask():
    call = calls.CallFacts(NOON, None)
    found = start_blockers(Standing(DAY, "active", DAY + dt.timedelta(days=1), True), call, NOON)
    assert [one.code for one in found] == ["admission.standing", "admission.waiting", "admission_request.open"]
    assert start_blockers(Standing(DAY, "removed", DAY), call, NOON) == []


def test_renewal_begins_its_days_before_the_end():
    until = DAY + dt.timedelta(days=90)
    assert renewal_blockers(Standing(DAY, "active"), until, 90) == []
    early = renewal_blockers(Standing(DAY, "active"), until, 89)
    assert [one.code for one in early] == ["renewal.early"]
    assert [one.code for one in renewal_blockers(Standing(DAY, "removed"), DAY, 90)] == ["renewal.not_active"]


def test_yearly_reviews_fall_on_the_anniversaries_but_not_on_the_end():
    found = reviews.anniversaries(dt.date(2024, 2, 29), dt.date(2027, 2, 28))
    assert found == [(2025, dt.date(2025, 2, 28)), (2026, dt.date(2026, 2, 28))]


def test_the_clock_is_announced_once_before_and_once_after():
    until = NOON + dt.timedelta(days=4)
    assert stage(NOON, until, NOON, False, False) == ""
    assert stage(NOON, until, until - dt.timedelta(days=1), False, False) == "soon"
    assert stage(NOON, until, until - dt.timedelta(days=1), True, False) == ""
    assert stage(NOON, until, until, True, False) == "late"
    assert stage(NOON, until, until, True, True) == ""


def test_nothing_final_is_brought_back_except_the_expired_by_renewal():
    states = set(lifecycle.State)
    assert {move.entered for move in lifecycle.MOVES if move.left in ("removed", "left")} == set()
    assert {move.entered for move in lifecycle.MOVES if move.left == "expired"} == {"active"}
    assert {move.entered for move in lifecycle.MOVES} == states


def test_categories_are_a_tree_in_both_languages():
    rows = {row.code: row for row in read_categories()}
    assert {row.kind for row in rows.values()} == {"contractor", "agency", "intermediary"}
    assert rows["municipal"].path == "contractors/municipal/"
    assert {"survey", "design", "cost", "supervision"} <= {
        row.code for row in rows.values() if row.kind == "intermediary"
    }
    assert all(row.name and row.name_en for row in rows.values())
