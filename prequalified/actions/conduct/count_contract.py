"""Contracts that a firm of a directory holds: counted against its capacity from the signing to the acceptance."""

from django.db import transaction

from prequalified.actions.conduct.write_points import lock_admission
from prequalified.models import Admission, RunningContract
from runtime.actor import Actor
from runtime.clock import now
from signing.actions.append_entry import append_entry


def begin_contract(*, admission: Admission, subject: str, title: str, actor: Actor) -> RunningContract:
    """`subject`: `contract:…`. Told twice, the first stands. `admission` is refreshed."""
    with transaction.atomic():
        locked = lock_admission(admission.pk)
        row, made = RunningContract.objects.get_or_create(
            subject=subject, defaults={"admission": locked, "title": title[:200], "began_at": now()}
        )
        if made:
            _count(locked, "contract_begun", subject, actor)
    admission.refresh_from_db(fields=["running"])
    return row


def end_contract(*, subject: str, actor: Actor) -> RunningContract | None:
    """None for a contract that was never counted; told twice, the first end stands."""
    with transaction.atomic():
        row = RunningContract.objects.select_for_update(of=("self",)).filter(subject=subject).first()
        if row is not None and row.ended_at is None:
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
            _count(lock_admission(row.admission_id), "contract_ended", subject, actor)
    return row


def _count(admission: Admission, what: str, subject: str, actor: Actor) -> None:
    admission.running = admission.contracts.filter(ended_at=None).count()
    admission.save(update_fields=["running"])
    body = {"contract": subject, "running": admission.running}
    append_entry(kind=f"admission.{what}", subject=f"admission:{admission.number}", body=body, actor=actor)
