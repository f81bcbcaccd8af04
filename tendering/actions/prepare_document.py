"""The content of a document is frozen for signature: times, trustees and attachments are filled in."""

import hashlib
from typing import Any

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, refuse_if
from signing.actions.append_entry import append_entry
from signing.rules.canonical import canonical
from signing.rules.tender_terms import terms_of
from tendering.actions.edit_document import back_to_draft
from tendering.actions.lock_section import lock_section
from tendering.models import Section, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.drafts import attachment_data, trustee_facts, trustee_places
from tendering.queries.rule_sets import calendar, rules_for
from tendering.queries.sections import facts_of
from tendering.rules.document import prepare_blockers
from tendering.rules.document_facts import changed_content
from tendering.rules.drafting import edit_blockers
from tendering.rules.schedule import amended_times, stated_times
from tendering.rules.templates import written_chapters


def prepare_document(*, document: TenderDocument, actor: Actor) -> TenderDocument:
    """Raises Refusal with every fault of every part at once. What is to be signed afterwards are the canonical JSON of
    `content` (`sha256`) and the manifest of the tender file (rules.drafting.package_manifest).
    """
    section = document.section
    demand(runs(actor, section))
    at = now()
    with transaction.atomic():
        locked = lock_section(section)
        document.refresh_from_db()
        refuse_if(edit_blockers(locked.state, document.state, document.version))
        content = changed_content(document.content, facts_of(section, document.version), {})
        refuse_if(blockers(section, document, content), status=422)
        content |= {
            "times": _times(locked, document),
            "trustees": [each.as_data() for each in trustee_facts(section)],
            "attachments": attachment_data(document),
            "text": written_chapters(content),
        }
        terms_of(content)  # what every bidder's client will read: better refused here than there
        back_to_draft(document)
        document.content, document.state = content, TenderDocument.State.PREPARED
        document.sha256 = hashlib.sha256(canonical(content)).hexdigest()
        document.save()
        append_entry(
            kind="document.prepared",
            subject=f"section:{section.code}",
            body={"version": document.version, "sha256": document.sha256, "times": content["times"], "at": stamp(at)},
            actor=actor,
            readers="party",
        )
    return document


def blockers(section: Section, document: TenderDocument, content: dict[str, Any]) -> list[Blocker]:
    """All that stands against preparing `content` now; the editor shows the same list."""
    at = now()
    return prepare_blockers(
        content,
        facts_of(section, document.version),
        document.plan,
        trustee_places(section),
        document.attachments.filter(bill=True).count(),
        at,
        rules_for(section, at),
        calendar(),
    )


def _times(section: Section, document: TenderDocument) -> dict[str, str]:
    at = now()
    rules = rules_for(section, at)
    if document.version == 1:
        return stated_times(document.plan, at, rules, calendar())
    old = section.documents.get(round=section.round, state=TenderDocument.State.PUBLISHED).content["times"]
    old = {**old, "deadline": stamp(section.deadline)} if section.deadline else old
    affects = document.amendment.affects_bids
    return amended_times(document.plan, old, at, affects, rules, calendar())
