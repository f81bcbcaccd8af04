"""Questions, answers, amendments, downloads, receipts and objections over HTTP."""

import base64
import datetime as dt
import hashlib

import pytest
from django.core import mail

from runtime.clock import now, read_stamp
from tendering.actions.mail_holders import mail_amendment
from tendering.actions.start_opening import start_opening
from tendering.models import Amendment, DocumentDownload, Notice, Question, Section, TenderDocument
from tendering.queries.suspension import suspension
from tests.factories.parties import make_centre
from tests.factories.tendering import make_published_section, new_party, sign
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


@pytest.fixture
def tender():
    return make_published_section(mode="bidder")


@pytest.fixture
def bidder():
    return Caller(new_party("投标单位", "bidder"))


def url(tender, rest=""):
    return f"/sections/{tender.section.code}{rest}"


def after_deadline(tender):
    """The deadline passes: everything about it lies in the past by an hour."""
    shift = now() - dt.timedelta(hours=1)
    times = {
        "published_at": shift - dt.timedelta(days=30),
        "deadline": shift,
        "questions_until": shift,
        "sale_until": shift,
    }
    Section.objects.filter(pk=tender.section.pk).update(**times)


@pytest.mark.cts("A-80", "A-81")
def test_a_question_is_asked_and_answered_to_everybody_without_the_asker(tender, bidder):
    status, asked = bidder.post(url(tender, "/questions"), {"text": "我公司2019年的产品是否可以？"})
    assert status == 201 and asked["asker"] == bidder.kit.party.name
    runner = Caller(tender.tenderer)
    (seen,) = runner.get(url(tender, "/questions"))[1]
    assert seen["text"] == asked["text"] and seen["asker"] is None and bidder.kit.party.name not in str(seen)
    body = {"answer": "应为2024年以后的产品。", "restated": "产品的生产年份有何要求？"}
    status, notice = runner.post(f"/questions/{asked['id']}/answer", body)
    assert status == 200 and notice["kind"] == "clarification" and notice["state"] == "published"
    public = Caller().get(f"/notices/{notice['id']}")[1]
    assert [row["text"] for row in public["body"]] == [body["restated"], body["answer"]]
    assert "2019" not in str(public)
    status, refused = runner.post(f"/questions/{asked['id']}/answer", body)
    assert status == 409 and codes(refused) == ["question.answered"]


@pytest.mark.cts("A-80")
def test_questions_after_their_window_are_refused_with_its_end(tender, bidder):
    Section.objects.filter(pk=tender.section.pk).update(questions_until=now())
    status, refused = bidder.post(url(tender, "/questions"), {"text": "还可以问吗？"})
    assert status == 409 and codes(refused) == ["question.late"]
    assert refused["blockers"][0]["rule"].startswith("条例 21") and "北京时间" in refused["blockers"][0]["message"]
    assert not Question.objects.exists()


@pytest.mark.cts("A-81")
def test_answers_after_the_deadline_are_refused(tender, bidder):
    _, asked = bidder.post(url(tender, "/questions"), {"text": "问题"})
    after_deadline(tender)
    status, refused = Caller(tender.tenderer).post(f"/questions/{asked['id']}/answer", {"answer": "好"})
    assert status == 409 and codes(refused) == ["question.answer_late"]


def test_an_answer_that_names_the_asker_is_refused(tender, bidder):
    _, asked = bidder.post(url(tender, "/questions"), {"text": f"{bidder.kit.party.name}想知道"})
    runner = Caller(tender.tenderer)
    status, refused = runner.post(f"/questions/{asked['id']}/answer", {"answer": "可以"})
    assert status == 409 and codes(refused) == ["question.names_asker"]
    assert runner.post(f"/questions/{asked['id']}/answer", {"answer": "可以", "restated": "有人想知道"})[0] == 200


def test_neither_the_tenderer_nor_a_stranger_asks_or_answers(tender, bidder):
    runner = Caller(tender.tenderer)
    assert runner.post(url(tender, "/questions"), {"text": "x"})[0] == 403
    _, asked = bidder.post(url(tender, "/questions"), {"text": "问题"})
    other = Caller(new_party("别的单位", "tenderer"))
    assert other.post(f"/questions/{asked['id']}/answer", {"answer": "x"})[0] == 404
    assert Caller(new_party("另一家", "bidder")).get(url(tender, "/questions"))[1] == []


