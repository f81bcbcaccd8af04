"""A draw under its lock, and the facts its rules ask for."""

from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from runtime.refusal import Refusal
from signing.models import Draw, DrawCommitment
from signing.queries.draws import opening_of
from signing.rules import draw_faults
from signing.rules.draw_faults import DrawFacts

PLATFORM = "platform"
POOL = "pool"  # among the parties: whoever is in the pool may commit too, by the `number` of its identity


def lock_draw(draw: Draw) -> Draw:
    """The draw as it stands now, locked until the commit."""
    demand_transaction()
    return Draw.objects.select_for_update().get(pk=draw.pk)


def find_draw(number: str) -> Draw:
    """Raises Refusal `draw.unknown` (404)."""
    found = Draw.objects.filter(number=number).first()
    if found is None:
        raise Refusal(draw_faults.unknown(number), 404)
    return found


def facts_of(draw: Draw) -> DrawFacts:
    invited = {party["number"] for party in draw.parties}
    if POOL in invited:
        left_out = {number for party in draw.parties for number in party.get("except", ())}
        invited |= {entry["identity"]["number"] for entry in draw.names} - left_out
    committed = list(draw.commitments.values_list("party_number", flat=True))
    return DrawFacts(draw.number, draw.state, invited, committed)


def opened_by(draw: Draw) -> list[str]:
    """Numbers of the parties whose commitment is opened."""
    rows = draw.commitments.select_related("opening")
    return [row.party_number for row in rows if opening_of(row) is not None]


def commitment_of(draw: Draw, party: str) -> DrawCommitment:
    return draw.commitments.get(party_number=party)


def party_of(actor: Actor) -> str:
    """The number by which an actor takes part."""
    return PLATFORM if actor.role == "system" else actor.number
