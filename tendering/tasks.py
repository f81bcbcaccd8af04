"""What happens after the acts: mail, designated media, terms that run out. Each takes ids and calls one action."""

from celery import shared_task

from runtime.actor import SYSTEM
from runtime.refusal import Refusal
from tendering.actions import mail_holders, push_notice
from tendering.actions.advance_opening import sweep_openings
from tendering.actions.decide_award import decide_award
from tendering.actions.destroy_bytes import sweep_bids
from tendering.actions.end_upload import sweep_uploads
from tendering.actions.issue_receipt import sweep_receipts
from tendering.actions.open_bid import open_bid, sweep_bids_to_open
from tendering.actions.publish_record import publish_record, sweep_records
from tendering.actions.sweep_store import sweep_store
from tendering.models import Amendment, Bid, Letter, MediumDelivery, Opening, Section, SectionState

BEAT = {
    "sweep": ("tendering.sweep", 60.0),
    "halls whose clock ran on": ("tendering.sweep_openings", 1.0),
    "late transfers, receipts cut short": ("tendering.sweep_deliveries", 10.0),
    "files without a row": ("tendering.sweep_store", 3600.0),
}


@shared_task(name="tendering.mail_amendment")
def mail_amendment(amendment_id: int) -> int:
    """Delivered twice: the second finds `mailed_at` set and does nothing."""
    return mail_holders.mail_amendment(Amendment.objects.get(pk=amendment_id))


@shared_task(name="tendering.mail_letter")
def mail_letter(letter_id: int) -> int:
    """Delivered twice: the addressee gets the same mail twice."""
    return mail_holders.mail_letter(Letter.objects.get(pk=letter_id))


@shared_task(name="tendering.sweep")
def sweep() -> dict[str, int]:
    """Every minute, by beat: mail that was lost with a worker, media that have not taken a notice yet, awards by silence.

    Delivered twice or together with itself: each part looks at its row's state under the row's own lock or mark.
    """
    waiting = Amendment.objects.filter(published_at__isnull=False, mailed_at=None)
    mailed = sum(mail_holders.mail_amendment(amendment) for amendment in waiting)
    undelivered = MediumDelivery.objects.filter(delivered_at=None).exclude(address="").select_related("notice__section")
    pushed = sum(push_notice.push_notice(delivery) for delivery in undelivered[:200])
    return {"mailed": mailed, "pushed": pushed, "awarded": award_by_silence()}


def award_by_silence() -> int:
    """政府采购: a purchaser that decides nothing within the term is taken to choose the first candidate (87-68)."""
    decided = 0
    open_ones = Section.objects.filter(state=SectionState.EVALUATED, tendering_project__regime="GP")
    for section in open_ones.select_related("tendering_project__project__centre"):
        try:
            decide_award(section=section, rank=1, reason="采购人逾期未确定，视同确定排名第一的候选人", actor=SYSTEM)
            decided += 1
        except Refusal:
            continue  # the term still runs, or an objection holds it up
    return decided


@shared_task(name="tendering.open_bid")
def open_one_bid(bid_id: int) -> bool:
    """Delivered twice, or beside the sweep: the bid's file lock lets one in, and its outcome is written once."""
    return open_bid(Bid.objects.select_related("section__tendering_project", "bidder").get(pk=bid_id)) is not None


@shared_task(name="tendering.publish_record")
def publish_one_record(opening_id: int) -> None:
    """Delivered twice: the second finds the signature and the paper made."""
    publish_record(Opening.objects.select_related("section__tendering_project__project__centre").get(pk=opening_id))


@shared_task(name="tendering.sweep_openings")
def sweep_halls() -> dict[str, int]:
    """Every second, by beat: halls whose clock ran on while nobody looked. Each part is idempotent under its row's lock."""
    return {"looked_at": sweep_openings(), "opened": sweep_bids_to_open(), "records": sweep_records()}


@shared_task(name="tendering.sweep_deliveries")
def sweep_deliveries() -> dict[str, int]:
    """Every ten seconds: transfers that missed the deadline, bytes that outlived their bid, receipts that were cut short."""
    return {"late": sweep_uploads(), "ended": sweep_bids(), "receipts": sweep_receipts()}


@shared_task(name="tendering.sweep_store")
def sweep_files() -> int:
    """Every hour: files that no row knows. Delivered twice: the second finds none."""
    return sweep_store()
