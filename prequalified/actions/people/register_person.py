"""A party enters one of its people: a draft that nobody else sees yet."""

from django.db import transaction

from prequalified.actions.people.write_person import PersonDetails, journal_person, write_person
from prequalified.models import Party, Person
from prequalified.permissions import LOGIN_NEEDED
from runtime.actor import Actor
from runtime.refusal import Refusal


def register_person(*, details: PersonDetails, actor: Actor) -> Person:
    """The draft. Raises Refusal with every fault of the form at once; what is missing is told when it is handed in."""
    with transaction.atomic():
        party = Party.objects.filter(pk=actor.party_id or 0).first()
        if party is None:
            raise Refusal(LOGIN_NEEDED, 401)
        row = write_person(Person(party=party), details)
        journal_person("person.entered", row, actor)
    return row
