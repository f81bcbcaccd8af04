"""Delivering a sealed bid: made by the bidder's own client, refused for every reason there is, replaced, withdrawn."""

import dataclasses
import datetime as dt
import json
import time
from pathlib import Path

import pytest
from django.conf import settings

from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.actions.trust_authority import as_pem
from signing.actions.verify_signature import verify_signature
from signing.models import TrustedAuthority
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.demo_ca import revoke as demo_revoke
from tendering.actions.begin_upload import begin_upload
from tendering.actions.destroy_bytes import sweep_bids
from tendering.actions.issue_receipt import issue_receipt, sweep_receipts
from tendering.actions.print_receipt import print_receipt
from tendering.actions.submit_bid import submit_bid
from tendering.actions.withdraw_bid import statement_of, withdraw_bid
from tendering.models import Bid, BidStatus, Receipt, Upload
from tendering.queries.store import upload_path
from tests.factories.parties import demo_ca
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.tendering.delivering import come_to_deadline, deliver, entries, new_bidder, uploaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tender():
    return make_published_section()


@pytest.fixture
def bidder():
    return new_bidder()


def refused_codes(tender, bidder, path: Path) -> list[str]:
    """What a delivery is refused for; checks that nothing of it stays."""
    package = uploaded(tender, bidder, path)
    with pytest.raises(Refusal) as refused:
        submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    assert not upload_path(package).exists()
    assert Bid.objects.count() == 0
    assert list(Path(settings.STORE).glob(f"bids/{tender.section.code}/**/*.bid")) == []
    package.refresh_from_db()
    assert package.state == Upload.State.REFUSED
    codes = [blocker.code for blocker in refused.value.blockers]
    journalled = entries("bid.refused")[-1]["body"]["reasons"]
    assert [reason["code"] for reason in journalled] == codes
    return codes


@pytest.mark.cts("A-91", "A-100", "A-101")
def test_a_delivery_is_received_and_its_receipt_is_signed_and_timestamped(tender, bidder, tmp_path):
    bid = make_bid(tender, bidder, tmp_path)
    receipt = deliver(tender, bidder, bid.path)
    row = Bid.objects.get()
    assert (row.status, row.sha256, row.size) == (BidStatus.DELIVERED, bid.sha256, bid.path.stat().st_size)
    assert in_store(row.path).read_bytes() == bid.path.read_bytes()
    verdict = verify_signature(bytes(receipt.text), bytes(receipt.signature))
    assert verdict.timestamp_time is not None
    content = json.loads(bytes(receipt.text))
    assert canonical(content) == bytes(receipt.text)
    assert (content["format"], content["bid"]["sha256"], content["bidder"]["number"]) == (
        "yangguang-receipt/1", bid.sha256, bidder.party.number,
    )  # fmt: skip
    assert content["journal"]["leaf"] in json.dumps(content)
    assert "index" not in content["journal"]
    assert print_receipt(receipt).read_bytes().startswith(b"%PDF-")
    assert entries("bid.delivered")[0]["body"]["sha256"] == bid.sha256


@pytest.mark.cts("A-92", "A-93", "B-016")
def test_a_finish_one_second_late_is_refused_and_its_bytes_are_destroyed(tender, bidder, tmp_path):
    bid = make_bid(tender, bidder, tmp_path)
    package = uploaded(tender, bidder, bid.path)
    come_to_deadline(tender)
    time.sleep(1)
    with pytest.raises(Refusal) as refused:
        submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["bid.late"]
    assert "27" in refused.value.blockers[0].rule
    assert not upload_path(package).exists()
    assert Bid.objects.count() == 0
    assert entries("bid.refused")[0]["body"]["reasons"][0]["code"] == "bid.late"


def test_the_clock_is_looked_at_inside_the_lock(tender, bidder, tmp_path, monkeypatch):
    """The slow checks began in time; when the lock is there, the deadline has passed."""
    from tendering.actions import submit_bid as module

    bid = make_bid(tender, bidder, tmp_path)
    checks = module._check

    def slow(section, party, package):
        checked = checks(section, party, package)
        come_to_deadline(tender)
        return checked

    monkeypatch.setattr(module, "_check", slow)
    assert refused_codes(tender, bidder, bid.path) == ["bid.late"]


def test_an_unfinished_upload_is_not_a_bid_but_may_go_on(tender, bidder, tmp_path):
    bid = make_bid(tender, bidder, tmp_path)
    package = uploaded(tender, bidder, bid.path)
    data = upload_path(package).read_bytes()
    upload_path(package).write_bytes(data[:-1])
    with pytest.raises(Refusal) as refused:
        submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["upload.incomplete"]
    upload_path(package).write_bytes(data)
    assert submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())


