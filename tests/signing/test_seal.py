"""seal.json, statements and the terms of a tender: read exactly as documented, or refused naming the field."""

import base64
import json
from dataclasses import replace

import pyrage
import pytest

from runtime.refusal import Refusal
from signing.rules.age_file import NotAge, file_key, is_identity, is_recipient, open_small, read_header
from signing.rules.canonical import canonical
from signing.rules.seal import Seal, SealedShare, Trustee, inner_salt, read_seal
from signing.rules.statements import (
    Bidding,
    IdentityRelease,
    RecipientStatement,
    ShareRelease,
    SignedStatement,
    read_recipient,
    read_release,
    read_signed,
)
from signing.rules.tender_terms import terms_of
from tests.factories.bids import make_tender

RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(3)]
SEAL = Seal(
    suite="rsa-sha256",
    tender="TP-2026-0001",
    section="BSC-2026-0001-01",
    round=1,
    document=2,
    bidder_name="晨光建设有限公司",
    bidder_number="91350100M000100Y43",
    made_at="2026-11-21T06:00:00.000Z",
    client="yangguang 0.1.0 python",
    payload_size=1234,
    payload_sha256="a" * 64,
    inner_sha256="b" * 64,
    identity_sha256="c" * 64,
    mode="trustees",
    k=2,
    n=3,
    shares=tuple(
        SealedShare(Trustee(place, f"trustee-{place}", recipient), f"{place}" * 64)
        for place, recipient in enumerate(RECIPIENTS, start=1)
    ),
)
BIDDING = Bidding("TP-2026-0001", "BSC-2026-0001-01", 1, "d" * 64)


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        read_seal(data)
    blocker = refusal.value.blockers[0]
    assert blocker.message % dict(blocker.params)
    return blocker.code, blocker.params.get("field", blocker.params.get("found", ""))


def edited(**changes: object) -> bytes:
    """`a__b=value` sets a.b; the value DROP takes the field out."""
    data = json.loads(SEAL.as_bytes())
    for path, value in changes.items():
        *parents, last = path.split("__")
        inside = data
        for parent in parents:
            inside = inside[int(parent)] if isinstance(inside, list) else inside[parent]
        if value is DROP:
            del inside[last]
        else:
            inside[last] = value
    return canonical(data)


DROP = object()


def test_a_seal_is_read_as_it_was_written():
    assert read_seal(SEAL.as_bytes()) == SEAL
    bidder_only = replace(SEAL, mode="bidder", k=0, n=0, shares=())
    assert read_seal(bidder_only.as_bytes()) == bidder_only


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("suite", edited(suite="rot13")),
        ("round", edited(round=0)),
        ("round", edited(round="1")),
        ("round", edited(round=True)),
        ("made_at", edited(made_at="2026-11-21 06:00")),
        ("bidder.number", edited(bidder__number="91")),
        ("bidder.seal", edited(bidder__seal="x")),
        ("payload.name", edited(payload__name="../payload.age")),
        ("payload.sha256", edited(payload__sha256="A" * 64)),
        ("inner.sha256", edited(inner__sha256=DROP)),
        ("opening.mode", edited(opening__mode="platform")),
        ("opening.k", edited(opening__k=1)),
        ("opening.k", edited(opening__k=4)),
        ("opening.trustees", edited(opening__n=4)),
        ("opening.n", edited(opening__mode="bidder")),
        ("opening.trustees[1].recipient", edited(opening__trustees__1__recipient="age1qqq")),
        ("opening.trustees[1].slug", edited(opening__trustees__1__slug="../x")),
        ("opening.trustees", edited(opening__trustees__1__place=1)),
        ("opening.trustees", edited(opening__trustees__1__slug="trustee-1")),
        ("opening.trustees", edited(opening__trustees__1__share_sha256="1" * 64)),
        ("extra", edited(extra=1)),
        ("client", edited(client=DROP)),
        ("RFC 8785", json.dumps(json.loads(SEAL.as_bytes())).encode()),
        ("JSON", SEAL.as_bytes()[:-1]),
        ("JSON", SEAL.as_bytes().replace(b'"round":1', b'"round":1,"round":1')),
        ("JSON", b"[" * 100_000),
        ("{}", b"[]"),
    ],
)
def test_a_seal_that_is_not_exactly_right_is_refused_naming_the_field(field, data):
    assert refused(data) == ("seal.unreadable", field)


def test_a_later_format_is_refused_as_unknown():
    assert refused(edited(format="yangguang-seal/2")) == ("seal.unknown_format", "yangguang-seal/2")


