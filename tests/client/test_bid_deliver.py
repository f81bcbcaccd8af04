"""`yangguang bid deliver` against the running platform: progress, resumption, receipt, refusals."""

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from client.bidding.signatures import signature_only
from runtime.clock import now
from signing.rules.canonical import read_strict
from signing.rules.seal import PAYLOAD
from tendering.models import Bid, BidStatus, Section, Upload
from tests.client.commands import PASSPHRASE, ROOT, yangguang
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.tendering.delivering import new_bidder

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = 96 << 20


@pytest.fixture
def tender():
    return make_published_section()


@pytest.fixture(autouse=True)
def empty_store():
    shutil.rmtree(Path(settings.STORE), ignore_errors=True)
    Path(settings.STORE).mkdir(parents=True)


@pytest.fixture
def bidder():
    return new_bidder()


def sealed(tender, bidder, folder, **more):
    """A sealed bid and the bidder's .p12 beside it."""
    bid = make_bid(tender, bidder, folder, **more)
    (folder / "bidder.p12").write_bytes(bidder.signing_key.to_p12(PASSPHRASE))
    return bid


def words(bid, platform):
    return ("bid", "deliver", bid.path, "--to", platform.url, "--p12", "bidder.p12", "--json")


def state_of(bid) -> Path:
    return bid.path.with_name(bid.path.name + ".upload.json")


@pytest.mark.cts("A-91", "A-101")
def test_a_bid_is_delivered_and_its_receipt_kept_beside_it(platform, tender, bidder, tmp_path):
    bid = sealed(tender, bidder, tmp_path)
    done = yangguang(tmp_path, *words(bid, platform))
    assert done.status == 0, done
    assert done.data["sha256"] == bid.sha256
    row = Bid.objects.get()
    assert (row.status, row.sha256, row.bidder_id) == (BidStatus.DELIVERED, bid.sha256, bidder.party.pk)
    text = Path(done.data["receipt"]).read_bytes()
    assert signature_only(text, Path(done.data["signature"]).read_bytes()).timestamp_time
    content = read_strict(text)
    assert (content["bid"]["sha256"], content["bidder"]["number"]) == (bid.sha256, bidder.party.number)
    assert Path(done.data["pdf"]).read_bytes().startswith(b"%PDF-")
    assert not state_of(bid).exists()


def test_delivering_again_after_a_lost_answer_fetches_the_same_receipt(platform, tender, bidder, tmp_path):
    bid = sealed(tender, bidder, tmp_path)
    first, second = (yangguang(tmp_path, *words(bid, platform)) for _ in range(2))
    assert (first.status, second.status) == (0, 0)
    assert first.data["number"] == second.data["number"]
    assert Upload.objects.count() == 1


def start(bid, platform, folder) -> subprocess.Popen[str]:
    """The command as a process that runs on, its passphrase given."""
    process = subprocess.Popen(
        [sys.executable, "-m", "client", *map(str, words(bid, platform))],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(PASSPHRASE + "\n")
    process.stdin.close()
    process.stdin = None  # `communicate` must not flush it
    return process


def arrived() -> int:
    folder = Path(settings.STORE) / "uploads"
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) if folder.exists() else 0


def wait_for(condition) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "nothing arrived"
        time.sleep(0.01)


@pytest.mark.slow
def test_a_delivery_goes_on_by_itself_when_the_platform_was_killed(platform, tender, bidder, tmp_path):
    bid = sealed(tender, bidder, tmp_path, size=LARGE)
    process = start(bid, platform, tmp_path)
    wait_for(lambda: arrived() > 10 << 20)
    platform.kill()
    time.sleep(1)
    platform.start()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, (out, err)
    assert json.loads(out)["sha256"] == bid.sha256
    assert Upload.objects.count() == 1
    assert sha256(_stored(Bid.objects.get())).hexdigest() == bid.sha256


@pytest.mark.slow
def test_a_delivery_whose_client_was_killed_is_resumed_by_the_same_command(platform, tender, bidder, tmp_path):
    bid = sealed(tender, bidder, tmp_path, size=LARGE)
    process = start(bid, platform, tmp_path)
    wait_for(lambda: arrived() > 10 << 20)
    process.kill()
    process.communicate()
    before = json.loads(state_of(bid).read_text())["location"]
    done = yangguang(tmp_path, *words(bid, platform))
    assert done.status == 0, done
    assert Upload.objects.get().id.hex in before
    assert sha256(_stored(Bid.objects.get())).hexdigest() == bid.sha256


def _stored(row: Bid) -> bytes:
    return (Path(settings.STORE) / row.path).read_bytes()


def test_the_platforms_refusal_reaches_the_command_line(platform, tender, bidder, tmp_path):
    """Sealed for another round: the platform says so, and nothing of it stays there."""
    bid = sealed(tender, bidder, tmp_path, terms_changed=lambda terms: replace(terms, round=2))
    done = yangguang(tmp_path, *words(bid, platform))
    assert (done.status, done.codes) == (1, ["bid.wrong_round"])
    assert not Bid.objects.exists()
    assert arrived() == 0


def test_a_late_delivery_is_refused(platform, tender, bidder, tmp_path):
    bid = sealed(tender, bidder, tmp_path)
    Section.objects.filter(pk=tender.section.pk).update(deadline=now())
    done = yangguang(tmp_path, *words(bid, platform))
    assert (done.status, done.codes) == (1, ["bid.late"])
    assert arrived() == 0


def test_an_altered_file_is_not_even_sent(platform, tender, bidder, tmp_path):
    bid = sealed(tender, bidder, tmp_path)
    data = bytearray(bid.path.read_bytes())
    with zipfile.ZipFile(bid.path) as container:
        start = container.getinfo(PAYLOAD).header_offset
    data[start + 4096] ^= 1  # past the member's header, within its bytes
    bid.path.write_bytes(data)
    done = yangguang(tmp_path, *words(bid, platform))
    assert (done.status, done.codes) == (1, ["container.checksum"])
    assert not Upload.objects.exists()


def test_a_platform_that_cannot_be_reached_is_said_so(bidder, tender, tmp_path):
    bid = sealed(tender, bidder, tmp_path)
    (tmp_path / "bidder.p12").write_bytes(bidder.signing_key.to_p12(PASSPHRASE))
    done = yangguang(tmp_path, "bid", "deliver", bid.path, "--to", "http://127.0.0.1:9", "--p12", "bidder.p12")
    assert done.status == 2
    assert "无法连接" in done.err
