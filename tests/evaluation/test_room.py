"""The acts of the room by the action functions: chair, start, review, drafts."""

from decimal import Decimal

import pytest

from evaluation.actions.finish_review import decide_few, finish_review
from evaluation.actions.recuse_member import replace_member
from evaluation.actions.save_drafts import Change, save_drafts
from evaluation.actions.save_verdict import save_verdict
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.vote_chair import vote_chair
from evaluation.models import BidStanding, DraftScore
from evaluation.rules.phases import Phase
from runtime.clock import now
from tests.evaluation.acting import judge, refused_codes, vote
from tests.factories.evaluation import (
    elect,
    gather,
    make_room,
    make_scoring_room,
    make_started_room,
    save,
)

pytestmark = pytest.mark.django_db


# -- chair and start


@pytest.mark.cts("A-132")
def test_a_unique_maximum_wins_and_a_tie_is_run_again_among_the_tied() -> None:
    room = gather(make_room(sub_seats=0))
    assert room.committee.phase == Phase.CHAIR
    for voter, seat in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 3)):
        assert room.fresh().chair is None
        vote(room, voter, seat)
    assert (room.fresh().chair, room.committee.ballot, room.committee.tied) == (None, 2, [1, 2])
    assert refused_codes(vote_chair, committee=room.committee, seat=3, actor=room.actor(1)) == ["chair.not_a_candidate"]
    for voter, seat in ((1, 1), (2, 2), (3, 2), (4, 2), (5, 1)):
        vote(room, voter, seat)
    assert room.fresh().chair.seat == 2
    assert room.committee.phase == Phase.READY


def test_nobody_votes_twice_and_the_purchasers_representative_cannot_chair() -> None:
    room = gather(make_room(sub_seats=0, tenderer_members=1))
    vote(room, 1, 2)
    assert refused_codes(vote_chair, committee=room.fresh(), seat=3, actor=room.actor(1)) == ["chair.voted"]
    assert refused_codes(vote_chair, committee=room.fresh(), seat=5, actor=room.actor(2)) == ["chair.not_a_candidate"]


def test_the_chair_is_not_elected_before_everybody_has_undertaken() -> None:
    room = gather(make_room(sub_seats=0), [1, 2, 3, 4])
    assert room.committee.phase == Phase.GATHERING
    codes = refused_codes(vote_chair, committee=room.committee, seat=1, actor=room.actor(1))
    assert "room.wrong_phase" in codes
    assert "chair.not_all_here" in codes


@pytest.mark.cts("A-136", "A-137", "B-023")
def test_what_is_evaluated_is_what_was_decrypted_by_the_method_of_the_document_in_force() -> None:
    room = make_started_room(sub_seats=0)
    opened = {kit.party.number for kit in room.bidders}
    assert {row.bid.bid.bidder.number for row in BidStanding.objects.all()} == opened
    assert len(room.committee.method_sha256) == 64
    assert room.section.state == "evaluating"
    assert room.committee.phase == Phase.PRELIMINARY


def test_only_the_host_or_the_chair_starts() -> None:
    room = elect(gather(make_room(sub_seats=0)), chair=3)
    for stranger in (room.actor(1), room.supervisor.actor(), room.tender.tenderer.actor()):
        assert refused_codes(start_evaluation, committee=room.fresh(), actor=stranger) == ["room.not_yours"]
    assert start_evaluation(committee=room.fresh(), actor=room.actor(3)).phase == Phase.PRELIMINARY


# -- preliminary review


@pytest.mark.cts("A-137")
def test_a_bid_is_rejected_by_a_majority_and_not_by_a_minority() -> None:
    room = make_started_room(sub_seats=0, prices=("980000.00", "900000.00", "950000.00", "930000.00"))
    for seat in range(1, 6):
        failing = {0: "seal"} if seat <= 3 else {}
        judge(room, seat, {**failing, **({1: "licence"} if seat <= 2 else {})})
    rows = list(BidStanding.objects.order_by("bid__bid__received_at"))
    assert [row.rejected for row in rows] == ["签字盖章齐全（3/5人不通过）", "", "", ""]
    assert room.fresh().phase == Phase.SCORING


def test_a_fail_needs_a_reason_and_a_review_needs_every_item() -> None:
    room = make_started_room(sub_seats=0)
    bid = BidStanding.objects.first().bid.bid.public_id
    about = {"committee": room.committee, "bid": bid, "item": "seal", "version": 0, "actor": room.actor(1)}
    assert refused_codes(save_verdict, **about, passed=False, reason=" ") == ["review.no_reason"]
    codes = refused_codes(finish_review, committee=room.committee, actor=room.actor(1))
    assert codes == ["review.missing"] * 9
    save_verdict(**about, passed=True, reason="")
    assert refused_codes(save_verdict, **about, passed=False, reason="另一窗口") == ["review.conflict"]