def test_the_inner_hash_is_salted_by_the_identity():
    one, other = (str(pyrage.x25519.Identity.generate()) for _ in range(2))
    assert len({inner_salt(one), inner_salt(other)}) == 2
    assert len(inner_salt(one)) == 32


def test_statements_are_read_as_they_were_written():
    share = ShareRelease(BIDDING, 2, b"share of 75 bytes", bytes(16))
    identity = IdentityRelease(BIDDING, str(pyrage.x25519.Identity.generate()))
    recipient = RecipientStatement("TP-2026-0001", RECIPIENTS[0], "91350100M000100Y43")
    assert read_release(share.as_bytes(), BIDDING) == share
    assert read_release(identity.as_bytes(), BIDDING) == identity
    assert read_recipient(recipient.as_bytes()) == recipient
    signed = SignedStatement(share.as_bytes(), b"0\x03signature")
    assert read_signed(signed.as_bytes()) == signed


def test_a_release_for_another_bid_is_refused_naming_what_differs():
    with pytest.raises(Refusal) as refusal:
        read_release(ShareRelease(BIDDING, 1, b"x").as_bytes(), replace(BIDDING, round=2, bid="e" * 64))
    assert [(b.code, b.params["field"]) for b in refusal.value.blockers] == [
        ("release.foreign", "round"),
        ("release.foreign", "bid"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"place": 0},
        {"place": "1"},
        {"share": "not base64"},
        {"share": base64.b64encode(bytes(600)).decode()},
        {"file_key": base64.b64encode(bytes(15)).decode()},
        {"identity": "AGE-SECRET-KEY-1QQ"},
        {"more": 1},
        {"format": "yangguang-release/2"},
    ],
)
def test_a_malformed_release_is_refused(change):
    data = json.loads(ShareRelease(BIDDING, 1, b"x", bytes(16)).as_bytes()) | change
    with pytest.raises(Refusal, match=r"release\.unreadable"):
        read_release(canonical(data))


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"format":"yangguang-signed/1","statement":"","signature":7}'])
def test_a_malformed_signed_statement_is_refused(data):
    with pytest.raises(Refusal, match=r"release\.unreadable"):
        read_signed(data)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("format", {"format": "yangguang-tender/2"}),
        ("decryption.k", {"decryption": {"mode": "trustees", "k": 6, "n": 5}}),
        ("trustees", {"trustees": []}),
        ("limits.bid_bytes", {"limits": {"bid_bytes": 5 << 30}}),
        ("parts[0].required", {"parts": [{"path": "a", "title": "b", "required": 1, "media": ""}]}),
        ("opening_items[0].type", {"opening_items": [{"key": "a", "title": "b", "type": "float"}]}),
    ],
)
def test_a_tender_document_without_usable_terms_is_refused_naming_the_field(field, change):
    content = make_tender("ecdsa").content | change
    with pytest.raises(Refusal) as refusal:
        terms_of(content)
    assert refusal.value.blockers[0].params["field"] == field


def test_age_keys_are_told_from_lookalikes():
    identity = str(pyrage.x25519.Identity.generate())
    recipient = str(pyrage.x25519.Identity.from_str(identity).to_public())
    assert is_identity(identity)
    assert is_recipient(recipient)
    wrong = recipient[:-1] + ("q" if recipient[-1] != "q" else "p")
    for text in (wrong, recipient.upper(), identity, "", "age1", "age1é" + recipient[5:]):
        assert not is_recipient(text)
    for text in (identity.lower(), recipient, identity[:-2], identity + "\n"):
        assert not is_identity(text)


def test_a_file_key_opens_its_own_file_and_no_other():
    trustee, stranger = (pyrage.x25519.Identity.generate() for _ in range(2))
    one, other = (pyrage.encrypt(text, [trustee.to_public()]) for text in (b"share one", b"share two"))
    key = file_key(one, str(trustee))
    assert open_small(one, key) == b"share one"
    with pytest.raises(NotAge):
        open_small(other, key)
    with pytest.raises(NotAge):
        file_key(one, str(stranger))
    for position in range(len(one)):
        altered = bytearray(one)
        altered[position] ^= 1
        with pytest.raises(NotAge):
            open_small(bytes(altered), key)


@pytest.mark.parametrize(
    "data",
    [b"", b"age-encryption.org/v1\n", b"age-encryption.org/v2\n--- AA\n", b"age-encryption.org/v1\n-> X25519\n--- A\n"],
)
def test_what_is_no_age_file_has_no_header(data):
    with pytest.raises(NotAge):
        read_header(data)
