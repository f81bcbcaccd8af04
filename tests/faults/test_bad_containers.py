"""Zip tricks, flipped bytes, bids for elsewhere: the platform's API in both languages and the bidder's own client say the same.

Every bad container of tests/artefacts/bids is really delivered. After each: no bid, no byte in the store, the refusal in the journal.
"""

import dataclasses
import json
from pathlib import Path

import pytest
from django.conf import settings

from signing.rules.demo_ca import write_public
from tendering.models import Bid, Receipt, Upload
from tendering.queries.store import upload_path
from tests.factories.parties import demo_ca
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.faults.told import CHINESE, ENGLISH, Told, assert_alike, by_api, by_command
from tests.tendering.delivering import come_to_deadline, entries, new_bidder, uploaded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("bad-containers")]
ARTEFACTS = Path(__file__).parent.parent / "artefacts" / "bids"
EXPECTED: dict[str, str] = json.loads((ARTEFACTS / "expected.json").read_text())


class Counter:
    """A bidder at the counter of a running tender, and what the client needs: tender.json and anchors."""

    def __init__(self, folder: Path) -> None:
        self.tender, self.bidder, self.folder = make_published_section(), new_bidder(), folder
        self.code = self.tender.section.code
        self.terms = folder / "tender.json"
        self.terms.write_text(json.dumps(self.tender.document.content, ensure_ascii=False))
        self.anchors = folder / "anchors"
        self.anchors.mkdir()
        for suite in ("rsa", "ecdsa"):
            write_public(demo_ca(suite), self.anchors, f"{suite}-")

    def finish(self, path: Path, language: str = CHINESE) -> Told:
        """Deliver it over the API; nothing of it may stay but the refusal in the journal."""
        package = uploaded(self.tender, self.bidder, path)
        told = by_api(self.bidder, "POST", f"/sections/{self.code}/bids", {"upload": package.id.hex}, language)
        assert not upload_path(package).exists()
        assert list(Path(settings.STORE).glob(f"bids/{self.code}/**/*.bid")) == []
        assert (Bid.objects.count(), Receipt.objects.count()) == (0, 0)
        package.refresh_from_db()
        assert package.state == Upload.State.REFUSED
        journalled = entries("bid.refused")[-1]["body"]
        assert journalled["upload"] == str(package.id)
        assert [reason["code"] for reason in journalled["reasons"]] == told.codes
        return told

    def check(self, capsys, path: Path) -> Told:
        return by_command(capsys, "bid", "check", path, "--anchors", self.anchors, "--tender", self.terms)

    def assert_refused_alike(self, capsys, path: Path, *codes: str) -> None:
        here, abroad, client = self.finish(path), self.finish(path, ENGLISH), self.check(capsys, path)
        assert here.codes == list(codes)
        assert (here.status, abroad.status, client.status) == (409, 409, 1)
        assert_alike([here, client])
        assert abroad.codes == here.codes
        abroad.assert_english()


@pytest.fixture
def counter(tmp_path):
    return Counter(tmp_path)


@pytest.mark.slow
@pytest.mark.cts("A-90")
def test_every_bad_container_is_refused_alike_by_platform_and_client_and_nothing_is_stored(counter, capsys):
    for name, code in EXPECTED.items():
        if name == "empty.bid":  # no upload of no bytes can begin: tests/tendering/test_uploads.py
            continue
        try:
            counter.assert_refused_alike(capsys, ARTEFACTS / name, code)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
    assert len(EXPECTED) > 50


@pytest.mark.cts("A-90")
def test_a_flipped_byte_is_refused_alike(counter, capsys):
    good = make_bid(counter.tender, counter.bidder, counter.folder)
    data = good.path.read_bytes()
    places = {"container.checksum": data.index(b"payload.age") + 200, "container.mimetype": 45}
    for code, place in places.items():
        altered = bytearray(data)
        altered[place] ^= 1
        path = counter.folder / "altered.bid"
        path.write_bytes(altered)
        counter.assert_refused_alike(capsys, path, code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"section": "BSC-OTHER"}, "bid.wrong_section"),
        ({"round": 2}, "bid.wrong_round"),
        ({"tender": "TP-OTHER"}, "bid.wrong_tender"),
        ({"k": 2}, "bid.wrong_mode"),
    ],
)
def test_a_bid_for_elsewhere_is_refused_alike(counter, capsys, change, code):
    bid = make_bid(
        counter.tender, counter.bidder, counter.folder, terms_changed=lambda terms: dataclasses.replace(terms, **change)
    )
    counter.assert_refused_alike(capsys, bid.path, code)


@pytest.mark.cts("A-92")
def test_a_late_bid_is_refused_with_its_rule_in_both_languages(counter):
    bid = make_bid(counter.tender, counter.bidder, counter.folder)
    packages = [uploaded(counter.tender, counter.bidder, bid.path) for _ in range(2)]
    come_to_deadline(counter.tender)
    for language, package in zip((CHINESE, ENGLISH), packages, strict=True):
        body = {"upload": package.id.hex}
        told = by_api(counter.bidder, "POST", f"/sections/{counter.code}/bids", body, language)
        assert (told.codes, told.status) == (["bid.late"], 409)
        assert "27" in told.blockers[0]["rule"]
        assert not upload_path(package).exists()
    told.assert_english()
    assert Bid.objects.count() == 0
