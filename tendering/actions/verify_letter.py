"""A letter is verified before it goes out: who and when (CTS A-172, A-174)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Letter
from tendering.permissions import demand, hosts, is_tenderer


def verify_letter(*, letter: Letter, actor: Actor) -> Letter:
    """By the tenderer or the centre's staff. Raises Refusal where it was verified or issued before."""
    section = letter.section
    demand(is_tenderer(actor, section) or hosts(actor, section))
    with transaction.atomic():
        lock_section(section)
        letter.refresh_from_db()
        if letter.verified_at is not None:
            refuse_if([Blocker("award.letter_verified", gettext_noop("此通知书已经核验"))])
        letter.verified_at, letter.verified_by_id = now(), actor.account_id
        letter.save(update_fields=["verified_at", "verified_by"])
        append_entry(
            kind="letter.verified",
            subject=f"section:{section.code}",
            body={"letter": letter.public_id, "kind": letter.kind},
            actor=actor,
            readers="party",
        )
    return letter
