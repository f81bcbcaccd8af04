"""A file is attached to the draft of a tender document (CTS A-65)."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.edit_document import back_to_draft
from tendering.actions.lock_section import lock_section
from tendering.models import Attachment, TenderDocument
from tendering.models.public_id import public_id
from tendering.permissions import demand, runs
from tendering.queries.drafts import document_folder
from tendering.rules.drafting import MEDIA_BY_END, attachment_blockers, edit_blockers


def attach_file(
    *, document: TenderDocument, name: str, title: str, data: bytes, actor: Actor, bill: bool = False
) -> Attachment:
    """At most 8 MiB. The file lies under a random name; `name` is only what it is called. Raises Refusal."""
    section = document.section
    demand(runs(actor, section))
    taken = document.attachments.values_list("name", flat=True)
    refuse_if(attachment_blockers(name, title, len(data), taken), status=422)
    key = public_id()
    relative = f"{document_folder(section)}/attachments/{key}"
    path = Path(settings.STORE) / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    try:
        with transaction.atomic():
            locked = lock_section(section)
            document.refresh_from_db()
            refuse_if(edit_blockers(locked.state, document.state, document.version))
            attachment = Attachment.objects.create(
                public_id=key,
                document=document,
                name=name,
                title=title.strip(),
                media=MEDIA_BY_END["." + name.rpartition(".")[2].lower()],
                bill=bill,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                path=relative,
                added_by_id=actor.account_id,
                added_at=now(),
            )
            back_to_draft(document)
            append_entry(
                kind="document.attached",
                subject=f"section:{section.code}",
                body={"version": document.version, "name": name, "sha256": attachment.sha256, "bytes": len(data)},
                actor=actor,
                readers="party",
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return attachment