def test_a_repeated_finish_gives_the_same_receipt(tender, bidder, tmp_path):
    bid = make_bid(tender, bidder, tmp_path)
    package = uploaded(tender, bidder, bid.path)
    first = submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    again = Upload.objects.select_related("section__tendering_project__project", "party").get(pk=package.pk)
    second = submit_bid(section=tender.section, bidder=bidder.party, package=again, actor=bidder.actor())
    assert first.pk == second.pk
    assert Bid.objects.count() == len(entries("bid.delivered")) == 1


@pytest.mark.cts("A-99")
def test_a_newer_bid_replaces_the_older_whose_bytes_are_destroyed(tender, bidder, tmp_path):
    first, second = make_bid(tender, bidder, tmp_path), make_bid(tender, bidder, tmp_path)
    deliver(tender, bidder, first.path)
    old_path = in_store(Bid.objects.get().path)
    receipt = deliver(tender, bidder, second.path)
    old, new = Bid.objects.get(sha256=first.sha256), Bid.objects.get(sha256=second.sha256)
    assert (old.status, new.status) == (BidStatus.REPLACED, BidStatus.DELIVERED)
    assert (old.path, old_path.exists()) == ("", False)
    assert json.loads(bytes(receipt.text))["replaces"] == first.sha256
    assert in_store(new.path).exists()


@pytest.mark.cts("A-99")
def test_a_withdrawal_is_signed_keeps_the_record_and_destroys_the_bytes(tender, bidder, tmp_path):
    deliver(tender, bidder, make_bid(tender, bidder, tmp_path).path)
    bid = Bid.objects.select_related("section__tendering_project__project", "bidder").get()
    path, statement = in_store(bid.path), canonical(statement_of(bid))
    signature = sign_detached(statement, bidder.signing_key)
    withdraw_bid(bid=bid, statement=statement, signature=signature, actor=bidder.actor())
    bid.refresh_from_db()
    assert (bid.status, bid.path, path.exists()) == (BidStatus.WITHDRAWN, "", False)
    assert bytes(bid.ended_statement) == statement
    with pytest.raises(Refusal) as refused:  # the same request, replayed
        withdraw_bid(bid=bid, statement=statement, signature=signature, actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["bid.ended"]
    assert len(entries("bid.withdrawn")) == 1


def test_a_withdrawal_of_another_bid_by_another_holder_or_too_late_is_refused(tender, bidder, tmp_path):
    deliver(tender, bidder, make_bid(tender, bidder, tmp_path).path)
    bid = Bid.objects.select_related("section__tendering_project__project", "bidder").get()
    statement, stranger = canonical(statement_of(bid)), new_bidder()
    foreign = canonical({**statement_of(bid), "bid": "another"})
    for given, key, code in (
        (foreign, bidder.signing_key, "statement.other"),
        (statement, stranger.signing_key, "certificate.wrong_holder"),
    ):
        with pytest.raises(Refusal) as refused:
            withdraw_bid(bid=bid, statement=given, signature=sign_detached(given, key), actor=bidder.actor())
        assert [blocker.code for blocker in refused.value.blockers] == [code]
    come_to_deadline(tender)
    bid.section.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        signature = sign_detached(statement, bidder.signing_key)
        withdraw_bid(bid=bid, statement=statement, signature=signature, actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["bid.late"]
    bid.refresh_from_db()
    assert bid.status == BidStatus.DELIVERED


@pytest.mark.cts("A-90")
def test_a_flipped_byte_anywhere_is_refused(tender, bidder, tmp_path):
    bid = make_bid(tender, bidder, tmp_path)
    data = bid.path.read_bytes()
    for number in range(24):
        altered = bytearray(data)
        place = number * (len(data) - 1) // 23
        altered[place] ^= 0x20
        (tmp_path / "altered.bid").write_bytes(altered)
        codes = refused_codes(tender, bidder, tmp_path / "altered.bid")
        assert codes[0].split(".")[0] in {"container", "signature", "certificate", "seal", "bid"}, (place, codes)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"section": "BSC-OTHER"}, "bid.wrong_section"),
        ({"round": 2}, "bid.wrong_round"),
        ({"tender": "TP-OTHER"}, "bid.wrong_tender"),
    ],
)
def test_a_bid_for_another_section_or_round_is_refused(tender, bidder, tmp_path, change, code):
    bid = make_bid(tender, bidder, tmp_path, terms_changed=lambda terms: dataclasses.replace(terms, **change))
    assert refused_codes(tender, bidder, bid.path) == [code]


