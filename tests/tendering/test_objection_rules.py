"""Windows of objections and questions, and what an answer may say."""

import datetime as dt

from prequalified.rules.holidays import national_calendar
from runtime.clock import BEIJING
from tendering.rules import objections
from tendering.rules.questions import answer_blockers, ask_blockers
from tests.tendering.facts import rules

CALENDAR = national_calendar()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


PUBLISHED, DEADLINE = at("2026-07-01 10:00"), at("2026-07-22 09:30")


def test_works_count_back_from_the_deadline():
    window = objections.document_window(PUBLISHED, DEADLINE, None, rules("ENG"), CALENDAR)
    assert (window.begins, window.ends, window.rule) == (PUBLISHED, at("2026-07-13 00:00"), "条例 22")


def test_procurement_counts_seven_working_days_from_the_end_of_the_notice_or_the_download():
    # The notice runs 5 working days until the 8th; 7 more from the 9th (midnight) on: 10, 13-17, 20.
    window = objections.document_window(PUBLISHED, DEADLINE, None, rules("GP"), CALENDAR)
    assert window.ends == at("2026-07-21 00:00")
    later = objections.document_window(PUBLISHED, DEADLINE, at("2026-07-14 12:00"), rules("GP"), CALENDAR)
    assert later.ends == at("2026-07-24 00:00")


def test_a_late_objection_is_pointed_out_with_its_rule_and_what_remains():
    window = objections.document_window(PUBLISHED, DEADLINE, None, rules("ENG"), CALENDAR)
    (found,) = objections.file_blockers("published", "document", window, at("2026-07-13 00:00"), False)
    assert (found.code, found.rule) == ("objection.late", "条例 22") and found.remedy
    assert objections.file_blockers("published", "document", window, at("2026-07-12 23:59"), False) == []


def test_results_are_objected_to_within_the_publicity():
    span = (at("2026-08-03 09:00"), at("2026-08-07 00:00"))
    window = objections.result_window(span, None, rules("ENG"), CALENDAR)
    assert (window.begins, window.ends) == span
    late = objections.file_blockers("publicity", "result", window, at("2026-08-07 00:00"), False)
    assert [each.code for each in late] == ["objection.late"]
    assert objections.result_window(None, at("2026-08-05 00:00"), rules("GP"), CALENDAR).ends == at("2026-08-15 00:00")
    assert objections.result_window(None, None, rules("GP"), CALENDAR) is None


def test_the_tenderer_may_not_object_to_itself():
    window = objections.document_window(PUBLISHED, DEADLINE, None, rules("ENG"), CALENDAR)
    found = objections.file_blockers("published", "document", window, at("2026-07-02 09:00"), True)
    assert [each.code for each in found] == ["objection.own_tender"]


def test_an_unanswered_objection_suspends_works_but_not_procurement():
    assert [each.code for each in objections.suspension(1, rules("ENG"))] == ["objection.suspends"]
    assert objections.suspension(1, rules("GP")) == [] and objections.suspension(0, rules("ENG")) == []


def test_questions_end_with_their_window():
    until = at("2026-07-12 17:00")
    assert ask_blockers("published", until, until - dt.timedelta(microseconds=1), False) == []
    assert [each.code for each in ask_blockers("published", until, until, False)] == ["question.late"]
    assert [each.code for each in ask_blockers("draft", until, until, True)] == [
        "section.wrong_state", "question.late", "question.own_tender",
    ]  # fmt: skip


def answered(moment, affects=False, texts=("可以", "是"), secrets=("某公司", "91350100M000100Y43")):
    return answer_blockers("published", DEADLINE, at(moment), affects, texts, secrets, rules("GP"), CALENDAR)


def test_an_answer_that_changes_bids_needs_fifteen_days_or_an_amendment():
    assert answered("2026-07-07 10:00", affects=True) == []
    (found,) = answered("2026-07-08 10:00", affects=True)
    assert (found.code, found.rule) == ("question.needs_amendment", "87号令 27")
    assert answered("2026-07-08 10:00") == []


def test_an_answer_that_names_the_asker_is_refused():
    assert [each.code for each in answered("2026-07-07 10:00", texts=("某公司问", "是"))] == ["question.names_asker"]


def test_nothing_is_answered_after_the_deadline():
    assert [each.code for each in answered("2026-07-22 09:30")] == ["question.answer_late"]
