"""Staff verify an application: what it says comes into force, and the peers are told (CTS A-05, A-07, A-10)."""

from django.db import transaction

from prequalified.actions.decided import record_decision
from prequalified.actions.edit_application import proposed_name_blockers
from prequalified.actions.exchange.queue_party import queue_party
from prequalified.actions.lock_application import lock_for_staff
from prequalified.models import Account, Application, RoleStatus
from prequalified.rules.registration import decision_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def verify_application(*, application_id: int, actor: Actor) -> Application:
    """Two of the staff at once: one decides, the other is told. Refused when the new name was taken meanwhile."""
    with transaction.atomic():
        application = lock_for_staff(application_id, actor)
        party = application.party_role.party
        own = application.party_role.party_id == actor.party_id
        refuse_if(decision_blockers(application.status, "verify", own))
        refuse_if(proposed_name_blockers(party, application.name))
        _put_in_force(application)
        if application.name:
            body = {"from": party.name, "to": application.name}
            append_entry(kind="party.renamed", subject=f"party:{party.pk}", body=body, actor=actor)
            party.name = application.name
            party.save()
        record_decision(application, Application.Status.VERIFIED, "", actor)
        queue_party(party)
    return application


def _put_in_force(application: Application) -> None:
    role, party = application.party_role, application.party_role.party
    party.details = {**party.details, role.role: application.details}
    party.save()
    if role.status != RoleStatus.SUSPENDED:
        role.status, role.verified_at = RoleStatus.VERIFIED, now()
        role.save(update_fields=["status", "verified_at"])
    # Mail goes where the verified details say.
    Account.objects.filter(pk=application.applied_by_id or 0).update(email=application.details.get("email", ""))
