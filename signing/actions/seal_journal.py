"""The sealer: gives the entries of the inbox their places and chains them into their trees, in batches.

One sealer works at a time: on PostgreSQL it holds an advisory lock until its commit, on SQLite a transaction that begins
IMMEDIATE is alone. Everything of a batch (places, tree hashes, checkpoint) is one transaction, so that a kill at any line
leaves either all of it or nothing, and the next run takes up what waits. What waits is known by each row's own mark and
not by its id, for on PostgreSQL a lower id may become visible after a higher one was sealed.
"""

import logging
import threading
import time

from django.db import DatabaseError, connection, connections, transaction

from signing.actions.main_tree import MainTree
from signing.actions.sealed_trees import chain_sealed, disclose
from signing.models import JournalEntry, JournalInbox, SealedEntry, SealedTree

BATCH = 512
_ADVISORY_LOCK = 0x59616E67  # "Yang"
# The first act after a pause is sealed at once; under load the sealer rests between batches, so that it does not take the
# interpreter from the acts. Who waits for a place does not wait for this: await_entry seals by itself.
_GATHER_SECONDS = 0.02
_REST_SECONDS = 0.25
_log = logging.getLogger(__name__)


def seal_journal() -> int:
    """Seal everything that waits; returns how many entries got their place. Safe to call twice, and at once in two processes."""
    sealed = 0
    while _something_waits():
        with transaction.atomic():
            _take_lock()
            sealed += _seal_batch()
    return sealed


def await_entry(inbox_id: int) -> JournalEntry | SealedEntry:
    """The entry in its place, sealed now if need be. Call it after the commit of the act that wrote it.

    An entry of a section before its deadline is a SealedEntry (its `index` is of the sealed tree), any other a JournalEntry.
    Raises JournalInbox.DoesNotExist where no such row is visible.
    """
    for attempt in range(2):
        for model in (JournalEntry, SealedEntry):
            found = model.objects.select_related("inbox").filter(inbox_id=inbox_id).first()
            if found is not None:
                return found
        if attempt == 0:
            seal_journal()
    raise JournalInbox.DoesNotExist(f"no entry {inbox_id} waits in the inbox")


def _something_waits() -> bool:
    waiting = JournalInbox.objects.filter(chained=False).exists()
    return waiting or SealedTree.objects.filter(closed_at__isnull=False, disclosed_at=None).exists()


def _take_lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def _seal_batch() -> int:
    # Read before the rows: whatever its acts wrote into a tree seen closed here was committed earlier, and is seen below.
    closing = list(SealedTree.objects.filter(closed_at__isnull=False, disclosed_at=None).order_by("id"))
    rows = list(JournalInbox.objects.filter(chained=False).order_by("id")[:BATCH])
    main = MainTree()
    for row in rows:
        if row.tree_id is None:
            main.add(row)
    chain_sealed([row for row in rows if row.tree_id is not None])
    if len(rows) < BATCH:  # otherwise entries of a closing section may still wait
        rows += [disclose(tree, main) for tree in closing]
    main.save()
    JournalInbox.objects.filter(id__in=[row.id for row in rows]).update(chained=True)
    return len(rows)


class _Sealer(threading.Thread):
    """One thread a process; it sleeps until an act has committed."""

    def __init__(self) -> None:
        super().__init__(name="journal-sealer", daemon=True)
        self.wanted = threading.Event()
        self.working = threading.Lock()

    def run(self) -> None:
        while True:
            self.wanted.wait()
            time.sleep(_GATHER_SECONDS)
            with self.working:
                if self.wanted.is_set():
                    self.wanted.clear()
                    self._seal()
            time.sleep(_REST_SECONDS)

    def _seal(self) -> None:
        try:
            seal_journal()
        except (DatabaseError, RuntimeError):
            # Nothing is lost: the rows wait, and the sweep (signing.tasks.sweep_journal) or the next act takes them up.
            _log.exception("sealing failed; the entries wait for the next run")
        finally:
            connections.close_all()


_sealer = _Sealer()
_starting = threading.Lock()


def wake_sealer() -> None:
    """Seal soon, in this process's own thread; called after each commit that wrote an entry, and at start-up."""
    global _sealer
    if not _sealer.is_alive():
        with _starting:
            if not _sealer.is_alive():  # never started, or left behind by a fork
                _sealer = _Sealer()
                _sealer.start()
    _sealer.wanted.set()


def rest_sealer(seconds: float = 5.0) -> None:
    """Leave what waits to somebody else, and return once this process's thread works no more, or after `seconds`."""
    _sealer.wanted.clear()
    if _sealer.working.acquire(timeout=seconds):
        _sealer.working.release()