@pytest.mark.cts("A-68", "A-86")
def test_a_bidder_s_download_is_recorded_once_a_version_and_confirmed(tender, bidder):
    status, document = bidder.get(url(tender, "/tender.json"))
    assert status == 200 and document["section"] == tender.section.code
    status, package = bidder.get(url(tender, "/tender"))
    assert (
        status == 200
        and hashlib.sha256(package).hexdigest() == TenderDocument.objects.get(section=tender.section).package_sha256
    )
    assert DocumentDownload.objects.count() == 1
    assert (
        Caller().get(url(tender, "/tender.json"))[0] == 200
        and Caller(tender.staff).get(url(tender, "/tender"))[0] == 200
    )
    assert DocumentDownload.objects.count() == 1
    status, receipt = bidder.post(url(tender, "/documents/1/receipt"))
    assert status == 200 and receipt["confirmed_at"]
    assert bidder.post(url(tender, "/documents/1/receipt"))[1] == receipt
    late = Caller(new_party("没下载", "bidder"))
    assert codes(late.post(url(tender, "/documents/1/receipt"))[1]) == ["download.none"]
    after_deadline(tender)
    (row,) = Caller(tender.tenderer).get(url(tender, "/holders"))[1]
    assert row["name"] == bidder.kit.party.name and row["version"] == 1 and row["confirmed_at"]


def amend(tender, **body):
    runner = Caller(tender.tenderer)
    status, made = runner.post(url(tender, "/amendments"), {"reason": "技术参数调整"} | body)
    assert status == 201, made
    return runner, made


def sign_version(tender, runner, version):
    status, prepared = runner.post(url(tender, f"/documents/{version}/preparation"))
    assert status == 200, prepared
    to_sign = {name: base64.b64decode(data) for name, data in prepared["to_sign"].items()}
    body = {
        "signature": runner.sign(to_sign["tender.json"]), "package_signature": runner.sign(to_sign["ASiCManifest.xml"]),
    }  # fmt: skip
    assert runner.post(url(tender, f"/documents/{version}/signature"), body)[0] == 200


