"""Take an entry back before it is decided, to correct it."""

from django.db import transaction

from prequalified.actions.people.lock_person import lock_own_person
from prequalified.actions.people.write_person import journal_person
from prequalified.models import Person
from prequalified.rules.people.persons import person_move_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if


def recall_person(*, person_id: int, actor: Actor) -> Person:
    """A draft again. Raises Refusal once it is decided: who comes first, party or staff, wins."""
    with transaction.atomic():
        row = lock_own_person(person_id, actor)
        refuse_if(person_move_blockers(row.status, "recall"))
        row.status = Person.Status.DRAFT
        row.save(update_fields=["status"])
        journal_person("person.recalled", row, actor)
    return row
