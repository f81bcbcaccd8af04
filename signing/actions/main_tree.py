"""The platform's one tree while it grows by a batch. Used by the sealer only, under its lock."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Max

from runtime import clock
from signing.keys import journal_signer
from signing.models import Checkpoint, JournalEntry, JournalInbox, TreeHash
from signing.rules.checkpoint import TreeHead, sign_checkpoint
from signing.rules.merkle import Edge, leaf_hash

_TILE_HEIGHT = 8
_COLUMNS = '"index", inbox_id, leaf, kind, subject, readers, time'
_ONE_BY_ONE = f"INSERT INTO signing_journalentry ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
_ALL_AT_ONCE = (
    f"INSERT INTO signing_journalentry ({_COLUMNS}) SELECT * FROM unnest("  # noqa: S608
    "%s::bigint[], %s::bigint[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])"
)


class JournalDamaged(RuntimeError):
    """The tables do not agree with the last checkpoint: somebody got round the triggers. Nothing more is sealed."""


class MainTree:
    """Entries join with `add`; `save` writes them, the hashes of tiles they filled, and a signed checkpoint."""

    def __init__(self) -> None:
        self._edge = _last_edge()
        self._entries: list[tuple[Any, ...]] = []
        self._tile_hashes: list[TreeHash] = []

    @property
    def size(self) -> int:
        return self._edge.size

    def add(self, row: JournalInbox) -> int:
        """Give the row the next index, and return it."""
        index = self._edge.size
        leaf = leaf_hash(row.entry(index))
        about = json.loads("{" + row.tail[1:])
        self._entries.append((index, row.id, leaf, about["kind"], about["subject"], about["readers"], about["time"]))
        for height, position, node in self._edge.append(leaf):
            if height % _TILE_HEIGHT == 0:
                self._tile_hashes.append(TreeHash(level=height // _TILE_HEIGHT, position=position, hash=node))
        return index

    def save(self) -> None:
        if not self._entries:
            return
        _insert(self._entries)
        TreeHash.objects.bulk_create(self._tile_hashes)
        signer = journal_signer()
        head = TreeHead(signer.name, self._edge.size, self._edge.root())
        Checkpoint.objects.create(
            size=head.size,
            root=head.root,
            edge=self._edge.dump(),
            note=sign_checkpoint(head, signer),
            at=clock.now(),
        )


def _last_edge() -> Edge:
    """Where the last checkpoint left off, checked against itself and against the entries' number."""
    last = Checkpoint.objects.order_by("-size").first()
    edge = Edge.load(last.size, bytes(last.edge)) if last else Edge()
    newest = JournalEntry.objects.aggregate(newest=Max("index"))["newest"]
    if (last and edge.root() != bytes(last.root)) or (-1 if newest is None else newest) != edge.size - 1:
        raise JournalDamaged(f"the last checkpoint covers {edge.size} entries, the last entry is {newest}")
    return edge


def _insert(entries: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ALL_AT_ONCE, [list(column) for column in zip(*entries, strict=True)])
        else:
            cursor.executemany(_ONE_BY_ONE, [(*entry[:6], _sqlite_time(entry[6])) for entry in entries])


def _sqlite_time(stamp: str) -> str:
    """`2026-11-21T06:03:07.120Z` as Django writes it into SQLite, so that comparing texts compares moments."""
    fraction = stamp[19:23]
    return f"{stamp[:10]} {stamp[11:19]}{'' if fraction == '.000' else fraction + '000'}"
