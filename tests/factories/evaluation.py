"""Committees and rooms for tests, brought to each state by the real acts with real certificates.

Sealed bids and their opening have tests of their own; here the opened bids are rows with real files in the store.
"""

import datetime as dt
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from evaluation.actions.appoint_tenderer_member import appoint_tenderer_member
from evaluation.actions.draw_committee import draw_experts, draw_venue
from evaluation.actions.finish_committee_draw import close_committee_draw, finish_committee_draw
from evaluation.actions.form_committee import Layout, form_committee
from evaluation.actions.hand_in import hand_in, hand_in_content
from evaluation.actions.save_drafts import Change, Outcome, save_draft
from evaluation.actions.sign_in import sign_in
from evaluation.actions.sign_undertaking import sign_undertaking, undertaking_for
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.vote_chair import vote_chair
from evaluation.models import (
    Committee,
    CommitteeDraw,
    CommitteeMember,
    DraftScore,
    Expert,
    ExpertStatus,
    ExpertTie,
    HandIn,
    MemberKind,
    Specialty,
    Venue,
)
from evaluation.queries.rooms import valid_bids
from evaluation.rules.hand_in import signed_bytes
from evaluation.rules.phases import Phase
from prequalified.models import Centre
from runtime.clock import now
from signing.actions.append_entry import append_entry
from signing.actions.commit_draw import commit_draw
from signing.actions.reveal_draw import reveal_draw
from signing.reports.paper import Heading, Paper, Text, render
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.escrow import commit
from tendering.models import Bid, OpenedBid, Section
from tests.factories.parties import PartyKit, make_centre, make_party
from tests.factories.tendering import TenderKit, make_published_section, new_party

_serials = itertools.count(1)
METHOD: dict[str, Any] = {
    "format": "yangguang-method/1",
    "kind": "gp_low_price",
    "price_item": "price",
    "price_weight": "30",
    "items": [
        {"key": "plan", "title": "实施方案", "group": "technical", "max": "40", "step": "0.5"},
        {"key": "team", "title": "项目团队", "group": "technical", "max": "20", "step": "1"},
        {"key": "record", "title": "同类业绩", "group": "commercial", "max": "10", "step": "2", "objective": True},
    ],
    "review": [
        {"key": "seal", "title": "签字盖章齐全", "group": "form"},
        {"key": "licence", "title": "资格条件符合", "group": "qualification"},
        {"key": "response", "title": "实质性响应", "group": "response"},
    ],
    "deductions": [{"key": "small", "title": "小微企业价格扣除", "percent": "10"}],
    "abnormally_low": {"mean": "50", "second_lowest": "50", "ceiling": "45"},
    "tie": ["total", "price"],
}


@dataclass
class Room:
    """A committee, everybody in it, and the bids on its table."""

    tender: TenderKit
    staff: PartyKit
    supervisor: PartyKit
    committee: Committee
    members: list[PartyKit] = field(default_factory=list)  # by seat, 1 first
    bidders: list[PartyKit] = field(default_factory=list)
    experts: dict[str, PartyKit] = field(default_factory=dict)  # the whole base, by number, where there was a draw

    @property
    def section(self) -> Section:
        return self.committee.section

    def fresh(self) -> Committee:
        self.committee.refresh_from_db()
        self.committee.section.refresh_from_db()
        return self.committee

    def member(self, seat: int) -> CommitteeMember:
        return self.committee.members.get(seat=seat, status=CommitteeMember.Status.STANDING)

    def actor(self, seat: int):
        return self.members[seat - 1].actor("evaluator")

    @property
    def bids(self) -> list[OpenedBid]:
        return valid_bids(self.committee)


def make_venue(code: str, region: str, centre: Centre | None = None) -> Venue:
    fields = {"centre": centre or make_centre(), "name": f"{code}评标室", "region": region}
    return Venue.objects.get_or_create(code=code, defaults=fields)[0]


def make_specialty(code: str = "A08") -> Specialty:
    return Specialty.objects.get_or_create(code=code, defaults={"name": f"专业{code}"})[0]


def new_person(name: str, **more: Any) -> PartyKit:
    """A person with a certificate and the role of an evaluator."""
    serial = next(_serials)
    number = f"11010119800101{serial:04d}"
    return make_party(f"{name}{serial}", number, roles=("evaluator",), kind="person", **more)


def make_expert(
    *,
    region: str = "110101",
    specialties: Sequence[str] = ("A08",),
    ties: Sequence[tuple[str, str, dt.date | None]] = (),
    status: str = ExpertStatus.ADMITTED,
    suite: str = "rsa",
    centre: Centre | None = None,
) -> PartyKit:
    """`ties`: (organisation's number, kind, until)."""
    kit = new_person("专家", suite=suite, centre=centre)
    expert = Expert.objects.create(
        party=kit.party, centre=kit.party.centre, region=region, title="高级工程师", years=12, status=status,
        nominated_at=now(), decided_at=now(),
    )  # fmt: skip
    expert.specialties.set([make_specialty(code) for code in specialties])
    for number, kind, until in ties:
        ExpertTie.objects.create(expert=expert, number=number, name=number, kind=kind, until=until)
    return kit


