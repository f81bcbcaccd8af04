"""An attachment is taken off the draft of a tender document (CTS A-65)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.dispatch import after_commit
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.edit_document import back_to_draft
from tendering.actions.lock_section import lock_section
from tendering.models import Attachment
from tendering.permissions import demand, runs
from tendering.queries.drafts import attachment_path
from tendering.rules.drafting import edit_blockers


def detach_file(*, attachment: Attachment, actor: Actor) -> None:
    """The bytes go too, unless another version of the document still has them."""
    document = attachment.document
    section = document.section
    demand(runs(actor, section))
    with transaction.atomic():
        locked = lock_section(section)
        document.refresh_from_db()
        refuse_if(edit_blockers(locked.state, document.state, document.version))
        append_entry(
            kind="document.detached",
            subject=f"section:{section.code}",
            body={"version": document.version, "name": attachment.name, "sha256": attachment.sha256},
            actor=actor,
            readers="party",
        )
        path = attachment_path(attachment)
        attachment.delete()
        back_to_draft(document)
        if not Attachment.objects.filter(path=attachment.path).exists():
            after_commit(path.unlink, missing_ok=True)
