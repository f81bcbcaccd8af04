"""What staff confirmed from a peer's record, written into our own tables."""

from collections.abc import Mapping

from prequalified.actions.exchange.queue_party import queue_party
from prequalified.models import Centre, ExchangePeer, Party, PartyRole, RoleStatus
from prequalified.queries.directory import name_taken
from prequalified.rules import names
from prequalified.rules.exchange.records import ROLES
from prequalified.rules.registration import name_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from runtime.refusal import refuse_if


def store_party(
    *, party: Party | None, number: str, wanted: Mapping[str, str], peer: ExchangePeer, actor: Actor
) -> Party:
    """The party, new or changed. `wanted`: fields as `rules.exchange.records.flat` names them.

    A new party has no account: the firm gets one from the staff (open_party_account), for anybody could register in the name
    of a firm that stands here as verified already. A role that stands here keeps its status.
    """
    demand_transaction()
    name = names.tidy(wanted.get("name", ""))
    if party is None or names.key(name) != party.name_key:
        refuse_if(name_blockers(name, name_taken("organisation", name, party.pk if party else 0)), 422)
    if party is None:
        party = Party(number=number, centre=Centre.objects.get(code=actor.centre))
    party.name = name
    told = {role: _details(role, wanted) for role in ROLES if wanted.get(f"role.{role}.status")}
    kept = {role: {**party.details.get(role, {}), **details} for role, details in told.items()}
    party.details = {**party.details, **kept}
    party.save()
    for role in told:
        _hold(party, role, wanted[f"role.{role}.status"])
    queue_party(party, besides=peer.pk)
    return party


def _details(role: str, wanted: Mapping[str, str]) -> dict[str, str]:
    prefix = f"role.{role}."
    return {
        field.removeprefix(prefix): value
        for field, value in wanted.items()
        if field.startswith(prefix) and field != f"{prefix}status"
    }


def _hold(party: Party, role: str, status: str) -> None:
    row = PartyRole.objects.filter(party=party, role=role).first() or PartyRole(party=party, role=role)
    if not row.was_verified:
        row.status, row.verified_at = RoleStatus(status), now()
        row.save()
