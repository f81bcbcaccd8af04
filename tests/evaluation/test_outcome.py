"""From the hand-ins to the closed report, and the ways back: by the action functions."""

import json
from typing import Any

import pytest

from evaluation.actions.build_report import build_report
from evaluation.actions.close_evaluation import close_evaluation, report_pdf
from evaluation.actions.finish_review import finish_review
from evaluation.actions.hand_in import hand_in, hand_in_content
from evaluation.actions.record_finding import record_finding
from evaluation.actions.recuse_member import replace_member
from evaluation.actions.roll_back import ask_roll_back, decide_roll_back
from evaluation.actions.sign_report import deem_agreement, sign_report, standing_report, to_sign
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.summarise import summarise
from evaluation.actions.vote_chair import vote_chair
from evaluation.models import DraftScore, HandIn, Report, ReportSignature, Summary
from evaluation.rules.hand_in import signed_bytes
from evaluation.rules.phases import Phase
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.queries.trust import trust_store
from signing.rules.cades import sign_detached, verify_detached
from tendering.models import Ranking
from tendering.rules.methods import evaluate
from tests.evaluation.acting import refused_codes, vote
from tests.factories.evaluation import (
    METHOD,
    Room,
    elect,
    gather,
    hand_in_as,
    hand_in_signature,
    make_drawn_room,
    make_handed_in_room,
    make_scoring_room,
    new_person,
    save,
    score_everything,
)

pytestmark = pytest.mark.django_db


# -- hand-in


@pytest.mark.cts("A-140", "A-146")
def test_all_own_scores_are_handed_in_with_one_signature() -> None:
    room = make_scoring_room(sub_seats=0)
    score_everything(room, 1)
    row = hand_in_as(room, 1)
    content = json.loads(bytes(row.content))
    assert content["format"] == "yangguang-hand-in/1"
    assert set(content["scores"]) == {kit.party.number for kit in room.bidders}
    assert {len(scores) for scores in content["scores"].values()} == {3}
    assert content["scores"][room.bids[0].bid.bidder.number]["plan"] == "30.50"
    verdict = verify_detached(bytes(row.content), bytes(row.signature), trust_store(), now())
    assert verdict.ok
    assert verdict.holder.number == room.members[0].party.number
    assert room.fresh().phase == Phase.SCORING


def test_a_form_with_gaps_is_refused_and_each_gap_is_named() -> None:
    room = make_scoring_room(sub_seats=0)
    score_everything(room, 1)
    save(room, 1, room.bids[1], "team", None, version=1)
    with pytest.raises(Refusal) as refused:
        hand_in_content(room.fresh(), room.member(1))
    assert [b.code for b in refused.value.blockers] == ["hand_in.score_missing"]
    assert refused.value.blockers[0].place == f"scores.{room.bids[1].bid.bidder.number}.team"


def test_a_signature_over_something_else_or_by_somebody_else_hands_nothing_in() -> None:
    room = make_scoring_room(sub_seats=0)
    score_everything(room, 1)
    content = signed_bytes(hand_in_content(room.fresh(), room.member(1)))
    other = content.replace(b'"30.50"', b'"40.00"')
    assert other != content
    attempts = {
        "signature.other_content": sign_detached(other, room.members[0].signing_key),
        "certificate.wrong_holder": sign_detached(content, room.members[1].signing_key),
    }
    for code, signature in attempts.items():
        found = refused_codes(hand_in, committee=room.fresh(), signature=signature, actor=room.actor(1))
        assert found == [code]
    assert refused_codes(hand_in, committee=room.committee, signature=b"\x30\x00", actor=room.actor(1))
    assert not HandIn.objects.exists()


def test_what_was_changed_after_the_echo_cannot_slip_into_the_hand_in() -> None:
    room = make_scoring_room(sub_seats=0)
    score_everything(room, 1)
    signature = hand_in_signature(room, 1)
    save(room, 1, room.bids[0], "plan", "1", version=1)
    found = refused_codes(hand_in, committee=room.fresh(), signature=signature, actor=room.actor(1))
    assert found == ["signature.other_content"]


@pytest.mark.cts("A-140")
def test_after_the_hand_in_nothing_can_be_changed() -> None:
    room = make_scoring_room(sub_seats=0)
    score_everything(room, 1)
    hand_in_as(room, 1)
    outcome = save(room, 1, room.bids[0], "plan", "1", version=1)
    assert [blocker.code for blocker in outcome.blockers] == ["score.handed_in"]
    assert refused_codes(hand_in_content, committee=room.fresh(), member=room.member(1)) == ["score.handed_in"]