@pytest.mark.cts("A-82", "A-83", "A-84", "A-85", "B-013", "B-014", "B-015")
def test_an_amendment_is_the_next_version_and_every_holder_is_told(tender, bidder, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    bidder.kit.account.email = "bidder@example.org"
    bidder.kit.account.save()
    bidder.get(url(tender, "/tender.json"))
    runner, made = amend(tender, content={"qualifications": ["具有ISO9001认证"]})
    assert Caller().get(f"/amendments/{made['id']}")[0] == 404
    sign_version(tender, runner, 2)
    status, published = runner.post(f"/amendments/{made['id']}/publication")
    assert status == 200, published
    assert [change["path"] for change in published["changes"]] == ["qualifications.0", "qualifications.1"]
    assert Caller().get(url(tender, "/tender.json"))[1]["qualifications"] == ["具有ISO9001认证"]
    versions = {each["version"]: each["state"] for each in Caller().get(url(tender, "/documents"))[1]}
    assert versions == {1: "superseded", 2: "published"}
    assert Notice.objects.filter(kind="amendment", state="published").count() == 1
    amendment = Amendment.objects.get()
    assert mail_amendment(amendment) == 1
    assert mail.outbox[0].to == ["bidder@example.org"] and "第2版" in mail.outbox[0].body
    amendment.refresh_from_db()
    assert mail_amendment(amendment) == 0 and len(mail.outbox) == 1
    assert Caller().get(url(tender, "/tender.json?version=1"))[1]["qualifications"] != ["具有ISO9001认证"]


@pytest.mark.cts("B-012")
def test_a_change_too_near_to_the_deadline_moves_it(bidder):
    tender = make_published_section(mode="bidder", deadline_after={"seconds": 22})
    old = tender.section.deadline
    Section.objects.filter(pk=tender.section.pk).update(deadline=now() + dt.timedelta(seconds=12))
    runner, made = amend(tender)
    sign_version(tender, runner, 2)
    status, published = runner.post(f"/amendments/{made['id']}/publication")
    assert status == 200, published
    moved = read_stamp(published["new_deadline"])
    assert moved >= read_stamp(published["published_at"]) + dt.timedelta(seconds=15)
    section = Section.objects.get(pk=tender.section.pk)
    assert section.deadline == moved != old
    body = Notice.objects.get(kind="amendment").body
    assert any("顺延至" in row["text"] for row in body)


@pytest.mark.cts("B-012")
def test_an_amendment_that_leaves_less_than_fifteen_days_is_refused_with_the_article():
    tender = make_published_section(
        mode="bidder", centre=make_centre("strict", demonstration=False), deadline_after={"days": 40}
    )
    runner, made = amend(tender, plan={"deadline": tender.document.content["times"]["deadline"]})
    sign_version(tender, runner, 2)
    nearer = now() + dt.timedelta(days=10)
    document = TenderDocument.objects.get(version=2)
    document.content["times"]["deadline"] = nearer.isoformat()
    document.save()
    Section.objects.filter(pk=tender.section.pk).update(deadline=nearer)
    status, refused = runner.post(f"/amendments/{made['id']}/publication")
    assert status == 409 and codes(refused) == ["document.deadline_not_moved"]
    assert refused["blockers"][0]["rule"] == "87号令 27" and "最早可为" in refused["blockers"][0]["message"]
    assert TenderDocument.objects.get(version=1).state == "published"


def test_how_bids_are_opened_is_not_amended(tender):
    terms = {**tender.document.content["decryption"], "mode": "both", "k": 2, "n": 3}
    runner, made = amend(tender, content={"decryption": terms})
    status, refused = runner.post(url(tender, "/documents/2/preparation"))
    assert status == 422 and "document.trustees_missing" in codes(refused)
    terms = {**tender.document.content["decryption"], "window_seconds": 60}
    runner.put(url(tender, "/documents/2"), {"content": {"decryption": terms}})
    sign_version(tender, runner, 2)
    status, refused = runner.post(f"/amendments/{made['id']}/publication")
    assert status == 409 and codes(refused) == ["document.fixed_part"]


def test_an_amendment_may_be_given_up_and_there_is_one_at_a_time(tender):
    runner, made = amend(tender)
    status, refused = runner.post(url(tender, "/amendments"), {"reason": "再改"})
    assert status == 409 and codes(refused) == ["amendment.exists"]
    assert runner.delete(f"/amendments/{made['id']}")[0] == 204
    assert TenderDocument.objects.count() == 1 and not Amendment.objects.exists()


def test_nothing_is_amended_after_the_deadline(tender):
    runner, made = amend(tender)
    sign(tender, _prepared(tender))
    after_deadline(tender)
    status, refused = runner.post(f"/amendments/{made['id']}/publication")
    assert status == 409 and "question.answer_late" in codes(refused)


def _prepared(tender):
    from tendering.actions.prepare_document import prepare_document

    document = TenderDocument.objects.get(version=2)
    return prepare_document(document=document, actor=tender.tenderer.actor())


@pytest.mark.cts("A-195", "A-196", "B-030", "B-031")
def test_an_objection_to_the_document_suspends_works_until_it_is_answered(bidder):
    tender = make_published_section(
        mode="bidder", regime="ENG", kind="works", budget="5000000.00", ceiling=None, bond="0"
    )
    status, filed = bidder.post(url(tender, "/objections"), {"about": "document", "text": "资格条件排斥潜在投标人"})
    assert status == 201 and filed["rule"].startswith("演示规则(条例 22") and filed["answer_by"]
    assert [each.code for each in suspension(tender.section, "document")] == ["objection.suspends"]
    (seen,) = Caller(tender.tenderer).get(url(tender, "/objections"))[1]
    assert seen["party"] is None
    Section.objects.filter(pk=tender.section.pk).update(deadline=now())
    tender.section.refresh_from_db()
    assert start_opening(section=tender.section) is None  # the opening waits for the answer
    runner = Caller(tender.tenderer)
    status, answered = runner.post(f"/objections/{filed['id']}/answer", {"answer": "将发布变更", "upheld": True})
    assert status == 200 and answered["answered_at"] and answered["late"] is False
    assert suspension(tender.section, "document") == []
    assert start_opening(section=tender.section) is not None
    assert bidder.get(url(tender, "/objections"))[1][0]["answer"] == "将发布变更"
    status, refused = runner.post(f"/objections/{filed['id']}/answer", {"answer": "x", "upheld": False})
    assert status == 409 and codes(refused) == ["objection.answered"]


@pytest.mark.cts("A-195", "B-011", "B-030")
def test_an_objection_less_than_the_term_before_the_deadline_is_pointed_out_as_late(bidder):
    tender = make_published_section(
        mode="bidder", regime="ENG", kind="works", budget="5000000.00", ceiling=None, bond="0"
    )
    Section.objects.filter(pk=tender.section.pk).update(deadline=now() + dt.timedelta(seconds=9))
    status, refused = bidder.post(url(tender, "/objections"), {"about": "document", "text": "太晚"})
    assert status == 409 and codes(refused) == ["objection.late"]
    assert "条例 22" in refused["blockers"][0]["rule"] and refused["blockers"][0]["remedy"]
