"""Delete a draft or refused entry; the journal keeps that it was (CTS A-08)."""

from django.db import transaction

from prequalified.actions.people.lock_person import lock_own_person
from prequalified.actions.people.write_person import journal_person
from prequalified.rules.people.persons import person_move_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if


def delete_person(*, person_id: int, actor: Actor) -> None:
    """Raises Refusal while it is being verified, and once it was."""
    with transaction.atomic():
        row = lock_own_person(person_id, actor)
        refuse_if(person_move_blockers(row.status, "delete"))
        journal_person("person.deleted", row, actor, status=row.status)
        row.papers.clear()
        row.delete()