# -- summary, report


@pytest.mark.cts("A-144")
def test_nothing_is_summed_up_before_everybody_has_handed_in() -> None:
    room = make_scoring_room(sub_seats=0)
    for seat in range(1, 5):
        score_everything(room, seat)
        hand_in_as(room, seat)
    codes = refused_codes(summarise, committee=room.fresh(), actor=room.actor(1))
    assert codes == ["room.wrong_phase", "summary.not_all_in"]
    assert not Summary.objects.exists()


@pytest.mark.cts("A-141", "A-144", "A-145")
def test_the_machine_computes_everything_from_the_signed_hand_ins() -> None:
    room = make_handed_in_room(sub_seats=0)
    assert room.committee.phase == Phase.SUMMARY
    DraftScore.objects.update(score=0)  # drafts no longer matter
    row = summarise(committee=room.fresh(), actor=room.actor(1))
    standings = row.result["standings"]
    prices = {kit.party.number: price for kit, price in zip(room.bidders, ("27.55", "30.00", "28.42"), strict=True)}
    assert {line["bidder"]: line["price_score"] for line in standings} == prices
    best = standings[0]
    # Members gave 31…35 for the plan, 15 for the team, 6 for the record: means 33 + 15 and 6.
    assert best["bidder"] == room.bidders[0].party.number
    assert (best["groups"], best["total"]) == ({"technical": "48.00", "commercial": "6.00"}, "81.55")
    file = row.score_file
    again = evaluate(file["method"], file["bids"], ceiling=file.get("ceiling"), budget=file["budget"]).as_data()
    assert again == row.result


def test_a_deduction_found_by_the_chair_counts() -> None:
    room = make_handed_in_room(sub_seats=0)
    bid = room.bids[2].bid.public_id
    about = {"committee": room.fresh(), "bid": bid}
    assert refused_codes(record_finding, **about, findings={"small": True}, actor=room.actor(2)) == ["room.not_yours"]
    assert refused_codes(record_finding, **about, findings={"big": True}, actor=room.actor(1)) == ["bid.unknown_field"]
    assert refused_codes(record_finding, **about, findings={"small": "yes"}, actor=room.actor(1)) == ["bid.not_a_flag"]
    record_finding(**about, findings={"small": True}, actor=room.actor(1))
    row = summarise(committee=room.fresh(), actor=room.actor(1))
    line = next(r for r in row.result["standings"] if r["bidder"] == room.bids[2].bid.bidder.number)
    assert (line["contract_price"], line["evaluated_price"], line["price_score"]) == ("950000.00", "855000.00", "30.00")


def reported(**more: Any) -> Room:
    room = make_handed_in_room(sub_seats=0, **more)
    summarise(committee=room.fresh(), actor=room.actor(1))
    build_report(committee=room.fresh(), remarks="无", actor=room.actor(1))
    room.fresh()
    return room


def sign_as(room: Room, seat: int, opinion: str = "") -> ReportSignature:
    statement = to_sign(standing_report(room.fresh()), opinion)
    signature = sign_detached(statement, room.members[seat - 1].signing_key)
    return sign_report(committee=room.committee, signature=signature, opinion=opinion, actor=room.actor(seat))


@pytest.mark.cts("A-151", "A-152", "B-026")
def test_the_report_is_signed_by_all_closed_and_handed_over() -> None:
    room = reported()
    for seat in range(1, 6):
        codes = refused_codes(close_evaluation, committee=room.fresh(), actor=room.staff.actor())
        assert codes == ["report.not_signed"] * (6 - seat)
        sign_as(room, seat)
    report = close_evaluation(committee=room.fresh(), actor=room.staff.actor())
    content = json.loads(bytes(report.content))
    assert len(content["candidates"]) == 3
    assert room.fresh().phase == Phase.CLOSED
    assert room.section.state == "evaluated"
    ranking = Ranking.objects.get(section=room.section)
    assert [row["rank"] for row in ranking.rows] == [1, 2, 3]
    assert ranking.report_sha256 == report.sha256
    text = pdf_text(in_store(report.pdf_path).read_bytes())
    for kit in room.members:
        assert kit.party.name in text
    assert report.sha256 in text
    assert "81.55" in text


def pdf_text(paper: bytes) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(paper) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_making_the_report_anew_voids_the_signatures_under_the_old_one() -> None:
    room = reported()
    old = standing_report(room.committee)
    stale = sign_detached(bytes(old.content), room.members[1].signing_key)
    sign_as(room, 1)
    build_report(committee=room.fresh(), remarks="补充意见", actor=room.actor(1))
    assert Report.objects.get(pk=old.pk).voided_at is not None
    found = refused_codes(sign_report, committee=room.fresh(), signature=stale, actor=room.actor(2))
    assert found == ["signature.other_content"]
    assert (
        refused_codes(close_evaluation, committee=room.fresh(), actor=room.staff.actor()) == ["report.not_signed"] * 5
    )
    assert ReportSignature.objects.filter(report__voided_at=None).count() == 0


