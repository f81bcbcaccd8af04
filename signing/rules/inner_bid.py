"""The inner container: the bid itself, as the bidder made and signed it before sealing.

`opening.json` (what is read out), `documents/…`, `bill.json`/`bill.xlsx`, `env.json` (machine and client: collusion
signals, told to the bidder). Checked by the bidder's own client before sealing, and by the platform after opening, with the
same rules; the demands come from the tender document (CTS A-94).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.refusal import Blocker, refuse_if
from signing.rules import bid_faults as faults
from signing.rules.asic_manifest import MANIFEST, SIGNATURE, check_manifest
from signing.rules.cades import SignatureVerdict
from signing.rules.canonical import canonical
from signing.rules.containers import Container, Member
from signing.rules.fields import CODE, NUMBER, BadField, Fields, read_object
from signing.rules.sealed_bid import Verify
from signing.rules.tender_terms import OpeningItem, Part, TenderTerms
from signing.rules.zip_profile import MIMETYPE_NAME

OPENING, ENVIRONMENT = "opening.json", "env.json"
OPENING_FORMAT, ENVIRONMENT_FORMAT = "yangguang-opening/1", "yangguang-env/1"
MONEY = re.compile(r"(0|[1-9]\d{0,14})\.\d{2}")
_FIXED = frozenset({MIMETYPE_NAME, OPENING, ENVIRONMENT, MANIFEST, SIGNATURE})
_FREE = ("documents/", "bill.")  # what a bidder may add beyond the required parts
_STARTS = {
    "application/pdf": b"%PDF-",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK\x03\x04",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\x03\x04",
    "application/zip": b"PK\x03\x04",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """opening.json. `items`: key → decimal string, int or text, by the tender's opening items."""

    tender: str
    section: str
    round: int
    bidder_name: str
    bidder_number: str
    items: Mapping[str, Any]

    def as_data(self) -> dict[str, object]:
        return {
            "format": OPENING_FORMAT,
            "tender": self.tender,
            "section": self.section,
            "round": self.round,
            "bidder": {"name": self.bidder_name, "number": self.bidder_number},
            "items": dict(self.items),
        }

    def as_bytes(self) -> bytes:
        return canonical(self.as_data())


@dataclass(frozen=True, slots=True)
class Inner:
    """An inner container that holds what it must. `environment` is env.json's content; `members` by name."""

    opening: Opening
    environment: Mapping[str, Any]
    members: Mapping[str, Member]
    signature: SignatureVerdict


def read_opening(data: bytes) -> Opening:
    """opening.json by its format alone; raises Refusal `inner.unreadable` or `inner.unknown_format`."""
    try:
        fields = read_object(data, canonically=False)
        _format(fields, OPENING_FORMAT, OPENING)
        bidder = fields.inside("bidder")
        opening = Opening(
            fields.text("tender", pattern=CODE),
            fields.text("section", pattern=CODE),
            fields.integer("round", 1, 99),
            bidder.text("name"),
            bidder.text("number", pattern=NUMBER),
            fields.mapping("items"),
        )
        bidder.done()
        fields.done()
    except BadField as error:
        raise faults.refusal("inner.unreadable", OPENING, field=str(error)) from error
    return opening


def read_environment(data: bytes) -> dict[str, Any]:
    """env.json: `{"format", "client", "machine": {name: text}}`."""
    try:
        fields = read_object(data, canonically=False)
        _format(fields, ENVIRONMENT_FORMAT, ENVIRONMENT)
        client, machine = fields.text("client"), fields.mapping("machine")
        fields.done()
        if not all(isinstance(value, str) and len(value) <= 200 for value in machine.values()):
            raise BadField("machine")
    except BadField as error:
        raise faults.refusal("inner.unreadable", ENVIRONMENT, field=str(error)) from error
    return {"client": client, "machine": machine}


def _format(fields: Fields, expected: str, member: str) -> None:
    found = fields.text("format")
    if found != expected:
        raise faults.refusal("inner.unknown_format", member, found=found)


def check_inner(container: Container, verify: Verify, terms: TenderTerms | None = None, bidder: str = "") -> Inner:
    """Check an inner container that was read: digests, signature, opening.json, env.json, and the tender's demands.

    `bidder`: USCC in the seal (or of the client's certificate). Raises Refusal with every reason of the first stage that
    fails: `container.*`, `signature.*`/`certificate.*`, `inner.*`, `bid.signer_differs`.
    """
    manifest = check_manifest(container)
    signature = verify(manifest, container.content(SIGNATURE)).demand(SIGNATURE)
    opening = read_opening(container.content(OPENING))
    environment = read_environment(container.content(ENVIRONMENT))
    blockers = list(_holder(opening, signature, bidder))
    blockers += _unexpected(container, terms.parts if terms else ())
    if terms:
        blockers += [*_foreign(opening, terms), *_parts(container, terms.parts), *item_faults(opening, terms.items)]
    refuse_if(blockers)
    return Inner(opening, environment, container.members, signature)


def _holder(opening: Opening, signature: SignatureVerdict, bidder: str) -> Iterator[Blocker]:
    holder = signature.holder.number
    if holder != opening.bidder_number:
        yield faults.blocker("bid.signer_differs", OPENING, found=holder, expected=opening.bidder_number)
    if bidder and opening.bidder_number != bidder:
        yield _differs("bidder.number", opening.bidder_number, bidder)


def _differs(field: str, found: str, expected: str) -> Blocker:
    return faults.blocker("inner.foreign", OPENING, field=field, found=found, expected=expected)


def _foreign(opening: Opening, terms: TenderTerms) -> Iterator[Blocker]:
    found = (opening.tender, opening.section, str(opening.round))
    expected = (terms.tender, terms.section, str(terms.round))
    for field, had, wanted in zip(("tender", "section", "round"), found, expected, strict=True):
        if had != wanted:
            yield _differs(field, had, wanted)


def _unexpected(container: Container, parts: tuple[Part, ...]) -> Iterator[Blocker]:
    allowed = _FIXED | {part.path for part in parts}
    for name in container.members:
        if name not in allowed and not name.startswith(_FREE):
            yield faults.blocker("inner.unexpected_member", name)


def _parts(container: Container, parts: tuple[Part, ...]) -> Iterator[Blocker]:
    for part in parts:
        member = container.members.get(part.path)
        if member is None or not member.size:
            if part.required:
                yield faults.blocker("inner.missing_part", part.path, title=part.title)
        elif not member.head.startswith(_STARTS.get(part.media, b"")):
            yield faults.blocker("inner.wrong_media", part.path, expected=part.media)


def item_faults(opening: Opening, items: tuple[OpeningItem, ...]) -> Iterator[Blocker]:
    """Opening items that are missing, unasked for or not of their type."""
    known = {item.key: item for item in items}
    for key in opening.items.keys() - known.keys():
        yield faults.blocker("inner.unexpected_item", OPENING, field=key)
    for item in items:
        if item.key not in opening.items:
            yield faults.blocker("inner.missing_item", OPENING, title=item.title, field=item.key)
        elif not _fits(opening.items[item.key], item.type):
            yield faults.blocker(f"inner.wrong_{item.type}", OPENING, title=item.title)


def _fits(value: Any, kind: str) -> bool:
    if kind == "money":
        return isinstance(value, str) and bool(MONEY.fullmatch(value))
    if kind == "integer":
        return type(value) is int and 0 <= value < 10**12
    return isinstance(value, str) and 0 < len(value.strip()) <= 500 and value.isprintable()
