"""Staff send an application back with every reason at once (一次性告知)."""

from django.db import transaction

from prequalified.actions.decided import record_decision
from prequalified.actions.lock_application import lock_for_staff
from prequalified.actions.submit_application import mark
from prequalified.models import Application, RoleStatus
from prequalified.rules.registration import decision_blockers, refusal_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if


def refuse_application(*, application_id: int, reasons: str, actor: Actor) -> Application:
    """What was in force before stays in force; the applicant may correct and apply again."""
    with transaction.atomic():
        application = lock_for_staff(application_id, actor)
        own = application.party_role.party_id == actor.party_id
        refuse_if(decision_blockers(application.status, "refuse", own))
        refuse_if(refusal_blockers(reasons), 422)
        mark(application.party_role, RoleStatus.REFUSED)
        record_decision(application, Application.Status.REFUSED, reasons.strip()[:4000], actor)
    return application
