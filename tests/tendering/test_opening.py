"""The opening from the deadline to the published record, with real bids, real shares and real signatures."""

import base64
import dataclasses
import json
import threading
from pathlib import Path

import pytest
from django.db import connections

from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.rules.cades import sign_detached
from signing.rules.statements import Bidding, ShareRelease, SignedStatement
from tendering.actions.advance_opening import advance_opening, sweep_openings
from tendering.actions.object_to_opening import answer_objection, object_to_opening
from tendering.actions.open_bid import open_bid, sweep_bids_to_open
from tendering.actions.publish_record import publish_record
from tendering.actions.release_share import release_identity, release_share
from tendering.actions.sign_in import confirm_opening, sign_in
from tendering.actions.sign_record import sign_record
from tendering.models import Bid, OpenedBid, Opening, Release, SectionState
from tendering.queries import bid_member, opened_bids
from tendering.queries.hall import hall_state
from tendering.rules.opening import Stage
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.tendering.delivering import come_to_deadline, deliver, entries, new_bidder

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = {"sign_in_seconds": 600, "window_seconds": 600, "objection_seconds": 600}


class Scene:
    """A section with bids, brought to its deadline."""

    def __init__(self, folder: Path, bids: int = 3, deliver_them: bool = True, **tender) -> None:
        terms = {**SECONDS, **tender.pop("decryption", {})}
        self.tender = make_published_section(decryption=terms, **tender)
        self.folder, self.kits = folder, []
        for number in range(bids):
            self.add(items={"price": f"98000{number}.00"})

    @property
    def section(self):
        return self.tender.section

    def add(self, **more):
        bid = make_bid(self.tender, new_bidder(("rsa", "ecdsa")[len(self.kits) % 2]), self.folder, **more)
        deliver(self.tender, bid.bidder, bid.path)
        self.kits.append(bid)
        return bid

    def open(self) -> Opening:
        come_to_deadline(self.tender)
        opening = advance_opening(self.section)
        assert opening is not None
        return opening

    def decrypting(self) -> Opening:
        """Everybody has signed in, so the decryption window is open."""
        opening = self.open()
        for kit in self.kits:
            sign_in(opening=opening, bidder=kit.bidder.party, actor=kit.bidder.actor())
        return self.now()

    def now(self) -> Opening:
        opening = advance_opening(self.section)
        assert opening is not None
        opening.refresh_from_db()
        return opening

    def row(self, kit) -> Bid:
        return Bid.objects.select_related("section__tendering_project", "bidder").get(sha256=kit.sha256)

    def share(self, kit, trustee, signed=None) -> Release:
        opening = self.now()
        signed = signed or kit.share(trustee)
        return release_share(opening=opening, bid=self.row(kit), signed=signed, actor=trustee.kit.actor())

    def release_all(self, places=(1, 2, 3)) -> None:
        for kit in self.kits:
            for trustee in self.tender.trustees:
                if trustee.place in places:
                    self.share(kit, trustee)

    def window_over(self) -> None:
        Opening.objects.update(decrypt_until=now())

    def outcome(self, kit) -> OpenedBid:
        return OpenedBid.objects.get(bid__sha256=kit.sha256)


def codes(refused) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


@pytest.mark.cts("A-107", "A-96", "B-016")
def test_before_the_deadline_the_hall_knows_nothing_and_nobody_can_release(tmp_path):
    scene = Scene(tmp_path, bids=1)
    assert advance_opening(scene.section) is None
    state = hall_state(scene.section, None)
    assert state["state"] == "waiting"
    assert set(state) == {"section", "name", "round", "now", "deadline", "seq", "state"}
    assert entries("opening.started") == []