def paper(title: str, pages: int = 3) -> bytes:
    """A real PDF with Chinese text and an outline of its chapters."""
    blocks = [block for page in range(1, pages + 1) for block in (Heading(f"第{page}章"), Text("内容。" * 400))]
    made = Paper(title, "T-1", "投标人", now(), blocks, check_url=settings.PUBLIC_URL, sealed=False)
    return render(made)


def make_opened_section(
    prices: Sequence[str] = ("980000.00", "900000.00", "950000.00"),
    method: dict[str, Any] | None = None,
    mode: str = "bidder",
    **section: Any,
) -> tuple[TenderKit, list[PartyKit]]:
    """A published section, its deadline gone, with one opened bid per price. `mode="trustees"` gives it trustees."""
    tender = make_published_section(patch={"method": method or METHOD}, mode=mode, **section)
    bidders = [new_party("投标人", "bidder", suite=("rsa", "ecdsa")[place % 2]) for place, _ in enumerate(prices)]
    technical, commercial = paper("技术文件"), paper("商务文件", 1)
    for bidder, price in zip(bidders, prices, strict=True):
        add_opened_bid(tender.section, bidder, price, technical, commercial)
    Section.objects.filter(pk=tender.section.pk).update(
        state="opened", published_at=now() - dt.timedelta(days=30), deadline=now() - dt.timedelta(hours=1)
    )
    tender.section.refresh_from_db()
    return tender, bidders


def add_opened_bid(section: Section, bidder: PartyKit, price: str, technical: bytes, commercial: bytes) -> OpenedBid:
    inner = hashlib.sha256(bidder.party.number.encode()).hexdigest()
    with transaction.atomic():
        entry = append_entry(
            kind="bid.delivered", subject=f"section:{section.code}", body={}, actor=bidder.actor(), readers="party"
        )
    bid = Bid.objects.create(
        section=section, round=section.round, bidder=bidder.party, sha256=inner, size=1, path="",
        seal={}, certificate="", received_at=now(), entry=entry,
    )  # fmt: skip
    folder = settings.STORE / "opened" / section.code / bid.public_id
    (folder / "members" / "documents").mkdir(parents=True)
    (folder / "members" / "documents" / "technical.pdf").write_bytes(technical)
    (folder / "members" / "documents" / "commercial.pdf").write_bytes(commercial)
    return OpenedBid.objects.create(
        bid=bid,
        outcome=OpenedBid.Outcome.OPENED,
        inner_sha256=inner,
        inner_path=f"opened/{section.code}/{bid.public_id}/inner.asice",
        opening={"format": "yangguang-opening/1", "items": {"price": price, "period": 90}},
        opened_at=now(),
    )


def make_committee(
    *,
    size: int = 5,
    tenderer_members: int = 0,
    sub_seats: int = 2,
    hours: tuple[float, float] = (-1, 8),
    prices: Sequence[str] = ("980000.00", "900000.00", "950000.00"),
    method: dict[str, Any] | None = None,
    **section: Any,
) -> Room:
    """A committee in phase forming: laid out, nobody seated."""
    tender, bidders = make_opened_section(prices, method, **section)
    supervisor = new_party("监督人员", "supervisor")
    make_specialty()
    main = make_venue("main", "110100")
    sub = make_venue("sub", "120100")
    layout = Layout(
        size=size,
        tenderer_members=tenderer_members,
        specialties=("A08",),
        sub_seats=sub_seats,
        window_from=now() + dt.timedelta(hours=hours[0]),
        window_until=now() + dt.timedelta(hours=hours[1]),
    )
    committee = form_committee(
        section=tender.section, layout=layout, main_venue=main, actor=tender.staff.actor("staff")
    )
    committee.sub_venue = sub if sub_seats else None
    committee.save()
    return Room(tender, tender.staff, supervisor, committee, [], bidders)


def run_draw(room: Room, row: CommitteeDraw, parties: Sequence[PartyKit] = ()) -> CommitteeDraw:
    """The tenderer (or `parties`) commits and opens its value by its own client; the draw ends and takes effect."""
    secrets = []
    for kit in parties or (room.tender.tenderer,):
        secret, document = commit(row.draw.number, row.draw.recipients, row.draw.k)
        commit_draw(draw=row.draw, actor=kit.actor(), document=document)
        secrets.append((kit, secret))
    close_committee_draw(row=row, actor=room.staff.actor("staff"))
    for kit, secret in secrets:
        reveal_draw(draw=row.draw, actor=kit.actor(), salt=secret.salt, value=secret.value)
    return finish_committee_draw(row=row, actor=room.staff.actor("staff"))


