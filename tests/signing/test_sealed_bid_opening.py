"""The opening: from shares to the identity to the inner container, and at whose fault it is where that fails (§4)."""

import itertools
import os
import random
import shutil
import subprocess
from dataclasses import replace

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from client.bidding.making import make_inner
from client.trustee.releasing import release_identity, release_share
from runtime import clock
from runtime.refusal import Refusal
from signing.rules.age_file import NotAge, file_key, payload_key, read_header
from signing.rules.age_stream import decrypted
from signing.rules.bid_identity import (
    Fault,
    ShareVerdict,
    cause_of_failure,
    check_identity,
    judge_release,
    rebuild_identity,
)
from signing.rules.container_index import read_index
from signing.rules.containers import pieces_of, read_container
from signing.rules.inner_bid import check_inner
from signing.rules.payload import open_payload
from signing.rules.sealed_bid import check_container, verifier
from signing.rules.statements import Bidding, ShareRelease, read_release
from tests.factories.bids import (
    BIDDER,
    BIDDER_NUMBER,
    ITEMS,
    fill_folder,
    make_bid,
    make_tender,
    random_pdf,
    spoilt_share,
    write_sealed,
)

NOW = clock.now()


@pytest.fixture(scope="module")
def bid(tmp_path_factory):
    """More than two chunks of age, so that order and last chunk matter."""
    folder, tender = tmp_path_factory.mktemp("bid"), make_tender("ecdsa")
    fill_folder(folder / "x-files", technical=random_pdf(200_000))
    signer = tender.ca.issue(BIDDER, BIDDER_NUMBER)
    make_inner(folder / "x-files", folder / "x.asice", signer, tender.terms)
    return make_bid(folder, tender, signer=signer)


@pytest.fixture(scope="module")
def verify(bid):
    return verifier(bid.tender.ca.trust_store(), NOW)


@pytest.fixture(scope="module")
def checked(bid, verify):
    return check_container(bid.path, verify, bid.tender.terms)


def codes(call) -> list[str]:
    with pytest.raises(Refusal) as refused:
        call()
    assert all(blocker.message % dict(blocker.params) and blocker.rule for blocker in refused.value.blockers)
    return [blocker.code for blocker in refused.value.blockers]


def shares_of(bid, checked) -> dict[int, bytes]:
    return {kit.place: kit.release(checked).verdict.share for kit in bid.tender.trustees}


def test_any_three_of_five_trustees_rebuild_the_identity(bid, checked):
    shares = shares_of(bid, checked)
    for places in itertools.combinations(shares, 3):
        assert rebuild_identity({place: shares[place] for place in places}, bid.seal) == bid.identity
    assert rebuild_identity(list(shares.values()), bid.seal) == bid.identity


def test_too_few_shares_open_nothing(bid, checked):
    shares = shares_of(bid, checked)
    for count in (0, 1, 2):
        assert codes(lambda count=count: rebuild_identity(dict(list(shares.items())[:count]), bid.seal)) == [
            "share.too_few"
        ]
    assert codes(lambda: rebuild_identity([shares[1], shares[1], shares[2]], bid.seal)) == ["share.too_few"]


def test_wrong_and_foreign_shares_are_named(bid, checked):
    shares = shares_of(bid, checked)
    damaged = bytes([shares[4][0] ^ 1]) + shares[4][1:]
    assert codes(lambda: rebuild_identity({**shares, 4: damaged}, bid.seal)) == ["share.damaged"]
    assert codes(lambda: rebuild_identity({1: shares[1], 2: shares[3]}, bid.seal)) == ["share.damaged", "share.too_few"]
    foreign = [shares[1], shares[2], os.urandom(75)]
    assert codes(lambda: rebuild_identity(foreign, bid.seal)) == ["share.foreign", "share.too_few"]


def test_another_identity_is_refused_before_it_is_used(bid):
    other = str(pyrage.x25519.Identity.generate())
    assert codes(lambda: check_identity(other, bid.seal)) == ["identity.mismatch"]
    assert check_identity(bid.identity + "\n", bid.seal) == bid.identity


