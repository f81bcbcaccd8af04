"""Who may read what of the journal (protocol §5, disclosure): the hash is public at once, the content by its `readers`."""

import json

from runtime.actor import Actor
from signing.models import JournalEntry, Readers, SealedEntry

_OVERSEERS = frozenset({"supervisor", "system"})


def may_read(entry: JournalEntry, actor: Actor) -> bool:
    """Whether `actor` may read the content of an entry of the main journal."""
    if entry.readers == Readers.PUBLIC or actor.role in _OVERSEERS:
        return True
    return entry.readers == Readers.PARTY and _is_party(entry.inbox.head + entry.inbox.tail, actor)


def may_read_sealed(entry: SealedEntry, actor: Actor) -> bool:
    """Before the deadline nobody reads a sealed entry but the party whose act it was; not even a supervisor."""
    return _is_party(entry.inbox.head + entry.inbox.tail, actor)


def _is_party(draft: str, actor: Actor) -> bool:
    """The party that acted, and those that the body names under `parties` (numbers)."""
    if not actor.number:
        return False
    entry = json.loads(draft)
    named = entry["body"].get("parties", [])
    return actor.number == entry["actor"]["number"] or (isinstance(named, list) and actor.number in named)
