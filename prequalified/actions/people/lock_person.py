"""The row locks that every move of an entry takes first: the party, then the entry and every entry of the same person.

Two members of staff may verify one person at two firms at the same moment: each must see the other's, or the relation
between the firms would be noted by neither.
"""

from django.db.models import Q, QuerySet

from prequalified.models import Party, Person
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop

NOT_YOURS = Blocker("person.not_yours", gettext_noop("没有这位人员，或其不属于您的单位。"))


def lock_own_person(person_id: int, actor: Actor) -> Person:
    """An entry of the actor's own party, locked. Refused (404) for anybody else's."""
    return _locked(Person.objects.filter(party_id=actor.party_id or 0), person_id)


def lock_person_for_staff(person_id: int, actor: Actor) -> Person:
    """An entry at the staff's own centres, locked. Refused (404) for another centre's."""
    return _locked(Person.objects.filter(party__centre__in=centres_of(actor)), person_id)


def _locked(rows: QuerySet[Person], person_id: int) -> Person:
    demand_transaction()
    known = rows.filter(pk=person_id).values_list("party_id", "number_key", "replaces__number_key").first()
    if known is None:
        raise Refusal(NOT_YOURS, 404)
    party_id, key, key_before = known
    Party.objects.select_for_update().get(pk=party_id)
    same = Q(pk=person_id) | Q(number_key__in=[each for each in (key, key_before) if each])
    list(Person.objects.select_for_update().filter(same).order_by("pk").values_list("pk"))
    return Person.objects.select_related("party", "replaces").get(pk=person_id)
