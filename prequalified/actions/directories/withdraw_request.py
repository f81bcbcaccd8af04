"""The firm takes its request back, at any time before it is decided."""

from django.db import transaction

from prequalified.actions.directories.lock_request import lock_own_request
from prequalified.models import AdmissionRequest
from prequalified.rules.directories.lifecycle import Status, request_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def withdraw_request(*, number: str, actor: Actor) -> AdmissionRequest:
    """Raises Refusal `admission_request.wrong_status` when it has been decided."""
    with transaction.atomic():
        row = lock_own_request(number, actor)
        refuse_if(request_blockers(row.status, Status.WITHDRAWN))
        before, row.status, row.decided_at = row.status, Status.WITHDRAWN, now()
        row.save(update_fields=["status", "decided_at"])
        append_entry(
            kind="admission_request.withdrawn",
            subject=f"admission_request:{row.number}",
            body={"from": before, "party": row.party.number},
            actor=actor,
            readers="public" if row.publicity_from else "supervisor",
        )
    return row
