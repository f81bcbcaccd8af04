"""Staff send an entry back with every reason at once (一次性告知); what was in force stays in force."""

from django.db import transaction

from prequalified.actions.people.lock_person import lock_person_for_staff
from prequalified.actions.people.write_person import journal_person
from prequalified.models import Person
from prequalified.rules.people.persons import OWN, person_move_blockers
from prequalified.rules.registration import refusal_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if


def refuse_person(*, person_id: int, reasons: str, actor: Actor) -> Person:
    """The party may correct and hand in again."""
    with transaction.atomic():
        row = lock_person_for_staff(person_id, actor)
        refuse_if(person_move_blockers(row.status, "refuse") or ([OWN] if row.party_id == actor.party_id else []))
        refuse_if(refusal_blockers(reasons), 422)
        row.status, row.reasons = Person.Status.REFUSED, reasons.strip()[:4000]
        row.decided_by_id, row.decided_at = actor.account_id, now()
        row.save()
        journal_person("person.refused", row, actor, reasons=row.reasons)
    return row
