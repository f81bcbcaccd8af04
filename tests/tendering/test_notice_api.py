"""From review to publication over HTTP; search; the port for media."""

import datetime as dt
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client

from runtime.clock import now, stamp
from signing.models import JournalInbox, SealedTree
from tendering.actions.push_notice import push_notice
from tendering.models import MediumDelivery, Notice, Section, TenderDocument
from tests.factories.parties import make_centre
from tests.factories.tendering import (
    make_published_section,
    make_reviewed_section,
    make_signed_section,
    new_party,
    second_person,
)
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


def submitted(tender):
    status, notice = Caller(tender.runner).post(f"/sections/{tender.section.code}/review")
    assert status == 200, notice
    return notice


@pytest.mark.cts("A-51", "B-005", "B-002")
def test_a_notice_is_written_in_the_standard_form_and_may_be_rewritten():
    tender = make_signed_section()
    runner = Caller(tender.tenderer)
    url = f"/sections/{tender.section.code}/notice"
    status, made = runner.put(url, {})
    assert status == 200 and made["kind"] == "tender" and made["state"] == "draft"
    titles = [row["title"] for row in made["body"]]
    assert titles[:3] == ["项目名称", "招标内容、范围和规模", "资金来源、预算和限价"]
    text = "".join(row["text"] for row in made["body"])
    assert "http://" in text and "登录" in text  # the platform's address and the way in
    body = [*made["body"], {"title": "其他", "text": "不接受联合体投标"}]
    status, rewritten = runner.put(url, {"title": "设备采购公告", "body": body})
    assert status == 200 and rewritten["id"] == made["id"] and rewritten["title"] == "设备采购公告"
    status, refused = runner.put(url, {"title": "x", "body": body[1:]})
    assert status == 422 and codes(refused) == ["notice.row_missing"]
    assert "发展改革委令第10号" in refused["blockers"][0]["rule"]


@pytest.mark.cts("A-52")
def test_in_review_everything_is_locked_and_who_and_when_are_kept():
    tender = make_signed_section()
    notice = submitted(tender)
    runner = Caller(tender.tenderer)
    for answer in (
        runner.put(f"/sections/{tender.section.code}/documents/1", {"content": {"qualifications": ["x"]}}),
        runner.post(f"/sections/{tender.section.code}/documents/1/preparation"),
    ):
        assert answer[0] == 409 and codes(answer[1]) == ["document.locked"]
    assert runner.put(f"/sections/{tender.section.code}/notice", {})[0] == 409
    assert runner.post(f"/notices/{notice['id']}/approval")[0] == 200
    row = Notice.objects.get(public_id=notice["id"])
    assert row.state == "approved" and row.approved_by == tender.tenderer.account and row.approved_at
    assert row.submitted_by == tender.tenderer.account and row.submitted_at


@pytest.mark.cts("A-52")
def test_the_reviewer_sends_back_with_a_reason_and_the_document_is_unlocked():
    tender = make_signed_section()
    notice = submitted(tender)
    runner = Caller(tender.tenderer)
    status, refused = runner.post(f"/notices/{notice['id']}/return", {"reason": " "})
    assert status == 422 and codes(refused) == ["notice.no_reason"]
    assert runner.post(f"/notices/{notice['id']}/return", {"reason": "资格要求过高"})[0] == 200
    assert runner.get(f"/sections/{tender.section.code}")[1]["state"] == "draft"
    assert runner.put(f"/sections/{tender.section.code}/documents/1", {"content": {"qualifications": ["x"]}})[0] == 200


def test_where_the_rule_set_wants_four_eyes_nobody_reviews_his_own():
    tender = make_signed_section(centre=make_centre("strict", demonstration=False), deadline_after={"days": 40})
    notice = submitted(tender)
    status, refused = Caller(tender.tenderer).post(f"/notices/{notice['id']}/approval")
    assert status == 409 and codes(refused) == ["notice.own_review"]


