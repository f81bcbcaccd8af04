"""Timestamping checkpoints, every hour and at each opening, so that the journal's past cannot be made up later (protocol §5)."""

import datetime as dt
from hashlib import sha256

from django.db import IntegrityError, transaction

from runtime import clock
from signing.actions.seal_journal import seal_journal
from signing.actions.timestamp_digest import timestamp_digest
from signing.models import Checkpoint, CheckpointTimestamp, SealedTree


def publish_checkpoint(reason: str = "") -> CheckpointTimestamp | None:
    """Seal what waits and put an RFC 3161 timestamp on the newest checkpoint's signed note; None while the journal is empty.

    `reason` names what it is for (`opening:BSC-…/1`), by default this hour; a second call for the same reason returns the
    first one's. The authority may be slow, so this must stand outside a transaction. Raises Refusal `timestamp.…`.
    """
    reason = reason or f"hour:{clock.stamp(clock.now())[:13]}"
    standing = CheckpointTimestamp.objects.filter(reason=reason).select_related("checkpoint").first()
    if standing is not None:
        return standing
    seal_journal()
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        return None
    token = timestamp_digest(sha256(newest.note.encode()).digest())
    try:
        with transaction.atomic():
            return CheckpointTimestamp.objects.create(checkpoint=newest, token=token, reason=reason, at=clock.now())
    except IntegrityError:  # another process was first
        return CheckpointTimestamp.objects.get(reason=reason)


def timestamp_openings() -> int:
    """A timestamp for every opening of the last week that has none yet; returns how many were made.

    An opening is a section's disclosure (reason `opening:<section>/<number>`). Called from the beat, so that an authority
    that did not answer is asked again, and the opening itself does not wait for it.
    """
    recent = SealedTree.objects.filter(disclosed_at__gte=clock.now() - dt.timedelta(days=7)).order_by("disclosed_at")
    reasons = [f"opening:{tree}" for tree in recent]
    standing = set(CheckpointTimestamp.objects.filter(reason__in=reasons).values_list("reason", flat=True))
    missing = [reason for reason in reasons if reason not in standing]
    for reason in missing:
        publish_checkpoint(reason)
    return len(missing)
