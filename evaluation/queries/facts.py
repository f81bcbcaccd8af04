"""Rows turned into the facts that the pure rules ask for."""

import datetime as dt
import hashlib

from evaluation.models import Committee, CommitteeMember, Expert, ExpertStatus, HandIn
from evaluation.rules.conflicts import Candidate, Surroundings, Tie
from evaluation.rules.sitting import MemberFacts, RoomFacts
from runtime.clock import BEIJING, now
from signing.rules.canonical import canonical
from tendering.models import Section
from tendering.queries import document_in_force, standing_bids
from tendering.rules.methods import Method, method_of


def room_facts(committee: Committee, at: dt.datetime | None = None) -> RoomFacts:
    return RoomFacts(committee.phase, committee.window_from, committee.window_until, at or now())


def member_facts(member: CommitteeMember) -> MemberFacts:
    return MemberFacts(
        standing=member.status == CommitteeMember.Status.STANDING,
        signed_in=member.signed_in_at is not None,
        undertaken=member.undertaken_at is not None,
        handed_in=HandIn.objects.filter(member=member, voided_at=None).exists(),
        review_finished=member.review_finished_at is not None,
    )


def surroundings(section: Section) -> Surroundings:
    """Who bids and who buys. Only asked after the deadline, when the bidders are public."""
    project = section.tendering_project.project
    buyers = [party.number for party in (project.tenderer, project.agency) if party]
    return Surroundings(
        bidders=frozenset(bid.bidder.number for bid in standing_bids(section)),
        tenderer=frozenset(buyers),
        at=now().astimezone(BEIJING).date(),
    )


def candidate_of(expert: Expert) -> Candidate:
    return Candidate(
        number=expert.party.number,
        admitted=expert.status == ExpertStatus.ADMITTED,
        specialties=frozenset(specialty.code for specialty in expert.specialties.all()),
        region=expert.region,
        ties=tuple(Tie(tie.number, tie.kind, tie.until) for tie in expert.ties.all()),
    )


def method_in_force(section: Section) -> Method:
    """The method of the document in force, amendments included (A-136, A-137)."""
    return method_of(document_in_force(section).content.get("method"))


def method_sha256(section: Section) -> str:
    return hashlib.sha256(canonical(document_in_force(section).content.get("method"))).hexdigest()
