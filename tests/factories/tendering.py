"""Tenders for tests, brought to each state by the real actions with real certificates and age keys."""

import hashlib
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pyrage
from django.db import transaction
from openpyxl import Workbook

from prequalified.models import Account, Centre
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.actions.append_entry import append_entry
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.statements import RecipientStatement
from tendering.actions.approve_notice import approve_notice
from tendering.actions.attach_file import attach_file
from tendering.actions.create_project import ProjectData, create_project
from tendering.actions.create_section import SectionData, create_section
from tendering.actions.create_tendering_project import create_tendering_project
from tendering.actions.draft_document import draft_document
from tendering.actions.move_section import move_section
from tendering.actions.prepare_document import prepare_document
from tendering.actions.publish_notice import publish_notice
from tendering.actions.record_ranking import record_ranking
from tendering.actions.register_trustee import register_trustee
from tendering.actions.sign_document import sign_document
from tendering.actions.submit_for_review import submit_for_review
from tendering.actions.submit_scheme import submit_scheme
from tendering.models import Bid, Notice, OpenedBid, Ranking, Section, SectionState, TenderDocument
from tendering.rules.drafting import package_manifest
from tendering.rules.templates import templates
from tests.factories.parties import PASSWORD, PartyKit, make_centre, make_party

_serials = itertools.count(500_000)
TEMPLATES = {("GP", "goods"): "gp-goods", ("GP", "services"): "gp-services", ("ENG", "works"): "eng-works"}
FIELDS = {"contact": "王明 010-12345678", "demand": "按附件技术规范执行。", "validity_days": "90"}


@dataclass
class TrusteeKit:
    """A trustee with the age identity of this tender; `slug` names its share."""

    kit: PartyKit
    place: int
    slug: str
    identity: pyrage.x25519.Identity

    @property
    def recipient(self) -> str:
        return str(self.identity.to_public())


@dataclass
class TenderKit:
    """A section with everybody who has to do with it. `staff` is of the section's centre."""

    section: Section
    tenderer: PartyKit
    staff: PartyKit
    agency: PartyKit | None = None
    trustees: list[TrusteeKit] = field(default_factory=list)
    document: TenderDocument | None = None
    notice: Notice | None = None
    bidders: list[PartyKit] = field(default_factory=list)

    @property
    def runner(self) -> PartyKit:
        """Who draws up and signs: the agency where there is one."""
        return self.agency or self.tenderer


def new_party(name: str, role: str, **more: Any) -> PartyKit:
    """A party whose name and number no other test of the process has."""
    serial = next(_serials)
    return make_party(f"{name}{serial}", serial, roles=(role,), **more)


def make_section(
    *,
    regime: str = "GP",
    kind: str = "goods",
    centre: Centre | None = None,
    agency: bool = False,
    budget: str = "1000000.00",
    ceiling: str | None = "1000000.00",
    bond: str = "10000.00",
    submitted: bool = True,
    name: str = "办公设备采购",
    state_controlled: bool = True,
) -> TenderKit:
    """A submitted project, tendering project and section."""
    centre = centre or make_centre()
    tenderer = new_party("采购单位", "tenderer", centre=centre)
    agent = new_party("代理机构", "agency", centre=centre) if agency else None
    staff = new_party("中心工作人员", "staff", centre=centre)
    actor = (agent or tenderer).actor()
    project = create_project(
        data=ProjectData(
            name=f"{name}项目",
            centre=centre.code,
            region="110000",
            tenderer=tenderer.party.number,
            agency=agent.party.number if agent else "",
            state_controlled=state_controlled,
        ),
        actor=actor,
    )
    submit_scheme(item=project, actor=actor)
    tendering_project = create_tendering_project(project=project, name=name, regime=regime, kind=kind, actor=actor)
    submit_scheme(item=tendering_project, actor=actor)
    section = create_section(
        tendering_project=tendering_project,
        data=SectionData(
            name=f"{name}一标段",
            budget=Decimal(budget),
            ceiling=Decimal(ceiling) if ceiling else None,
            bond=Decimal(bond),
            scope="台式计算机200台",
            place="示范市",
            period="30日",
        ),
        actor=actor,
    )
    if submitted:
        submit_scheme(item=section, actor=actor)
    return TenderKit(section, tenderer, staff, agent)


def sign(tender: TenderKit, document: TenderDocument) -> TenderDocument:
    """Both signatures of a prepared document by whoever runs the tender."""
    key = tender.runner.signing_key
    return sign_document(
        document=document,
        signature=sign_detached(canonical(document.content), key),
        package_signature=sign_detached(package_manifest(document.content), key),
        actor=tender.runner.actor(),
    )


def register(tender: TenderKit, trustee: TrusteeKit) -> None:
    code, number = tender.section.tendering_project.code, trustee.kit.party.number
    statement = RecipientStatement(code, trustee.recipient, number).as_bytes()
    register_trustee(
        section=tender.section,
        statement=statement,
        signature=sign_detached(statement, trustee.kit.signing_key),
        actor=trustee.kit.actor(),
    )