def test_a_dissent_is_signed_with_its_reasons_and_silence_is_agreement() -> None:
    room = reported()
    dissent = sign_as(room, 2, "排名第二的方案更可行")
    assert dissent.kind == "dissent"
    assert json.loads(bytes(dissent.statement))["report_sha256"] == standing_report(room.committee).sha256
    about = {"committee": room.fresh(), "seat": 3}
    assert refused_codes(deem_agreement, **about, note="拒签", actor=room.actor(4)) == ["room.not_yours"]
    assert refused_codes(deem_agreement, **about, note=" ", actor=room.actor(1)) == ["report.no_note"]
    deem_agreement(**about, note="拒绝签字", actor=room.actor(1))
    for seat in (1, 4, 5):
        sign_as(room, seat)
    text = pdf_text(report_pdf(standing_report(room.committee)))
    assert "排名第二的方案更可行" in text
    assert "视为同意" in text
    close_evaluation(committee=room.fresh(), actor=room.actor(1))
    assert room.fresh().phase == Phase.CLOSED


# -- going back


def test_the_chair_asks_and_the_supervisor_decides_and_history_stays() -> None:
    room = reported()
    about = {"committee": room.fresh(), "target": "scoring", "reason": "漏看附件"}
    assert refused_codes(ask_roll_back, **about, actor=room.actor(2)) == ["room.not_yours"]
    ask_roll_back(**about, actor=room.actor(1))
    decision = {"committee": room.fresh(), "granted": True, "answer": "同意"}
    assert refused_codes(decide_roll_back, **decision, actor=room.staff.actor()) == ["room.not_yours"]
    decide_roll_back(**decision, actor=room.supervisor.actor())
    assert room.fresh().phase == Phase.SCORING
    assert HandIn.objects.filter(voided_at=None).count() == 0
    assert HandIn.objects.count() == 5
    assert Report.objects.count() == 1
    score_everything(room, 1, plan="20")
    assert hand_in_as(room, 1).number == 2


def test_a_refused_roll_back_changes_nothing() -> None:
    room = reported()
    ask_roll_back(committee=room.fresh(), target="scoring", reason="再看", actor=room.actor(1))
    decide_roll_back(committee=room.fresh(), granted=False, answer="理由不足", actor=room.supervisor.actor())
    assert room.fresh().phase == Phase.REPORT
    assert HandIn.objects.filter(voided_at=None).count() == 5


def test_replacing_a_member_voids_that_members_opinions_and_no_others() -> None:
    room = make_drawn_room(sub_seats=0, method={**METHOD, "review": []})
    elect(gather(room))
    start_evaluation(committee=room.fresh(), actor=room.staff.actor())
    for seat in range(1, 6):
        score_everything(room, seat)
        hand_in_as(room, seat)
    assert room.fresh().phase == Phase.SUMMARY
    recusal = replace_member(committee=room.fresh(), seat=1, ground="发现利害关系", actor=room.staff.actor())
    assert room.fresh().phase == Phase.SCORING
    assert room.committee.chair is None
    assert HandIn.objects.filter(voided_at=None).count() == 4
    room.members[0] = room.experts[recusal.successor.party.number]
    outcome = save(room, 1, room.bids[0], "plan", "30")
    assert "room.not_signed_in" in [blocker.code for blocker in outcome.blockers]
    gather(room, [1])
    for seat in range(1, 6):
        vote(room, seat, 2)
    assert room.fresh().chair.seat == 2
    score_everything(room, 1)
    hand_in_as(room, 1)
    assert room.fresh().phase == Phase.SUMMARY


def test_a_stranger_can_do_nothing_in_the_room() -> None:
    room = make_scoring_room(sub_seats=0)
    stranger = new_person("路人").actor("evaluator")
    committee = room.fresh()
    for call, more in (
        (vote_chair, {"seat": 1}),
        (hand_in, {"signature": b""}),
        (finish_review, {}),
        (build_report, {"remarks": ""}),
        (sign_report, {"signature": b""}),
    ):
        assert refused_codes(call, committee=committee, actor=stranger, **more) == ["room.not_a_member"]
    assert refused_codes(summarise, committee=committee, actor=stranger) == ["room.not_yours"]
