"""A sealed bid on arrival: accepted whole, refused with the reason for anything else (protocol §2, 20号令 26)."""

import datetime as dt
import random
import subprocess
from dataclasses import replace

import pytest

from client.bidding.keeping import read_identity
from client.bidding.making import make_inner
from client.bidding.sealing import seal_bid
from client.bidding.signatures import signing_with
from runtime import clock
from runtime.refusal import Refusal
from signing.rules.asic_manifest import MANIFEST, SIGNATURE
from signing.rules.certificates import pem
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import ContainerHasher, read_container
from signing.rules.demo_ca import make_ca, revoke
from signing.rules.sealed_bid import check_container, check_received, verifier
from signing.rules.tender_terms import terms_of
from signing.rules.timestamps import issue_timestamp, obtain
from tests.factories.bids import BIDDER, BIDDER_NUMBER, fill_folder, make_bid, make_tender

NOW = clock.now()


@pytest.fixture(scope="module", params=["rsa", "ecdsa"])
def bid(request, tmp_path_factory):
    return make_bid(tmp_path_factory.mktemp("bid"), make_tender(request.param))


@pytest.fixture(scope="module")
def verify(bid):
    return verifier(bid.tender.ca.trust_store(), NOW)


def codes(call) -> list[str]:
    with pytest.raises(Refusal) as refused:
        call()
    assert all(blocker.message % dict(blocker.params) and blocker.rule for blocker in refused.value.blockers)
    return [blocker.code for blocker in refused.value.blockers]


def rewritten(bid, folder, *, drop=(), signer=None, resign=True, **members):
    """The bid with members replaced (`seal=bytes` for seal.json …), dropped or added, signed again."""
    old = read_container(bid.path)
    path = folder / "again.bid"
    names = {"seal": "seal.json", "payload": "payload.age"}
    given = {names.get(name, name): data for name, data in members.items()}
    raw = bid.path.read_bytes()
    with ContainerWriter(path) as container:
        for name, member in old.members.items():
            if name not in ("mimetype", MANIFEST, SIGNATURE, *drop):
                container.add(name, given.pop(name, raw[member.offset : member.offset + member.size]))
        for name, data in given.items():
            container.add(name, data)
        old_signature = old.content(SIGNATURE)
        container.sign(signing_with(signer or bid.signer) if resign else lambda manifest: old_signature)
    return path


def test_a_good_bid_is_accepted_with_all_that_it_says(bid, verify):
    checked = check_container(bid.path, verify, bid.tender.terms, BIDDER_NUMBER)
    assert checked.seal == bid.seal
    assert checked.signature.holder.number == BIDDER_NUMBER
    assert checked.container.members.keys() >= {"payload.age", "shares/trustee-5.age"}
    assert checked.size == bid.path.stat().st_size


def test_bytes_that_arrive_in_pieces_are_checked_the_same(bid, verify):
    hasher, data = ContainerHasher(), bid.path.read_bytes()
    for start in range(0, len(data), 1000):
        hasher.feed(data[start : start + 1000])
    assert check_received(hasher.finish(), verify) == check_container(bid.path, verify)


