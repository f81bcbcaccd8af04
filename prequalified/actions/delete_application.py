"""Delete a draft or refused application; the journal keeps that it was (CTS A-08)."""

from django.db import transaction

from prequalified.actions.lock_application import lock_own
from prequalified.rules.registration import move_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def delete_application(*, application_id: int, actor: Actor) -> None:
    """With an application for a role that never came into force, the role goes too."""
    with transaction.atomic():
        application = lock_own(application_id, actor)
        refuse_if(move_blockers(application.status, "delete"))
        role = application.party_role
        body = {"role": role.role, "application": application.pk, "status": application.status}
        subject = f"party:{role.party_id}"
        append_entry(kind="application.deleted", subject=subject, body=body, actor=actor, readers="supervisor")
        application.delete()
        if not role.was_verified:
            role.delete()
