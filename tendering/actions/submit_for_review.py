"""Document and notice go into the internal review and are locked from now on (CTS A-52)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.draft_notice import DRAFTS, draft_notice
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.models import Notice, Section, SectionState, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.sections import draft_of, facts_of
from tendering.rules import lifecycle
from tendering.rules.document_facts import disagreements


def submit_for_review(*, section: Section, actor: Actor) -> Notice:
    """Writes the notice in its standard form where nobody has written one. Raises Refusal with every reason."""
    demand(runs(actor, section))
    with transaction.atomic():
        locked = lock_section(section)
        document = draft_of(locked)
        refuse_if([*lifecycle.blockers(locked.state, SectionState.REVIEW), *_blockers(section, document)])
        notice = section.notices.filter(round=locked.round, kind=Notice.Kind.TENDER, state__in=DRAFTS).first()
        if notice is None or notice.document_id != (document.pk if document else None):
            notice = draft_notice(section=section, actor=actor)
        notice.state, notice.submitted_at, notice.submitted_by_id = Notice.State.SUBMITTED, now(), actor.account_id
        notice.approved_at = notice.approved_by = notice.returned_at = notice.returned_by = None
        notice.save()
        move_section(locked, SectionState.REVIEW, actor=actor)
        append_entry(
            kind="notice.submitted",
            subject=f"section:{section.code}",
            body={"notice": notice.public_id, "document": document.sha256 if document else ""},
            actor=actor,
            readers="party",
        )
        announce(f"section:{section.code}", "moved", {"state": SectionState.REVIEW.value})
    section.state = locked.state
    return notice


def _blockers(section: Section, document: TenderDocument | None) -> list[Blocker]:
    if document is None or document.state != TenderDocument.State.SIGNED:
        message = gettext_noop("招标文件尚未签名，不能提交审核")
        return [Blocker("document.not_signed", message, rule="CTS A-66", remedy=gettext_noop("请先核对并签名"))]
    return disagreements(document.content, facts_of(section, document.version))