def test_what_an_agency_drew_up_its_principal_reviews():
    tender = make_signed_section(agency=True)
    notice = submitted(tender)
    assert Caller(tender.agency).post(f"/notices/{notice['id']}/approval")[0] == 403
    assert Caller(tender.tenderer).post(f"/notices/{notice['id']}/approval")[0] == 200


@pytest.mark.cts("A-53", "A-54", "B-001", "B-003")
def test_the_centre_verifies_and_publishes_on_all_media_at_once_with_the_same_content():
    tender = make_reviewed_section()
    key = tender.notice.public_id
    assert Caller().get(f"/notices/{key}")[0] == 404
    status, published = Caller(tender.staff).post(f"/notices/{key}/publication")
    assert status == 200 and published["state"] == "published"
    row = Notice.objects.get(public_id=key)
    assert row.verified_by == tender.staff.account and row.verified_at == row.published_at
    status, text = Caller().get(f"/notices/{key}/text")
    assert status == 200
    bytes_ = Client().get(f"/api/v1/notices/{key}/text").content
    assert hashlib.sha256(bytes_).hexdigest() == row.sha256 and text["title"] == row.title
    deliveries = MediumDelivery.objects.filter(notice=row)
    assert {each.medium for each in deliveries} == {"platform", "ccgp"}
    assert {(each.sha256, each.queued_at) for each in deliveries} == {(row.sha256, row.published_at)}
    section = Section.objects.get(pk=tender.section.pk)
    assert section.state == "published" and section.rule_set.code == "demonstration"
    times = TenderDocument.objects.get(pk=tender.document.pk).content["times"]
    assert stamp(section.deadline) == times["deadline"] and stamp(section.questions_until) == times["questions_until"]
    assert SealedTree.objects.filter(section=section.code, closed_at=None).exists()
    entry = JournalInbox.objects.filter(tail__contains='"kind":"notice.published"').get()
    assert row.sha256 in entry.head and tender.document.sha256 in entry.head


@pytest.mark.cts("B-004", "B-009")
def test_published_too_late_for_its_deadline_is_refused_with_the_article_and_what_would_be_allowed():
    tender = make_reviewed_section(centre=make_centre("late", demonstration=False), **_days(20))
    _age_by_days(tender, 3)
    status, refused = Caller(tender.staff).post(f"/notices/{tender.notice.public_id}/publication")
    assert status == 409 and codes(refused) == ["document.too_early.issue_to_deadline"]
    blocker = refused["blockers"][0]
    assert blocker["rule"] == "政府采购法 35" and "最早可为" in blocker["message"] and "改为" in blocker["remedy"]
    assert Section.objects.get(pk=tender.section.pk).state == "review"
    assert not MediumDelivery.objects.exists() and not SealedTree.objects.exists()


def _days(days):
    return {"deadline_after": {"days": days + 12}}  # more than any holiday can roll it on


def _age_by_days(tender, days):
    """The document was signed for a deadline that is now only so far away: its times as if it had lain too long."""
    content = tender.document.content
    deadline = now() + dt.timedelta(days=20 - days)
    content["times"] |= {"deadline": stamp(deadline), "questions_until": stamp(deadline), "sale_until": stamp(deadline)}
    TenderDocument.objects.filter(pk=tender.document.pk).update(content=content)


def test_staff_of_another_centre_neither_see_nor_publish_it():
    tender = make_reviewed_section()
    other = Caller(new_party("别处人员", "staff", centre=make_centre("other")))
    assert other.post(f"/notices/{tender.notice.public_id}/publication")[0] == 404
    assert Caller(tender.tenderer).post(f"/notices/{tender.notice.public_id}/publication")[0] == 403
    assert Section.objects.get(pk=tender.section.pk).state == "review"


def test_what_is_published_is_not_published_again():
    tender = make_published_section()
    notice = tender.notice
    status, refused = Caller(tender.staff).post(f"/notices/{notice.public_id}/publication")
    assert status == 409 and codes(refused) == ["section.wrong_state", "notice.wrong_state"]


