"""Correct a draft or a refused entry. While it is being verified it is locked (CTS A-06)."""

from django.db import transaction

from prequalified.actions.people.lock_person import lock_own_person
from prequalified.actions.people.write_person import PersonDetails, write_person
from prequalified.models import Person
from prequalified.rules.people.persons import person_move_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if


def edit_person(*, person_id: int, details: PersonDetails, actor: Actor) -> Person:
    """Raises Refusal: locked, done, or malformed."""
    with transaction.atomic():
        row = lock_own_person(person_id, actor)
        refuse_if(person_move_blockers(row.status, "edit"))
        return write_person(row, details)
