"""Staff verify somebody: the entry comes into force, the one that it follows is replaced (CTS A-05, A-07)."""

from django.db import transaction

from prequalified.actions.exchange.queue_party import queue_party
from prequalified.actions.people.lock_person import lock_person_for_staff
from prequalified.actions.people.settle_relations import settle_relations
from prequalified.actions.people.write_person import journal_person
from prequalified.models import Person
from prequalified.queries.people.persons import facts_of
from prequalified.rules.people.persons import OWN, person_move_blockers, submission_blockers
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if


def verify_person(*, person_id: int, actor: Actor) -> Person:
    """Two of the staff at once: one decides, the other is told. What ran out since it was handed in is told too."""
    with transaction.atomic():
        row = lock_person_for_staff(person_id, actor)
        refuse_if(person_move_blockers(row.status, "verify") or ([OWN] if row.party_id == actor.party_id else []))
        refuse_if(submission_blockers(facts_of(row), day_of(now())))
        if row.replaces and row.replaces.status == Person.Status.VERIFIED:
            Person.objects.filter(pk=row.replaces.pk).update(status=Person.Status.REPLACED)
        row.status, row.reasons = Person.Status.VERIFIED, ""
        row.decided_by_id, row.decided_at = actor.account_id, now()
        row.save()
        journal_person("person.verified", row, actor, replaces=row.replaces_id)
        settle_relations(row.party, actor)
        queue_party(row.party)
    return row
