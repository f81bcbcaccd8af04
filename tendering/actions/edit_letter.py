"""A letter's text or reasons are changed before it is verified (CTS A-172, A-173)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Letter
from tendering.permissions import demand, runs
from tendering.rules.questions import text_blockers


def edit_letter(*, letter: Letter, text: str, reasons: str, actor: Actor) -> Letter:
    """A verified letter that is changed must be verified anew. Raises Refusal for an issued one."""
    section = letter.section
    demand(runs(actor, section))
    refuse_if(text_blockers(text, "text"), status=422)
    with transaction.atomic():
        lock_section(section)
        letter.refresh_from_db()
        if letter.issued_at is not None:
            refuse_if([Blocker("award.letter_issued", gettext_noop("此通知书已经发出"))])
        letter.text, letter.reasons, letter.verified_at, letter.verified_by = text.strip(), reasons.strip(), None, None
        letter.save()
        append_entry(
            kind="letter.edited",
            subject=f"section:{section.code}",
            body={"letter": letter.public_id, "kind": letter.kind},
            actor=actor,
            readers="party",
        )
    return letter