def make_drawn_room(**more: Any) -> Room:
    """Seated by real draws out of a base of twelve experts: sub venue first, then the experts of both venues."""
    room = make_committee(**more)
    room.committee.sub_venue = None
    room.committee.save()
    kits = {
        kit.party.number: kit
        for place in range(12)
        for kit in [make_expert(region=("110101", "120101")[place % 2], suite="ecdsa")]
    }
    if room.committee.sub_seats:
        run_draw(room, draw_venue(committee=room.fresh(), actor=room.staff.actor("staff")))
    run_draw(room, draw_experts(committee=room.fresh(), actor=room.staff.actor("staff")))
    seated = room.committee.members.filter(status=CommitteeMember.Status.STANDING).order_by("seat")
    room.members = [kits[member.party.number] for member in seated]
    room.experts = kits
    room.fresh()
    return room


def make_room(**more: Any) -> Room:
    """Everybody seated (without a draw, which has tests of its own), phase gathering."""
    room = make_committee(**more)
    committee = room.committee
    experts = committee.size - committee.tenderer_members
    for seat in range(1, experts + 1):
        sub = seat > experts - committee.sub_seats
        kit = make_expert(region="120101" if sub else "110101", suite="ecdsa" if seat > 1 else "rsa")
        CommitteeMember.objects.create(
            committee=committee,
            seat=seat,
            kind=MemberKind.EXPERT,
            party=kit.party,
            expert=kit.party.expert,
            venue=committee.sub_venue if sub else committee.main_venue,
        )
        room.members.append(kit)
    for _ in range(committee.tenderer_members):
        kit = new_person("招标人代表")
        appoint_tenderer_member(committee=committee, person=kit.party, actor=room.tender.tenderer.actor("tenderer"))
        room.members.append(kit)
    Committee.objects.filter(pk=committee.pk).update(phase=Phase.GATHERING)
    room.fresh()
    return room


def gather(room: Room, seats: Sequence[int] | None = None) -> Room:
    """Signed in and undertaken."""
    for seat in seats or range(1, len(room.members) + 1):
        sign_in(committee=room.fresh(), actor=room.actor(seat))
        text = canonical(undertaking_for(room.member(seat)))
        signature = sign_detached(text, room.members[seat - 1].signing_key)
        sign_undertaking(committee=room.fresh(), signature=signature, actor=room.actor(seat))
    room.fresh()
    return room


def elect(room: Room, chair: int = 1) -> Room:
    for seat in range(1, len(room.members) + 1):
        vote_chair(committee=room.fresh(), seat=chair, actor=room.actor(seat))
    room.fresh()
    return room


def make_started_room(**more: Any) -> Room:
    """The evaluation has begun: in preliminary review, or in scoring where the method has none."""
    room = elect(gather(make_room(**more)))
    start_evaluation(committee=room.fresh(), actor=room.staff.actor("staff"))
    room.fresh()
    return room


def make_scoring_room(**more: Any) -> Room:
    """Members score; the preliminary review is left out by a method without review items."""
    method = {**(more.pop("method", None) or METHOD), "review": []}
    return make_started_room(method=method, **more)


def save(room: Room, seat: int, bid: OpenedBid, item: str, score: str | None, version: int = 0) -> Outcome:
    return save_draft(Change(room.member(seat).pk, bid.bid.public_id, item, score, version))


def score_everything(room: Room, seat: int, plan: str = "30.5", team: str = "15", record: str = "6") -> None:
    """Every bid a little less than the one before; goes on from whatever versions stand."""
    member = room.member(seat)
    for place, bid in enumerate(room.bids):
        for item, score in (("plan", plan), ("team", team), ("record", record)):
            value = str(max(0, float(score) - 2 * place)).removesuffix(".0")
            draft = DraftScore.objects.filter(member=member, bid=bid, item=item).first()
            outcome = save(room, seat, bid, item, value, draft.version if draft else 0)
            assert outcome.saved, outcome


def hand_in_signature(room: Room, seat: int) -> bytes:
    content = signed_bytes(hand_in_content(room.fresh(), room.member(seat)))
    return sign_detached(content, room.members[seat - 1].signing_key)


def hand_in_as(room: Room, seat: int) -> HandIn:
    return hand_in(committee=room.fresh(), signature=hand_in_signature(room, seat), actor=room.actor(seat))


def make_handed_in_room(**more: Any) -> Room:
    room = make_scoring_room(**more)
    for seat in range(1, len(room.members) + 1):
        score_everything(room, seat, plan=str(30 + seat))
        hand_in_as(room, seat)
    room.fresh()
    return room
