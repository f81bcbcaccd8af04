"""The tender document against law and platform: each fault is found, at its place, with its rule, and all at once."""

import datetime as dt

import pytest

from prequalified.rules.holidays import national_calendar
from runtime.clock import BEIJING
from tendering.rules.document import content_blockers, prepare_blockers
from tendering.rules.document_facts import changed_content, foreign_keys
from tendering.rules.document_terms import time_blockers
from tendering.rules.templates import templates, written_chapters
from tests.tendering.facts import changed, content, facts, rules

NOW = dt.datetime(2026, 7, 2, 10, tzinfo=BEIJING)
PLACES = [(place, f"受托人{place}", True) for place in range(1, 6)]
PLAN = {"deadline": "2026-07-22T09:30:00+08:00"}


def found(data, regime="GP", **more):
    return {(each.code, each.place) for each in content_blockers(data, facts(regime, **more), rules(regime))}


def prepared(data=None, plan=None, places=PLACES, bills=0, at=NOW, regime="GP"):
    plan = PLAN if plan is None else plan
    return prepare_blockers(
        data or content(regime), facts(regime), plan, places, bills, at, rules(regime), national_calendar()
    )


@pytest.mark.parametrize("regime", ["GP", "ENG"])
def test_the_templates_make_a_faultless_document(regime):
    assert found(content(regime), regime) == set()
    assert prepared(regime=regime, bills=1) == []


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        ("fields.contact", " ", "document.field_missing", "fields.contact"),
        ("fields.validity_days", "many", "document.bad_integer", "fields.validity_days"),
        ("parts", [], "document.no_required_part", "parts"),
        ("parts.0.path", "../x.pdf", "document.bad_path", "parts.0.path"),
        ("parts.0.path", "opening.json", "document.taken_path", "parts.0.path"),
        ("parts.0.path", "documents/TECHNICAL.pdf", "document.repeated", "parts"),
        ("parts.0.required", "yes", "document.bad_flag", "parts.0.required"),
        ("parts.1.title", "", "document.bad_text", "parts.1.title"),
        ("opening_items.1.key", "price", "document.repeated", "opening_items"),
        ("opening_items.0.type", "text", "document.no_price_item", "opening_items"),
        ("opening_items.1.type", "colour", "document.bad_choice", "opening_items.1.type"),
        ("decryption.mode", "dealer", "document.bad_choice", "decryption.mode"),
        ("decryption.k", 1, "document.bad_threshold", "decryption.k"),
        ("decryption.n", 2, "document.bad_threshold", "decryption.k"),
        ("decryption.window_seconds", 4, "document.bad_seconds", "decryption.window_seconds"),
        ("decryption.below_three", ..., "document.bad_choice", "decryption.below_three"),
        ("committee.size", 6, "document.committee_size", "committee.size"),
        ("committee.size", 3, "document.committee_size", "committee.size"),
        ("committee.tenderer_members", 2, "document.tenderer_share", "committee.tenderer_members"),
        ("committee.venues", [], "document.bad_venues", "committee.venues"),
        ("qualifications", [], "document.no_qualifications", "qualifications"),
        ("limits.bid_bytes", 5 * 1024**3, "document.bad_limit", "limits.bid_bytes"),
        ("chapters", [{"title": "第五章"}], "document.bad_chapter", "chapters.0"),
        ("method.price_weight", "29", "method.price_weight_low", "method.price_weight"),
        ("method.items.0.max", "29", "method.not_hundred", "method.price_weight"),
        ("method.items.1.key", "t1", "method.duplicate_key", "method.items"),
        ("title", "另一个标段", "document.disagrees", "title"),
        ("budget", "900000.00", "document.disagrees", "budget"),
    ],
)
def test_a_fault_is_found_at_its_place(path, value, code, place):
    assert (code, place) in found(changed(content(), path, value))


def test_procurement_may_not_take_an_average_as_benchmark():
    method = content("ENG")["method"]
    codes = {code for code, _ in found(content(method=method))}
    assert "method.benchmark_in_procurement" in codes


def test_a_large_procurement_needs_seven_members():
    big = {"budget": "10000000.00", "ceiling": None}
    data = content(**big)
    (blocker,) = [each for each in content_blockers(data, facts(), rules()) if each.code == "document.committee_size"]
    assert blocker.rule == "87号令 47" and blocker.params == {"least": "7", "size": "5"}