@pytest.mark.needs("openssl")
def test_openssl_verifies_the_signature_over_the_manifest(bid, tmp_path):
    container = read_container(bid.path)
    (tmp_path / "manifest").write_bytes(container.content(MANIFEST))
    (tmp_path / "signature").write_bytes(container.content(SIGNATURE))
    ca = bid.tender.ca
    (tmp_path / "root.pem").write_bytes(pem(ca.root.der))
    command = ["openssl", "cms", "-verify", "-purpose", "any", "-cades", "-binary", "-inform", "DER"]
    files = ["-in", "signature", "-content", "manifest", "-CAfile", "root.pem", "-out", "checked"]
    done = subprocess.run([*command, *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "manifest").write_bytes(container.content(MANIFEST).replace(b"payload", b"payl0ad"))
    assert subprocess.run([*command, *files], cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_flipped_bit_anywhere_is_found(bid, verify):
    """Every part of the file: each member's content, its local header, its entry in the directory, the end."""
    data = bid.path.read_bytes()
    container = read_container(bid.path)
    chance, positions = random.Random(3), set(range(len(data) - 1200, len(data)))
    for member in container.members.values():
        positions |= set(range(member.offset - 30 - len(member.name), member.offset))
        positions |= {member.offset, member.offset + member.size - 1}
        positions |= {member.offset + chance.randrange(member.size) for _ in range(20)}
    for position in sorted(positions):
        altered = bytearray(data)
        altered[position] ^= 1 << chance.randrange(8)

        def check(altered=bytes(altered)):
            hasher = ContainerHasher()
            hasher.feed(altered)
            check_received(hasher.finish(), verify)

        assert codes(check), position


def test_a_bid_for_another_tender_section_round_or_bidder_is_refused(bid, verify):
    terms = bid.tender.terms
    cases = {
        "bid.wrong_tender": replace(terms, tender="TP-2026-0002"),
        "bid.wrong_section": replace(terms, section="BSC-2026-0001-02"),
        "bid.wrong_round": replace(terms, round=2),
        "bid.wrong_mode": replace(terms, k=4),
    }
    for code, other in cases.items():
        assert codes(lambda other=other: check_container(bid.path, verify, other)) == [code]
    assert codes(lambda: check_container(bid.path, verify, terms, "91350100M000100Y43")) == ["bid.wrong_bidder"]
    everything = replace(terms, tender="A", section="B", round=9)
    found = codes(lambda: check_container(bid.path, verify, everything))
    assert found == ["bid.wrong_tender", "bid.wrong_section", "bid.wrong_round"]


def test_shares_sealed_to_other_recipients_than_the_tenders_are_refused(bid, verify):
    content = bid.tender.content | {"trustees": make_tender("ecdsa").content["trustees"]}
    assert codes(lambda: check_container(bid.path, verify, terms_of(content))) == ["bid.wrong_trustees"]


def test_a_later_version_of_the_tender_document_does_not_void_a_bid(bid, verify):
    assert check_container(bid.path, verify, replace(bid.tender.terms, document=2)).seal.document == 1


def test_a_bid_larger_than_the_tender_allows_is_refused(bid, verify):
    small = replace(bid.tender.terms, size_limit=2000)
    assert codes(lambda: check_container(bid.path, verify, small)) == ["container.too_large"]


def test_an_unsealed_bid_is_refused(bid, verify, tmp_path):
    unsealed = rewritten(bid, tmp_path, payload=bid.inner.read_bytes())
    assert codes(lambda: check_container(unsealed, verify)) == ["bid.unsealed"]
    assert codes(lambda: check_container(bid.inner, verify)) == ["bid.unsealed"]


def test_a_share_that_lies_open_is_refused(bid, verify, tmp_path):
    open_share = rewritten(bid, tmp_path, **{"shares/trustee-2.age": b"the share itself, for everybody"})
    assert codes(lambda: check_container(open_share, verify)) == ["bid.unsealed"]


def test_a_payload_that_the_seal_does_not_speak_of_is_refused(bid, verify, tmp_path):
    other = make_bid(tmp_path, bid.tender, signer=bid.signer, name="other")
    payload = read_container(other.path).members["payload.age"]
    data = other.path.read_bytes()[payload.offset : payload.offset + payload.size]
    swapped = rewritten(bid, tmp_path, payload=data)
    assert codes(lambda: check_container(swapped, verify)) == ["bid.payload_differs"]


def test_members_beyond_the_seal_or_missing_from_it_are_refused(bid, verify, tmp_path):
    assert codes(lambda: check_container(rewritten(bid, tmp_path, **{"note.txt": b"hello"}), verify)) == [
        "bid.unexpected_member"
    ]
    without = rewritten(bid, tmp_path, drop=["shares/trustee-3.age"])
    assert codes(lambda: check_container(without, verify)) == ["bid.missing_member"]
    assert codes(lambda: check_container(rewritten(bid, tmp_path, drop=["seal.json"]), verify)) == ["container.missing"]


def test_a_signature_over_something_else_is_refused(bid, verify, tmp_path):
    seal = replace(bid.seal, document=7).as_bytes()
    kept = rewritten(bid, tmp_path, seal=seal, resign=False)
    assert codes(lambda: check_container(kept, verify)) == ["signature.other_content"]


def test_a_bid_signed_by_somebody_else_is_refused(bid, verify, tmp_path):
    stranger = bid.tender.ca.issue("别家公司", "91350100M000100Y43")
    assert codes(lambda: check_container(rewritten(bid, tmp_path, signer=stranger), verify)) == ["bid.signer_differs"]


def test_a_suite_that_is_not_the_signers_is_refused(bid, verify, tmp_path):
    other = "ecdsa-p256-sha256" if bid.seal.suite == "rsa-sha256" else "rsa-sha256"
    path = rewritten(bid, tmp_path, seal=replace(bid.seal, suite=other).as_bytes())
    assert codes(lambda: check_container(path, verify)) == ["bid.suite_differs"]


def test_certificates_of_strangers_expired_revoked_or_early_are_refused(tmp_path):
    tender = make_tender("ecdsa")
    ca, day = tender.ca, dt.timedelta(days=1)
    keys = {
        "certificate.expired": ca.issue(BIDDER, BIDDER_NUMBER, not_before=NOW - 30 * day, not_after=NOW - day),
        "certificate.not_yet_valid": ca.issue(BIDDER, BIDDER_NUMBER, not_before=NOW + day),
        "certificate.unknown_ca": make_ca("陌生认证中心", "ecdsa").issue(BIDDER, BIDDER_NUMBER),
        "certificate.revoked": ca.issue(BIDDER, BIDDER_NUMBER),
    }
    revoke(ca, keys["certificate.revoked"].cert_der, NOW - day)
    trusted = verifier(ca.trust_store(), NOW)
    for number, (code, key) in enumerate(keys.items()):
        made = make_bid(tmp_path, tender, signer=key, name=f"bid-{number}")
        assert codes(lambda made=made: check_container(made.path, trusted, tender.terms)) == [code]


def test_a_bid_signed_with_a_timestamp_is_judged_at_that_moment(tmp_path):
    tender = make_tender("rsa")
    tsa, signer = tender.ca.timestamp_authority(), tender.ca.issue(BIDDER, BIDDER_NUMBER)

    def timestamper(digest):
        return obtain(digest, lambda request: issue_timestamp(request, tsa, 7, clock.now()))

    make_inner(fill_folder(tmp_path / "files"), tmp_path / "inner", signer, tender.terms, timestamper)
    out, identity = tmp_path / "x.bid", tmp_path / "x.identity"
    sealed = seal_bid(tmp_path / "inner", tender.terms, signer, out, identity, "secret", timestamper=timestamper)
    trust = tender.ca.trust_store()
    checked = check_container(sealed.path, verifier(trust), tender.terms, BIDDER_NUMBER)
    assert checked.signature.at == checked.signature.timestamp_time
    assert read_identity(identity, "secret")
    plain = make_bid(tmp_path, tender, signer=signer, name="plain")
    assert codes(lambda: check_container(plain.path, verifier(trust))) == ["signature.no_moment"]


def test_a_bid_in_the_bidders_mode_has_no_shares(tmp_path):
    tender = make_tender("ecdsa", mode="bidder")
    made = make_bid(tmp_path, tender)
    checked = check_container(made.path, verifier(tender.ca.trust_store(), NOW), tender.terms)
    assert (checked.seal.n, checked.seal.shares) == (0, ())
    assert not any(name.startswith("shares/") for name in checked.container.members)
