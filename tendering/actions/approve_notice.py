"""The internal review finds document and notice in order: who and when stand in the row and the journal (CTS A-52)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Notice
from tendering.permissions import demand, is_agency, is_tenderer
from tendering.queries.rule_sets import rules_for
from tendering.rules.notices import review_blockers

State = Notice.State


def approve_notice(*, notice: Notice, actor: Actor) -> Notice:
    """By the tenderer; what an agency drew up its principal reviews, not the agency itself. Raises Refusal."""
    section = notice.section
    own = section.tendering_project.project.agency_id is None or is_tenderer(actor, section)
    demand((is_tenderer(actor, section) or is_agency(actor, section)) and own)
    at = now()
    four_eyes = rules_for(section, at).says("other_person_reviews")
    with transaction.atomic():
        lock_section(section)
        notice.refresh_from_db()
        refuse_if(review_blockers(notice.state, State.SUBMITTED, actor.account_id, notice.submitted_by_id, four_eyes))
        notice.state, notice.approved_at, notice.approved_by_id = State.APPROVED, at, actor.account_id
        notice.save(update_fields=["state", "approved_at", "approved_by"])
        append_entry(
            kind="notice.approved",
            subject=f"section:{section.code}",
            body={"notice": notice.public_id, "kind": notice.kind},
            actor=actor,
            readers="party",
        )
    return notice
