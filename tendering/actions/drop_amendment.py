"""A drafted amendment that was not published is given up."""

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Amendment
from tendering.permissions import demand, runs
from tendering.rules.drafting import edit_blockers


def drop_amendment(*, amendment: Amendment, actor: Actor) -> None:
    section, document = amendment.section, amendment.document
    demand(runs(actor, section))
    with transaction.atomic():
        locked = lock_section(section)
        document.refresh_from_db()
        refuse_if(edit_blockers(locked.state, document.state, document.version))
        append_entry(
            kind="amendment.dropped",
            subject=f"section:{section.code}",
            body={"amendment": amendment.public_id, "version": document.version},
            actor=actor,
            readers="party",
        )
        amendment.delete()
        document.attachments.all().delete()
        document.delete()
