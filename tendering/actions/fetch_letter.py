"""The addressee opens its letter for the first time: the moment is kept."""

from pathlib import Path

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.store import in_store
from signing.actions.append_entry import append_entry
from tendering.models import Letter
from tendering.permissions import demand, sees_drafts


def fetch_letter(*, letter: Letter, actor: Actor) -> Path:
    """The signed PDF, for its addressee and those who run or host the tender. Raises Refusal for others."""
    own = actor.role == "bidder" and actor.party_id == letter.party_id
    demand(letter.issued_at is not None and (own or sees_drafts(actor, letter.section)))
    if own and letter.received_at is None:
        with transaction.atomic():
            if Letter.objects.filter(pk=letter.pk, received_at=None).update(received_at=now()):
                append_entry(
                    kind="letter.received",
                    subject=f"section:{letter.section.code}",
                    body={"letter": letter.public_id},
                    actor=actor,
                    readers="party",
                )
    return in_store(letter.path)
