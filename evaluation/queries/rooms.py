"""Reads of an evaluation room: its committee, its bids, and what the rules need to know about many members at once."""

from collections.abc import Collection
from functools import lru_cache

from django.db.models import QuerySet

from evaluation.models import BidStanding, Committee, DraftScore, HandIn
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import OpenedBid, Section, TenderDocument
from tendering.queries import section_by_code
from tendering.rules.methods import Method, method_of

_PARTS = (
    "section__tendering_project__project__centre",
    "section__tendering_project__project__tenderer",
    "section__tendering_project__project__agency",
    "main_venue",
    "sub_venue",
    "chair__party",
)


def committee_of(section: Section) -> Committee | None:
    """The newest committee of the section's present round."""
    rows = Committee.objects.filter(section=section, round=section.round).select_related(*_PARTS)
    return rows.order_by("-number").first()


def committee_by_code(code: str) -> Committee:
    """Raises Refusal 404 where there is no section or no committee."""
    found = committee_of(section_by_code(code))
    if found is None:
        raise Refusal(Blocker("committee.not_found", gettext_noop("本标段还没有评标委员会")), status=404)
    return found


def standings(committee: Committee) -> QuerySet[BidStanding]:
    """The bids under evaluation, rejected ones included, in the order of their arrival."""
    rows = BidStanding.objects.filter(committee=committee).select_related("bid__bid__bidder", "bid__bid__section")
    return rows.order_by("bid__bid__received_at", "bid__pk")


def valid_bids(committee: Committee) -> list[OpenedBid]:
    return [standing.bid for standing in standings(committee) if not standing.rejected]


def drafts_of(member_id: int) -> QuerySet[DraftScore]:
    """One member's own drafts. There is no read of all members' drafts anywhere: only signed hand-ins are ever joined."""
    return DraftScore.objects.filter(member_id=member_id).select_related("bid__bid")


def handed_in(members: Collection[int]) -> set[int]:
    return set(HandIn.objects.filter(member_id__in=members, voided_at=None).values_list("member_id", flat=True))


def methods_of(section_ids: Collection[int]) -> dict[int, Method]:
    """section → the method in force. A published document never changes, so its reading is kept."""
    rows = TenderDocument.objects.filter(section_id__in=section_ids, state=TenderDocument.State.PUBLISHED)
    return {section: _read(pk, sha256) for pk, sha256, section in rows.values_list("pk", "sha256", "section_id")}


@lru_cache(maxsize=256)
def _read(document: int, sha256: str) -> Method:
    return method_of(TenderDocument.objects.get(pk=document).content.get("method"))
