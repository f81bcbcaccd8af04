"""The tender notice (招标公告) is written from the signed document, or rewritten (CTS A-51)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Notice, Section, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.sections import draft_of
from tendering.rules import lifecycle
from tendering.rules.drafting import state_blockers
from tendering.rules.notices import Body, body_blockers, missing_rows, tender_notice

DRAFTS = (Notice.State.DRAFT, Notice.State.RETURNED)


def draft_notice(*, section: Section, actor: Actor, title: str = "", body: Body | None = None) -> Notice:
    """Without `body`, the standard form filled in from the document. One draft a section and round; raises Refusal."""
    demand(runs(actor, section))
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if(lifecycle.state_blockers(locked.state, {lifecycle.State.DRAFT}))
        document = draft_of(section)
        refuse_if(state_blockers(document.state if document else "", TenderDocument.State.SIGNED))
        standard = tender_notice(document.content, section.tendering_project.project.funds) if document else []
        title, body = title.strip() or f"{section.name}招标公告", body or standard
        refuse_if([*body_blockers(title, body), *missing_rows(body, standard)], status=422)
        notice, _ = Notice.objects.update_or_create(
            section=section,
            round=locked.round,
            kind=Notice.Kind.TENDER,
            state__in=DRAFTS,
            defaults={"title": title, "body": body, "document": document, "state": Notice.State.DRAFT},
        )
        append_entry(
            kind="notice.drafted",
            subject=f"section:{section.code}",
            body={"notice": notice.public_id, "title": title},
            actor=actor,
            readers="party",
        )
    return notice
