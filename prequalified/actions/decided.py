"""The end of both decisions: who decided what, when, and why, on the row and in the journal (CTS A-04)."""

from prequalified.models import Application
from runtime.actor import Actor
from runtime.clock import now
from signing.actions.append_entry import append_entry


def record_decision(application: Application, status: str, reasons: str, actor: Actor) -> None:
    application.status, application.reasons = status, reasons
    application.decided_by_id, application.decided_at = actor.account_id, now()
    application.save()
    body = {"role": application.party_role.role, "application": application.pk, "reasons": reasons}
    subject = f"party:{application.party_role.party_id}"
    append_entry(kind=f"application.{status}", subject=subject, body=body, actor=actor, readers="supervisor")
