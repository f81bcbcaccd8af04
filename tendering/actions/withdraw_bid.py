"""Withdraw a bid before the deadline: the record stays, the bytes are destroyed (招标投标法 29; 20号令 27)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.dispatch import after_commit
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import read_strict
from tendering.actions.destroy_bytes import destroy_ended
from tendering.actions.lock_section import lock_section
from tendering.models import Bid, BidStatus
from tendering.queries.bids import section_facts
from tendering.rules.delivery import delivery_blockers, other_statement, withdrawal_statement


def statement_of(bid: Bid) -> dict[str, object]:
    """What the bidder signs (canonical JSON) to withdraw this bid."""
    return withdrawal_statement(
        section=bid.section.code, round_=bid.round, bid=bid.public_id, bidder=bid.bidder.number, sha256=bid.sha256
    )


def withdraw_bid(*, bid: Bid, statement: bytes, signature: bytes, actor: Actor) -> Bid:
    """Raises Refusal: `bid.late`, `bid.ended`, `statement.other`, `signature.*`, `certificate.*`. Asked twice: `bid.ended`."""
    refuse_if(_faults(statement, bid))
    verdict = verify_signature(statement, signature, None, bid.bidder.number, place="signature")
    with transaction.atomic(durable=True):
        section = lock_section(bid.section)
        facts = section_facts(section)
        refuse_if(delivery_blockers(facts, bid.bidder.number))
        standing = Bid.objects.select_for_update().get(pk=bid.pk)
        if standing.status != BidStatus.DELIVERED:
            raise Refusal(_ended())
        standing.status, standing.ended_at = BidStatus.WITHDRAWN, facts.now
        standing.ended_statement, standing.ended_signature = statement, signature
        standing.save(update_fields=["status", "ended_at", "ended_statement", "ended_signature"])
        append_entry(
            kind="bid.withdrawn",
            subject=f"section:{section.code}",
            body={
                "bid": standing.public_id,
                "bidder": bid.bidder.number,
                "sha256": standing.sha256,
                "certificate": verdict.holder_fingerprint,
            },
            actor=actor,
            readers="party",
            sealed_until=section.code,
        )
        after_commit(destroy_ended, standing)
    return standing


def _faults(statement: bytes, bid: Bid) -> list[Blocker]:
    try:
        given = read_strict(statement)
    except ValueError:
        given = None
    return other_statement(given, statement_of(bid))


def _ended() -> Blocker:
    return Blocker("bid.ended", gettext_noop("这份投标文件已被替换或撤回"), "招标投标法 29")
