"""Two people decide at once: one act happens, the other is refused, nothing is done twice."""

import threading

import pytest
from django.db import connections

from runtime.refusal import Refusal
from signing.models import JournalInbox
from tendering.actions.answer_question import answer_question
from tendering.actions.ask_question import ask_question
from tendering.actions.decide_award import decide_award
from tendering.actions.download_document import download_document
from tendering.actions.publish_notice import publish_notice
from tendering.actions.submit_for_review import submit_for_review
from tendering.actions.terminate_section import terminate_section
from tendering.models import (
    Award,
    DocumentDownload,
    MediumDelivery,
    Notice,
    Question,
    Section,
    SectionMove,
    TenderDocument,
)
from tests.factories.tendering import (
    make_evaluated_section,
    make_published_section,
    make_reviewed_section,
    make_signed_section,
    new_party,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _store(store):
    return store


def at_once(*calls):
    """Runs the calls in threads that start together; what each gave or raised."""
    outcomes = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place, call):
        gate.wait()
        try:
            outcomes[place] = call()
        except Refusal as refusal:
            outcomes[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(isinstance(each, BaseException) and not isinstance(each, Refusal) for each in outcomes)
    return outcomes


def entries(kind):
    return JournalInbox.objects.filter(tail__contains=f'"kind":"{kind}"').count()


def test_two_staff_publish_the_same_notice_once():
    tender = make_reviewed_section(mode="bidder")
    second = new_party("另一人员", "staff")
    fresh = [Notice.objects.select_related("section").get(pk=tender.notice.pk) for _ in range(2)]
    outcomes = at_once(
        lambda: publish_notice(notice=fresh[0], actor=tender.staff.actor()),
        lambda: publish_notice(notice=fresh[1], actor=second.actor()),
    )
    (refused,) = [each for each in outcomes if isinstance(each, Refusal)]
    assert {each.code for each in refused.blockers} == {"section.wrong_state", "notice.wrong_state"}
    assert entries("notice.published") == 1 and MediumDelivery.objects.count() == 2
    assert SectionMove.objects.filter(entered="published").count() == 1


def test_one_publishes_while_another_terminates():
    tender = make_reviewed_section(mode="bidder")
    notice = Notice.objects.select_related("section").get(pk=tender.notice.pk)
    section = Section.objects.get(pk=tender.section.pk)
    at_once(
        lambda: publish_notice(notice=notice, actor=tender.staff.actor()),
        lambda: terminate_section(section=section, reason="取消", basis="政府采购法 36", actor=tender.tenderer.actor()),
    )
    row = Section.objects.get()
    assert row.state == "terminated"
    assert (row.published_at is not None) == (entries("notice.published") == 1)


def test_one_question_is_answered_once():
    tender = make_published_section(mode="bidder")
    bidder = new_party("投标单位", "bidder")
    asked = ask_question(section=tender.section, text="问题", actor=bidder.actor())
    rows = [Question.objects.select_related("section", "asker").get(pk=asked.pk) for _ in range(2)]
    outcomes = at_once(
        *(lambda row=row: answer_question(question=row, answer="答复", actor=tender.tenderer.actor()) for row in rows)
    )
    assert [isinstance(each, Refusal) for each in outcomes].count(True) == 1
    assert Notice.objects.filter(kind="clarification").count() == 1 and entries("question.answered") == 1


def test_one_award_is_decided():
    tender = make_evaluated_section(["1.00", "2.00", "3.00"])
    sections = [Section.objects.get(pk=tender.section.pk) for _ in range(2)]
    outcomes = at_once(
        *(
            lambda row=row: decide_award(section=row, rank=1, reason="第一名", actor=tender.tenderer.actor())
            for row in sections
        )
    )
    assert [isinstance(each, Refusal) for each in outcomes].count(True) == 1
    assert Award.objects.count() == 1 and entries("award.decided") == 1 and Award.objects.get().letters.count() == 3


def test_a_document_is_submitted_once():
    tender = make_signed_section(mode="bidder")
    sections = [Section.objects.get(pk=tender.section.pk) for _ in range(2)]
    outcomes = at_once(
        *(lambda row=row: submit_for_review(section=row, actor=tender.tenderer.actor()) for row in sections)
    )
    assert [isinstance(each, Refusal) for each in outcomes].count(True) == 1
    assert Notice.objects.count() == 1


def test_a_download_in_two_tabs_is_one_holder():
    tender = make_published_section(mode="bidder")
    bidder = new_party("投标单位", "bidder").actor()
    documents = [TenderDocument.objects.select_related("section").get(pk=tender.document.pk) for _ in range(4)]
    outcomes = at_once(*(lambda row=row: download_document(document=row, actor=bidder) for row in documents))
    assert not any(isinstance(each, Refusal) for each in outcomes)
    assert DocumentDownload.objects.count() == 1 and entries("document.downloaded") == 1
