"""Reading the journal: checkpoints, tiles, proofs. Everything is computed from rows that never change."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from signing.models import (
    Checkpoint,
    Commitment,
    CommittedTree,
    JournalEntry,
    JournalInbox,
    SealedEntry,
    SealedRoot,
    SealedTree,
    TreeHash,
)
from signing.rules.merkle import ProofError
from signing.rules.proofs import TlogProof
from signing.rules.sealed_journal import DISCLOSURE, open_commitment
from signing.rules.tiles import WIDTH, Tile, TileTree, pack_bundle, widths

SEALED_PROOF = "yangguang-sealed-proof/1"


class NoCheckpoint(LookupError):
    """The journal has no entry yet, or none that this checkpoint covers."""


def latest_checkpoint() -> Checkpoint:
    """The newest checkpoint; raises NoCheckpoint while the journal is empty."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        raise NoCheckpoint("the journal is empty")
    return newest


def checkpoint_note(checkpoint: Checkpoint) -> str:
    """The signed note with the witnesses' cosignatures under the platform's signature."""
    return checkpoint.note + "".join(checkpoint.cosignatures.order_by("id").values_list("line", flat=True))


def tree_at(size: int) -> TileTree:
    """The main tree as it was with `size` entries."""
    return TileTree(size, _read_tile)


def _read_tile(level: int, number: int, width: int) -> bytes:
    start = number * WIDTH
    if level == 0:
        rows = JournalEntry.objects.filter(index__gte=start, index__lt=start + width).order_by("index")
        return b"".join(bytes(leaf) for leaf in rows.values_list("leaf", flat=True))
    hashes = TreeHash.objects.filter(level=level, position__gte=start, position__lt=start + width)
    return b"".join(bytes(value) for value in hashes.order_by("position").values_list("hash", flat=True))


def tile(wanted: Tile) -> bytes | None:
    """A tile of hashes as served to anybody; None where the newest checkpoint does not reach so far."""
    if wanted.level is None or not _covered(wanted.level, wanted):
        return None
    return _read_tile(wanted.level, wanted.number, wanted.width)


def entry_bundle(wanted: Tile, readable: Callable[[JournalEntry], bool]) -> bytes | None:
    """The entries of a level 0 tile, those not `readable` left out with length 0; None as in `tile`."""
    if not _covered(0, wanted):
        return None
    start = wanted.number * WIDTH
    rows = JournalEntry.objects.filter(index__gte=start, index__lt=start + wanted.width).order_by("index")
    entries = rows.select_related("inbox")
    return pack_bundle([entry.entry() if readable(entry) else None for entry in entries])


def _covered(level: int, wanted: Tile) -> bool:
    newest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    full, partial = widths(level, newest)
    return wanted.number < full or (wanted.number == full and wanted.width <= partial)


def inclusion_proof(index: int, checkpoint: Checkpoint | None = None) -> tuple[list[bytes], Checkpoint]:
    """RFC 6962 path of an entry and the checkpoint it leads to (the newest by default); raises NoCheckpoint or ProofError."""
    checkpoint = checkpoint or latest_checkpoint()
    return tree_at(checkpoint.size).inclusion(index), checkpoint


def consistency_proof(old: int, new: int | None = None) -> tuple[list[bytes], Checkpoint]:
    """RFC 6962 proof that the tree of the checkpoint of size `new` (the newest by default) continues that of `old`."""
    if new is None:
        checkpoint = latest_checkpoint()
    else:
        found = Checkpoint.objects.filter(size=new).first()
        if found is None:
            raise NoCheckpoint(f"no checkpoint covers exactly {new} entries")
        checkpoint = found
    return tree_at(checkpoint.size).consistency(old), checkpoint


def tlog_proof(entry: JournalEntry | int, checkpoint: Checkpoint | None = None) -> str:
    """The `.tlog-proof` file of an entry (c2sp.org/tlog-proof), with the cosignatures that the checkpoint has."""
    index = entry if isinstance(entry, int) else entry.index
    path, under = inclusion_proof(index, checkpoint)
    return str(TlogProof(index, tuple(path), checkpoint_note(under)))