@pytest.mark.cts("A-106", "A-108", "A-111", "A-113", "A-114", "B-017", "B-023")
def test_a_whole_opening_by_three_of_five_trustees(tmp_path):
    scene = Scene(tmp_path)
    opening = scene.open()
    assert opening.state == Stage.SIGN_IN
    listed = [(bid["bidder"], bid["status"]) for bid in hall_state(scene.section, opening)["bids"]]
    assert listed == [(kit.bidder.party.name, "sealed") for kit in scene.kits]
    opening = scene.decrypting()
    assert opening.state == Stage.DECRYPTING
    scene.release_all()
    assert sweep_bids_to_open() == 3
    opening = scene.now()
    assert opening.state == Stage.READ_OUT
    read_out = [bid["items"]["price"] for bid in hall_state(scene.section, opening)["bids"]]
    assert read_out == ["980000.00", "980001.00", "980002.00"]
    for kit in scene.kits:
        confirm_opening(opening=scene.now(), bidder=kit.bidder.party, actor=kit.bidder.actor())
    opening = scene.now()
    assert opening.state == Stage.RECORD
    record = bytes(opening.record)
    for kit in scene.kits:
        signature = sign_detached(record, kit.bidder.signing_key)
        sign_record(opening=opening, bidder=kit.bidder.party, signature=signature, actor=kit.bidder.actor())
    opening = publish_record(scene.now())
    assert opening.state == Stage.CLOSED
    scene.section.refresh_from_db()
    assert scene.section.state == SectionState.OPENED
    assert in_store(opening.pdf_path).read_bytes().startswith(b"%PDF-")
    assert [bid["outcome"] for bid in json.loads(record)["bids"]] == ["opened"] * 3
    opened = opened_bids(scene.section)
    assert len(opened) == 3
    assert bid_member(opened[0], "opening.json").read_bytes().startswith(b"{")
    kinds = ["opening.started", "opening.signed_in", "bid.released", "bid.opened", "opening.record_published"]
    assert [len(entries(kind)) for kind in kinds] == [1, 3, 9, 3, 1]


@pytest.mark.cts("A-113")
def test_no_price_is_shown_while_another_bid_is_still_sealed(tmp_path):
    scene = Scene(tmp_path)
    scene.decrypting()
    for trustee in scene.tender.trustees[:3]:
        scene.share(scene.kits[0], trustee)
    assert sweep_bids_to_open() == 1
    first = hall_state(scene.section, scene.now())["bids"][0]
    assert first["status"] == "opened"
    assert "items" not in first
    assert "980000" not in json.dumps(entries("bid.opened"))


@pytest.mark.cts("A-109", "B-018", "B-033")
def test_fewer_than_three_bids_are_not_opened_and_the_section_fails(tmp_path):
    scene = Scene(tmp_path, bids=2)
    opening = scene.open()
    assert (opening.state, opening.cause) == (Stage.NOT_OPENED, "opening.too_few_bids")
    scene.section.refresh_from_db()
    assert scene.section.state == SectionState.FAILED
    with pytest.raises(Refusal) as refused:
        scene.share(scene.kits[0], scene.tender.trustees[0])
    assert codes(refused) == ["opening.window_closed"]
    assert OpenedBid.objects.count() == 0


@pytest.mark.cts("A-109")
def test_fewer_than_three_signed_in_where_bidders_decrypt_is_not_opened(tmp_path):
    scene = Scene(tmp_path, mode="bidder")
    opening = scene.open()
    for kit in scene.kits[:2]:
        sign_in(opening=opening, bidder=kit.bidder.party, actor=kit.bidder.actor())
    Opening.objects.update(sign_in_until=now())
    opening = scene.now()
    assert (opening.state, opening.cause) == (Stage.NOT_OPENED, "opening.too_few_signed_in")


@pytest.mark.cts("A-112", "B-019")
def test_shares_damaged_by_the_bidders_own_client_are_attributed_to_it_and_the_others_go_on(tmp_path):
    import pyrage

    def damaged(trustee, share):
        recipient = pyrage.x25519.Recipient.from_str(trustee.recipient)
        return pyrage.encrypt(bytes([share[0] ^ 1]) + share[1:], [recipient])

    scene = Scene(tmp_path)
    spoilt = scene.add(sealing_share=damaged)
    scene.decrypting()
    scene.release_all(places=(1, 2, 3, 4, 5))
    assert sweep_bids_to_open() == 3
    assert scene.now().state == Stage.READ_OUT
    outcome = scene.outcome(spoilt)
    assert (outcome.outcome, outcome.cause) == ("revoked", "opening.shares_damaged")
    assert set(spoilt_verdicts(spoilt)) == {"bidder"}
    shown = hall_state(scene.section, scene.now())["bids"][3]
    assert (shown["status"], "items" in shown) == ("revoked", False)


def spoilt_verdicts(kit) -> list[str]:
    return list(Release.objects.filter(bid__sha256=kit.sha256).values_list("verdict", flat=True))


def test_a_trustee_that_posts_another_share_is_refused_and_kept_as_evidence_and_may_mend_it(tmp_path):
    scene = Scene(tmp_path)
    scene.decrypting()
    kit, trustee = scene.kits[0], scene.tender.trustees[0]
    honest = json.loads(kit.share(trustee).statement)
    wrong = ShareRelease(
        Bidding.of(kit.seal, kit.sha256),
        trustee.place,
        b"wrong" * 8,
        base64.b64decode(honest["file_key"]),
    )
    signed = SignedStatement(wrong.as_bytes(), sign_detached(wrong.as_bytes(), trustee.kit.signing_key))
    with pytest.raises(Refusal) as refused:
        scene.share(kit, trustee, signed)
    assert codes(refused) == ["share.posted_otherwise"]
    assert spoilt_verdicts(kit) == ["trustee"]
    assert scene.share(kit, trustee).verdict == "good"
    assert hall_state(scene.section, scene.now())["bids"][0]["shares"] == {"1": "good"}


