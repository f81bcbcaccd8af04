"""Begin a change of somebody verified: a new draft beside the entry in force, which stays until the change is verified."""

from django.db import transaction

from prequalified.actions.people.lock_person import lock_own_person
from prequalified.actions.people.write_person import journal_person
from prequalified.models import Person
from prequalified.rules.people.persons import CHANGE_OPEN, FIELDS, person_move_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if

_OPEN = (Person.Status.DRAFT, Person.Status.SUBMITTED, Person.Status.REFUSED)


def change_person(*, person_id: int, actor: Actor) -> Person:
    """The draft, filled with what is in force (CTS A-07). Raises Refusal for another status, or when one is open already."""
    with transaction.atomic():
        old = lock_own_person(person_id, actor)
        refuse_if(person_move_blockers(old.status, "change"))
        refuse_if([CHANGE_OPEN] if old.followers.filter(status__in=_OPEN).exists() else [])
        kept = (*FIELDS, "duty", "number_key", "number_shown", "valid_until", "since")
        row = Person.objects.create(party=old.party, replaces=old, **{key: getattr(old, key) for key in kept})
        row.papers.set(old.papers.all())
        journal_person("person.change_begun", row, actor, replaces=old.pk)
    return row
