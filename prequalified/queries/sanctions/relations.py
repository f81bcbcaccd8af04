"""How firms belong together, two steps far, with what stands against each: the picture and the table beside it."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from prequalified.models import Party, Relation
from prequalified.queries.sanctions.held import in_force, related_on
from prequalified.rules.timing import day_of
from runtime.clock import now

MOST = 60  # firms in one picture
STEPS = 2


def picture_of(party: Party) -> dict[str, Any]:
    """{nodes: [{id, name, number, self, sanctions}], links: [{one, other, kind, words, person, share}], cut}; four queries."""
    day = day_of(now())
    rows: dict[int, Relation] = {}
    reached, edge = {party.pk}, {party.pk}
    for _step in range(STEPS):
        touching = Q(one__in=edge) | Q(other__in=edge)
        for row in Relation.objects.filter(related_on(day), touching).order_by("pk")[: MOST * 4]:
            rows[row.pk] = row
        edge = {key for row in rows.values() for key in (row.one_id, row.other_id)} - reached
        reached |= edge
    shown = set(sorted(reached, key=lambda key: (key != party.pk, key))[:MOST])
    against: dict[int, list[str]] = {}
    for sanction in in_force(day).filter(party__in=shown):
        against.setdefault(sanction.party_id or 0, []).append(sanction.kind.name)
    firms = Party.objects.filter(pk__in=shown).order_by("pk")
    return {
        "nodes": [
            {
                "id": str(firm.pk), "name": firm.name, "number": firm.number, "self": firm.pk == party.pk,
                "sanctions": against.get(firm.pk, []),
            }
            for firm in firms
        ],
        "links": [_link(row) for row in rows.values() if row.one_id in shown and row.other_id in shown],
        "cut": len(reached) > MOST,
    }  # fmt: skip


def _link(row: Relation) -> dict[str, str]:
    words = row.get_kind_display()
    if row.share is not None:
        words = f"{words} {row.share.normalize():f}%"
    if row.person:
        words = _("%(words)s（%(person)s）") % {"words": words, "person": row.person}
    return {
        "one": str(row.one_id), "other": str(row.other_id), "kind": row.kind, "words": words, "source": row.source,
        "since": row.since.isoformat() if row.since else "",
    }  # fmt: skip


def table_of(picture: dict[str, Any]) -> list[dict[str, Any]]:
    """The same as rows: who, how, whom, what stands against whom."""
    names = {node["id"]: node for node in picture["nodes"]}
    return [{**link, "from": names[link["one"]], "to": names[link["other"]]} for link in picture["links"]]