def test_a_bid_sealed_to_other_trustees_or_another_threshold_is_refused(tender, bidder, tmp_path):
    def own_trustees(terms):
        first, second, *rest = terms.trustees
        swapped = (
            dataclasses.replace(first, recipient=second.recipient),
            dataclasses.replace(second, recipient=first.recipient),
        )
        return dataclasses.replace(terms, trustees=(*swapped, *rest))

    for change, code in (
        (own_trustees, "bid.wrong_trustees"),
        (lambda terms: dataclasses.replace(terms, k=2), "bid.wrong_mode"),
    ):
        bid = make_bid(tender, bidder, tmp_path, terms_changed=change)
        assert code in refused_codes(tender, bidder, bid.path)


def test_somebody_elses_bid_is_refused(tender, bidder, tmp_path):
    bid = make_bid(tender, new_bidder(), tmp_path)
    assert refused_codes(tender, bidder, bid.path) == ["bid.wrong_bidder"]


def test_a_certificate_revoked_the_day_before_is_refused(tender, tmp_path):
    ca, bidder = demo_ca("rsa"), new_bidder("rsa")
    bid = make_bid(tender, bidder, tmp_path)
    revoke(ca, bidder)
    assert refused_codes(tender, bidder, bid.path) == ["certificate.revoked"]


def revoke(ca, kit) -> None:
    """The CA's next list says so, and the platform has fetched it."""
    demo_revoke(ca, kit.cert_der, now() - dt.timedelta(days=1))
    authority = TrustedAuthority.objects.get(name=ca.name)
    authority.crls = as_pem(ca.crls())
    authority.save()


def test_a_certificate_that_was_unbound_is_refused(tender, bidder, tmp_path):
    from prequalified.models import PartyCertificate

    bid = make_bid(tender, bidder, tmp_path)
    package = uploaded(tender, bidder, bid.path)
    PartyCertificate.objects.filter(party=bidder.party).update(unbound_at=now())
    with pytest.raises(Refusal) as refused:
        submit_bid(section=tender.section, bidder=bidder.party, package=package, actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["bid.certificate_not_bound"]


def test_a_file_that_is_no_container_is_refused(tender, bidder, tmp_path):
    for data, code in ((b"%PDF-1.7 a bid", "container.not_zip"), (b"PK\x03\x04", "container.truncated")):
        (tmp_path / "x.bid").write_bytes(data)
        assert refused_codes(tender, bidder, tmp_path / "x.bid") == [code]


def test_crashes_after_the_commit_are_made_good_by_the_sweep(tender, bidder, tmp_path, monkeypatch):
    from tendering.actions import submit_bid as module

    first, second = make_bid(tender, bidder, tmp_path), make_bid(tender, bidder, tmp_path)
    deliver(tender, bidder, first.path)

    def crash(*_):
        raise SystemExit

    monkeypatch.setattr(module, "_leave_counter", lambda *_: None)
    monkeypatch.setattr(module, "issue_receipt", crash)
    with pytest.raises(SystemExit):
        deliver(tender, bidder, second.path)
    replaced = Bid.objects.get(sha256=first.sha256)
    assert (replaced.status, in_store(replaced.path).exists()) == (BidStatus.REPLACED, True)
    assert Receipt.objects.count() == 1
    assert (sweep_bids(), sweep_receipts()) == (1, 1)
    assert (sweep_bids(), sweep_receipts()) == (0, 0)
    replaced.refresh_from_db()
    assert replaced.path == ""
    standing = Bid.objects.get(sha256=second.sha256)
    assert in_store(standing.path).read_bytes() == second.path.read_bytes()
    assert issue_receipt(standing) == Receipt.objects.get(bid=standing)


def test_no_upload_begins_after_the_deadline(tender, bidder):
    come_to_deadline(tender)
    with pytest.raises(Refusal) as refused:
        begin_upload(section=tender.section, bidder=bidder.party, length=1, metadata="", actor=bidder.actor())
    assert [blocker.code for blocker in refused.value.blockers] == ["bid.late"]


def test_files_that_no_row_knows_are_swept_and_others_are_not(tender, bidder, tmp_path, monkeypatch):
    from tendering.actions import sweep_store as module

    deliver(tender, bidder, make_bid(tender, bidder, tmp_path).path)
    receiving = uploaded(tender, bidder, make_bid(tender, bidder, tmp_path).path)
    orphans = [
        upload_path(receiving).with_name("0" * 32),
        in_store(Bid.objects.get().path).with_name("orphan.bid"),
    ]
    for path in orphans:
        path.write_bytes(b"left behind")
    assert module.sweep_store() == 0  # too young: somebody may still be at it
    monkeypatch.setattr(module, "AGE", -1.0)
    assert module.sweep_store() >= 2
    assert [path.exists() for path in orphans] == [False, False]
    assert upload_path(receiving).exists()
    assert in_store(Bid.objects.get().path).exists()
    assert module.sweep_store() == 0
