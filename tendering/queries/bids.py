"""Reads of uploads, bids and receipts. Until the deadline a bid is visible to its bidder alone (20号令 21, 27)."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from runtime.clock import now
from tendering.models import Bid, BidStatus, OpenedBid, Section, TenderDocument, Upload
from tendering.queries.documents import document_in_force
from tendering.rules.delivery import SectionFacts


def section_facts(section: Section) -> SectionFacts:
    """What the rules of delivery ask of a section, at this moment."""
    project = section.tendering_project.project
    parties = [project.tenderer, project.agency, *(trustee.party for trustee in _trustees(section))]
    return SectionFacts(
        code=section.code,
        round=section.round,
        state=section.state,
        deadline=section.deadline,
        now=now(),
        sellers=frozenset(party.number for party in parties if party),
    )


def _trustees(section: Section) -> Iterable:
    return section.trustees.select_related("party")


def bytes_limit(section: Section, ceiling: int) -> int:
    """The largest bid the document in force allows, never more than the platform's `ceiling`."""
    try:
        limits = document_in_force(section).content.get("limits", {})
    except TenderDocument.DoesNotExist:
        return ceiling
    return min(ceiling, int(limits.get("bid_bytes", ceiling)))


def uploads_under_way(section: Section, party_id: int) -> QuerySet[Upload]:
    return section.uploads.filter(round=section.round, party_id=party_id, state=Upload.State.RECEIVING)


def own_upload(upload_id: uuid.UUID, party_id: int | None) -> Upload | None:
    """An upload of this party by its random key; None for what never was and for what is somebody else's."""
    if party_id is None:
        return None
    found = Upload.objects.select_related("section", "section__tendering_project__project", "party")
    return found.filter(pk=upload_id, party_id=party_id).first()


def own_bids(section: Section, party_id: int) -> QuerySet[Bid]:
    """All bids of one party in the section's present round, the standing one and what went before it."""
    return (
        section.bids.filter(round=section.round, bidder_id=party_id)
        .select_related("receipt", "section", "bidder", "opened")
        .order_by("-received_at")
    )


def bids_of(party_id: int) -> QuerySet[Bid]:
    """All bids of one party, in whatever section and round."""
    return (
        Bid.objects.filter(bidder_id=party_id).select_related("receipt", "section", "opened").order_by("-received_at")
    )


def standing_bids(section: Section, round_: int | None = None) -> QuerySet[Bid]:
    """The bids that count, in the order of their arrival. For after the deadline only: callers check the moment."""
    return (
        section.bids.filter(round=round_ or section.round, status=BidStatus.DELIVERED)
        .select_related("bidder", "section")
        .order_by("received_at", "pk")
    )


def opened_bids(section: Section) -> list[OpenedBid]:
    """The successfully opened bids of the present round, in the order of arrival; what is evaluated (CTS B-023)."""
    return list(
        OpenedBid.objects.filter(
            bid__section=section, bid__round=section.round, outcome=OpenedBid.Outcome.OPENED
        ).select_related("bid", "bid__bidder", "bid__section")
    )
