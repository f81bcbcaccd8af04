"""`yangguang bid` and `yangguang trustee`, as processes on real files: make, seal, check, release, open."""

import datetime as dt
import json
import os
import pty
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pytest

from client.bidding.signatures import signature_only
from runtime.clock import now, stamp
from signing.rules.canonical import canonical
from signing.rules.container_index import read_index
from signing.rules.demo_ca import write_public
from signing.rules.sealed_bid import check_container
from signing.rules.statements import RecipientStatement, SignedStatement, read_recipient, read_signed
from tests.client.commands import PASSPHRASE, yangguang
from tests.factories.bids import (
    BIDDER,
    BIDDER_NUMBER,
    ITEMS,
    PDF,
    BidTender,
    fill_folder,
    make_bid,
    make_tender,
    spoilt_share,
)


@dataclass
class Desk:
    """A folder with all that a bidder and five trustees have, and a bid that was made and sealed by the commands."""

    folder: Path
    tender: BidTender

    def run(self, *words, **more):
        return yangguang(self.folder, *words, **more)

    @property
    def bid(self) -> Path:
        return self.folder / "x.bid"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    tender = make_tender("rsa")
    made = Desk(tmp_path_factory.mktemp("desk"), tender)
    tender.write(made.folder / "tender.json")
    write_public(tender.ca, made.folder / "anchors")
    fill_folder(made.folder / "files")
    signer = tender.ca.issue(BIDDER, BIDDER_NUMBER)
    (made.folder / "bidder.p12").write_bytes(signer.to_p12(PASSPHRASE))
    for kit in tender.trustees:
        (made.folder / f"{kit.slug}.p12").write_bytes(kit.signer.to_p12(PASSPHRASE))
        (made.folder / f"{kit.slug}.identity").write_text(f"# kept by {kit.name}\n{kit.identity}\n")
    done = made.run(
        "bid", "make", "files", "--tender", "tender.json", "-o", "inner.asice", "--p12", "bidder.p12", "--json"
    )
    assert done.status == 0, done
    assert done.data["machine"]["system"]
    done = made.run(
        "bid",
        "seal",
        "inner.asice",
        "--tender",
        "tender.json",
        "-o",
        "x.bid",
        "--p12",
        "bidder.p12",
        "--anchors",
        "anchors",
        "--json",
    )
    assert done.status == 0, done
    assert done.data["trustees"] == [kit.name for kit in tender.trustees]
    return made


@pytest.fixture(scope="module")
def shares(desk):
    for kit in desk.tender.trustees:
        key = ("--identity", f"{kit.slug}.identity", "--p12", f"{kit.slug}.p12")
        done = desk.run(
            "trustee", "release", "x.bid", *key, "-o", f"share-{kit.place}", "--anchors", "anchors", "--json"
        )
        assert (done.status, done.data["good"], done.data["place"]) == (0, True, kit.place)
    return [f"share-{kit.place}" for kit in desk.tender.trustees]


@pytest.mark.cts("A-96", "B-016")
def test_a_trustees_client_releases_nothing_before_the_deadline(desk, tmp_path):
    key = ("--identity", "trustee-1.identity", "--p12", "trustee-1.p12", "-o", tmp_path / "share", "--json")
    later = {"times": {"deadline": stamp(now() + dt.timedelta(minutes=5))}}
    (tmp_path / "tender.json").write_bytes(canonical(desk.tender.content | later))
    early = desk.run("trustee", "release", "x.bid", *key, "--tender", tmp_path / "tender.json")
    assert (early.status, early.codes) == (1, ["release.too_early"])
    assert not (tmp_path / "share").exists()
    passed = {"times": {"deadline": stamp(now())}}
    (tmp_path / "tender.json").write_bytes(canonical(desk.tender.content | passed))
    assert desk.run("trustee", "release", "x.bid", *key, "--tender", tmp_path / "tender.json").status == 0


@pytest.mark.cts("A-87")
def test_the_tender_file_shows_what_a_bid_must_contain(desk):
    done = desk.run("bid", "outline", "tender.json", "-o", "empty", "--json")
    assert done.status == 0
    assert [part["path"] for part in done.data["parts"]] == [
        "documents/technical.pdf",
        "documents/commercial.pdf",
        "bill.xlsx",
    ]
    assert json.loads((desk.folder / "empty/opening.json").read_text()) == {"price": "", "period": 0, "quality": ""}
    assert (desk.folder / "empty/documents").is_dir()
    assert desk.run("bid", "outline", "tender.json", "-o", "empty").status == 2
    text = desk.run("bid", "outline", "tender.json").out
    assert "技术文件" in text
    assert "投标报价" in text