def make_drafted_section(
    *,
    trustees: int = 5,
    k: int = 3,
    mode: str = "trustees",
    deadline_after: dict[str, int] | None = None,
    patch: dict[str, Any] | None = None,
    decryption: dict[str, Any] | None = None,
    registered: bool = True,
    **section: Any,
) -> TenderKit:
    """A section whose document is drawn up; its trustees have registered."""
    tender = make_section(**section)
    n = trustees if mode != "bidder" else 0
    kits = [new_party("受托人", "trustee", suite=("rsa", "ecdsa")[number % 2]) for number in range(n)]
    tender.trustees = [
        TrusteeKit(kit, place, f"trustee-{place}", pyrage.x25519.Identity.generate())
        for place, kit in enumerate(kits, 1)
    ]
    terms = {
        "mode": mode,
        "k": k,
        "n": trustees,
        "sign_in_seconds": 0,
        "window_seconds": 1800,
        "objection_seconds": 0,
        "below_three": "continue",
    }
    draft = {
        "fields": FIELDS,
        "decryption": {**terms, **(decryption or {})},
        "committee": {"size": 5, "specialty": "货物", "tenderer_members": 1, "venues": ["main", "sub"]},
        **(patch or {}),
    }
    tender.document = draft_document(
        section=tender.section,
        template=TEMPLATES[tender.section.regime, tender.section.kind],
        actor=tender.runner.actor(),
        patch=draft,
        plan={"deadline_after": deadline_after or {"seconds": 3600}},
        trustees=[kit.party.number for kit in kits],
    )
    if templates()[tender.document.template]["bill"]:
        attach_file(
            document=tender.document,
            name="bill.xlsx",
            title="工程量清单",
            data=bill(),
            bill=True,
            actor=tender.runner.actor(),
        )
    for trustee in tender.trustees if registered else ():
        register(tender, trustee)
    return tender


@cache
def bill() -> bytes:
    """A real workbook: an empty bill of quantities of three lines."""
    book = Workbook()
    for row in (
        ("编码", "名称", "单位", "数量"),
        ("010101001", "平整场地", "m2", 1200),
        ("010401001", "砖基础", "m3", 86),
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_signed_section(**more: Any) -> TenderKit:
    tender = make_drafted_section(**more)
    assert tender.document is not None
    tender.document = sign(tender, prepare_document(document=tender.document, actor=tender.runner.actor()))
    return tender


def second_person(kit: PartyKit) -> PartyKit:
    """Another account of the same party, for what its rule set wants four eyes for."""
    name = f"reviewer-{kit.party.number}"
    account = Account.objects.filter(username=name).first()
    return replace(
        kit, account=account or Account.objects.create_user(username=name, password=PASSWORD, party=kit.party)
    )


def make_reviewed_section(**more: Any) -> TenderKit:
    """The tenderer has approved; the centre's verification is next."""
    tender = make_signed_section(**more)
    tender.notice = submit_for_review(section=tender.section, actor=tender.runner.actor())
    approve_notice(notice=tender.notice, actor=second_person(tender.tenderer).actor())
    return tender


def make_published_section(**more: Any) -> TenderKit:
    """A running tender; its deadline is an hour away unless `deadline_after={"seconds": …}` (20 at least) says otherwise.

    `regime`, `kind`, `agency=True`, `trustees=5`, `k=3`, `mode="trustees|bidder|both"`, `decryption={…}`, `patch={parts of
    the content}`, `centre=` (not of the demonstration: terms in days), `budget`, `ceiling`, `name`.
    """
    tender = make_reviewed_section(**more)
    assert tender.notice is not None and tender.document is not None
    tender.section = publish_notice(notice=tender.notice, actor=tender.staff.actor())
    tender.document.refresh_from_db()
    return tender


def make_bid(tender: TenderKit, price: str = "900000.00", kit: PartyKit | None = None) -> OpenedBid:
    """A bid as the opening leaves it behind, by its rows alone: for what comes after the opening."""
    kit = kit or new_party("投标单位", "bidder")
    section = tender.section
    digest = hashlib.sha256(f"{kit.party.number} {price}".encode()).hexdigest()
    with transaction.atomic():
        entry = append_entry(
            kind="bid.delivered", subject=f"section:{section.code}", body={"sha256": digest}, actor=kit.actor()
        )
    bid = Bid.objects.create(
        section=section,
        round=section.round,
        bidder=kit.party,
        sha256=digest,
        size=1,
        path="",
        seal={},
        certificate="",
        received_at=now(),
        entry_id=entry.pk,
    )
    return OpenedBid.objects.create(
        bid=bid,
        inner_sha256=digest,
        inner_path="none",
        outcome=OpenedBid.Outcome.OPENED,
        opening={"items": {"price": price}},
        opened_at=now(),
    )


def make_evaluated_section(
    prices: Sequence[str] = ("900000.00", "950000.00", "980000.00", "990000.00"), **more: Any
) -> TenderKit:
    """A section whose committee has ranked the bids in the order of `prices`; `tender.bidders` are their kits."""
    tender = make_published_section(**{"mode": "bidder", **more})
    section = tender.section
    tender.bidders = [new_party("投标单位", "bidder") for _ in prices]
    for kit, price in zip(tender.bidders, prices, strict=True):
        make_bid(tender, price, kit)
    with transaction.atomic():
        for state in (SectionState.OPENING, SectionState.OPENED, SectionState.EVALUATING):
            move_section(section, state, actor=SYSTEM)
    rank_bids(tender, prices)
    return tender


def rank_bids(tender: TenderKit, prices: Sequence[str], **more: Any) -> Ranking:
    ranking = [
        {"bidder": kit.party.number, "name": kit.party.name, "rank": rank, "price": price, "total": f"{100 - rank}.00"}
        for rank, (kit, price) in enumerate(zip(tender.bidders, prices, strict=True), 1)
    ]
    report = {"report_sha256": "ab" * 32, "reported_at": now(), **more}
    return record_ranking(section=tender.section, ranking=ranking, actor=SYSTEM, **report)
