"""Relations between firms that follow from their verified people: one legal representative, one controller (关联关系)."""

from django.db.models import Q

from prequalified.models import Party, Person, Relation
from prequalified.rules.people.relations import AUTOMATIC, KIND_OF_DUTY, Shared, expected
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from signing.actions.append_entry import append_entry


def settle_relations(party: Party, actor: Actor) -> None:
    """Note what now follows from the verified people, end what no longer does. What staff noted is left alone.

    The caller holds the locks of `lock_person`. A second call changes nothing.
    """
    demand_transaction()
    wanted = expected(party.pk, _shared(party))
    touching = Q(one=party) | Q(other=party)
    for row in Relation.objects.filter(touching, source=AUTOMATIC, until=None):
        if wanted.pop((row.one_id, row.other_id, row.kind), None) is None:
            Relation.objects.filter(pk=row.pk).update(until=day_of(now()))
            _journal("relation.ended", row, actor)
    noted = set(Relation.objects.filter(touching, until=None).values_list("one_id", "other_id", "kind", "person"))
    for (one, other, kind), name in wanted.items():
        if (one, other, kind, name) in noted:  # staff knew it before
            continue
        row = Relation.objects.create(
            one_id=one, other_id=other, kind=kind, person=name, source=AUTOMATIC, since=day_of(now()), noted_at=now()
        )
        _journal("relation.noted", row, actor)


def _shared(party: Party) -> list[Shared]:
    """Everybody verified elsewhere, in a duty that relates, who stands in the same duty here."""
    here = Person.objects.filter(party=party, status=Person.Status.VERIFIED, duty__in=KIND_OF_DUTY)
    own = {(row.duty, row.number_key): row.name for row in here}
    keys = {key for _, key in own}
    there = Person.objects.filter(number_key__in=keys, status=Person.Status.VERIFIED, duty__in=KIND_OF_DUTY)
    return [
        Shared(row.party_id, row.duty, own[row.duty, row.number_key])
        for row in there.exclude(party=party)
        if (row.duty, row.number_key) in own
    ]


def _journal(kind: str, row: Relation, actor: Actor) -> None:
    body = {"one": row.one_id, "other": row.other_id, "kind": row.kind, "person": row.person, "source": row.source}
    append_entry(kind=kind, subject=f"party:{row.one_id}", body=body, actor=actor, readers="supervisor")
