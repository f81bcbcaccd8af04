"""Somebody leaves the party: from this moment they count in nothing; the entry and its papers stay readable."""

from django.db import transaction

from prequalified.actions.exchange.queue_party import queue_party
from prequalified.actions.people.lock_person import lock_own_person
from prequalified.actions.people.settle_relations import settle_relations
from prequalified.actions.people.write_person import journal_person
from prequalified.models import Person
from prequalified.rules.people.persons import CHANGE_OPEN, person_move_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if


def release_person(*, person_id: int, actor: Actor) -> Person:
    """Needs no verification: nobody is kept in a firm by its trading centre. Refused while a change is being verified."""
    with transaction.atomic():
        row = lock_own_person(person_id, actor)
        refuse_if(person_move_blockers(row.status, "leave"))
        refuse_if([CHANGE_OPEN] if row.followers.filter(status=Person.Status.SUBMITTED).exists() else [])
        row.status, row.left_at = Person.Status.LEFT, now()
        row.save(update_fields=["status", "left_at"])
        journal_person("person.left", row, actor)
        settle_relations(row.party, actor)
        queue_party(row.party)
    return row
