"""Hand an application in for verification; from then on it is locked (CTS A-06)."""

from django.db import transaction

from prequalified.actions.edit_application import proposed_name_blockers
from prequalified.actions.lock_application import lock_own
from prequalified.models import Application, PartyRole, RoleStatus
from prequalified.rules import details
from prequalified.rules.registration import move_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def submit_application(*, application_id: int, actor: Actor) -> Application:
    """Raises Refusal with all missing or malformed details at once, or when it is locked already."""
    with transaction.atomic():
        application = lock_own(application_id, actor)
        role = application.party_role
        refuse_if(move_blockers(application.status, "submit"))
        missing = details.blockers(role.role, application.details)
        refuse_if(missing + proposed_name_blockers(role.party, application.name), 422)
        application.status, application.reasons = Application.Status.SUBMITTED, ""
        application.applied_by_id, application.applied_at = actor.account_id, now()
        application.save()
        mark(role, RoleStatus.SUBMITTED)
        body = {"role": role.role, "application": application.pk}
        subject = f"party:{role.party_id}"
        append_entry(kind="application.submitted", subject=subject, body=body, actor=actor, readers="supervisor")
    return application


def mark(role: PartyRole, status: RoleStatus) -> None:
    """A role that never came into force shows where its registration stands; one in force, or suspended, stays so."""
    if not role.was_verified:
        role.status = status
        role.save(update_fields=["status"])
