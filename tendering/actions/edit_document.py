"""The draft of a tender document is changed; a signature that it had is void with that (CTS A-60 to A-63)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.sections import facts_of
from tendering.rules.document_facts import changed_content, foreign_keys
from tendering.rules.drafting import edit_blockers

State = TenderDocument.State


def edit_document(
    *, document: TenderDocument, patch: Mapping[str, Any], actor: Actor, plan: Mapping[str, Any] | None = None
) -> TenderDocument:
    """`patch` replaces whole parts of the content; `plan` None leaves the wishes for the times. Raises Refusal."""
    section = document.section
    demand(runs(actor, section))
    with transaction.atomic():
        locked = lock_section(section)
        document.refresh_from_db()
        refuse_if([*edit_blockers(locked.state, document.state, document.version), *foreign_keys(patch)])
        document.content = changed_content(document.content, facts_of(section, document.version), patch)
        if plan is not None:
            document.plan = dict(plan)
        back_to_draft(document)
        append_entry(
            kind="document.edited",
            subject=f"section:{section.code}",
            body={"version": document.version, "parts": sorted(patch)},
            actor=actor,
            readers="party",
        )
    return document


def back_to_draft(document: TenderDocument) -> None:
    """What was prepared or signed is a draft again; saves the row."""
    document.state, document.sha256 = State.DRAFT, ""
    document.signature = document.package_signature = None
    document.signed_at = document.signed_by = None
    document.package_path = document.package_sha256 = ""
    document.save()
