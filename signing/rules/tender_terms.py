"""What a tender document (`yangguang-tender/1`) demands of a bid: where it belongs, how it is opened, what it contains.

Only these fields are read here; the document as a whole is tendering's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.rules.age_file import is_recipient
from signing.rules.fields import CODE, SLUG, BadField, Fields
from signing.rules.seal import BIDDER, MODES, Trustee

FORMAT = "yangguang-tender/1"
ITEM_TYPES = ("money", "integer", "text")
LARGEST = (4 << 30) - (1 << 20)  # bytes; the container format ends at 4 GiB


@dataclass(frozen=True, slots=True)
class Part:
    """A document that a bid contains: `path` in the inner container, `media` its media type ("" for any)."""

    path: str
    title: str
    required: bool
    media: str


@dataclass(frozen=True, slots=True)
class OpeningItem:
    """An item to be read out (开标一览表): `type` is money (a decimal string), integer or text."""

    key: str
    title: str
    type: str
    unit: str


@dataclass(frozen=True, slots=True)
class TenderTerms:
    """`document` is the document's version, `size_limit` bytes of the sealed container."""

    tender: str
    section: str
    round: int
    document: int
    mode: str
    k: int
    n: int
    trustees: tuple[Trustee, ...]
    parts: tuple[Part, ...]
    items: tuple[OpeningItem, ...]
    size_limit: int


def terms_of(content: Mapping[str, Any]) -> TenderTerms:
    """The terms in a tender document's content; raises Refusal `tender.unreadable` naming the field."""
    fields = Fields(content)
    try:
        if fields.text("format") != FORMAT:
            raise BadField("format")
        return _read(fields)
    except BadField as error:
        raise Refusal(_unreadable(str(error))) from error


def _read(fields: Fields) -> TenderTerms:
    opening = fields.inside("decryption")
    mode = opening.one_of("mode", *MODES)
    shared = mode != BIDDER
    trustees = tuple(_trustee(entry) for entry in fields.each("trustees")) if shared else ()
    n = opening.integer("n", 2, 255) if shared else 0
    k = opening.integer("k", 2, n) if shared else 0
    if [trustee.place for trustee in trustees] != list(range(1, n + 1)):
        raise BadField("trustees")
    return TenderTerms(
        tender=fields.text("tender", pattern=CODE),
        section=fields.text("section", pattern=CODE),
        round=fields.integer("round", 1, 99),
        document=fields.integer("version", 1, 9999),
        mode=mode,
        k=k,
        n=n,
        trustees=trustees,
        parts=tuple(_part(entry) for entry in fields.each("parts")),
        items=tuple(_item(entry) for entry in fields.each("opening_items")),
        size_limit=fields.inside("limits").integer("bid_bytes", 1, LARGEST),
    )


def _trustee(fields: Fields) -> Trustee:
    trustee = Trustee(fields.integer("place", 1, 255), fields.text("slug", pattern=SLUG), fields.text("recipient"))
    if not is_recipient(trustee.recipient):
        raise BadField(f"{fields.place}.recipient")
    return trustee


def _part(fields: Fields) -> Part:
    required = fields.take("required")
    if type(required) is not bool:
        raise BadField(f"{fields.place}.required")
    return Part(fields.text("path", longest=255), fields.text("title"), required, fields.text("media"))


def _item(fields: Fields) -> OpeningItem:
    unit = fields.text("unit") if fields.has("unit") else ""
    return OpeningItem(fields.text("key"), fields.text("title"), fields.one_of("type", *ITEM_TYPES), unit)


def _unreadable(field: str) -> Blocker:
    return Blocker(
        code="tender.unreadable",
        message=gettext_noop("招标文件 tender.json 不合格式，问题在字段 %(field)s。"),
        rule="yangguang-tender/1",
        remedy=gettext_noop("请从平台重新下载招标文件。"),
        params={"field": field},
        place=field,
    )
