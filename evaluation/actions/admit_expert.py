"""Staff decide about an expert: admit, refuse, suspend, reinstate, remove (A-218, A-222)."""

from django.db import transaction

from evaluation.models import Expert
from evaluation.permissions import demand_expert_base
from evaluation.rules.admission import MOVES, status_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def set_expert_status(*, expert: Expert, status: str, actor: Actor, reasons: str = "") -> Expert:
    """The new status with who, when and why. Raises Refusal for a move the base does not know, or without reasons."""
    demand_expert_base(actor, expert)
    refuse_if(status_blockers(expert.status, status, reasons))
    with transaction.atomic():
        locked = Expert.objects.select_for_update().select_related("party", "centre").get(pk=expert.pk)
        refuse_if(status_blockers(locked.status, status, reasons))
        act = MOVES[(locked.status, status)]
        locked.status, locked.reasons = status, reasons.strip()
        locked.decided_by_id, locked.decided_at = actor.account_id, now()
        locked.save(update_fields=["status", "reasons", "decided_by", "decided_at"])
        body = {"number": locked.party.number, "status": status, "reasons": locked.reasons}
        append_entry(
            kind=f"expert.{act}", subject=f"expert:{locked.party.number}", body=body, actor=actor, readers="supervisor"
        )
    return locked


def admit_expert(*, expert: Expert, actor: Actor) -> Expert:
    return set_expert_status(expert=expert, status="admitted", actor=actor)
