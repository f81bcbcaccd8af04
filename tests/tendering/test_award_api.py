"""Candidates, publicity, objections, award, letters, exceptions over HTTP."""

import datetime as dt
import io

import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal
from signing.models import JournalInbox
from tendering.actions.decide_award import decide_award
from tendering.actions.fail_section import fail_section
from tendering.models import Candidate, Letter, Notice, Ranking, Section, SectionException
from tendering.tasks import award_by_silence
from tests.factories.tendering import make_evaluated_section, make_published_section, rank_bids, second_person
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db
ENG = {"regime": "ENG", "kind": "works", "budget": "5000000.00", "ceiling": None, "bond": "0"}
PRICES = ("900000.00", "950000.00", "980000.00", "990000.00")


@pytest.fixture(autouse=True)
def _store(store):
    return store


def url(tender, rest=""):
    return f"/sections/{tender.section.code}{rest}"


def published_candidates(tender):
    runner = Caller(tender.tenderer)
    status, notice = runner.post(url(tender, "/candidates"), {})
    assert status == 201, notice
    assert runner.post(f"/notices/{notice['id']}/approval")[0] == 200
    status, published = Caller(tender.staff).post(f"/notices/{notice['id']}/publication")
    assert status == 200, published
    return published


def end_publicity():
    Notice.objects.filter(kind="candidates").update(ends_at=now())


def awarded(tender, rank=1):
    return Caller(tender.tenderer).post(url(tender, "/award"), {"rank": rank, "reason": "评标委员会推荐的第一名"})


@pytest.mark.cts("A-163", "A-164", "B-026", "B-028", "B-029")
def test_at_most_three_candidates_are_published_reviewed_for_the_rule_s_term():
    tender = make_evaluated_section(PRICES, **ENG)
    assert [each.rank for each in Candidate.objects.all()] == [1, 2, 3]
    assert Caller().get(url(tender, "/candidates"))[1] == []
    runner = Caller(tender.tenderer)
    _, notice = runner.post(url(tender, "/candidates"), {})
    status, refused = Caller(tender.staff).post(f"/notices/{notice['id']}/publication")
    assert status == 409 and codes(refused) == ["notice.wrong_state"]
    assert runner.post(f"/notices/{notice['id']}/approval")[0] == 200
    _, published = Caller(tender.staff).post(f"/notices/{notice['id']}/publication")
    row = Notice.objects.get(public_id=notice["id"])
    assert row.ends_at - row.published_at == dt.timedelta(seconds=3)  # the demonstration's term
    assert row.approved_by == tender.tenderer.account and row.verified_by == tender.staff.account
    assert {each.medium for each in row.deliveries.all()} == {"platform", "cebpubservice"}
    public = Caller().get(url(tender, "/candidates"))[1]
    assert [(each["rank"], each["price"]) for each in public] == [(1, "900000.00"), (2, "950000.00"), (3, "980000.00")]
    assert Section.objects.get().state == "publicity" and published["state"] == "published"


@pytest.mark.cts("A-166", "A-168", "B-027", "B-028")
def test_a_state_controlled_tender_goes_to_the_first_candidate_after_the_publicity():
    tender = make_evaluated_section(PRICES, **ENG)
    status, refused = awarded(tender)
    assert status == 409 and codes(refused) == ["section.wrong_state"]
    published_candidates(tender)
    status, refused = awarded(tender)
    assert codes(refused) == ["award.publicity_runs"]
    end_publicity()
    status, refused = awarded(tender, rank=2)
    assert status == 409 and codes(refused) == ["award.not_first"] and refused["blockers"][0]["rule"] == "条例 55"
    assert codes(awarded(tender, rank=4)[1]) == ["award.no_candidate"]
    status, made = awarded(tender)
    assert status == 201 and made["winner"] == tender.bidders[0].party.name and made["amount"] == "900000.00"
    entry = JournalInbox.objects.get(tail__contains='"kind":"award.decided"')
    assert tender.tenderer.party.number in entry.head and tender.bidders[0].party.number in entry.head
    assert codes(awarded(tender)[1]) == ["section.wrong_state"]


def test_who_is_not_state_controlled_may_choose_among_the_candidates():
    tender = make_evaluated_section(PRICES, **ENG, state_controlled=False)
    published_candidates(tender)
    end_publicity()
    assert awarded(tender, rank=2)[1]["winner"] == tender.bidders[1].party.name


@pytest.mark.cts("B-027")
def test_the_next_candidate_wins_only_when_the_first_is_out_on_a_lawful_ground():
    tender = make_evaluated_section(PRICES, **ENG)
    published_candidates(tender)
    end_publicity()
    runner = Caller(tender.tenderer)
    exclusion = url(tender, "/candidates/1/exclusion")
    assert codes(runner.post(exclusion, {"ground": "too dear", "reason": "x"})[1]) == ["award.bad_ground"]
    assert runner.post(exclusion, {"ground": "abandoned", "reason": "书面放弃，见函"})[0] == 200
    assert codes(awarded(tender, rank=1)[1]) == ["award.candidate_out"]
    assert awarded(tender, rank=2)[0] == 201