def test_foreign_stale_and_replayed_shares_are_refused(tmp_path):
    scene = Scene(tmp_path)
    scene.decrypting()
    first, second = scene.kits[:2]
    one, two = scene.tender.trustees[:2]
    with pytest.raises(Refusal) as refused:
        scene.share(second, one, first.share(one))  # of another bid
    assert codes(refused) == ["release.foreign"]
    with pytest.raises(Refusal) as refused:
        scene.share(first, two, first.share(one))  # of another trustee
    assert codes(refused) == ["release.foreign"]
    theirs = first.share(one)
    forged = SignedStatement(theirs.statement, sign_detached(theirs.statement, two.kit.signing_key))
    with pytest.raises(Refusal) as refused:
        scene.share(first, one, forged)  # signed by another
    assert codes(refused) == ["certificate.wrong_holder"]
    altered = SignedStatement(theirs.statement.replace(b'"place":1', b'"place":01'), theirs.signature)
    with pytest.raises(Refusal) as refused:
        scene.share(first, one, altered)
    assert codes(refused) == ["release.unreadable"]
    assert Release.objects.count() == 0
    again = [scene.share(first, one).pk for _ in range(2)]
    assert again[0] == again[1]
    assert len(entries("bid.released")) == 1


@pytest.mark.cts("A-110")
def test_nothing_is_decrypted_before_the_window_or_after_it(tmp_path):
    scene = Scene(tmp_path)
    scene.open()
    kit, trustee = scene.kits[0], scene.tender.trustees[0]
    with pytest.raises(Refusal) as refused:
        scene.share(kit, trustee)
    assert codes(refused) == ["opening.window_not_open"]
    scene.decrypting()
    scene.window_over()
    with pytest.raises(Refusal) as refused:
        scene.share(kit, trustee)
    assert codes(refused) == ["opening.window_closed"]


def test_too_few_shares_open_nothing_and_the_bids_count_as_withdrawn(tmp_path):
    scene = Scene(tmp_path)
    scene.decrypting()
    scene.release_all(places=(1, 2))
    assert sweep_bids_to_open() == 0
    scene.window_over()
    opening = scene.now()
    assert (opening.state, opening.cause) == (Stage.NOT_OPENED, "opening.too_few_opened")
    assert {(o.outcome, o.cause) for o in OpenedBid.objects.all()} == {("withdrawn", "opening.trustees_absent")}
    scene.section.refresh_from_db()
    assert scene.section.state == SectionState.FAILED


def test_bidders_release_their_own_identities(tmp_path):
    scene = Scene(tmp_path, mode="bidder", bids=4)
    scene.decrypting()
    for kit in scene.kits[:3]:
        signed = kit.identity_release()
        release_identity(opening=scene.now(), bid=scene.row(kit), signed=signed, actor=kit.bidder.actor())
    stranger = dataclasses.replace(scene.kits[3], identity=scene.kits[0].identity)
    with pytest.raises(Refusal) as refused:
        release_identity(
            opening=scene.now(),
            bid=scene.row(stranger),
            signed=stranger.identity_release(),
            actor=stranger.bidder.actor(),
        )
    assert codes(refused) == ["identity.mismatch"]
    sweep_bids_to_open()
    scene.window_over()
    assert scene.now().state == Stage.READ_OUT
    assert scene.outcome(scene.kits[3]).cause == "opening.identity_wrong"
    assert len(opened_bids(scene.section)) == 3


def test_in_mode_both_either_way_opens(tmp_path):
    scene = Scene(tmp_path, mode="both")
    scene.decrypting()
    own, *others = scene.kits
    release_identity(opening=scene.now(), bid=scene.row(own), signed=own.identity_release(), actor=own.bidder.actor())
    for kit in others:
        for trustee in scene.tender.trustees[2:]:
            scene.share(kit, trustee)
    assert sweep_bids_to_open() == 3
    assert scene.now().state == Stage.READ_OUT


