"""The result is evaluated again (重新评标), for one of the reasons of the law, decided by the centre (87-64; T54, T82)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.actions.record_exception import reason_blockers, record_exception
from tendering.models import Section, SectionException, SectionState
from tendering.permissions import demand, hosts
from tendering.rules import lifecycle


def reevaluate_section(*, section: Section, reason: str, basis: str, actor: Actor) -> SectionException:
    """The ranking so far stays in the rows; a new one gets the next number. Raises Refusal."""
    demand(hosts(actor, section))
    refuse_if(reason_blockers(reason), status=422)
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        refuse_if(lifecycle.blockers(locked.state, SectionState.EVALUATING))
        move_section(locked, SectionState.EVALUATING, actor=actor, reason=reason)
        kind = SectionException.Kind.REEVALUATED
        exception = record_exception(locked, kind, reason=reason, basis=basis, actor=actor)
        append_entry(
            kind="section.reevaluated",
            subject=f"section:{locked.code}",
            body={"round": locked.round, "reason": reason, "basis": basis},
            actor=actor,
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return exception
