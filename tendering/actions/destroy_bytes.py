"""The bytes of a replaced or withdrawn bid are destroyed; its row, digest and journal entries stay (protocol §3)."""

from runtime.store import in_store
from tendering.models import Bid, BidStatus


def destroy_ended(bid: Bid) -> None:
    """Idempotent: the path is emptied after the file is gone, so that a crash between the two is made good by the sweep."""
    if bid.status == BidStatus.DELIVERED or not bid.path:
        return
    in_store(bid.path).unlink(missing_ok=True)
    Bid.objects.filter(pk=bid.pk).update(path="")
    bid.path = ""


def sweep_bids() -> int:
    """Bytes that outlived their bid because a process died after the commit. Returns how many."""
    left = list(Bid.objects.exclude(status=BidStatus.DELIVERED).exclude(path=""))
    for bid in left:
        destroy_ended(bid)
    return len(left)