@pytest.mark.needs("age")
def test_stock_age_opens_the_payload_with_an_identity_rebuilt_from_three_shares(bid, checked, tmp_path):
    shares = shares_of(bid, checked)
    identity = rebuild_identity({place: shares[place] for place in (2, 4, 5)}, bid.seal)
    (tmp_path / "identity").write_text(identity + "\n")
    start, size = read_index(bid.path)["payload.age"]
    (tmp_path / "payload.age").write_bytes(bid.path.read_bytes()[start : start + size])
    age = shutil.which("age")
    subprocess.run([age, "-d", "-i", "identity", "-o", "inner.asice", "payload.age"], cwd=tmp_path, check=True)
    assert (tmp_path / "inner.asice").read_bytes() == bid.inner.read_bytes()


@pytest.mark.needs("age")
def test_what_stock_age_encrypts_is_decrypted_here(tmp_path):
    identity = pyrage.x25519.Identity.generate()
    for size in (0, 1, 65_535, 65_536, 65_537, 131_072, 300_000):
        (tmp_path / "plain").write_bytes(os.urandom(size))
        command = ["age", "-r", str(identity.to_public()), "-o", "sealed", "plain"]
        subprocess.run(command, cwd=tmp_path, check=True)
        found = b"".join(decrypted(pieces_of(tmp_path / "sealed"), str(identity)))
        assert found == (tmp_path / "plain").read_bytes()


def test_what_pyrage_encrypts_is_decrypted_here_in_whatever_pieces_it_comes():
    identity, chance = pyrage.x25519.Identity.generate(), random.Random(4)
    for size in (0, 1, 65_536, 65_537, 196_608, 200_000):
        plain = chance.randbytes(size)
        sealed = pyrage.encrypt(plain, [identity.to_public()])
        for piece in (1_000, 65_552, 100_000, len(sealed)):
            source = (sealed[start : start + piece] for start in range(0, len(sealed), piece))
            assert b"".join(decrypted(source, str(identity))) == plain


def test_an_age_file_that_is_altered_cut_or_continued_is_not_decrypted():
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(os.urandom(140_000), [identity.to_public()])
    stanza = sealed.index(b"\n", sealed.index(b"-> X25519")) + 1
    end = sealed.index(b"--- ") + 48
    chunk = 64 * 1024 + 16
    body = end + 16
    reordered = (
        sealed[:body]
        + sealed[body + chunk : body + 2 * chunk]
        + sealed[body : body + chunk]
        + sealed[body + 2 * chunk :]
    )
    bad = [
        sealed[:size]
        for size in (0, 10, 100, body - 1, body, body + 10, body + chunk, body + 2 * chunk, len(sealed) - 1)
    ]
    bad += [sealed + b"x", sealed + bytes(16), reordered]
    for position in (0, stanza, end - 2, end + 3, body, body + chunk, len(sealed) - 1):
        altered = bytearray(sealed)
        altered[position] ^= 1
        bad.append(bytes(altered))
    for data in bad:
        with pytest.raises(NotAge):
            list(decrypted(iter([data]), str(identity)))
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(data, [identity])
    with pytest.raises(NotAge):
        list(decrypted(iter([sealed]), str(pyrage.x25519.Identity.generate())))


def test_an_empty_last_chunk_is_no_second_spelling_of_the_same_payload():
    """age v1: the last chunk is empty only where the whole plain text is."""
    identity, plain = pyrage.x25519.Identity.generate(), os.urandom(65_536)
    sealed = pyrage.encrypt(plain, [identity.to_public()])
    header = read_header(sealed)
    cipher = ChaCha20Poly1305(payload_key(sealed, header, file_key(sealed, str(identity))))
    more = cipher.encrypt(bytes(12), plain, None)
    last = cipher.encrypt((1).to_bytes(11, "big") + b"\x01", b"", None)
    data = sealed[: header.end + 16] + more + last
    with pytest.raises(NotAge, match="empty"):
        list(decrypted(iter([data]), str(identity)))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [identity])


