"""A version of the document is taken; a bidder becomes a holder, which nobody else learns before the deadline."""

from pathlib import Path

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.store import in_store
from signing.actions.append_entry import append_entry
from signing.rules.canonical import canonical
from tendering.models import DocumentDownload, TenderDocument
from tendering.permissions import demand, sees_section
from tendering.queries.sections import own_tender

OPEN = (TenderDocument.State.PUBLISHED, TenderDocument.State.SUPERSEDED)


def download_document(*, document: TenderDocument, actor: Actor) -> DocumentDownload | None:
    """To be called before the bytes are handed out. Recorded once a version and bidder (CTS A-68; 20号令 21); others may
    read a published document without being recorded. None for them. Raises Refusal for an unpublished version.
    """
    section = document.section
    if document.state not in OPEN:
        demand(sees_section(actor, section) and actor.role not in ("bidder", "citizen"))
        return None
    if actor.role != "bidder" or actor.party_id is None or own_tender(section, actor.party_id):
        return None
    with transaction.atomic():
        download, first = DocumentDownload.objects.get_or_create(
            document=document,
            party_id=actor.party_id,
            defaults={"section": section, "account_id": actor.account_id, "downloaded_at": now()},
        )
        if first:
            append_entry(
                kind="document.downloaded",
                subject=f"section:{section.code}",
                body={"download": download.public_id, "version": document.version, "sha256": document.sha256},
                actor=actor,
                readers="party",
                sealed_until=section.code,
            )
    return download


def tender_json(document: TenderDocument) -> bytes:
    """The canonical JSON that was signed: what `yangguang bid seal --tender` reads."""
    return canonical(document.content)


def tender_file(document: TenderDocument) -> Path:
    """The packed tender file (`*.tender`)."""
    return in_store(document.package_path)
