"""Take an application back before it is decided, to correct it."""

from django.db import transaction

from prequalified.actions.lock_application import lock_own
from prequalified.actions.submit_application import mark
from prequalified.models import Application, RoleStatus
from prequalified.rules.registration import move_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def recall_application(*, application_id: int, actor: Actor) -> Application:
    """A draft again. Raises Refusal once it is decided: who comes first, applicant or staff, wins."""
    with transaction.atomic():
        application = lock_own(application_id, actor)
        refuse_if(move_blockers(application.status, "recall"))
        application.status = Application.Status.DRAFT
        application.save(update_fields=["status"])
        role = application.party_role
        mark(role, RoleStatus.DRAFT)
        body = {"role": role.role, "application": application.pk}
        subject = f"party:{role.party_id}"
        append_entry(kind="application.recalled", subject=subject, body=body, actor=actor, readers="supervisor")
    return application
