"""Deliver a sealed bid: what was uploaded becomes the bidder's bid, if it is one and the deadline has not come.

The slow part (digests, signature, certificate path, the flush to disk) stands before the transaction and works on bytes
that nobody can change any more. The transaction only locks the section, looks at the clock and writes.
"""

import datetime as dt
import os
from typing import NamedTuple

from django.db import transaction

from prequalified.models import Party, PartyCertificate
from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import after_commit
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from runtime.store import in_store
from signing.actions.append_entry import append_entry
from signing.queries.trust import trust_store
from signing.rules.sealed_bid import CheckedBid, check_received, verifier
from signing.rules.tender_terms import terms_of
from tendering.actions.demand_bidder import BARRED, demand_bidder
from tendering.actions.destroy_bytes import destroy_ended
from tendering.actions.end_upload import refuse_upload
from tendering.actions.hash_upload import container_of
from tendering.actions.issue_receipt import issue_receipt
from tendering.actions.lock_section import lock_section
from tendering.actions.receive_bytes import destroy_file, received
from tendering.models import Bid, BidStatus, Receipt, Section, Upload
from tendering.queries.bids import section_facts
from tendering.queries.documents import document_in_force
from tendering.queries.store import bid_relative, upload_path
from tendering.rules import tus
from tendering.rules.delivery import delivery_blockers, incomplete, late

# Refusals that destroy nothing: a ban may be lifted before the deadline.
GOES_ON = frozenset({"upload.incomplete", "section.wrong_state", "upload.gone", *BARRED})


class Accepted(NamedTuple):
    bid: Bid
    replaced: Bid | None


def submit_bid(*, section: Section, bidder: Party, package: Upload, actor: Actor) -> Receipt:
    """The receipt of the bid. Delivered twice (a lost answer), the same receipt comes again.

    Raises Refusal: `upload.incomplete`, `bid.late`, `section.wrong_state`, `bid.own_tender`, `container.*`, `signature.*`,
    `certificate.*`, `seal.*`, `bid.*`, `gate.*`. A refused file is destroyed and the refusal journalled; an incomplete one goes on.
    """
    if package.state == Upload.State.RECEIVING:
        try:
            checked = _check(section, bidder, package)
            demand_bidder(section=section, bidder=bidder, actor=actor)
            accepted = _accept(section, bidder, package, checked, actor)
        except Refusal as refusal:
            if refusal.blockers[0].code not in GOES_ON:
                refuse_upload(upload=package, refusal=refusal, actor=actor)
            raise
        return issue_receipt(accepted.bid)
    if package.bid is None:
        refuse_if(late(section_facts(section)))  # the sweep destroyed what had come by the deadline: say why
        raise tus.gone()
    return issue_receipt(package.bid)


def _check(section: Section, bidder: Party, package: Upload) -> CheckedBid:
    """Everything that can be said of the file without the lock."""
    refuse_if(delivery_blockers(section_facts(section), bidder.number))
    path = upload_path(package)
    there = received(path)
    if there != package.length:
        raise Refusal(incomplete(there, package.length))
    container = container_of(package)
    terms = terms_of(document_in_force(section).content)
    # The certificate must hold now: an old timestamp does not carry a revoked certificate over the counter.
    checked = check_received(container, verifier(trust_store(), now()), terms, bidder.number)
    refuse_if(_unbound(checked, bidder))
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return checked


def _unbound(checked: CheckedBid, bidder: Party) -> list[Blocker]:
    bound = PartyCertificate.objects.filter(party=bidder, unbound_at=None)
    if bound.filter(fingerprint=checked.signature.holder_fingerprint).exists():
        return []
    return [
        Blocker(
            "bid.certificate_not_bound",
            gettext_noop("签名所用的数字证书没有绑定到投标人“%(bidder)s”"),
            "CTS-EBS01-2016 A-12",
            gettext_noop("请先绑定该证书，或用已绑定的证书重新签名"),
            {"bidder": bidder.name},
        )
    ]


def _accept(section: Section, bidder: Party, package: Upload, checked: CheckedBid, actor: Actor) -> Accepted:
    with transaction.atomic(durable=True):
        section = lock_section(section)
        facts = section_facts(section)  # the clock is read here, inside the lock
        refuse_if(delivery_blockers(facts, bidder.number))
        upload = Upload.objects.select_for_update().get(pk=package.pk)
        if upload.state == Upload.State.DELIVERED and upload.bid:
            return Accepted(upload.bid, None)
        if upload.state != Upload.State.RECEIVING:
            raise tus.gone()
        replaced = _replace(section, bidder, facts.now)
        bid = Bid(
            section=section,
            round=section.round,
            bidder=bidder,
            sha256=checked.sha256,
            size=checked.size,
            seal=checked.seal.as_data(),
            certificate=checked.signature.holder_fingerprint,
            received_at=facts.now,
        )
        bid.path = bid_relative(upload)
        bid.entry = append_entry(
            kind="bid.delivered",
            subject=f"section:{section.code}",
            body=_body(bid, replaced),
            actor=actor,
            readers="party",
            sealed_until=section.code,
        )
        bid.save()
        upload.state, upload.bid, upload.ended_at, upload.digests = Upload.State.DELIVERED, bid, facts.now, {}
        upload.save(update_fields=["state", "bid", "ended_at", "digests"])
        _keep_bytes(upload, bid)
        after_commit(_leave_counter, upload, replaced)
    return Accepted(bid, replaced)


def _replace(section: Section, bidder: Party, moment: dt.datetime) -> Bid | None:
    """A newer bid takes the place of the standing one: its row stays, its bytes go after the commit."""
    standing = section.bids.filter(round=section.round, bidder=bidder, status=BidStatus.DELIVERED).first()
    if standing:
        standing.status, standing.ended_at = BidStatus.REPLACED, moment
        standing.save(update_fields=["status", "ended_at"])
    return standing


def _body(bid: Bid, replaced: Bid | None) -> dict[str, object]:
    return {
        "bid": bid.public_id,
        "round": bid.round,
        "bidder": {"name": bid.bidder.name, "number": bid.bidder.number},
        "sha256": bid.sha256,
        "size": bid.size,
        "certificate": bid.certificate,
        "replaces": replaced.sha256 if replaced else "",
    }


def _keep_bytes(upload: Upload, bid: Bid) -> None:
    """A second name for the bytes before the commit, so that no moment exists in which the row points at nothing.

    Rolled back or killed, the next try or the upload's end takes the second name away; committed and killed, the sweep the first.
    """
    target = in_store(bid.path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.unlink(missing_ok=True)
    target.hardlink_to(upload_path(upload))
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _leave_counter(upload: Upload, replaced: Bid | None) -> None:
    destroy_file(upload_path(upload))
    if replaced:
        destroy_ended(replaced)
