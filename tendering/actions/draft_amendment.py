"""The next version of a published document is begun: a copy of the one in force, to be changed (CTS A-83, A-84)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Amendment, Attachment, Section, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.documents import document_in_force
from tendering.queries.sections import draft_of, facts_of
from tendering.rules import lifecycle
from tendering.rules.document_facts import changed_content, foreign_keys


def draft_amendment(
    *,
    section: Section,
    reason: str,
    actor: Actor,
    patch: Mapping[str, Any] | None = None,
    plan: Mapping[str, Any] | None = None,
    affects_bids: bool = True,
) -> Amendment:
    """Afterwards as for a first version: `edit_document`, `prepare_document`, `sign_document`, then `publish_amendment`."""
    demand(runs(actor, section))
    patch = patch or {}
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if([*lifecycle.state_blockers(locked.state, {lifecycle.State.PUBLISHED}), *_blockers(locked, reason)])
        refuse_if(foreign_keys(patch), status=422)
        old = document_in_force(locked)
        document = TenderDocument.objects.create(
            section=section,
            round=old.round,
            version=old.version + 1,
            template=old.template,
            content=changed_content(old.content, facts_of(section, old.version + 1), patch),
            plan=dict(plan or {}),
        )
        _copy_attachments(old, document)
        amendment = Amendment.objects.create(
            section=section,
            document=document,
            reason=reason.strip(),
            affects_bids=affects_bids,
            drafted_by_id=actor.account_id,
            drafted_at=now(),
        )
        append_entry(
            kind="amendment.drafted",
            subject=f"section:{section.code}",
            body={"amendment": amendment.public_id, "version": document.version},
            actor=actor,
            readers="party",
        )
    return amendment


def _blockers(section: Section, reason: str) -> list[Blocker]:
    found = []
    if draft_of(section) is not None:
        message = gettext_noop("已有一份正在编制的变更")
        found.append(Blocker("amendment.exists", message, remedy=gettext_noop("请先发布或放弃该变更")))
    if not reason.strip():
        found.append(Blocker("amendment.no_reason", gettext_noop("请写明变更原因"), rule="CTS A-83", place="reason"))
    return found


def _copy_attachments(old: TenderDocument, new: TenderDocument) -> None:
    """The rows are the new version's own, the bytes are shared."""
    for attachment in old.attachments.all():
        fields = ("name", "title", "media", "bill", "size", "sha256", "path", "added_by_id", "added_at")
        Attachment.objects.create(document=new, **{name: getattr(attachment, name) for name in fields})
