"""Sealed bids for tests, made by the bidders' own client code with real certificates and age keys."""

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from client.bidding.making import make_inner
from client.bidding.sealing import Sealed, SealShare, seal_bid, seal_share
from client.trustee.releasing import release_identity, release_share
from signing.rules.canonical import canonical
from signing.rules.container_layout import Limits
from signing.rules.containers import read_container
from signing.rules.seal import Seal, read_seal
from signing.rules.statements import SignedStatement
from signing.rules.tender_terms import TenderTerms, terms_of
from tests.factories.parties import PartyKit
from tests.factories.tendering import TenderKit, TrusteeKit, bill

PASSPHRASE = "bid keeper pass phrase"
VALUES = {"money": "980000.00", "integer": 30, "text": "合格"}


@dataclass
class BidKit:
    """A sealed bid on disk, and what only its bidder has: the identity."""

    path: Path
    bidder: PartyKit
    seal: Seal
    sha256: str
    identity: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def share(self, trustee: TrusteeKit) -> SignedStatement:
        """The trustee's signed release of its share."""
        member = read_container(self.path).content(f"shares/{trustee.slug}.age")
        return release_share(self.seal, self.sha256, member, str(trustee.identity), trustee.kit.signing_key).signed

    def identity_release(self) -> SignedStatement:
        return release_identity(self.seal, self.sha256, self.identity, self.bidder.signing_key)


@cache
def pdf(text: str = "Technical proposal") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, text)
    canvas.save()
    return out.getvalue()


def terms(tender: TenderKit) -> TenderTerms:
    assert tender.document is not None
    return terms_of(tender.document.content)


def fill(folder: Path, wanted: TenderTerms, items: dict[str, Any], size: int = 0) -> None:
    """A folder that `bid make` takes: every part, the items, and `size` bytes more that do not compress."""
    folder.mkdir(parents=True)
    for part in wanted.parts:
        path = folder.joinpath(*part.path.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf(part.path) if part.media == "application/pdf" else bill())
    if size:
        with (folder / "documents" / "drawings.bin").open("wb") as file:
            for _ in range(size >> 20):
                file.write(secrets.token_bytes(1 << 20))
    values = {item.key: VALUES[item.type] for item in wanted.items}
    (folder / "opening.json").write_bytes(canonical({**values, **items}))


def make_bid(
    tender: TenderKit,
    bidder: PartyKit,
    folder: Path,
    *,
    items: dict[str, Any] | None = None,
    size: int = 0,
    terms_changed: Callable[[TenderTerms], TenderTerms] = lambda given: given,
    sealing_share: SealShare = seal_share,
    name: str = "x",
) -> BidKit:
    """Make and seal; `terms_changed` lets a bid be sealed for another section, round or threshold."""
    wanted = terms_changed(terms(tender))
    folder = folder / f"{name}-{secrets.token_hex(4)}"
    fill(folder / "papers", wanted, items or {}, size)
    made = make_inner(folder / "papers", folder / "inner.asice", bidder.signing_key, wanted)
    # The passphrase (scrypt, seconds by design) has tests of its own with the client's commands.
    with patch("client.bidding.sealing.keep_identity", _keep_plainly):
        sealed = _sealed(made.path, wanted, bidder, folder / f"{name}.bid", sealing_share)
    container = read_container(sealed.path, Limits(size=wanted.size_limit))
    seal = read_seal(container.content("seal.json"))
    return BidKit(sealed.path, bidder, seal, container.sha256, sealed.identity_path.read_text())


def _keep_plainly(path: Path, identity: str, *_: object) -> None:
    path.write_text(identity)


def _sealed(inner: Path, wanted: TenderTerms, bidder: PartyKit, out: Path, sealing_share: SealShare) -> Sealed:
    return seal_bid(
        inner,
        wanted,
        bidder.signing_key,
        out,
        out.with_name("identity.txt"),
        PASSPHRASE,
        sealing_share=sealing_share,
    )
