"""What an entry of the journal looks like, to the byte (protocol §5)."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from runtime.actor import Actor
from signing.rules.canonical import canonical, encode_plain, read_strict

ENTRY = "yangguang-entry/1"
SEALED_ENTRY = "yangguang-sealed-entry/1"
READERS = ("public", "party", "supervisor")
LARGEST_ENTRY = 1024 * 1024
_KIND = re.compile(r"(?=.{1,60}$)[a-z][a-z_]*(\.[a-z][a-z_]*)*")
_SUBJECT = re.compile(r"[^\x00-\x1f]{1,120}")
_MAIN_KEYS = frozenset(["actor", "body", "format", "index", "kind", "readers", "salt", "source", "subject", "time"])
_SEALED_KEYS = (_MAIN_KEYS - {"index"}) | {"section"}


class EntryError(ValueError):
    """Bytes that are no entry, or not the one that was expected."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has a place: canonical JSON cut where `,"index":n` belongs. A sealed entry has no index."""

    head: str
    tail: str


def draft_entry(
    *, kind: str, subject: str, body: dict[str, Any], actor: Actor, readers: str, time: str, section: str = ""
) -> Draft:
    """The canonical JSON of an entry but for its index; with `section`, that of an entry of the section's sealed tree.

    The keys stand in RFC 8785 order by construction: actor, body, format, [index], kind, readers, salt, [section], source,
    subject, time. Sixteen random bytes of salt keep a withheld entry from being guessed from its hash.
    """
    if readers not in READERS or not _KIND.fullmatch(kind) or not _SUBJECT.fullmatch(subject):
        raise EntryError(f"kind {kind!r}, subject {subject!r}, readers {readers!r} cannot make an entry")
    who = {"role": actor.role, "name": actor.name, "number": actor.number, "centre": actor.centre}
    source = actor.source
    about = {
        "kind": kind,
        "readers": readers,
        "salt": secrets.token_hex(16),
        "source": {"address": source.address, "session": source.session, "certificate": source.certificate},
        "subject": subject,
        "time": time,
    }
    if section:
        about["section"] = section
    text = canonical(body).decode()
    head = f'{{"actor":{encode_plain(who)},"body":{text},"format":"{SEALED_ENTRY if section else ENTRY}"'
    tail = f",{encode_plain(about)[1:]}"
    if len(head) + len(tail) > LARGEST_ENTRY:
        raise EntryError(
            f"an entry of {len(head) + len(tail)} characters; keep the document elsewhere and its hash here"
        )
    return Draft(head, tail)


def read_entry(data: bytes, index: int | None) -> dict[str, Any]:
    """Parse and check an entry that stands at `index` of the main tree (None: of a sealed tree); raises EntryError.

    An entry of a sealed tree keeps its bytes when it is appended to the main journal, so both formats are met there.
    """
    try:
        entry = read_strict(data)
        spelled = canonical(entry)
    except (ValueError, RecursionError) as error:
        raise EntryError(f"entry {index} cannot be read: {error}") from error
    if not isinstance(entry, dict) or spelled != data:
        raise EntryError(f"entry {index} is no canonical JSON object")
    keys = {ENTRY: _MAIN_KEYS, SEALED_ENTRY: _SEALED_KEYS}.get(str(entry.get("format")))
    if keys is None or entry.keys() != keys or not isinstance(entry["body"], dict) or entry["readers"] not in READERS:
        raise EntryError(f"entry {index} has no format known here")
    if entry["format"] == ENTRY and (type(entry["index"]) is not int or entry["index"] != index):
        raise EntryError(f"entry {index} says of itself that it is entry {entry['index']}")
    return entry