@pytest.mark.cts("B-024")
def test_fewer_than_three_left_stops_procurement() -> None:
    room = make_started_room(sub_seats=0)
    for seat in range(1, 6):
        judge(room, seat, {0: "seal"})
    assert room.fresh().phase == Phase.FEW
    about = {"committee": room.committee, "reason": "竞争不足", "actor": room.actor(1)}
    assert refused_codes(decide_few, **about, go_on=True) == ["review.below_three"]
    assert decide_few(**about, go_on=False).phase == Phase.STOPPED


# -- drafts


def test_every_change_is_kept_with_its_version_and_only_ones_own() -> None:
    room = make_scoring_room(sub_seats=0)
    bid = room.bids[0]
    first = save(room, 1, bid, "plan", "30.5")
    assert (first.saved, first.version, first.score) == (True, 1, "30.50")
    second = save(room, 1, bid, "plan", "31", version=1)
    assert (second.saved, second.version) == (True, 2)
    assert save(room, 1, bid, "plan", None, version=2).score is None
    assert DraftScore.objects.count() == 1
    assert save(room, 2, bid, "plan", "40").version == 1


def test_two_tabs_collide_and_both_values_are_told() -> None:
    room = make_scoring_room(sub_seats=0)
    bid = room.bids[0]
    save(room, 1, bid, "plan", "30")
    late = save(room, 1, bid, "plan", "20")
    assert (late.saved, late.version, late.score, late.blockers) == (False, 1, "30.00", ())
    assert DraftScore.objects.get().score == Decimal(30)


def test_the_same_change_sent_twice_is_saved_once() -> None:
    room = make_scoring_room(sub_seats=0)
    bid = room.bids[0]
    assert save(room, 1, bid, "plan", "30").version == 1
    again = save(room, 1, bid, "plan", "30")
    assert (again.saved, again.version) == (True, 1)


@pytest.mark.cts("A-140")
@pytest.mark.parametrize(
    ("item", "score", "code"),
    [
        ("plan", "40.5", "score.out_of_range"),
        ("plan", "1000000", "score.out_of_range"),
        ("plan", "30.25", "score.between_steps"),
        ("plan", "-1", "score.not_a_number"),
        ("plan", "1e1", "score.not_a_number"),
        ("plan", "NaN", "score.not_a_number"),
        ("plan", "", "score.not_a_number"),
        ("plan", "１０", "score.not_a_number"),
        ("record", "5", "score.between_steps"),
        ("other", "5", "score.unknown_item"),
    ],
)
def test_a_score_out_of_range_or_between_steps_is_refused(item: str, score: str, code: str) -> None:
    room = make_scoring_room(sub_seats=0)
    outcome = save(room, 1, room.bids[0], item, score)
    assert [blocker.code for blocker in outcome.blockers] == [code]
    assert not DraftScore.objects.exists()


def test_one_bad_change_spoils_no_other_of_its_batch() -> None:
    room = make_scoring_room(sub_seats=0)
    bid = room.bids[0].bid.public_id
    member, other = room.member(1).pk, room.member(2).pk
    outcomes = save_drafts(
        [
            Change(member, bid, "plan", "30", 0),
            Change(member, bid, "team", "99", 0),
            Change(other, "nobid", "plan", "30", 0),
            Change(0, bid, "plan", "30", 0),
            Change(member, bid, "plan", "31", 1),
            Change(other, bid, "plan", "12", 0),
        ]
    )
    assert [outcome.saved for outcome in outcomes] == [True, False, False, False, True, True]
    assert [b.code for o in outcomes for b in o.blockers] == [
        "score.out_of_range",
        "score.unknown_bid",
        "room.not_a_member",
    ]
    assert sorted(map(str, DraftScore.objects.values_list("score", flat=True))) == ["12.00", "31.00"]


@pytest.mark.cts("A-146")
def test_who_left_comes_late_or_never_belonged_cannot_score() -> None:
    room = make_scoring_room(sub_seats=0)
    bid = room.bids[0]
    gone = room.member(2).pk
    replace_member(committee=room.fresh(), seat=2, ground="回避", actor=room.staff.actor())
    outcome = save_drafts([Change(gone, bid.bid.public_id, "plan", "30", 0)])[0]
    assert [blocker.code for blocker in outcome.blockers] == ["room.recused"]
    room.committee.window_until = room.committee.window_from
    type(room.committee).objects.filter(pk=room.committee.pk).update(
        window_from=now().replace(year=2020), window_until=now().replace(year=2021)
    )
    assert [b.code for b in save(room, 1, bid, "plan", "30").blockers] == ["room.outside_window"]
    assert not DraftScore.objects.exists()
