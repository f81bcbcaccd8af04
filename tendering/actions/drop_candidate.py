"""A candidate loses its place on one of the four grounds of the law (条例 55)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.models import Candidate, SectionState
from tendering.permissions import demand, hosts, is_tenderer
from tendering.rules import award, lifecycle


def drop_candidate(*, candidate: Candidate, ground: str, reason: str, actor: Actor) -> Candidate:
    """`ground`: abandoned, force_majeure, no_performance_bond or violation. Before the award. Raises Refusal."""
    section = candidate.section
    demand(is_tenderer(actor, section) or hosts(actor, section))
    allowed = {lifecycle.State(SectionState.EVALUATED), lifecycle.State(SectionState.PUBLICITY)}
    with transaction.atomic():
        locked = lock_section(section)
        candidate.refresh_from_db()
        refuse_if(lifecycle.state_blockers(locked.state, allowed))
        refuse_if(award.drop_blockers(ground, reason, candidate.out_at is not None), status=422)
        candidate.out_at, candidate.out_reason = now(), f"{ground}: {reason.strip()}"
        candidate.save(update_fields=["out_at", "out_reason"])
        append_entry(
            kind="candidate.dropped",
            subject=f"section:{section.code}",
            body={"rank": candidate.rank, "bidder": candidate.party.number, "ground": ground, "reason": reason},
            actor=actor,
        )
    return candidate
