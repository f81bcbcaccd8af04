"""Staff switch a verified role off and on again; whoever is suspended loses the role with the next request (CTS A-09)."""

from django.db import transaction

from prequalified.actions.exchange.queue_party import queue_party
from prequalified.models import PartyRole
from prequalified.queries.directory import centres_of
from prequalified.rules.status import StatusFacts, blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry


def set_role_status(*, role_id: int, status: str, reason: str, actor: Actor) -> PartyRole:
    """`status`: verified or suspended. Raises Refusal without a reason, for one's own role, or from another state."""
    with transaction.atomic():
        rows = PartyRole.objects.filter(party__centre__in=centres_of(actor))
        role = rows.select_related("party").select_for_update(of=("self",)).filter(pk=role_id).first()
        if role is None:
            raise Refusal(Blocker("role.unknown", gettext_noop("没有这个主体。")), 404)
        own = role.party_id == actor.party_id and role.role == actor.role
        refuse_if(blockers(StatusFacts(role.status, status, reason, own)))
        before, role.status = role.status, status
        role.switched_at, role.switched_by_id, role.switch_reason = now(), actor.account_id, reason.strip()[:4000]
        role.save()
        body = {"role": role.role, "from": before, "to": status, "reason": role.switch_reason}
        subject = f"party:{role.party_id}"
        append_entry(kind="party.status_changed", subject=subject, body=body, actor=actor, readers="supervisor")
        queue_party(role.party)
    return role
