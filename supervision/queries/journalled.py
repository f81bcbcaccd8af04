"""The journal's part of the evidence: the section's entries with proofs to one checkpoint, disclosure, commitments,
timestamps and cosignatures of earlier checkpoints, with proofs that this one continues them."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from signing.models import (
    Checkpoint,
    CheckpointCosignature,
    CheckpointTimestamp,
    JournalEntry,
    SealedTree,
    Witness,
)
from signing.queries.journal import checkpoint_note, disclosure_document, tree_at
from signing.rules.proofs import TlogProof
from signing.rules.tiles import TileTree
from supervision.queries.evidence import Member, as_json
from supervision.rules.verification.checkpoint_step import CONSISTENCY
from tendering.models import Section


def last_index() -> int:
    """Of the newest entry that has a place; -1 in an empty journal."""
    newest = JournalEntry.objects.order_by("-index").values_list("index", flat=True).first()
    return -1 if newest is None else newest


def section_indexes(section: Section, until: int) -> list[int]:
    """Every entry about the section, and those of its disclosed sealed trees, up to `until`."""
    wanted = Q(subject=f"section:{section.code}")
    for tree in _disclosed(section):
        first = tree.disclosure_index or 0
        wanted |= Q(index__gte=first, index__lte=first + tree.entries.count())
    return list(JournalEntry.objects.filter(wanted, index__lte=until).order_by("index").values_list("index", flat=True))


def commitment_indexes(section: Section) -> list[int]:
    """Every commitment since the section's tree of this round was opened; one before it too, so that no gap can be."""
    tree = SealedTree.objects.filter(section=section.code, number=section.round).first()
    if tree is None:
        return []
    rows = JournalEntry.objects.filter(kind="journal.commitment")
    since = rows.filter(time__gte=tree.opened_at).order_by("index").values_list("index", flat=True)
    before = rows.filter(time__lt=tree.opened_at).order_by("-index").values_list("index", flat=True)[:1]
    return [*before, *since]


def journal_members(section: Section, checkpoint: Checkpoint, indexes: Iterable[int]) -> Iterator[Member]:
    """The entries at `indexes`, all under `checkpoint`; a supervisor's bundle, so contents are whole."""
    note = checkpoint_note(checkpoint)
    tree = tree_at(checkpoint.size)
    yield Member("journal/checkpoint", note.encode())
    rows = JournalEntry.objects.filter(index__in=list(indexes)).select_related("inbox").order_by("index")
    for entry in rows.iterator(500):
        stem = f"journal/entries/{entry.index}"
        yield Member(f"{stem}.json", entry.entry())
        yield Member(
            f"{stem}.tlog-proof", str(TlogProof(entry.index, tuple(tree.inclusion(entry.index)), note)).encode()
        )
    if SealedTree.objects.filter(section=section.code, number=section.round, disclosed_at__isnull=False).exists():
        yield Member("journal/disclosure.json", as_json(disclosure_document(section.code, section.round)))
    for stamp in _timestamps(section, checkpoint):
        yield from _timestamp(stamp, checkpoint, tree)
    for cosigned in _cosigned(checkpoint):
        stem = f"journal/cosigned/{cosigned.size}"
        yield Member(f"{stem}.checkpoint", checkpoint_note(cosigned).encode())
        yield from _consistency(stem, cosigned, checkpoint, tree)


def _disclosed(section: Section) -> QuerySet[SealedTree]:
    return SealedTree.objects.filter(section=section.code, disclosed_at__isnull=False)


def _timestamps(section: Section, checkpoint: Checkpoint) -> list[CheckpointTimestamp]:
    """The bundle's own, the last before the disclosure and the first that covers it: what bounds the time of everything."""
    rows = CheckpointTimestamp.objects.select_related("checkpoint").order_by("checkpoint__size", "at")
    found = {stamp.checkpoint.size: stamp for stamp in rows.filter(checkpoint=checkpoint)}
    tree = _disclosed(section).filter(number=section.round).first()
    if tree is not None and tree.disclosure_index is not None:
        before = rows.filter(checkpoint__size__lte=tree.disclosure_index, at__gte=tree.opened_at).last()
        after = rows.filter(checkpoint__size__gt=tree.disclosure_index, checkpoint__size__lt=checkpoint.size).first()
        found |= {stamp.checkpoint.size: stamp for stamp in (before, after) if stamp is not None}
    return list(found.values())


def _timestamp(stamp: CheckpointTimestamp, checkpoint: Checkpoint, tree: TileTree) -> Iterator[Member]:
    stem = f"journal/timestamps/{stamp.checkpoint.size}"
    yield Member(f"{stem}.tst", bytes(stamp.token))
    yield Member(f"{stem}.checkpoint", stamp.checkpoint.note.encode())
    if stamp.checkpoint.size < checkpoint.size:
        yield from _consistency(stem, stamp.checkpoint, checkpoint, tree)


def _consistency(stem: str, old: Checkpoint, new: Checkpoint, tree: TileTree) -> Iterator[Member]:
    path = [step.hex() for step in tree.consistency(old.size)]
    proof = {"format": CONSISTENCY, "old": old.size, "new": new.size, "path": path}
    yield Member(f"{stem}.consistency.json", as_json(proof))


def _cosigned(checkpoint: Checkpoint) -> list[Checkpoint]:
    """Of each witness the newest checkpoint that it cosigned before this one."""
    found = {}
    for witness in Witness.objects.filter(withdrawn_at=None):
        rows = CheckpointCosignature.objects.filter(witness=witness, checkpoint__size__lte=checkpoint.size)
        newest = rows.select_related("checkpoint").order_by("-checkpoint__size").first()
        if newest is not None and newest.checkpoint.size < checkpoint.size:
            found[newest.checkpoint.size] = newest.checkpoint
    return list(found.values())


def witnesses() -> list[str]:
    return [row.key for row in Witness.objects.filter(withdrawn_at=None).order_by("pk")]
