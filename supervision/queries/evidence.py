"""The evidence of a section, member by member: what `export_bundle` packs and `yangguang verify` reads (docs/protocol/bundle.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.store import in_store
from signing.models import TrustedAuthority
from signing.rules.canonical import canonical
from signing.rules.certificates import fingerprint
from tendering.models import (
    Award,
    Bid,
    BidStatus,
    Notice,
    OpenedBid,
    Opening,
    Receipt,
    Release,
    Section,
    TenderDocument,
)
from tendering.rules.notices import published_notice
from tendering.rules.opening import Stage


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle: its name, and either its bytes or where they lie."""

    name: str
    content: bytes | Path

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


def as_json(data: Any) -> bytes:
    return canonical(data)


def documents(section: Section) -> Iterator[Member]:
    """Every published version of the tender document of this round, with its signature and its package; the rule set."""
    states = (TenderDocument.State.PUBLISHED, TenderDocument.State.SUPERSEDED)
    rows = section.documents.filter(round=section.round, state__in=states, published_at__isnull=False)
    for row in rows.order_by("version"):
        folder = f"tender/{row.version}"
        yield Member(f"{folder}/tender.json", canonical(row.content))
        yield Member(f"{folder}/signature.p7s", bytes(row.signature or b""))
        yield Member(f"{folder}/package.tender", in_store(row.package_path))
    if section.rule_set:
        yield Member("rules/ruleset.json", canonical(section.rule_set.data))


def notices(section: Section) -> Iterator[Member]:
    """Every notice of this round, the same bytes as all media got."""
    for row in section.notices.filter(round=section.round, state=Notice.State.PUBLISHED).order_by("pk"):
        if row.published_at is None:
            continue
        about = row.public_id, row.kind, section.code, row.title, row.body, row.published_at, row.ends_at
        yield Member(f"notices/{row.public_id}.json", canonical(published_notice(*about)))


def bids_of(section: Section) -> list[Bid]:
    """All deliveries of the round, replaced and withdrawn ones too."""
    return list(
        section.bids.filter(round=section.round)
        .select_related("bidder", "receipt", "opened", "section", "entry")
        .order_by("received_at", "pk")
    )


def deliveries(section: Section) -> Iterator[Member]:
    """Receipts of every delivery; the containers of those that stand; the signed requests of those that were withdrawn."""
    for bid in bids_of(section):
        folder = f"bids/{bid.public_id}"
        receipt: Receipt = bid.receipt
        yield Member(f"{folder}/receipt.json", bytes(receipt.text))
        yield Member(f"{folder}/receipt.p7s", bytes(receipt.signature))
        if bid.status == BidStatus.DELIVERED:
            yield Member(f"{folder}/bid.bid", in_store(bid.path))
        elif bid.status == BidStatus.WITHDRAWN:
            yield Member(f"{folder}/withdrawal.json", bytes(bid.ended_statement or b""))
            yield Member(f"{folder}/withdrawal.p7s", bytes(bid.ended_signature or b""))


def opening_members(section: Section) -> Iterator[Member]:
    """Releases as they came, and once the opening is closed the record with its signatures."""
    opening = Opening.objects.filter(section=section, round=section.round).first()
    if opening is None:
        return
    for bid in bids_of(section):
        for number, row in enumerate(Release.objects.filter(opening=opening, bid=bid).order_by("pk"), 1):
            stem = f"opening/releases/{bid.public_id}/{number}"
            yield Member(f"{stem}.json", bytes(row.statement))
            yield Member(f"{stem}.p7s", bytes(row.signature))
    if opening.state == Stage.CLOSED:
        yield from _record(opening)


def _record(opening: Opening) -> Iterator[Member]:
    yield Member("opening/record.json", bytes(opening.record or b""))
    yield Member("opening/record.p7s", bytes(opening.platform_signature or b""))
    if opening.pdf_path:
        yield Member("opening/record.pdf", in_store(opening.pdf_path))
    for row in opening.signatures.select_related("party").order_by("pk"):
        yield Member(f"opening/signatures/{row.party.number}.p7s", bytes(row.signature))


def opened_containers(section: Section) -> Iterator[Member]:
    """The bids as they were opened. Whoever has shares and sealed bids opens them again, so these are for convenience."""
    rows = OpenedBid.objects.filter(bid__section=section, bid__round=section.round, outcome="opened")
    for found in rows.select_related("bid").order_by("pk"):
        yield Member(f"opened/{found.bid.public_id}/inner.asice", in_store(found.inner_path))


def letters(section: Section) -> Iterator[Member]:
    award = Award.objects.filter(section=section, round=section.round).first()
    for letter in award.letters.exclude(path="").order_by("pk") if award else ():
        yield Member(f"award/letters/{letter.public_id}.pdf", in_store(letter.path))


def trust() -> Iterator[Member]:
    """Intermediates and revocation lists of all authorities; the reader brings the anchors."""
    for row in TrustedAuthority.objects.order_by("pk"):
        authority = row.as_authority()
        for der in authority.intermediates:
            yield Member(f"trust/{fingerprint(der)}.cer", der)
        for der in authority.crls:
            yield Member(f"trust/{fingerprint(der)}.crl", der)
