"""Entries of lists as the rules want them: what stands against a party, and against the firms related to it."""

import datetime as dt
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from prequalified.models import ListKind, Party, Relation, Sanction
from prequalified.rules.sanctions.gate import Held
from prequalified.rules.sanctions.lists import ListRule, read_list


def rule_of(kind: ListKind) -> ListRule:
    """The list's rule, read once a content."""
    return _rule(json.dumps(kind.data, sort_keys=True))


@lru_cache(maxsize=64)
def _rule(data: str) -> ListRule:
    return read_list(json.loads(data))


def in_force(day: dt.date) -> QuerySet[Sanction]:
    """By their dates and by their ends; a record without a ban is never in force."""
    rows = Sanction.objects.filter(Q(ends=None) | Q(ends__gte=day), bans=True, starts__lte=day)
    return rows.filter(Q(end=None) | Q(end__effective__gt=day)).select_related("kind", "end")


def related_on(day: dt.date) -> Q:
    """Of relations: those that hold on a day."""
    return (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gte=day))


def held_of(party: Party, day: dt.date) -> list[Held]:
    """What is in force against a party and its related firms; one query."""
    holding = related_on(day)
    near = Q(party__in=Relation.objects.filter(holding, one=party).values("other"))
    near |= Q(party__in=Relation.objects.filter(holding, other=party).values("one"))
    rows = (
        in_force(day)
        .filter(Q(party=party) | near)
        .alias(
            to_it=FilteredRelation("party__relations", condition=Q(party__relations__other=party)),
            from_it=FilteredRelation("party__related_to", condition=Q(party__related_to__one=party)),
        )
        .annotate(
            to_kind=F("to_it__kind"), to_since=F("to_it__since"), to_until=F("to_it__until"),
            from_kind=F("from_it__kind"), from_since=F("from_it__since"), from_until=F("from_it__until"),
        )
    )  # fmt: skip
    found: dict[int, tuple[Sanction, set[str]]] = {}
    for row in rows:
        kinds = found.setdefault(row.pk, (row, set()))[1]
        if row.party_id != party.pk:
            kinds |= _kinds_on(row, day)
    return [held(row, kinds) for row, kinds in found.values()]


def _kinds_on(row: Any, day: dt.date) -> set[str]:
    ways = [(row.to_kind, row.to_since, row.to_until), (row.from_kind, row.from_since, row.from_until)]
    return {
        kind for kind, since, until in ways
        if kind and (since is None or since <= day) and (until is None or until >= day)
    }  # fmt: skip


def held_by_number(number: str, day: dt.date) -> list[Held]:
    """What is in force against somebody who is not registered here."""
    return [held(row) for row in in_force(day).filter(number=number)]


def held(row: Sanction, relations: Iterable[str] = ()) -> Held:
    end = getattr(row, "end", None)
    return Held(
        rule=rule_of(row.kind),
        name=row.name,
        decision=row.decision,
        authority=row.authority,
        starts=row.starts,
        ends=row.ends,
        bans=row.bans,
        ended=end.effective if end else None,
        relations=frozenset(relations),
    )
