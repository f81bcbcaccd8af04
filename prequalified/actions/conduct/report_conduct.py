"""Other floors report what a firm did or failed to do. A report is a lead for the staff; it changes nothing by itself."""

from typing import Any

from django.db import IntegrityError, transaction

from prequalified.models import ConductReport, Party
from runtime.actor import Actor
from runtime.clock import now
from signing.actions.append_entry import append_entry


def report_conduct(
    *, key: str, kind: str, party: Party, subject: str, facts: dict[str, Any], source: str, actor: Actor
) -> ConductReport:
    """Told twice under one `key` (of the source: `contract:17:late:2026-11`), the first stands and is returned.

    May be called inside the caller's transaction: the report then stands or falls with the act that made it.
    """
    found = ConductReport.objects.filter(key=key).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _write(key, kind, party, subject, facts, source, actor)
    except IntegrityError:  # told twice at once
        return ConductReport.objects.get(key=key)


def _write(
    key: str, kind: str, party: Party, subject: str, facts: dict[str, Any], source: str, actor: Actor
) -> ConductReport:
    row = ConductReport.objects.create(
        key=key, kind=kind, party=party, subject=subject, facts=facts, source=source, reported_by_id=actor.account_id,
        at=now(),
    )  # fmt: skip
    body = {"report": row.pk, "kind": kind, "about": subject, "source": source, "facts": facts}
    append_entry(kind="conduct.reported", subject=f"party:{party.pk}", body=body, actor=actor, readers="supervisor")
    return row
