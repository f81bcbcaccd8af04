"""A party was verified, or changed: a record for every peer, in the same transaction (CTS A-10, A-23, A-34)."""

from prequalified.models import ExchangePeer, OutgoingRecord, Party
from prequalified.queries.exchange.snapshot import snapshot
from prequalified.rules.exchange.records import KIND
from runtime.clock import now
from runtime.dispatch import demand_transaction


def queue_party(party: Party, besides: int = 0) -> int:
    """How many records were queued. Nothing for who has nothing verified, and for a peer whose last record says the same.

    `besides`: the peer from which it came, which must not get its own words back.
    """
    demand_transaction()
    peers = list(ExchangePeer.objects.filter(active=True).exclude(address="").exclude(pk=besides))
    party.refresh_from_db()
    body = snapshot(party) if peers else None
    if body is None:
        return 0
    told = [peer for peer in peers if _last(peer, party.number) != body]
    for peer in told:
        OutgoingRecord.objects.create(peer=peer, kind=KIND, key=party.number, body=body, made_at=now())
    return len(told)


def _last(peer: ExchangePeer, key: str) -> object:
    return peer.outgoing.filter(key=key).order_by("-id").values_list("body", flat=True).first()