def test_a_bond_above_two_percent_says_what_is_allowed():
    data = content(bond="20000.01")
    (blocker,) = [each for each in content_blockers(data, facts(), rules()) if each.code == "document.bond_too_high"]
    assert blocker.params["most"] == "20000.00" and blocker.rule == "政府采购法实施条例 33"


def test_all_faults_come_at_once():
    data = changed(changed(changed(content(), "committee.size", 4), "decryption.k", 9), "fields.contact", "")
    codes = {each.code for each in prepared(data, plan={}, places=PLACES[:2])}
    assert codes >= {
        "document.committee_size", "document.bad_threshold", "document.field_missing", "document.no_deadline",
        "document.trustees_missing",
    }  # fmt: skip


def test_every_trustee_must_have_registered():
    places = [*PLACES[:4], (5, "某公证处", False)]
    (blocker,) = prepared(places=places)
    assert (blocker.code, blocker.place) == ("document.trustee_not_registered", "trustees.5")


def test_a_bidder_s_own_decryption_needs_no_trustees():
    data = changed(content(), "decryption.mode", "bidder")
    assert prepared(data, places=[]) == []


def test_where_a_priced_bill_is_asked_for_the_bill_must_be_attached():
    (blocker,) = prepared(regime="ENG", bills=0)
    assert blocker.code == "document.no_bill"


@pytest.mark.parametrize(("day", "fits"), [("2026-07-21", False), ("2026-07-22", True)])
def test_the_deadline_is_at_least_twenty_days_after_publication(day, fits):
    wrong = prepared(plan={"deadline": f"{day}T09:30:00+08:00"})
    assert ([each.code for each in wrong] == []) is fits
    if not fits:
        assert wrong[0].rule == "政府采购法 35"
        assert wrong[0].params["least"] == "2026-07-22 00:00:00 北京时间" and wrong[0].params["term"] == "20日"


@pytest.mark.parametrize(
    ("regime", "sale", "least"),
    [("ENG", "2026-07-07T23:59:00+08:00", "2026-07-08 00:00:00 北京时间"),
     ("GP", "2026-07-09T17:00:00+08:00", "2026-07-10 00:00:00 北京时间")],
)  # fmt: skip
def test_documents_are_on_sale_for_the_rule_s_term(regime, sale, least):
    wrong = prepared(plan={**PLAN, "sale_until": sale}, regime=regime, bills=1)
    assert [each.code for each in wrong] == ["document.too_early.sale"] and wrong[0].params["least"] == least


def test_objections_are_possible_until_ten_days_before_the_deadline():
    wrong = prepared(plan={**PLAN, "questions_until": "2026-07-12T12:00:00+08:00"}, regime="ENG", bills=1)
    assert [(each.code, each.rule) for each in wrong] == [("document.too_early.questions_window", "条例 22")]
    assert wrong[0].params["least"] == "2026-07-13 00:00:00 北京时间"


def test_times_out_of_order_are_refused():
    times = {
        "deadline": "2026-08-22T01:30:00Z",
        "questions_until": "2026-08-23T01:30:00Z",
        "sale_until": "2026-08-22T01:30:00Z",
    }
    codes = [each.code for each in time_blockers(times, NOW, rules(), national_calendar())]
    assert codes == ["document.times_out_of_order"]


def test_what_is_taken_over_from_the_section_cannot_be_written_by_the_drafter():
    assert [each.place for each in foreign_keys({"budget": "1", "times": {}, "fields": {}})] == ["budget", "times"]


def test_saving_takes_the_section_s_present_data_over():
    data = changed_content(content(budget="1.00"), facts(), {"qualifications": ["新的要求"]})
    assert data["budget"] == "1000000.00" and data["qualifications"] == ["新的要求"]


def test_the_chapters_are_the_template_s_with_fields_and_section_filled_in():
    chapters = written_chapters(content())
    assert [each["title"] for each in chapters] == [each["title"] for each in templates()["gp-goods"]["chapters"]]
    text = "".join(each["text"] for each in chapters)
    assert "某市机关事务局" in text and "90日" in text and "王明" in text and "%(" not in text
