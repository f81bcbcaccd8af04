"""The sections' own trees while they grow by a batch, and their passing into the main journal. Under the sealer's lock."""

from collections.abc import Sequence

from runtime import clock
from runtime.actor import SYSTEM
from signing.actions.inbox_row import write_row
from signing.actions.main_tree import MainTree
from signing.keys import journal_signer
from signing.models import JournalInbox, SealedEntry, SealedRoot, SealedTree
from signing.rules.journal_entry import draft_entry
from signing.rules.merkle import Edge, leaf_hash
from signing.rules.notes import sign_note
from signing.rules.sealed_journal import SealedReceipt, commitment, receipt_salt


def chain_sealed(rows: Sequence[JournalInbox]) -> None:
    """Give rows that belong to sealed trees their places there."""
    by_tree: dict[int, list[JournalInbox]] = {}
    for row in rows:
        by_tree.setdefault(row.tree_id or 0, []).append(row)
    for tree_id in sorted(by_tree):
        _grow(tree_id, by_tree[tree_id])


def _grow(tree_id: int, rows: Sequence[JournalInbox]) -> None:
    edge = sealed_edge(tree_id)
    first = edge.size
    leaves = [leaf_hash(row.entry(first + at)) for at, row in enumerate(rows)]
    for leaf in leaves:
        edge.append(leaf)
    receipts = _receipts(SealedTree.objects.get(id=tree_id), leaves, edge)
    SealedEntry.objects.bulk_create(
        SealedEntry(tree_id=tree_id, index=first + at, inbox_id=row.id, leaf=leaf, receipt=receipt)
        for at, (row, leaf, receipt) in enumerate(zip(rows, leaves, receipts, strict=True))
    )
    SealedRoot.objects.create(tree_id=tree_id, size=edge.size, root=edge.root(), edge=edge.dump(), at=clock.now())


def _receipts(tree: SealedTree, leaves: Sequence[bytes], edge: Edge) -> list[str]:
    """One signed note an entry. It commits to the root they stand under; root and size themselves would tell the count."""
    signer, root, now = journal_signer(), edge.root(), clock.stamp(clock.now())
    receipts = []
    for leaf in leaves:
        hidden = commitment(receipt_salt(bytes(tree.secret), leaf), root, edge.size)
        receipt = SealedReceipt(signer.name, tree.section, tree.number, now, leaf, hidden)
        receipts.append(sign_note(receipt.text(), signer))
    return receipts


def sealed_edge(tree_id: int) -> Edge:
    last = SealedRoot.objects.filter(tree_id=tree_id).order_by("-size").first()
    return Edge.load(last.size, bytes(last.edge)) if last else Edge()


def disclose(tree: SealedTree, main: MainTree) -> JournalInbox:
    """Append a closed tree to the main journal: one `journal.disclosed`, then the sealed entries in their order.

    The entries keep their bytes, so their leaf hashes in the main tree are those of the sealed tree, and anyone compares
    the two without reading a single entry. Returns the inbox row written here, for the sealer to mark.
    """
    row = _announce(tree, main)
    for entry in SealedEntry.objects.filter(tree=tree).order_by("index").select_related("inbox").iterator(500):
        main.add(entry.inbox)
    tree.disclosed_at = clock.now()
    tree.save(update_fields=["disclosed_at", "disclosure_index"])
    return row


def _announce(tree: SealedTree, main: MainTree) -> JournalInbox:
    edge = sealed_edge(tree.pk)
    draft = draft_entry(
        kind="journal.disclosed",
        subject=f"section:{tree.section}",
        body={
            "section": tree.section,
            "number": tree.number,
            "secret": bytes(tree.secret).hex(),
            "size": edge.size,
            "root": edge.root().hex(),
            "opened": clock.stamp(tree.opened_at),
            "closed": clock.stamp(tree.closed_at or clock.now()),
        },
        actor=SYSTEM,
        readers="public",
        time=clock.stamp(clock.now()),
    )
    row = write_row(draft)
    tree.disclosure_index = main.add(row)
    return row
