"""Real tenders, trustees and bids without a database: certificates of a demonstration CA, age identities, signed files."""

import base64
import json
import os
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyrage

from client.bidding.making import make_inner
from client.bidding.sealing import SealShare, seal_share
from client.bidding.signatures import signing_with
from client.trustee.releasing import Released, release_share
from signing.rules.cades import sign_detached
from signing.rules.certificates import holder_of
from signing.rules.container_writer import ContainerWriter
from signing.rules.demo_ca import DemoCA, make_ca
from signing.rules.demo_numbers import organisation_number
from signing.rules.payload import encrypt_payload
from signing.rules.seal import PAYLOAD, SEAL, Seal, SealedShare, Trustee, identity_hash
from signing.rules.sealed_bid import CheckedBid, suite_of
from signing.rules.shamir import split
from signing.rules.signing_key import SigningKey
from signing.rules.statements import RecipientStatement
from signing.rules.tender_terms import TenderTerms, terms_of

PDF = b"%PDF-1.7\n" + b"%" * 2000
XLSX = b"PK\x03\x04" + bytes(500)
ITEMS = {"price": "980000.00", "period": 90, "quality": "合格"}
BIDDER, BIDDER_NUMBER = "晨光建设有限公司", organisation_number(1)


@dataclass(frozen=True)
class TrusteeKit:
    place: int
    name: str
    number: str
    signer: SigningKey
    identity: str

    @property
    def slug(self) -> str:
        return f"trustee-{self.place}"

    @property
    def recipient(self) -> str:
        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())

    def entry(self, tender: str) -> dict[str, Any]:
        """As it stands in tender.json."""
        statement = RecipientStatement(tender, self.recipient, self.number).as_bytes()
        return {
            "place": self.place,
            "slug": self.slug,
            "name": self.name,
            "number": self.number,
            "recipient": self.recipient,
            "statement": base64.b64encode(statement).decode(),
            "signature": base64.b64encode(sign_detached(statement, self.signer)).decode(),
        }

    def release(self, bid: CheckedBid, identity: str = "") -> Released:
        share_file = bid.container.content(f"shares/{self.slug}.age")
        return release_share(bid.seal, bid.sha256, share_file, identity or self.identity, self.signer)


@dataclass
class BidTender:
    """A tender of the `ca`'s making; `content` is tender.json."""

    ca: DemoCA
    trustees: list[TrusteeKit]
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def terms(self) -> TenderTerms:
        return terms_of(self.content)

    def write(self, path: Path) -> Path:
        path.write_text(json.dumps(self.content, ensure_ascii=False, indent=1), encoding="utf-8")
        return path


def make_trustees(ca: DemoCA, n: int) -> list[TrusteeKit]:
    kits = []
    for place in range(1, n + 1):
        name, number = f"受托机构{place}", organisation_number(100 + place)
        kits.append(TrusteeKit(place, name, number, ca.issue(name, number), str(pyrage.x25519.Identity.generate())))
    return kits


def make_tender(suite: str = "rsa", *, mode: str = "trustees", k: int = 3, n: int = 5, **changes: Any) -> BidTender:
    ca = make_ca("演示认证中心", suite)
    tender = BidTender(ca, make_trustees(ca, n))
    code = "TP-2026-0001"
    tender.content = {
        "format": "yangguang-tender/1",
        "tender": code,
        "section": "BSC-2026-0001-01",
        "round": 1,
        "version": 1,
        "title": "滨河路改造工程",
        "parts": [
            {"path": "documents/technical.pdf", "title": "技术文件", "required": True, "media": "application/pdf"},
            {"path": "documents/commercial.pdf", "title": "商务文件", "required": True, "media": "application/pdf"},
            {
                "path": "bill.xlsx",
                "title": "工程量清单",
                "required": True,
                "media": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            },
        ],
        "opening_items": [
            {"key": "price", "title": "投标报价", "type": "money", "unit": "元"},
            {"key": "period", "title": "工期", "type": "integer", "unit": "日"},
            {"key": "quality", "title": "质量承诺", "type": "text"},
        ],
        "decryption": {"mode": mode, "k": k, "n": n},
        "trustees": [trustee.entry(code) for trustee in tender.trustees],
        "limits": {"bid_bytes": 2 << 30},
        **changes,
    }
    return tender


