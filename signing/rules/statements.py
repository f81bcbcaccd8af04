"""Signed statements: canonical JSON plus a detached CAdES signature over it, in one small file.

Trustees and bidders say three things with them: this is my recipient (`yangguang-recipient/1`), this is my share or my
identity (`yangguang-release/1`). The statement's own bytes are kept, so that the signature never depends on a re-spelling.
"""

import base64
from dataclasses import dataclass

from runtime.refusal import Blocker, Refusal, refuse_if
from signing.rules import bid_faults as faults
from signing.rules.age_file import is_identity, is_recipient
from signing.rules.canonical import canonical
from signing.rules.fields import CODE, NUMBER, BadField, Fields, read_object
from signing.rules.seal import Seal
from signing.rules.sealed_bid import Verify

SIGNED, RECIPIENT, RELEASE = "yangguang-signed/1", "yangguang-recipient/1", "yangguang-release/1"
LONGEST_SHARE = 512  # bytes; an identity's share has 75


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """`signature` is DER over exactly `statement`; not verified here."""

    statement: bytes
    signature: bytes

    def as_data(self) -> dict[str, str]:
        return {"format": SIGNED, "statement": _b64(self.statement), "signature": _b64(self.signature)}

    def as_bytes(self) -> bytes:
        return canonical(self.as_data()) + b"\n"


def read_signed(data: bytes) -> SignedStatement:
    """A signed statement's file (JSON, spaces do not matter). Raises Refusal `release.unreadable`."""
    try:
        fields = read_object(data, canonically=False)
        fields.one_of("format", SIGNED)
        signed = SignedStatement(fields.octets("statement", 16_384), fields.octets("signature", 65_536))
        fields.done()
    except BadField as error:
        raise faults.refusal("release.unreadable", field=str(error)) from error
    return signed


@dataclass(frozen=True, slots=True)
class RecipientStatement:
    """A trustee registers the recipient that shares of this tender are sealed to. `holder` is its USCC."""

    tender: str
    recipient: str
    holder: str

    def as_bytes(self) -> bytes:
        fields = {"tender": self.tender, "recipient": self.recipient, "holder": self.holder}
        return canonical({"format": RECIPIENT, **fields})


def read_recipient(data: bytes) -> RecipientStatement:
    """Raises Refusal `recipient.unreadable` naming the field."""
    try:
        fields = read_object(data)
        fields.one_of("format", RECIPIENT)
        statement = RecipientStatement(
            fields.text("tender", pattern=CODE), fields.text("recipient"), fields.text("holder", pattern=NUMBER)
        )
        fields.done()
        if not is_recipient(statement.recipient):
            raise BadField("recipient")
    except BadField as error:
        raise faults.refusal("recipient.unreadable", field=str(error)) from error
    return statement


@dataclass(frozen=True, slots=True)
class Bidding:
    """Which bid a release is for: `bid` is the SHA-256 (hex) of the whole container."""

    tender: str
    section: str
    round: int
    bid: str

    def as_data(self) -> dict[str, object]:
        return {"tender": self.tender, "section": self.section, "round": self.round, "bid": self.bid}

    @classmethod
    def of(cls, seal: Seal, sha256: str) -> "Bidding":
        return cls(seal.tender, seal.section, seal.round, sha256)


@dataclass(frozen=True, slots=True)
class ShareRelease:
    """A trustee's share of one bid. `share` empty: the trustee states that it cannot be read.

    `file_key` (16 bytes) opens this share's file and proves what lies in it; empty where a client cannot give it.
    """

    bidding: Bidding
    place: int
    share: bytes
    file_key: bytes = b""

    def as_bytes(self) -> bytes:
        secret = {"place": self.place, "share": _b64(self.share), "file_key": _b64(self.file_key)}
        return canonical({"format": RELEASE, **self.bidding.as_data(), **secret})


@dataclass(frozen=True, slots=True)
class IdentityRelease:
    """A bidder's own identity of one bid (modes bidder and both)."""

    bidding: Bidding
    identity: str

    def as_bytes(self) -> bytes:
        return canonical({"format": RELEASE, **self.bidding.as_data(), "identity": self.identity})


def read_release(data: bytes, expected: Bidding | None = None) -> ShareRelease | IdentityRelease:
    """Raises Refusal `release.unreadable`, or `release.foreign` where it is not for the expected bid."""
    try:
        fields = read_object(data)
        fields.one_of("format", RELEASE)
        bidding = Bidding(
            fields.text("tender", pattern=CODE),
            fields.text("section", pattern=CODE),
            fields.integer("round", 1, 99),
            fields.sha256("bid"),
        )
        release = _identity(fields, bidding) if fields.has("identity") else _share(fields, bidding)
        fields.done()
    except BadField as error:
        raise faults.refusal("release.unreadable", field=str(error)) from error
    if expected is not None and expected != bidding:
        raise Refusal(_differences(bidding, expected))
    return release


def _share(fields: Fields, bidding: Bidding) -> ShareRelease:
    place, share = fields.integer("place", 1, 255), fields.octets("share", LONGEST_SHARE)
    key = fields.octets("file_key", 16) if fields.has("file_key") else b""
    if len(key) not in (0, 16):
        raise BadField("file_key")
    return ShareRelease(bidding, place, share, key)


def _identity(fields: Fields, bidding: Bidding) -> IdentityRelease:
    identity = fields.text("identity")
    if not is_identity(identity):
        raise BadField("identity")
    return IdentityRelease(bidding, identity)


def _differences(found: Bidding, expected: Bidding) -> list[Blocker]:
    wanted = expected.as_data()
    return [
        faults.blocker("release.foreign", field=name)
        for name, value in found.as_data().items()
        if value != wanted[name]
    ]


def check_recipient(
    signed: SignedStatement, verify: Verify, *, tender: str, recipient: str = "", number: str = ""
) -> RecipientStatement:
    """A trustee's registration: for this tender, signed by its holder; where given, this recipient and this USCC.

    Raises Refusal `recipient.unreadable`, `signature.*`/`certificate.*` or `recipient.foreign` naming the field.
    """
    statement = read_recipient(signed.statement)
    verdict = verify(signed.statement, signed.signature).demand()
    expected = {
        "tender": (statement.tender, tender),
        "recipient": (statement.recipient, recipient or statement.recipient),
        "holder": (statement.holder, number or statement.holder),
        "signer": (verdict.holder.number, statement.holder),
    }
    refuse_if([faults.blocker("recipient.foreign", field=name) for name, (a, b) in expected.items() if a != b])
    return statement