@pytest.mark.cts("A-88", "A-94")
def test_a_folder_that_lacks_what_the_tender_asks_for_is_refused(desk, tmp_path):
    folder = fill_folder(tmp_path / "files", items={**ITEMS, "price": "一百万"})
    (folder / "bill.xlsx").unlink()
    done = desk.run(
        "bid", "make", folder, "--tender", "tender.json", "-o", tmp_path / "a", "--p12", "bidder.p12", "--json"
    )
    assert (done.status, done.codes) == (1, ["inner.missing_part", "inner.wrong_money"])
    assert not (tmp_path / "a").exists()


@pytest.mark.cts("A-90")
def test_a_sealed_bid_passes_the_check_and_says_what_it_is(desk):
    done = desk.run("bid", "check", "x.bid", "--anchors", "anchors", "--tender", "tender.json", "--json")
    assert done.status == 0
    assert done.data["seal"]["bidder"] == {"name": BIDDER, "number": BIDDER_NUMBER}
    assert "签名有效" in desk.run("bid", "check", "x.bid", "--anchors", "anchors").out


@pytest.mark.cts("A-90")
def test_an_altered_bid_fails_the_check(desk, tmp_path):
    data = bytearray(desk.bid.read_bytes())
    data[len(data) // 2] ^= 4
    (tmp_path / "altered.bid").write_bytes(data)
    done = desk.run("bid", "check", tmp_path / "altered.bid", "--anchors", "anchors", "--json")
    assert (done.status, done.codes) == (1, ["container.checksum"])


def test_a_bid_is_refused_where_its_authority_is_not_trusted(desk, tmp_path):
    write_public(make_tender("ecdsa", n=2, k=2).ca, tmp_path / "others")
    done = desk.run("bid", "check", "x.bid", "--anchors", tmp_path / "others", "--json")
    assert (done.status, done.codes) == (1, ["certificate.unknown_ca"])


def test_a_bid_of_another_round_fails_the_check_against_the_tender(desk, tmp_path):
    (tmp_path / "tender.json").write_bytes(canonical(desk.tender.content | {"round": 2}))
    done = desk.run("bid", "check", "x.bid", "--anchors", "anchors", "--tender", tmp_path / "tender.json", "--json")
    assert (done.status, done.codes) == (1, ["bid.wrong_round"])


@pytest.mark.cts("A-96", "B-016")
@pytest.mark.parametrize("chosen", [(0, 1, 2), (4, 2, 0)])
def test_three_of_five_shares_open_the_bid(desk, shares, tmp_path, chosen):
    words = [word for place in chosen for word in ("--share", shares[place])]
    done = desk.run("bid", "open", "x.bid", *words, "-o", tmp_path / "out", "--anchors", "anchors", "--json")
    assert done.status == 0, done
    assert done.data["opening"]["items"] == ITEMS
    assert (tmp_path / "out/inner.asice").read_bytes() == (desk.folder / "inner.asice").read_bytes()
    assert (tmp_path / "out/inner/bill.xlsx").read_bytes() == (desk.folder / "files/bill.xlsx").read_bytes()


@pytest.mark.cts("A-96", "B-016")
def test_two_shares_open_nothing(desk, shares, tmp_path):
    done = desk.run(
        "bid", "open", "x.bid", "--share", shares[0], "--share", shares[1], "-o", tmp_path / "out", "--json"
    )
    assert (done.status, done.codes) == (1, ["share.too_few"])
    assert not (tmp_path / "out").exists()


def test_a_share_of_another_bid_is_refused(desk, shares, tmp_path):
    statement = json.loads(read_signed((desk.folder / shares[2]).read_bytes()).statement) | {"bid": "0" * 64}
    (tmp_path / "foreign").write_bytes(SignedStatement(canonical(statement), b"0").as_bytes())
    words = ["--share", shares[0], "--share", shares[1], "--share", tmp_path / "foreign"]
    done = desk.run("bid", "open", "x.bid", *words, "-o", tmp_path / "out", "--json")
    assert (done.status, done.codes) == (1, ["release.foreign"])


@pytest.mark.cts("A-96")
def test_the_bidders_own_identity_opens_the_bid_only_with_its_passphrase(desk, tmp_path):
    done = desk.run("bid", "open", "x.bid", "--identity", "x.identity", "-o", tmp_path / "out", "--json")
    assert (done.status, done.data["opening"]["items"]) == (0, ITEMS)
    wrong = desk.run("bid", "open", "x.bid", "--identity", "x.identity", "-o", tmp_path / "no", stdin="other\n")
    assert wrong.status == 2
    assert "口令" in wrong.err
    assert (desk.folder / "x.identity").stat().st_mode & 0o777 == 0o600


def test_an_identity_of_another_bid_is_refused(desk, tmp_path):
    (tmp_path / "identity").write_text(str(pyrage.x25519.Identity.generate()))
    done = desk.run("bid", "open", "x.bid", "--identity", tmp_path / "identity", "-o", tmp_path / "out", "--json")
    assert (done.status, done.codes) == (1, ["identity.mismatch"])


@pytest.mark.needs("age")
def test_stock_age_decrypts_with_the_kept_identity(desk, tmp_path):
    """The identity file is age's own: decrypted with its passphrase it is what `age -d -i` takes."""
    text = pyrage.passphrase.decrypt((desk.folder / "x.identity").read_bytes(), PASSPHRASE)
    (tmp_path / "identity").write_bytes(text)
    start, size = read_index(desk.bid)["payload.age"]
    (tmp_path / "payload.age").write_bytes(desk.bid.read_bytes()[start : start + size])
    subprocess.run(["age", "-d", "-i", "identity", "-o", "inner", "payload.age"], cwd=tmp_path, check=True)
    assert (tmp_path / "inner").read_bytes() == (desk.folder / "inner.asice").read_bytes()


def test_sealing_refuses_trustees_that_did_not_sign_for_this_tender(desk, tmp_path):
    """Whoever serves the document could otherwise name recipients of its own, and read bids early."""
    content = json.loads(canonical(desk.tender.content))
    content["trustees"][1]["recipient"] = str(pyrage.x25519.Identity.generate().to_public())
    (tmp_path / "tender.json").write_bytes(canonical(content))
    words = ("--tender", tmp_path / "tender.json", "-o", tmp_path / "x.bid", "--p12", "bidder.p12", "--json")
    done = desk.run("bid", "seal", "inner.asice", *words)
    assert (done.status, done.codes) == (1, ["recipient.foreign"])
    content["trustees"][1]["statement"] = content["trustees"][0]["statement"]
    (tmp_path / "tender.json").write_bytes(canonical(content))
    assert desk.run("bid", "seal", "inner.asice", *words).codes == ["signature.other_content"]
    assert [path.name for path in tmp_path.iterdir()] == ["tender.json"]


def test_sealing_refuses_an_inner_container_of_somebody_else(desk, tmp_path):
    stranger = desk.tender.ca.issue("别家公司", "91350100M000100Y43")
    (tmp_path / "other.p12").write_bytes(stranger.to_p12(PASSPHRASE))
    words = ("--tender", "tender.json", "-o", tmp_path / "x.bid", "--p12", tmp_path / "other.p12", "--json")
    done = desk.run("bid", "seal", "inner.asice", *words)
    assert (done.status, done.codes) == (1, ["inner.foreign"])
    assert not (tmp_path / "x.identity").exists()


def test_an_identity_file_is_never_overwritten(desk):
    before = (desk.folder / "x.identity").read_bytes()
    done = desk.run("bid", "seal", "inner.asice", "--tender", "tender.json", "-o", "x.bid", "--p12", "bidder.p12")
    assert done.status == 2
    assert (desk.folder / "x.identity").read_bytes() == before


def test_a_trustees_recipient_is_registered_by_a_signed_statement(desk, tmp_path):
    words = ("--tender", "TP-2026-0001", "--p12", "trustee-1.p12", "-o", tmp_path / "key", "--json")
    done = desk.run("trustee", "recipient", *words)
    assert done.status == 0
    signed = read_signed((tmp_path / "key.statement.json").read_bytes())
    number = desk.tender.trustees[0].number
    assert read_recipient(signed.statement) == RecipientStatement("TP-2026-0001", done.data["recipient"], number)
    (tmp_path / "content").write_bytes(signed.statement)
    (tmp_path / "signature").write_bytes(signed.signature)
    verified = desk.run(
        "cms", "verify", tmp_path / "content", "--signature", tmp_path / "signature", "--anchors", "anchors"
    )
    assert verified.status == 0
    kept = pyrage.passphrase.decrypt((tmp_path / "key").read_bytes(), PASSPHRASE).decode()
    identity = pyrage.x25519.Identity.from_str(kept.splitlines()[-1])
    assert str(identity.to_public()) == done.data["recipient"]
    assert desk.run("trustee", "recipient", *words).status == 2  # the key is there already


def test_a_spoilt_share_is_released_and_attributed(desk, tmp_path):
    made = make_bid(tmp_path, desk.tender, sealing_share=spoilt_share)
    assert check_container(made.path, signature_only)
    key = ("--identity", desk.folder / "trustee-1.identity", "--p12", desk.folder / "trustee-1.p12")
    done = desk.run("trustee", "release", made.path, *key, "-o", tmp_path / "share", "--json")
    assert (done.status, done.data["fault"], done.codes) == (1, "bidder", ["share.committed_wrongly"])


@pytest.mark.parametrize(
    "words",
    [
        ("bid", "check", "nowhere.bid", "--anchors", "anchors"),
        ("bid", "seal", "nowhere.asice", "--tender", "tender.json", "-o", "y.bid", "--p12", "bidder.p12"),
        ("bid", "make", "nowhere", "-o", "y", "--p12", "bidder.p12"),
        ("bid", "seal", "inner.asice", "--tender", "bidder.p12", "-o", "y.bid", "--p12", "bidder.p12"),
        ("bid", "open", "x.bid", "-o", "y"),
        ("bid", "open", "x.bid", "--identity", "tender.json", "-o", "y"),
        ("trustee", "release", "nowhere.bid", "--identity", "trustee-1.identity", "--p12", "trustee-1.p12", "-o", "y"),
        ("trustee", "recipient", "--tender", "a b", "--p12", "trustee-1.p12", "-o", "y"),
    ],
)
def test_what_cannot_be_read_ends_with_status_two_and_leaves_nothing(desk, words):
    before = sorted(path.name for path in desk.folder.iterdir())
    assert desk.run(*words).status == 2
    assert sorted(path.name for path in desk.folder.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("bid", "make", "large", "--tender", "tender.json", "-o", "y.asice", "--p12", "bidder.p12"),
        ("bid", "seal", "inner.asice", "--tender", "tender.json", "-o", "y.bid", "--p12", "bidder.p12"),
        ("bid", "open", "x.bid", "--identity", "x.identity", "-o", "."),
    ],
    ids=["make", "seal", "open"],
)
def test_a_full_disk_ends_with_status_two_and_leaves_nothing(desk, words):
    if not (desk.folder / "large").exists():
        fill_folder(desk.folder / "large", technical=PDF * 100)
    before = sorted(path.name for path in desk.folder.iterdir())
    done = desk.run(*words, room=8_500)
    assert done.status == 2, done
    assert sorted(path.name for path in desk.folder.iterdir()) == before


def test_a_file_that_is_no_bid_is_refused(desk, tmp_path):
    shutil.copy(desk.folder / "tender.json", tmp_path / "x.bid")
    done = desk.run("bid", "check", tmp_path / "x.bid", "--anchors", "anchors", "--json")
    assert (done.status, done.codes) == (1, ["container.not_zip"])


@pytest.mark.needs("age")
def test_stock_age_takes_the_identity_file_itself_and_asks_for_its_passphrase(desk, tmp_path):
    start, size = read_index(desk.bid)["payload.age"]
    (tmp_path / "payload.age").write_bytes(desk.bid.read_bytes()[start : start + size])
    command = [
        "age",
        "-d",
        "-i",
        str(desk.folder / "x.identity"),
        "-o",
        str(tmp_path / "inner"),
        str(tmp_path / "payload.age"),
    ]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("age", command)
    shown = b""
    while b"passphrase" not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, PASSPHRASE.encode() + b"\n")
    status = os.waitpid(child, 0)[1]
    os.close(terminal)
    assert status == 0
    assert (tmp_path / "inner").read_bytes() == (desk.folder / "inner.asice").read_bytes()