@pytest.mark.cts("A-195", "A-196", "B-031")
def test_an_unanswered_objection_to_the_result_holds_up_the_award():
    tender = make_evaluated_section(PRICES, **ENG)
    loser = Caller(tender.bidders[1])
    assert loser.post(url(tender, "/objections"), {"about": "result", "text": "x"})[0] == 409
    published_candidates(tender)
    status, filed = loser.post(url(tender, "/objections"), {"about": "result", "text": "第一名业绩造假"})
    assert status == 201
    end_publicity()
    assert codes(awarded(tender)[1]) == ["award.objection_open"]
    status, refused = Caller(tender.bidders[2]).post(url(tender, "/objections"), {"about": "result", "text": "太晚"})
    assert status == 409 and codes(refused) == ["objection.late"]
    reply = {"answer": "经查不属实", "upheld": False}
    assert Caller(tender.tenderer).post(f"/objections/{filed['id']}/answer", reply)[0] == 200
    assert awarded(tender)[0] == 201


@pytest.mark.cts("A-166", "A-169", "A-170", "A-171")
def test_procurement_announces_the_result_on_the_media_after_review():
    tender = make_evaluated_section(PRICES)
    assert codes(Caller(tender.tenderer).post(url(tender, "/candidates"), {})[1]) == ["award.no_publicity"]
    status, made = awarded(tender)
    assert status == 201
    key = made["notice"]
    assert Caller().get(f"/notices/{key}")[0] == 404
    assert codes(Caller(tender.staff).post(f"/notices/{key}/publication")[1]) == ["notice.wrong_state"]
    assert Caller(tender.tenderer).post(f"/notices/{key}/approval")[0] == 200
    assert Caller(tender.staff).post(f"/notices/{key}/publication")[0] == 200
    public = Caller().get(f"/notices/{key}")[1]
    assert public["kind"] == "result" and tender.bidders[0].party.name in str(public["body"]) and public["ends_at"]
    assert Notice.objects.get(public_id=key).deliveries.count() == 2


@pytest.mark.cts("A-172", "A-173", "A-174", "A-175")
def test_letters_are_edited_verified_signed_and_reach_their_addressees_alone():
    tender = make_evaluated_section(PRICES[:3], **ENG)
    published_candidates(tender)
    end_publicity()
    _, made = awarded(tender)
    letters = {each["party"]: each for each in made["letters"]}
    assert sorted(each["kind"] for each in letters.values()) == ["award", "result", "result"]
    won, lost = tender.bidders[0], tender.bidders[1]
    runner, staff = Caller(tender.tenderer), Caller(tender.staff)
    letter = letters[won.party.name]
    status, edited = runner.put(
        f"/letters/{letter['id']}", {"text": letter["text"] + "\n请携带资料。", "reasons": "排名第一"}
    )
    assert status == 200 and edited["text"].endswith("请携带资料。")
    assert codes(runner.post(f"/letters/{letter['id']}/issue")[1]) == ["award.letter_not_verified"]
    assert staff.post(f"/letters/{letter['id']}/verification")[1]["verified_at"]
    assert Letter.objects.get(public_id=letter["id"]).verified_by == tender.staff.account
    assert Caller(won).get(url(tender, "/letters"))[1] == []
    status, issued = runner.post(f"/letters/{letter['id']}/issue")
    assert status == 200 and issued["issued_at"]
    assert codes(runner.put(f"/letters/{letter['id']}", {"text": "x"})[1]) == ["award.letter_issued"]
    (seen,) = Caller(won).get(url(tender, "/letters"))[1]
    status, pdf = Caller(won).get(f"/letters/{seen['id']}/pdf")
    assert status == 200
    assert len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures) == 1
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "中标通知书" in text and won.party.name in text and "900000.00" in text
    assert Letter.objects.get(public_id=letter["id"]).received_at
    assert Caller(lost).get(f"/letters/{seen['id']}/pdf")[0] == 404
    award = Letter.objects.get(public_id=letter["id"]).award
    assert award.contract_by > now() + dt.timedelta(days=30)


def test_in_procurement_the_award_letter_goes_out_with_the_result_notice():
    tender = make_evaluated_section(PRICES)
    _, made = awarded(tender)
    letter = next(each for each in made["letters"] if each["kind"] == "award")
    runner = Caller(tender.tenderer)
    runner.post(f"/letters/{letter['id']}/verification")
    status, refused = runner.post(f"/letters/{letter['id']}/issue")
    assert status == 409 and codes(refused) == ["award.result_not_published"]
    assert refused["blockers"][0]["rule"] == "87号令 69"


