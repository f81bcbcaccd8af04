"""The ways in which an upload ends without becoming a bid: its bidder stops it, it is refused, its time is over."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from runtime.actor import SYSTEM, Actor
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.actions.append_entry import append_entry
from tendering.actions.hash_upload import forget
from tendering.actions.receive_bytes import destroy_file
from tendering.models import Section, Upload
from tendering.queries.store import bid_relative, upload_path


def terminate_upload(*, upload: Upload, actor: Actor) -> None:
    """The bidder gives it up (tus termination). Ending it twice changes nothing."""
    _end(upload, Upload.State.TERMINATED, "upload.terminated", actor, [])


def refuse_upload(*, upload: Upload, refusal: Refusal, actor: Actor) -> None:
    """What arrived is no bid: its bytes go, the reasons stay in the journal."""
    _end(upload, Upload.State.REFUSED, "bid.refused", actor, [blocker.as_data() for blocker in refusal.blockers])


def destroy_unfinished(section: Section) -> int:
    """After the deadline: a transfer not finished is refused and its bytes are destroyed (20号令 27). Returns how many.

    Idempotent: a row ends once, under its lock; one whose delivery won the race is left alone.
    """
    late = section.uploads.filter(state=Upload.State.RECEIVING, round=section.round)
    return sum(_end(upload, Upload.State.EXPIRED, "upload.late", SYSTEM, []) for upload in late)


def sweep_uploads() -> int:
    """Destroys what has expired, or lost its section's deadline; and bytes that a crash left behind. Returns how many rows."""
    moment = now()
    over = Q(expires_at__lte=moment) | Q(section__deadline__lte=moment)
    stale = Upload.objects.filter(over, state=Upload.State.RECEIVING).select_related("section", "party")
    ended = sum(_end(upload, Upload.State.EXPIRED, "upload.late", SYSTEM, []) for upload in stale)
    recent = moment - dt.timedelta(days=1)
    for upload in (
        Upload.objects.exclude(state=Upload.State.RECEIVING).filter(ended_at__gte=recent).select_related("section")
    ):
        _destroy(upload)
    return ended


def _end(upload: Upload, state: str, kind: str, actor: Actor, reasons: list[dict[str, object]]) -> bool:
    """One transaction: the row's end and its entry; the bytes go right after, and again with the sweep if that is cut short."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state != Upload.State.RECEIVING:
            return False
        locked.state, locked.ended_at, locked.digests = state, now(), {}
        locked.save(update_fields=["state", "ended_at", "digests"])
        append_entry(
            kind=kind,
            subject=f"section:{upload.section.code}",
            body={
                "upload": str(upload.id),
                "bidder": upload.party.number,
                "sha256": upload.digests.get("sha256", ""),
                "reasons": reasons,
            },
            actor=actor,
            readers="party",
            sealed_until=upload.section.code,
        )
    upload.state = state
    forget(upload)
    _destroy(upload)
    return True


def _destroy(upload: Upload) -> None:
    """Both names of the bytes: a delivery that was killed before its commit may have left the second one."""
    destroy_file(upload_path(upload))
    if upload.bid_id is None:  # type: ignore[attr-defined]
        in_store(bid_relative(upload)).unlink(missing_ok=True)
