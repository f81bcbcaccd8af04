"""The tender of a section fails (流标): too few bids, none valid, no winner left (L28, L42; T44; 87-41, 43, 44)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.actions.record_exception import exception_notice, reason_blockers, record_exception
from tendering.models import Notice, Section, SectionException, SectionState
from tendering.permissions import demand, hosts
from tendering.rules import lifecycle


def fail_section(*, section: Section, reason: str, actor: Actor, basis: str = "") -> SectionException:
    """By staff, or by the system where the count alone decides (the opening). Public from this moment.

    May be called inside the transaction of another act; `section.state` is renewed. Raises Refusal.
    """
    demand(actor.role == "system" or hosts(actor, section))
    refuse_if(reason_blockers(reason), status=422)
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if(lifecycle.blockers(locked.state, SectionState.FAILED))
        move_section(locked, SectionState.FAILED, actor=actor, reason=reason)
        kind = SectionException.Kind.FAILED
        exception = record_exception(locked, kind, reason=reason, basis=basis, actor=actor)
        notice = exception_notice(locked, Notice.Kind.FAILURE, exception, actor)
        append_entry(
            kind="section.failed",
            subject=f"section:{locked.code}",
            body={
                "round": locked.round,
                "reason": reason,
                "basis": basis,
                "notice": notice.public_id,
                "sha256": notice.sha256,
            },
            actor=actor,
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return exception