def test_a_purchaser_that_decides_nothing_in_time_is_taken_to_choose_the_first():
    tender = make_evaluated_section(PRICES)
    with pytest.raises(Refusal) as refusal:
        decide_award(section=tender.section, rank=1, reason="逾期", actor=SYSTEM)
    assert [each.code for each in refusal.value.blockers] == ["award.term_runs"]
    assert award_by_silence() == 0
    Ranking.objects.update(reported_at=now() - dt.timedelta(hours=2))
    assert award_by_silence() == 1 and award_by_silence() == 0
    assert Section.objects.get().awards.get().candidate.rank == 1


@pytest.mark.cts("A-197", "A-198")
def test_a_tender_is_terminated_with_reason_and_basis_and_everybody_reads_it():
    tender = make_published_section(mode="bidder")
    runner = Caller(tender.tenderer)
    status, refused = runner.post(url(tender, "/termination"), {"reason": " "})
    assert status == 422 and codes(refused) == ["exception.no_reason", "exception.no_basis"]
    body = {"reason": "预算被取消", "basis": "政府采购法 36"}
    status, made = runner.post(url(tender, "/termination"), body)
    assert status == 200 and made["state"] == "terminated"
    (seen,) = Caller().get(url(tender, "/exceptions"))[1]
    assert (seen["kind"], seen["reason"], seen["by"]) == ("terminated", "预算被取消", tender.tenderer.party.name)
    assert Notice.objects.filter(kind="termination", state="published").exists()
    for act, data in (("/questions", {"text": "x"}), ("/objections", {"about": "document", "text": "x"})):
        bidder = Caller(make_evaluated_section(PRICES[:1]).bidders[0])
        assert codes(bidder.post(url(tender, act), data)[1]) == ["section.wrong_state"]


@pytest.mark.cts("A-197", "A-199", "B-033")
def test_a_failed_section_is_tendered_again_from_its_last_document_with_new_keys():
    tender = make_published_section(trustees=2, k=2)
    staff, runner = Caller(tender.staff), Caller(tender.tenderer)
    assert staff.post(url(tender, "/failure"), {"reason": "投标人不足三家", "basis": "87号令 41"})[0] == 200
    status, again = runner.post(url(tender, "/re-tender"), {"reason": "重新组织"})
    assert status == 201 and again["round"] == 2 and again["state"] == "draft" and again["deadline"] is None
    assert not tender.section.trustees.filter(registered_at__isnull=False).exists()
    draft = runner.get(url(tender, "/documents/1"))[1]
    assert draft["content"]["round"] == 2 and draft["content"]["trustees"] == []
    assert "document.trustee_not_registered" in {each["code"] for each in draft["blockers"]}
    assert [each.kind for each in SectionException.objects.all()] == ["failed", "retendered"]
    status, ended = runner.post(
        url(tender, "/termination"), {"reason": "x", "basis": "87号令 43", "other_method": "竞争性谈判"}
    )
    assert (
        status == 200 and ended["exception"]["kind"] == "other_method" and ended["exception"]["result"] == "竞争性谈判"
    )


def test_the_system_fails_a_section_and_staff_of_others_do_not():
    tender = make_published_section(mode="bidder")
    fail_section(section=tender.section, reason="投标人少于三个", actor=SYSTEM, basis="条例 44")
    assert Section.objects.get().state == "failed" and Notice.objects.filter(kind="failure").count() == 1


@pytest.mark.cts("A-197")
def test_a_re_evaluation_gets_the_next_number_and_the_old_ranking_stays():
    tender = make_evaluated_section(PRICES[:3])
    status, made = Caller(tender.staff).post(
        url(tender, "/re-evaluation"), {"reason": "分值汇总错误", "basis": "87号令 64"}
    )
    assert status == 200 and made["state"] == "evaluating"
    tender.section.refresh_from_db()
    tender.bidders = tender.bidders[::-1]
    rank_bids(tender, PRICES[:3])
    assert [each.number for each in Ranking.objects.all()] == [1, 2]
    assert awarded(tender)[1]["winner"] == tender.bidders[0].party.name


def test_a_ranking_of_bids_that_were_not_opened_is_refused():
    tender = make_evaluated_section(PRICES[:3])
    Caller(tender.staff).post(url(tender, "/re-evaluation"), {"reason": "x", "basis": "y"})
    tender.section.refresh_from_db()
    tender.bidders = [*tender.bidders[:2], second_person(tender.tenderer)]
    with pytest.raises(Refusal) as refusal:
        rank_bids(tender, PRICES[:3])
    assert [each.code for each in refusal.value.blockers] == ["award.other_bids"]
    assert Ranking.objects.count() == 1