def test_a_stored_bid_that_was_altered_is_the_platforms_fault_not_the_bidders(tmp_path):
    scene = Scene(tmp_path, bids=4)
    scene.decrypting()
    scene.release_all()
    path = in_store(scene.row(scene.kits[1]).path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    sweep_bids_to_open()
    outcome = scene.outcome(scene.kits[1])
    assert (outcome.outcome, outcome.cause) == ("withdrawn", "opening.store_damaged")
    assert len(opened_bids(scene.section)) == 3


@pytest.mark.cts("A-94")
def test_a_bid_without_the_announced_items_is_revoked_and_not_read_out(tmp_path):
    scene = Scene(tmp_path)

    def fewer(terms):
        return dataclasses.replace(terms, items=tuple(i for i in terms.items if i.type != "integer"))

    bad = scene.add(terms_changed=fewer)
    scene.decrypting()
    scene.release_all()
    sweep_bids_to_open()
    outcome = scene.outcome(bad)
    assert (outcome.outcome, outcome.cause) == ("revoked", "opening.inner_refused")
    assert {blocker["code"] for blocker in outcome.detail["blockers"]} == {"inner.missing_item"}
    assert scene.now().state == Stage.READ_OUT


def test_when_few_open_the_tender_document_decides(tmp_path):
    for rule, stage in (("continue", Stage.READ_OUT), ("fail", Stage.NOT_OPENED)):
        scene = Scene(tmp_path, decryption={"below_three": rule})
        scene.decrypting()
        for trustee in scene.tender.trustees[:3]:
            scene.share(scene.kits[0], trustee)
        sweep_bids_to_open()
        scene.window_over()
        assert scene.now().state == stage


def test_objections_are_answered_before_the_record_is_drawn_up(tmp_path):
    scene = Scene(tmp_path)
    scene.decrypting()
    scene.release_all()
    sweep_bids_to_open()
    kit = scene.kits[0]
    objection = object_to_opening(
        opening=scene.now(), bidder=kit.bidder.party, text="开标一览表的工期读错了", actor=kit.bidder.actor()
    )
    Opening.objects.update(object_until=now())
    assert scene.now().state == Stage.READ_OUT
    with pytest.raises(Refusal) as refused:
        object_to_opening(opening=scene.now(), bidder=kit.bidder.party, text="再异议", actor=kit.bidder.actor())
    assert codes(refused) == ["opening.objections_closed"]
    with pytest.raises(Refusal):
        answer_objection(objection=objection, answer="已核对", actor=kit.bidder.actor())
    answer_objection(objection=objection, answer="已核对，以数据为准", actor=scene.tender.runner.actor())
    opening = scene.now()
    assert opening.state == Stage.RECORD
    said = json.loads(bytes(opening.record))["objections"]
    assert [(one["text"], one["answer"]) for one in said] == [("开标一览表的工期读错了", "已核对，以数据为准")]


def test_who_did_not_bid_or_did_not_sign_in_has_no_say(tmp_path):
    scene = Scene(tmp_path)
    opening = scene.open()
    stranger = new_bidder()
    with pytest.raises(Refusal) as refused:
        sign_in(opening=opening, bidder=stranger.party, actor=stranger.actor())
    assert codes(refused) == ["opening.no_bid"]
    Opening.objects.update(sign_in_until=now())
    with pytest.raises(Refusal) as refused:
        kit = scene.kits[0]
        sign_in(opening=scene.now(), bidder=kit.bidder.party, actor=kit.bidder.actor())
    assert codes(refused) == ["opening.sign_in_closed"]


def test_the_record_cannot_be_signed_with_another_content_or_certificate(tmp_path):
    scene = Scene(tmp_path)
    scene.decrypting()
    scene.release_all()
    sweep_bids_to_open()
    Opening.objects.update(object_until=now())
    opening = scene.now()
    first, second = scene.kits[:2]
    for signature, code in (
        (sign_detached(b"something else", first.bidder.signing_key), "signature.other_content"),
        (sign_detached(bytes(opening.record), second.bidder.signing_key), "certificate.wrong_holder"),
    ):
        with pytest.raises(Refusal) as refused:
            sign_record(opening=opening, bidder=first.bidder.party, signature=signature, actor=first.bidder.actor())
        assert codes(refused) == [code]
    Opening.objects.update(sign_until=now())
    assert scene.now().state == Stage.CLOSED


def test_two_processes_at_once_start_and_open_only_once(tmp_path):
    scene = Scene(tmp_path)
    come_to_deadline(scene.tender)
    at_once(lambda: advance_opening(type(scene.section).objects.get(pk=scene.section.pk)), 4)
    assert Opening.objects.count() == 1
    assert len(entries("opening.started")) == 1
    scene.decrypting()
    scene.release_all()
    at_once(sweep_bids_to_open, 3)
    assert OpenedBid.objects.count() == 3
    assert len(entries("bid.opened")) == 3
    assert sweep_bids_to_open() == sweep_openings() - 1 == 0
    assert open_bid(scene.row(scene.kits[0])) is None


def at_once(call, times: int) -> None:
    def work():
        try:
            call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
