"""What a member of a container may be called: so that it lands where it says, on every system, and only once."""

import unicodedata

from runtime.refusal import Blocker
from signing.rules import container_faults as faults

LONGEST = 255  # bytes of UTF-8


def shown(name: bytes) -> str:
    """The name as it may appear in a message, whatever it holds."""
    return ascii(name.decode("utf-8", "replace"))[1:-1] if not name.isascii() and not _is_utf8(name) else _plain(name)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _plain(name: bytes) -> str:
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name.decode("utf-8", "replace"))[:LONGEST]


def name_fault(raw: bytes) -> Blocker | None:
    """Why `raw` may not name a member, or None."""
    place = shown(raw)
    if not raw or len(raw) > LONGEST or not _is_utf8(raw):
        return faults.name(place)
    name = raw.decode("utf-8")
    if "\\" in name:
        return faults.backslash(place)
    if name.startswith("/") or name[1:2] == ":":
        return faults.absolute(place)
    if name.endswith("/"):
        return faults.directory(place)
    segments = name.split("/")
    if "." in segments or ".." in segments:
        return faults.parent(place)
    if any(not part or part.endswith((" ", ".")) for part in segments) or not name.isprintable():
        return faults.name(place)  # Windows drops a trailing dot or space, so two names would become one
    return None if unicodedata.is_normalized("NFC", name) and ":" not in name else faults.name(place)


def folded(name: str) -> str:
    """Names with the same folded form meet on file systems that do not tell upper from lower case."""
    return unicodedata.normalize("NFC", name.casefold())