@pytest.mark.parametrize("known", [True, False], ids=["hash of the receipt known", "checked by its own manifest"])
def test_the_payload_opens_to_the_very_inner_container(bid, checked, verify, tmp_path, known):
    done = []
    out = tmp_path / "inner.asice"
    inner = open_payload(bid.path, bid.identity, out, bid.seal, checked.sha256 if known else "", progress=done.append)
    assert out.read_bytes() == bid.inner.read_bytes()
    assert sum(done) == checked.size
    assert inner.sha256 == bid.seal.inner_sha256
    assert inner.members == read_container(bid.inner).members
    opened = check_inner(inner, verify, bid.tender.terms, bid.seal.bidder_number)
    assert opened.opening.items == ITEMS
    assert [path.name for path in tmp_path.iterdir()] == ["inner.asice"]


@pytest.mark.parametrize("known", [True, False])
def test_a_byte_altered_in_the_store_is_the_stores_fault(bid, checked, tmp_path, known):
    data = bytearray(bid.path.read_bytes())
    start, size = read_index(bid.path)["payload.age"]
    for position in (start + 5, start + 400, start + size // 2, len(data) - 5 if known else start + size - 1):
        altered = bytearray(data)
        altered[position] ^= 1
        path = tmp_path / "stored.bid"
        path.write_bytes(altered)
        sha256 = checked.sha256 if known else ""
        found = codes(
            lambda path=path, sha256=sha256: open_payload(path, bid.identity, tmp_path / "out", bid.seal, sha256)
        )
        assert found == ["bid.stored_differs"]
    assert [path.name for path in tmp_path.iterdir()] == ["stored.bid"]


def test_a_payload_under_another_key_is_the_bidders_fault(bid, tmp_path):
    """The bidder commits to one identity and encrypts to another."""
    other = str(pyrage.x25519.Identity.generate())
    made = make_bid(tmp_path, bid.tender, identity_sha256="e" * 64, name="y")
    found = codes(lambda: open_payload(made.path, other, tmp_path / "out", made.seal))
    assert found == ["payload.not_openable"]


def test_another_content_than_committed_is_the_bidders_fault(bid, tmp_path):
    made = make_bid(tmp_path, bid.tender, inner_sha256="e" * 64, name="y")
    assert codes(lambda: open_payload(made.path, made.identity, tmp_path / "out", made.seal)) == [
        "payload.other_content"
    ]
    assert not (tmp_path / "out").exists()


def test_an_inner_container_with_a_trick_is_the_bidders_fault(bid, tmp_path):
    bad = tmp_path / "bad.asice"
    bad.write_bytes(bid.inner.read_bytes() + b"PK")
    identity = str(pyrage.x25519.Identity.generate())
    seal = write_sealed(tmp_path / "bad.bid", bad, bid.tender.terms, bid.signer, identity)
    assert codes(lambda: open_payload(tmp_path / "bad.bid", identity, tmp_path / "out", seal)) == ["container.trailing"]
    assert not (tmp_path / "out").exists()


def test_opening_again_after_a_crash_gives_the_same(bid, checked, tmp_path):
    out = tmp_path / "inner.asice"
    (tmp_path / "inner.asice.part").write_bytes(b"what a killed process left behind")
    for _ in range(2):
        open_payload(bid.path, bid.identity, out, bid.seal, checked.sha256)
        assert out.read_bytes() == bid.inner.read_bytes()


def test_shares_spoilt_by_the_bidders_client_are_proved_to_be_its_fault(bid, verify, tmp_path):
    made = make_bid(tmp_path, bid.tender, sealing_share=spoilt_share)
    checked = check_container(made.path, verify, bid.tender.terms)
    released = [kit.release(checked) for kit in bid.tender.trustees]
    for one in released:
        assert (one.verdict.fault, one.verdict.blocker.code) == (Fault.BIDDER, "share.committed_wrongly")
        assert one.verdict.share == b""
    assert cause_of_failure([one.verdict for one in released], made.seal) is Fault.BIDDER


def test_a_share_that_nobody_can_read_is_the_bidders_fault_once_k_trustees_say_so(bid, verify, tmp_path):
    def to_a_stranger(trustee, share):
        return pyrage.encrypt(share, [pyrage.x25519.Identity.generate().to_public()])

    made = make_bid(tmp_path, bid.tender, sealing_share=to_a_stranger)
    checked = check_container(made.path, verify, bid.tender.terms)
    verdicts = [kit.release(checked).verdict for kit in bid.tender.trustees]
    assert {(verdict.fault, verdict.blocker.code) for verdict in verdicts} == {(Fault.UNPROVED, "share.unreadable")}
    assert cause_of_failure(verdicts, made.seal) is Fault.BIDDER
    assert cause_of_failure(verdicts[:2], made.seal) is Fault.TRUSTEE


def test_a_trustee_that_posts_another_share_is_found_out(bid, checked):
    kit = bid.tender.trustees[0]
    good = kit.release(checked).release
    share_file = checked.container.content("shares/trustee-1.age")
    lies = {
        "share.posted_otherwise": (replace(good, share=bytes(75)), Fault.TRUSTEE),
        "share.unproved": (replace(good, share=bytes(75), file_key=b""), Fault.UNPROVED),
        "share.unreadable": (replace(good, share=b"", file_key=b""), Fault.UNPROVED),
    }
    for code, (lie, fault) in lies.items():
        verdict = judge_release(lie, bid.seal, share_file)
        assert (verdict.fault, verdict.blocker.code, verdict.share) == (fault, code, b"")
    wrong_key = judge_release(replace(good, share=bytes(75), file_key=bytes(16)), bid.seal, share_file)
    assert wrong_key.fault is Fault.TRUSTEE
    assert judge_release(replace(good, file_key=b""), bid.seal, share_file).share == good.share
    assert codes(lambda: judge_release(replace(good, place=9), bid.seal, share_file)) == ["share.no_place"]


def test_a_trustee_of_another_tender_has_no_share(bid, checked):
    stranger = make_tender("ecdsa").trustees[0]
    found = codes(lambda: release_share(bid.seal, checked.sha256, b"", stranger.identity, stranger.signer))
    assert found == ["share.no_place"]


def test_a_release_is_for_one_bid_only_and_signed_by_the_trustee(bid, checked, verify):
    kit = bid.tender.trustees[2]
    released = kit.release(checked)
    verdict = verify(released.signed.statement, released.signed.signature)
    assert verdict.holder.number == kit.number
    read = read_release(released.signed.statement, Bidding.of(bid.seal, checked.sha256))
    assert isinstance(read, ShareRelease)
    assert read == released.release
    other = Bidding.of(bid.seal, "0" * 64)
    assert codes(lambda: read_release(released.signed.statement, other)) == ["release.foreign"]


def test_a_bidders_identity_is_released_signed(bid, checked, verify):
    signed = release_identity(bid.seal, checked.sha256, bid.identity, bid.signer)
    read = read_release(signed.statement, Bidding.of(bid.seal, checked.sha256))
    assert check_identity(read.identity, bid.seal) == bid.identity
    assert verify(signed.statement, signed.signature).holder.number == bid.seal.bidder_number


def test_below_the_threshold_the_cause_is_whoever_spoilt_enough(bid):
    def verdicts(*found: Fault) -> list[ShareVerdict]:
        return [ShareVerdict(place, b"", fault) for place, fault in enumerate(found, start=1)]

    b, t, u = Fault.BIDDER, Fault.TRUSTEE, Fault.UNPROVED
    assert cause_of_failure(verdicts(b, b, b), bid.seal) is b
    assert cause_of_failure(verdicts(b, b), bid.seal) is t  # with the other three it would have opened
    assert cause_of_failure(verdicts(t, t, t), bid.seal) is t
    assert cause_of_failure(verdicts(b, u, u), bid.seal) is t
    assert cause_of_failure(verdicts(u, u, u), bid.seal) is b
    assert cause_of_failure([], bid.seal) is t


def test_an_identity_that_all_right_shares_do_not_give_is_the_bidders_fault(bid, verify, tmp_path):
    made = make_bid(tmp_path, bid.tender, identity_sha256="e" * 64)
    checked = check_container(made.path, verify, bid.tender.terms)
    assert codes(lambda: rebuild_identity(shares_of(made, checked), made.seal)) == ["identity.committed_wrongly"]
