"""Hand an entry in for verification; from then on it is locked (CTS A-06)."""

from django.db import transaction

from prequalified.actions.people.lock_person import lock_own_person
from prequalified.actions.people.write_person import journal_person
from prequalified.models import Person
from prequalified.queries.people.persons import facts_of
from prequalified.rules.people.persons import person_move_blockers, submission_blockers
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if


def submit_person(*, person_id: int, actor: Actor) -> Person:
    """Raises Refusal with all that is missing or out of date at once, or when it is locked already."""
    with transaction.atomic():
        row = lock_own_person(person_id, actor)
        refuse_if(person_move_blockers(row.status, "submit"))
        refuse_if(submission_blockers(facts_of(row), day_of(now())), 422)
        row.status, row.reasons = Person.Status.SUBMITTED, ""
        row.applied_by_id, row.applied_at = actor.account_id, now()
        row.save()
        journal_person("person.submitted", row, actor, replaces=row.replaces_id)
    return row
