"""Unbind a certificate: from the next request on nobody acts with it. What was signed with it stays good."""

from django.db import transaction

from prequalified.models import PartyCertificate
from prequalified.rules.binding import NOT_BOUND_HERE
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Refusal
from signing.actions.append_entry import append_entry


def unbind_certificate(*, fingerprint: str, actor: Actor) -> None:
    """A password is enough: whoever lost the key must be able to. Refused (404) for another party's certificate."""
    with transaction.atomic():
        rows = PartyCertificate.objects.select_for_update().filter(party_id=actor.party_id or 0, unbound_at=None)
        row = rows.filter(fingerprint=fingerprint).first()
        if row is None:
            raise Refusal(NOT_BOUND_HERE, 404)
        row.unbound_at = now()
        row.save(update_fields=["unbound_at"])
        body = {"certificate": fingerprint, "subject": row.subject}
        subject = f"party:{row.party_id}"
        append_entry(kind="certificate.unbound", subject=subject, body=body, actor=actor, readers="supervisor")
