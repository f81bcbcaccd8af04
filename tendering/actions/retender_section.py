"""A failed section is tendered again (重新招标): the next round, begun from the last document (L28, L42; CTS B-033)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.actions.record_exception import reason_blockers, record_exception
from tendering.models import Section, SectionException, SectionState, TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.sections import facts_of
from tendering.rules import lifecycle
from tendering.rules.document_facts import changed_content

State = TenderDocument.State


def retender_section(*, section: Section, reason: str, actor: Actor) -> TenderDocument:
    """The draft of the new round. Its trustees register anew: a key that served one opening serves no other."""
    demand(runs(actor, section))
    refuse_if(reason_blockers(reason), status=422)
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        refuse_if(lifecycle.blockers(locked.state, SectionState.DRAFT))
        last = section.documents.filter(round=locked.round).order_by("-version")[0]
        section.documents.filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
        section.trustees.update(recipient="", statement=None, signature=None, registered_at=None)
        kind = SectionException.Kind.RETENDERED
        record_exception(locked, kind, reason=reason, basis="招标投标法 28, 42", actor=actor)
        move_section(locked, SectionState.DRAFT, actor=actor, reason=reason)
        locked.round += 1
        locked.terms, locked.rule_set = {}, None
        locked.published_at = locked.deadline = locked.sale_until = locked.questions_until = None
        locked.save()
        content = changed_content(last.content, facts_of(locked, 1), {})
        draft = TenderDocument.objects.create(
            section=locked,
            round=locked.round,
            version=1,
            template=last.template,
            content={**content, "times": None, "trustees": [], "attachments": []},
            plan={},
        )
        append_entry(
            kind="section.retendered",
            subject=f"section:{locked.code}",
            body={"round": locked.round, "reason": reason},
            actor=actor,
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state, "round": locked.round})
    section.refresh_from_db()
    return draft
