"""The tenderer or its agency signs the prepared document, and everything is packed into one tender file (CTS A-66, A-67)."""

import contextlib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import canonical
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import read_container
from tendering.actions.lock_section import lock_section
from tendering.models import TenderDocument
from tendering.models.public_id import public_id
from tendering.permissions import demand, runs
from tendering.queries.drafts import attachment_path, document_folder
from tendering.rules.drafting import (
    TENDER_JSON,
    attachment_member,
    edit_blockers,
    package_manifest,
    state_blockers,
)

State = TenderDocument.State


def sign_document(
    *, document: TenderDocument, signature: bytes, package_signature: bytes, actor: Actor
) -> TenderDocument:
    """`signature`: CAdES, detached, over the canonical JSON of the content; `package_signature`: over the manifest of the
    tender file; both by the certificate of the party that acts. Verified before anything is written. Raises Refusal.
    """
    section = document.section
    demand(runs(actor, section))
    refuse_if(state_blockers(document.state, State.PREPARED))
    at, digest = now(), document.sha256
    verify_signature(canonical(document.content), signature, at=at, party_number=actor.number)
    verify_signature(package_manifest(document.content), package_signature, at=at, party_number=actor.number)
    relative = pack(document, package_signature)
    try:
        package_sha256 = read_container(Path(settings.STORE) / relative).sha256
        with transaction.atomic():
            locked = lock_section(section)
            document.refresh_from_db()
            refuse_if([*edit_blockers(locked.state, document.state, document.version), *_same(document, digest)])
            document.signature, document.package_signature = signature, package_signature
            document.signed_at, document.signed_by_id = at, actor.party_id
            document.package_path, document.package_sha256 = relative, package_sha256
            document.state = State.SIGNED
            document.save()
            append_entry(
                kind="document.signed",
                subject=f"section:{section.code}",
                body={"version": document.version, "sha256": digest, "package": package_sha256, "at": stamp(at)},
                actor=actor,
                readers="party",
            )
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            (Path(settings.STORE) / relative).unlink()
        raise
    return document


def _same(document: TenderDocument, digest: str) -> list[Blocker]:
    """Prepared anew in the meantime: the signature is over something else."""
    return state_blockers(document.state if document.sha256 == digest else State.DRAFT, State.PREPARED)


def pack(document: TenderDocument, package_signature: bytes) -> str:
    """Writes the `*.tender` file (ASiC-E) with the given signature; returns its path below the store."""
    section = document.section
    relative = f"{document_folder(section)}/{document.round}-{document.version}-{public_id()}.tender"
    path = Path(settings.STORE) / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    with ContainerWriter(path) as container:
        container.add(TENDER_JSON, canonical(document.content))
        for attachment in document.attachments.order_by("name"):
            container.add_file(attachment_member(attachment.name), attachment_path(attachment))
        container.sign(lambda _: package_signature)
    return relative
