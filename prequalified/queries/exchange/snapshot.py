"""A verified party as the peers get it. No number of anybody's identity document is in it, masked or not."""

from collections.abc import Mapping
from typing import Any

from prequalified.models import Party, Person
from prequalified.rules.details import asked
from prequalified.rules.exchange.records import ROLES


def snapshot(party: Party) -> dict[str, Any] | None:
    """The body of a record; None for who has nothing verified that is exchanged. Two queries."""
    held = [role for role in party.roles.filter(role__in=ROLES).order_by("id") if role.was_verified]
    if party.kind != Party.Kind.ORGANISATION or not held:
        return None
    roles = {
        role.role: {"status": role.status, "details": _told(role.role, party.details.get(role.role, {}))}
        for role in held
    }
    people = Person.objects.filter(party=party, status=Person.Status.VERIFIED).order_by("duty", "name", "pk")[:500]
    return {"name": party.name, "number": party.number, "roles": roles, "people": [_person(row) for row in people]}


def _told(role: str, details: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in asked(role, details).items() if value}


def _person(row: Person) -> dict[str, str]:
    return {
        "name": row.name, "duty": row.duty, "qualification": row.qualification, "grade": row.grade,
        "specialty": row.specialty, "certificate_number": row.certificate_number,
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
    }  # fmt: skip