def entry_of(inbox: JournalInbox | int) -> JournalEntry | None:
    """The inbox row's place in the main journal, or None while it has none (not sealed yet, or before its deadline)."""
    row_id = inbox if isinstance(inbox, int) else inbox.pk
    return JournalEntry.objects.select_related("inbox").filter(inbox_id=row_id).first()


def sealed_proof(inbox: JournalInbox | int) -> dict[str, Any]:
    """What the party of a sealed entry gets as proof (`yangguang-sealed-proof/1`).

    Before the deadline the platform's signed receipt: the entry's hash and a commitment to the sealed root it stands under.
    After it also its place, its index in the main journal and the tlog-proof. Raises SealedEntry.DoesNotExist.
    """
    row_id = inbox if isinstance(inbox, int) else inbox.pk
    sealed = SealedEntry.objects.select_related("tree").get(inbox_id=row_id)
    proof: dict[str, Any] = {
        "format": SEALED_PROOF,
        "section": sealed.tree.section,
        "number": sealed.tree.number,
        "leaf": bytes(sealed.leaf).hex(),
        "receipt": sealed.receipt,
    }
    entry = entry_of(row_id)
    if entry is not None:
        places = {"place": sealed.index, "index": entry.index, "disclosure": sealed.tree.disclosure_index}
        proof |= {**places, "proof": tlog_proof(entry)}
    return proof


def disclosure_document(section: str, number: int | None = None) -> dict[str, Any]:
    """Everything needed beside the main journal to check a section's disclosure (signing.rules.sealed_journal).

    Raises SealedTree.DoesNotExist while the section has no disclosed tree (of that number).
    """
    trees = SealedTree.objects.filter(section=section, disclosed_at__isnull=False)
    if number is not None:
        trees = trees.filter(number=number)
    tree = trees.order_by("-number").first()
    if tree is None:
        raise SealedTree.DoesNotExist(f"{section} has no disclosed tree")
    return {
        "format": DISCLOSURE,
        "section": tree.section,
        "number": tree.number,
        "index": tree.disclosure_index,
        "openings": [opening.as_data() for opening in _openings(tree)],
    }


def _openings(tree: SealedTree) -> Iterable[Any]:
    parts = CommittedTree.objects.filter(tree=tree).select_related("commitment").order_by("commitment__due")
    for part in parts:
        entry = entry_of(part.commitment.inbox_id)
        if entry is None:
            continue  # made in this moment, not sealed yet
        values = [bytes(value) for value in part.commitment.parts.values_list("value", flat=True)]
        yield open_commitment(entry.index, part.size, bytes(part.value), values, bytes(part.commitment.filler))


def entries(
    *, kind: str = "", subject: str = "", since: Any = None, until: Any = None, after: int = -1
) -> QuerySet[JournalEntry]:
    """Entries in their order: `kind` by its beginning (`bid.`), `subject` exactly, `since`/`until` aware moments."""
    found = JournalEntry.objects.select_related("inbox").filter(index__gt=after)
    if kind:
        found = found.filter(kind__startswith=kind)
    if subject:
        found = found.filter(subject=subject)
    if since is not None:
        found = found.filter(time__gte=since)
    if until is not None:
        found = found.filter(time__lt=until)
    return found.order_by("index")


def commitments() -> QuerySet[Commitment]:
    return Commitment.objects.order_by("due")


def sealed_size(section: str) -> int:
    """For the platform's own checks only: how many entries the section's newest tree holds. Never shown before the deadline."""
    newest = SealedRoot.objects.filter(tree__section=section).order_by("-tree__number", "-size").first()
    return newest.size if newest else 0


__all__ = [
    "NoCheckpoint",
    "ProofError",
    "checkpoint_note",
    "commitments",
    "consistency_proof",
    "disclosure_document",
    "entries",
    "entry_bundle",
    "entry_of",
    "inclusion_proof",
    "latest_checkpoint",
    "sealed_proof",
    "sealed_size",
    "tile",
    "tlog_proof",
    "tree_at",
]
