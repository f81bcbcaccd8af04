"""The internal review or the centre sends a notice back with its reason; for a tender notice the document is unlocked."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.models import Notice, SectionState
from tendering.permissions import demand, hosts, is_tenderer
from tendering.rules.notices import review_blockers

State = Notice.State


def return_notice(*, notice: Notice, reason: str, actor: Actor) -> Notice:
    """By the tenderer from the internal review, by the centre's staff from the verification. Raises Refusal."""
    section = notice.section
    reviewing = notice.state == State.SUBMITTED
    demand(is_tenderer(actor, section) if reviewing else hosts(actor, section))
    if not reason.strip():
        message = gettext_noop("请写明退回原因")
        refuse_if([Blocker("notice.no_reason", message, rule="CTS A-52, A-53", place="reason")], status=422)
    with transaction.atomic():
        locked = lock_section(section)
        notice.refresh_from_db()
        wanted = State.SUBMITTED if reviewing else State.APPROVED
        refuse_if(review_blockers(notice.state, wanted, None, None, False))
        notice.state, notice.return_reason = State.RETURNED, reason.strip()
        notice.returned_at, notice.returned_by_id = now(), actor.account_id
        notice.save()
        if locked.state == SectionState.REVIEW:
            move_section(locked, SectionState.DRAFT, actor=actor, reason=notice.return_reason)
        append_entry(
            kind="notice.returned",
            subject=f"section:{section.code}",
            body={"notice": notice.public_id, "reason": notice.return_reason},
            actor=actor,
            readers="party",
        )
        announce(f"section:{section.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return notice