def fill_folder(folder: Path, items: dict[str, Any] | None = None, technical: bytes = PDF) -> Path:
    """What `bid make` reads: documents, a bill, and opening.json with the items alone."""
    (folder / "documents").mkdir(parents=True)
    (folder / "documents/technical.pdf").write_bytes(technical)
    (folder / "documents/commercial.pdf").write_bytes(PDF)
    (folder / "bill.xlsx").write_bytes(XLSX)
    (folder / "opening.json").write_text(json.dumps(ITEMS if items is None else items), encoding="utf-8")
    return folder


@dataclass
class BidKit:
    """A bid in the making; `identity` is its age identity, in clear, which only a test may know."""

    tender: BidTender
    signer: SigningKey
    inner: Path
    path: Path
    identity: str
    seal: Seal


def make_bid(
    folder: Path,
    tender: BidTender,
    *,
    signer: SigningKey | None = None,
    name: str = "x",
    sealing_share: SealShare = seal_share,
    **changes: Any,
) -> BidKit:
    """Seals like the client, but keeps the identity at hand (and so spares the slow passphrase). `changes`: seal fields."""
    signer = signer or tender.ca.issue(BIDDER, BIDDER_NUMBER)
    inner, path = folder / f"{name}.asice", folder / f"{name}.bid"
    if not inner.exists():
        make_inner(fill_folder(folder / f"{name}-files"), inner, signer, tender.terms)
    identity = str(pyrage.x25519.Identity.generate())
    seal = write_sealed(path, inner, tender.terms, signer, identity, sealing_share, **changes)
    return BidKit(tender, signer, inner, path, identity, seal)


def write_sealed(
    path: Path,
    inner: Path,
    terms: TenderTerms,
    signer: SigningKey,
    identity: str,
    sealing_share: SealShare = seal_share,
    **changes: Any,
) -> Seal:
    """The sealed container step by step, so that single steps can be spoilt."""
    holder = holder_of(signer.cert_der)
    with ContainerWriter(path) as container:
        with container.member(PAYLOAD) as payload:
            inner_sha256 = encrypt_payload(inner, identity, payload)
        shares = split(identity.encode(), terms.k, terms.n) if terms.trustees else []
        committed = tuple(
            SealedShare(trustee, sha256(share).hexdigest())
            for trustee, share in zip(terms.trustees, shares, strict=True)
        )
        seal = Seal(
            suite=suite_of(signer.cert_der),
            tender=terms.tender,
            section=terms.section,
            round=terms.round,
            document=terms.document,
            bidder_name=holder.name,
            bidder_number=holder.number,
            made_at="2026-11-21T06:00:00.000Z",
            client="test",
            payload_size=payload.size,
            payload_sha256=payload.sha256,
            inner_sha256=inner_sha256,
            identity_sha256=identity_hash(identity),
            mode=terms.mode,
            k=terms.k,
            n=terms.n,
            shares=committed,
        )
        seal = replace(seal, **changes)
        for sealed, share in zip(committed, shares, strict=True):
            container.add(sealed.member, sealing_share(sealed.trustee, share))
        container.add(SEAL, seal.as_bytes())
        container.sign(signing_with(signer))
    return seal


def random_pdf(size: int) -> bytes:
    return b"%PDF-1.7\n" + os.urandom(size)


def spoilt_share(trustee: Trustee, share: bytes) -> bytes:
    """As a faulty client seals: another share than the one it commits to."""
    recipient = pyrage.x25519.Recipient.from_str(trustee.recipient)
    return pyrage.encrypt(bytes([share[0] ^ 0xFF]) + share[1:], [recipient])
