"""What the beat starts for the journal and for trust. Each task takes nothing, calls one action, and may be delivered twice."""

from celery import shared_task

from signing.actions.fetch_crls import fetch_crls
from signing.actions.publish_checkpoint import publish_checkpoint, timestamp_openings
from signing.actions.publish_commitment import publish_commitment
from signing.actions.seal_journal import seal_journal

# For config.celery: name → (task, seconds).
BEAT = {
    "seal what waits": ("signing.tasks.sweep_journal", 60.0),
    "commit to the sealed trees": ("signing.tasks.commit_sealed_trees", 60.0),
    "fetch revocation lists": ("signing.tasks.fetch_revocation_lists", 6 * 3600.0),
    "timestamp the openings": ("signing.tasks.timestamp_disclosures", 60.0),
    "timestamp the checkpoint": ("signing.tasks.timestamp_checkpoint", 600.0),
}


@shared_task(name="signing.tasks.sweep_journal")
def sweep_journal() -> int:
    """Seal what a killed process left waiting. Delivered twice: the second finds nothing waiting and does nothing."""
    return seal_journal()


@shared_task(name="signing.tasks.commit_sealed_trees")
def commit_sealed_trees() -> str:
    """The commitment of this interval. Delivered twice, or started every minute: one an interval is made (unique `due`)."""
    return publish_commitment().due.isoformat()


@shared_task(name="signing.tasks.timestamp_checkpoint")
def timestamp_checkpoint(reason: str = "") -> str:
    """This hour's (or this reason's) timestamp on the newest checkpoint. Delivered twice: the first stands (unique `reason`)."""
    made = publish_checkpoint(reason)
    return made.reason if made else ""


@shared_task(name="signing.tasks.fetch_revocation_lists")
def fetch_revocation_lists() -> int:
    """Newer revocation lists of the trusted CAs. Delivered twice: the second finds nothing new."""
    return fetch_crls()


@shared_task(name="signing.tasks.timestamp_disclosures")
def timestamp_disclosures() -> int:
    """A timestamp for each opening without one. Delivered twice: the second finds it made (unique `reason`)."""
    return timestamp_openings()
