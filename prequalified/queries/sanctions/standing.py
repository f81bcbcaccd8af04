"""May these parties take part? For one with its roles, and for many at once (a draw's frozen list)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q

from prequalified.models import Party, PartyRole, Relation
from prequalified.queries.sanctions.held import held, held_by_number, held_of, in_force, related_on
from prequalified.rules.sanctions.gate import Answer, GateFacts, Held, answer
from runtime.refusal import Blocker

MANY = 500  # from here on the rows are sifted here: a database takes only so many parameters


def answer_for(party: Party, gate: str, regime: str, day: dt.date) -> Answer:
    """Two queries: the roles, and what is in force against the party and its related firms."""
    roles = dict(PartyRole.objects.filter(party=party).values_list("role", "status"))
    return answer(GateFacts(gate, regime, day, roles, held_of(party, day)))


def answer_for_number(number: str, gate: str, regime: str, day: dt.date) -> Answer:
    """For somebody who is not registered here."""
    return answer(GateFacts(gate, regime, day, {}, held_by_number(number, day)))


def bars_of(party_ids: Iterable[int], gate: str, regime: str, day: dt.date) -> dict[int, list[Blocker]]:
    """The reasons against each party, empty where it may take part; three queries, however many parties.

    Nothing is archived: whoever acts on it keeps the reasons (a draw writes them beside its frozen list).
    """
    return {party: found.blockers for party, found in answers_of(party_ids, gate, regime, day).items()}


def answers_of(party_ids: Iterable[int], gate: str, regime: str, day: dt.date) -> dict[int, Answer]:
    """The whole answer for each party; three queries."""
    ids = set(party_ids)
    near = _related(ids, day)
    roles, against = _roles(ids), _held(ids | {other for firms in near.values() for other in firms}, day)
    found = {}
    for party in ids:
        firms = [(party, frozenset[str]()), *((other, frozenset(kinds)) for other, kinds in near[party].items())]
        entries = [_as(entry, kinds) for firm, kinds in firms for entry in against.get(firm, ())]
        found[party] = answer(GateFacts(gate, regime, day, roles.get(party, {}), entries))
    return found


def _as(entry: Held, relations: frozenset[str]) -> Held:
    return replace(entry, relations=relations) if relations else entry


def _sifted(ids: set[int], *fields: str) -> Q:
    """A condition where the ids are few; everything where they are many."""
    if len(ids) > MANY:
        return Q()
    found = Q(pk__in=[])
    for field in fields:
        found |= Q(**{f"{field}__in": ids})
    return found


def _related(ids: set[int], day: dt.date) -> dict[int, dict[int, set[str]]]:
    near: dict[int, dict[int, set[str]]] = {party: defaultdict(set) for party in ids}
    rows = Relation.objects.filter(_sifted(ids, "one", "other"), related_on(day))
    for one, other, kind in rows.values_list("one", "other", "kind"):
        if one in near:
            near[one][other].add(kind)
        if other in near:
            near[other][one].add(kind)
    return near


def _roles(ids: set[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for party, role, status in PartyRole.objects.filter(_sifted(ids, "party")).values_list("party", "role", "status"):
        if party in ids:
            found.setdefault(party, {})[role] = status
    return found


def _held(ids: set[int], day: dt.date) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = {}
    for row in in_force(day).filter(_sifted(ids, "party")):
        if row.party_id in ids:
            found.setdefault(row.party_id, []).append(held(row))
    return found
