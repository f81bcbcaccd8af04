"""The signed receipt of a delivery: slow (journal, signature, timestamp), so after the commit and without a lock.

No promise rests on it being made at once: a bid whose receipt was cut short gets it with the next look or the sweep.
"""

from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from runtime.clock import now
from signing.actions.seal_journal import await_entry
from signing.actions.sign_paper import sign_detached_as_platform
from signing.queries.journal import sealed_proof
from signing.rules.canonical import canonical
from tendering.models import Bid, Receipt
from tendering.models.public_id import public_id
from tendering.rules.receipts import receipt_content


def issue_receipt(bid: Bid) -> Receipt:
    """The receipt of a bid, made now if it has none. Made twice at once, the first one stands for both."""
    found = Receipt.objects.filter(bid=bid).first()
    if found:
        return found
    number = public_id()
    text = canonical(_content(bid, number))
    signature = sign_detached_as_platform(text)
    try:
        with transaction.atomic():
            return Receipt.objects.create(
                public_id=number,
                bid=bid,
                text=text,
                signature=signature,
                sha256=sha256(text).hexdigest(),
                issued_at=now(),
            )
    except IntegrityError:
        return Receipt.objects.get(bid=bid)


def _content(bid: Bid, number: str) -> dict[str, object]:
    section = bid.section
    before = section.bids.filter(round=bid.round, bidder=bid.bidder, ended_at=bid.received_at).first()
    await_entry(bid.entry_id)
    return receipt_content(
        number=number,
        platform=settings.PUBLIC_URL,
        centre=section.tendering_project.project.centre.code,
        section={
            "tender": section.tendering_project.code,
            "code": section.code,
            "name": section.name,
            "round": bid.round,
        },
        bidder={"name": bid.bidder.name, "number": bid.bidder.number},
        certificate=bid.certificate,
        bid={
            "id": bid.public_id,
            "sha256": bid.sha256,
            "size": bid.size,
            "payload_sha256": bid.seal["payload"]["sha256"],
            "document": bid.seal["document"],
        },
        received_at=bid.received_at,
        deadline=section.deadline,
        replaces=before.sha256 if before else "",
        journal=sealed_proof(bid.entry_id),
    )


def sweep_receipts() -> int:
    """Bids whose receipt a crash cut short. Returns how many were made."""
    without = list(Bid.objects.filter(receipt=None).select_related("section", "bidder", "entry")[:200])
    for bid in without:
        issue_receipt(bid)
    return len(without)