def test_the_centre_may_send_a_notice_back():
    tender = make_reviewed_section()
    staff = Caller(tender.staff)
    assert staff.post(f"/notices/{tender.notice.public_id}/return", {"reason": "缺少资金来源"})[0] == 200
    row = Notice.objects.get(pk=tender.notice.pk)
    assert row.state == "returned" and row.return_reason == "缺少资金来源" and row.returned_by == tender.staff.account
    assert Section.objects.get(pk=tender.section.pk).state == "draft"


def test_notices_are_found_by_chinese_words_and_filters():
    make_published_section(name="学校课桌椅采购")
    make_published_section(name="医院电梯维保", kind="services", trustees=2, k=2)
    anybody = Caller()

    def found(query):
        data = anybody.get(f"/notices?{query}")[1]
        assert data["count"] == len(data["items"])
        return [each["title"].split("一标段")[0] for each in data["items"]]

    assert found("q=课桌") == ["学校课桌椅采购"]
    assert found("q=电梯 维保") == ["医院电梯维保"]
    assert found("q=梯") == ["医院电梯维保"]
    assert found("q=桌子") == [] and found("q=%22*%22") == [] and found("q=NOT") == []
    assert (
        found("category=goods") == ["学校课桌椅采购"] and found("regime=ENG") == [] and found("region=11") == found("")
    )
    assert len(found("")) == 2


def test_media_fetch_every_notice_once_in_order():
    tenders = [make_published_section(name=f"采购{n}", mode="bidder") for n in range(3)]
    seen, after = [], ""
    while True:
        status, page = Caller().get(f"/exchange/notices?limit=2&after={after.replace('+', '%2B')}")
        assert status == 200
        if not page["items"]:
            break
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    assert seen == [each.notice.public_id for each in tenders]
    assert codes(Caller().get("/exchange/notices?after=yesterday")[1]) == ["exchange.bad_cursor"]


class _Medium(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((body, self.headers["Digest"]))
        self.send_response(self.server.answer)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


@pytest.mark.cts("A-54", "B-001")
def test_a_medium_with_an_address_gets_the_same_bytes_and_a_refusal_is_kept():
    tender = make_published_section(mode="bidder")
    server = HTTPServer(("127.0.0.1", 0), _Medium)
    server.taken, server.answer = [], 503
    threading.Thread(target=server.serve_forever, daemon=True).start()
    delivery = MediumDelivery.objects.get(notice=tender.notice, medium="ccgp")
    delivery.address = f"http://127.0.0.1:{server.server_port}/notices"
    delivery.save()
    try:
        assert push_notice(delivery) is False and delivery.answer.startswith("503")
        server.answer = 200
        assert push_notice(delivery) is True and delivery.delivered_at
        assert push_notice(delivery) is True and len(server.taken) == 2
    finally:
        server.shutdown()
        server.server_close()
    body, digest = server.taken[1]
    assert hashlib.sha256(body).hexdigest() == delivery.sha256
    assert digest == f"sha-256={delivery.sha256}"
    assert json.loads(body)["id"] == tender.notice.public_id


def test_a_medium_that_does_not_answer_is_tried_again_later():
    tender = make_published_section(mode="bidder")
    delivery = MediumDelivery.objects.get(notice=tender.notice, medium="ccgp")
    delivery.address = "http://127.0.0.1:9/nobody"
    assert push_notice(delivery) is False and "Error" in delivery.answer and delivery.delivered_at is None


def test_a_second_person_of_the_tenderer_reviews_where_four_eyes_are_wanted():
    tender = make_signed_section(centre=make_centre("strict", demonstration=False), **_days(20))
    notice = submitted(tender)
    assert Caller(second_person(tender.tenderer)).post(f"/notices/{notice['id']}/approval")[0] == 200
