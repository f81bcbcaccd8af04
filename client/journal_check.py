"""Checking a whole journal, step by step, from nothing but its files and the log's public key."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from client.journal_source import Missing, Source, disclosure_path, read_document, read_tile
from runtime.clock import read_stamp
from signing.rules.checkpoint import TreeHead, open_checkpoint
from signing.rules.journal_entry import read_entry
from signing.rules.merkle import ProofError, check_consistency, leaf_hash
from signing.rules.notes import VerifierKey
from signing.rules.sealed_journal import Commitment, Disclosed, Opening, check_disclosure, check_times
from signing.rules.tiles import WIDTH, Tile, TileTree, unpack_bundle, widths


@dataclass
class Findings:
    """What the entries told on the way: counts, and what the sealed journal is checked by."""

    shown: int = 0
    withheld: int = 0
    commitments: list[Commitment] = field(default_factory=list)
    disclosed: list[Disclosed] = field(default_factory=list)
    times: dict[int, str] = field(default_factory=dict)


def tree_of(source: Source, size: int) -> TileTree:
    return TileTree(size, lambda level, number, width: read_tile(source, Tile(level, number, width)))


def check_since(old_note: str, head: TreeHead, key: VerifierKey, tree: TileTree) -> TreeHead:
    """The journal continues the older checkpoint; raises NoteError or ProofError."""
    old = open_checkpoint(old_note, key)
    if old.size > head.size:
        raise ProofError(
            f"the older checkpoint has {old.size} entries, this one {head.size}: it is stale or was cut short"
        )
    path = tree.consistency(old.size) if old.size else []
    check_consistency(old.size, old.root, head.size, head.root, path)
    return old


def check_entries(source: Source, tree: TileTree, since: int, progress: Callable[[int], None]) -> Findings:
    """Every entry shown from `since` on hashes to its leaf and says of itself what it is; raises ProofError, EntryError."""
    found = Findings()
    for index, entry in _entries(source, tree.size, since):
        progress(index)
        if entry is None:
            found.withheld += 1
            continue
        if leaf_hash(entry) != tree.leaf(index):
            raise ProofError(f"entry {index} is not the one that the tree was built over")
        found.shown += 1
        _note(found, index, read_entry(entry, index))
    return found


def _entries(source: Source, size: int, since: int) -> Iterator[tuple[int, bytes | None]]:
    full, partial = widths(0, size)
    for number in range(since // WIDTH, full + bool(partial)):
        width = WIDTH if number < full else partial
        bundle = unpack_bundle(read_tile(source, Tile(None, number, width)), width)
        for at, entry in enumerate(bundle):
            if number * WIDTH + at >= since:
                yield number * WIDTH + at, entry


def _note(found: Findings, index: int, entry: dict[str, Any]) -> None:
    found.times[index] = entry["time"]
    body = entry["body"]
    if entry["format"] != "yangguang-entry/1" or entry["actor"]["role"] != "system":
        return
    if entry["kind"] == "journal.commitment":
        found.commitments.append(Commitment(index, body["due"], bytes.fromhex(body["root"])))
    elif entry["kind"] == "journal.disclosed":
        found.disclosed.append(Disclosed.read(index, body))


def check_disclosures(source: Source, tree: TileTree, found: Findings) -> int:
    """Each section disclosed so far fits the commitments made before; returns how many were checked. Raises ProofError."""
    checked = 0
    for disclosed in found.disclosed:
        if disclosed.index + disclosed.size >= tree.size:
            raise ProofError(f"the journal ends inside the disclosure of {disclosed.section}")
        openings = _openings(source, disclosed)
        places = range(disclosed.index + 1, disclosed.index + 1 + disclosed.size)
        leaves = [tree.leaf(index) for index in places]
        check_disclosure(disclosed, leaves, found.commitments, openings)
        times = [read_stamp(found.times[index]) if index in found.times else None for index in places]
        check_times(times, found.commitments, openings)
        checked += 1
    return checked


def _openings(source: Source, disclosed: Disclosed) -> list[Opening]:
    try:
        data = read_document(source, disclosure_path(disclosed.section, disclosed.number))
    except Missing as error:
        raise ProofError(f"how {disclosed.section} fits the commitments is not shown: {error}") from error
    try:
        return [Opening.read(one) for one in json.loads(data)["openings"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ProofError(f"the disclosure of {disclosed.section} cannot be read: {error!r}") from error
