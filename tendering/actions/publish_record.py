"""The opening record gets the platform's signature as soon as it exists, and is published as a signed PDF once it is closed.

Slow (signature, timestamp, PDF), so outside the opening's lock. Each part looks whether it is still to be done, so that a
task, the sweep and a reader may all come here, in any order and at once.
"""

import json
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.outbox import announce
from runtime.store import in_store
from signing.actions.append_entry import append_entry
from signing.actions.sign_paper import sign_detached_as_platform
from signing.actions.sign_pdf import sign_pdf
from signing.reports.paper import Signature
from tendering.actions.lock_opening import lock_opening
from tendering.actions.print_receipt import write_whole
from tendering.events import PUBLISHED, hall_room
from tendering.models import Opening
from tendering.queries.store import record_relative
from tendering.reports.opening_record import opening_record_pdf
from tendering.rules.decryption import CAUSES
from tendering.rules.opening import Stage


def publish_record(opening: Opening) -> Opening:
    """Do what is due of the two; returns the opening as it then stands."""
    if opening.record is not None and opening.platform_signature is None:
        signature = sign_detached_as_platform(bytes(opening.record))
        Opening.objects.filter(pk=opening.pk, platform_signature=None).update(platform_signature=signature)
        opening.refresh_from_db()
    if opening.state == Stage.CLOSED and not opening.pdf_path:
        _publish(opening)
        opening.refresh_from_db()
    return opening


def _publish(opening: Opening) -> None:
    pdf = _pdf(opening)
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        if locked.pdf_path:
            return
        locked.pdf_path, locked.published_at = record_relative(locked), now()
        locked.pdf_sha256 = sha256(pdf).hexdigest()
        write_whole(in_store(locked.pdf_path), pdf)
        locked.save(update_fields=["pdf_path", "pdf_sha256", "published_at"])
        body = {"round": locked.round, "record": locked.record_sha256, "pdf": locked.pdf_sha256}
        append_entry(kind="opening.record_published", subject=f"section:{locked.section.code}", body=body, actor=SYSTEM)
        announce(hall_room(locked.section.code, locked.round), PUBLISHED, {"record": locked.record_sha256})


def _pdf(opening: Opening) -> bytes:
    signatures = [
        Signature(each.party.name, "投标人", each.signed_at, each.certificate)
        for each in opening.signatures.select_related("party")
    ]
    pdf = opening_record_pdf(
        json.loads(bytes(opening.record or b"{}")),
        opening.record_sha256,
        CAUSES,
        signatures,
        opening.closed_at or now(),
        f"{settings.PUBLIC_URL}/check/?sha256={opening.record_sha256}",
    )
    return sign_pdf(pdf, name=f"{opening.section.code}-{opening.round}.pdf")


def sweep_records() -> int:
    """Records whose signature or paper a crash cut short. Returns how many were looked at."""
    unsigned = Opening.objects.filter(state=Stage.RECORD, platform_signature=None)
    unpublished = Opening.objects.filter(state=Stage.CLOSED, pdf_path="")
    waiting = list((unsigned | unpublished).select_related("section__tendering_project__project__centre"))
    for opening in waiting:
        publish_record(opening)
    return len(waiting)
