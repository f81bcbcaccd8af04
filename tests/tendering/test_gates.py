"""A listed bidder at the gates of a tender: not over the counter, read out where it was delivered before, never the winner."""

import pytest

from prequalified.models import GateAnswer, ListKind
from runtime.refusal import Refusal
from tendering.actions.begin_upload import begin_upload
from tendering.actions.open_bid import sweep_bids_to_open
from tendering.actions.submit_bid import submit_bid
from tendering.models import Bid, OpenedBid, Upload
from tendering.queries.store import upload_path
from tests.factories.directories import make_sanction
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_evaluated_section, make_published_section
from tests.tendering.calling import Caller, codes
from tests.tendering.delivering import entries, new_bidder, uploaded
from tests.tendering.test_award_api import end_publicity, published_candidates
from tests.tendering.test_opening import Scene

pytestmark = pytest.mark.django_db(transaction=True)
ENG = {"regime": "ENG", "kind": "works", "budget": "5000000.00", "ceiling": None, "bond": "0"}


@pytest.fixture(autouse=True)
def _store(store):
    return store


def ban(kit, code="eng-misconduct", **more):
    return make_sanction(kit.party, kind=ListKind.objects.get(code=code), **more)


def answers(gate):
    return list(GateAnswer.objects.filter(gate=gate).order_by("id").values_list("number", "allowed", "subject"))


def test_a_banned_bidder_cannot_begin_an_upload_and_nobody_learns_that_it_tried():
    tender, bidder = make_published_section(**ENG), new_bidder()
    ban(bidder)
    with pytest.raises(Refusal) as refused:
        begin_upload(section=tender.section, bidder=bidder.party, length=10, metadata="", actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["gate.sanctioned"]
    assert Upload.objects.count() == 0
    kept = GateAnswer.objects.get(gate="deliver")
    assert (kept.allowed, kept.shown_from) == (False, tender.section.deadline)
    assert entries("gate.refused")[0]["body"]["reasons"] == ["gate.sanctioned"]


def test_a_ban_that_begins_during_the_upload_stops_the_delivery_and_keeps_the_file(tmp_path):
    tender, bidder = make_published_section(**ENG), new_bidder()
    kit = make_bid(tender, bidder, tmp_path)
    package = uploaded(tender, bidder, kit.path)
    ban(bidder)
    with pytest.raises(Refusal) as refused:
        submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["gate.sanctioned"]
    package.refresh_from_db()
    assert (package.state, upload_path(package).exists(), Bid.objects.count()) == ("receiving", True, 0)


def test_a_ban_of_another_regime_keeps_nobody_away(tmp_path):
    tender, bidder = make_published_section(**ENG), new_bidder()
    kit = make_bid(tender, bidder, tmp_path)
    ban(bidder, "gp-bad-record")
    package = uploaded(tender, bidder, kit.path)
    submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    assert Bid.objects.count() == 1


@pytest.mark.cts("B-017")
def test_a_ban_between_delivery_and_opening_is_recorded_and_the_bid_is_opened(tmp_path):
    scene = Scene(tmp_path, **ENG)
    ban(scene.kits[0].bidder)
    scene.decrypting()
    numbers = {kit.bidder.party.number for kit in scene.kits}
    subject = f"section:{scene.section.code}"
    assert set(answers("open")) == {(number, True, subject) for number in numbers}
    [told] = entries("gate.answered")
    assert told["body"]["answers"][0]["number"] == scene.kits[0].bidder.party.number
    assert told["body"]["answers"][0]["reasons"] == ["gate.sanctioned_elsewhere"]
    scene.release_all()
    sweep_bids_to_open()
    assert scene.outcome(scene.kits[0]).outcome == OpenedBid.Outcome.OPENED


def publicity_over(tender):
    published_candidates(tender)
    end_publicity()


def award(tender, rank):
    url = f"/sections/{tender.section.code}/award"
    return Caller(tender.tenderer).post(url, {"rank": rank, "reason": "评标委员会推荐"})


@pytest.mark.cts("A-166")
def test_a_banned_winner_is_refused_with_the_way_on_and_the_next_one_wins():
    tender = make_evaluated_section(("900000.00", "950000.00", "980000.00"), **ENG)
    publicity_over(tender)
    ban(tender.bidders[0])
    status, refused = award(tender, 1)
    assert (status, codes(refused)) == (409, ["gate.sanctioned", "award.winner_barred"])
    assert "重新招标" in refused["blockers"][1]["remedy"]
    assert answers("award") == [(tender.bidders[0].party.number, False, f"section:{tender.section.code}")]
    url = f"/sections/{tender.section.code}/candidates/1/exclusion"
    dropped = Caller(tender.tenderer).post(url, {"ground": "violation", "reason": "定标之日在禁止投标期内"})
    assert dropped[0] in (200, 201), dropped
    assert award(tender, 2)[0] in (200, 201)
