"""Every ten minutes one entry of the same shape, whether or not anything happened (protocol §5, sealed journal)."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction

from runtime import clock
from runtime.actor import SYSTEM
from signing.actions.append_entry import append_entry
from signing.models import Commitment, CommittedTree, SealedRoot, SealedTree
from signing.rules.merkle import EMPTY_ROOT
from signing.rules.sealed_journal import commitment, commitment_root, commitment_salt

INTERVAL_SECONDS = 600


def publish_commitment() -> Commitment:
    """Commit to the root and size of every section's tree that is not disclosed yet, once an interval.

    Called again in the same interval, or by two processes at once, it returns the one that stands.
    """
    due = _interval_start(clock.now())
    standing = Commitment.objects.filter(due=due).first()
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            return _publish(due)
    except IntegrityError:  # the other process was first
        return Commitment.objects.get(due=due)


def _interval() -> int:
    return int(getattr(settings, "COMMITMENT_SECONDS", INTERVAL_SECONDS))


def _previous(due: dt.datetime) -> str:
    """When the commitment before this one was due (the first names itself): nobody can leave one out between two."""
    before = Commitment.objects.filter(due__lt=due).order_by("-due").values_list("due", flat=True).first()
    return clock.stamp(before or due)


def _interval_start(moment: dt.datetime) -> dt.datetime:
    seconds = _interval()
    return dt.datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, dt.UTC)


def _publish(due: dt.datetime) -> Commitment:
    stamp, filler = clock.stamp(due), secrets.token_bytes(32)
    parts = []
    for tree in SealedTree.objects.filter(disclosed_at=None).order_by("id"):
        size, root = _tree_head(tree)
        value = commitment(commitment_salt(bytes(tree.secret), stamp), root, size)
        parts.append(CommittedTree(tree=tree, size=size, value=value))
    root = commitment_root([bytes(part.value) for part in parts], filler)
    body = {"due": stamp, "root": root.hex(), "previous": _previous(due), "every": _interval()}
    row = append_entry(kind="journal.commitment", subject="journal", body=body, actor=SYSTEM)
    made = Commitment.objects.create(due=due, root=root, filler=filler, inbox=row)
    for part in parts:
        part.commitment = made
    CommittedTree.objects.bulk_create(parts)
    return made


def _tree_head(tree: SealedTree) -> tuple[int, bytes]:
    last = SealedRoot.objects.filter(tree=tree).order_by("-size").values_list("size", "root").first()
    return (last[0], bytes(last[1])) if last else (0, EMPTY_ROOT)
