"""Whole tenders for the verifier: from publication to award by the real acts, with real certificates, bids and waits."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.actions.add_cosignature import add_cosignature, trust_witness
from signing.actions.publish_checkpoint import publish_checkpoint
from signing.actions.publish_commitment import publish_commitment
from signing.keys import platform_identity
from signing.queries.journal import checkpoint_note, latest_checkpoint
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.certificates import pem
from signing.rules.checkpoint import cosign
from signing.rules.notes import NoteSigner
from signing.rules.statements import Bidding, ShareRelease, SignedStatement
from supervision.actions.export_bundle import export_bundle
from supervision.actions.request_bundle import request_bundle
from supervision.models import BundleExport
from tendering.actions.advance_opening import advance_opening
from tendering.actions.answer_question import answer_question
from tendering.actions.approve_notice import approve_notice
from tendering.actions.ask_question import ask_question
from tendering.actions.decide_award import decide_award
from tendering.actions.draft_amendment import draft_amendment
from tendering.actions.draft_candidates import draft_candidates
from tendering.actions.object_to_opening import answer_objection, object_to_opening
from tendering.actions.open_bid import sweep_bids_to_open
from tendering.actions.prepare_document import prepare_document
from tendering.actions.publish_amendment import publish_amendment
from tendering.actions.publish_by_kind import publish_by_kind
from tendering.actions.publish_record import publish_record
from tendering.actions.release_share import release_identity, release_share
from tendering.actions.send_award_letter import send_award_letter
from tendering.actions.sign_in import confirm_opening, sign_in
from tendering.actions.sign_record import sign_record
from tendering.actions.verify_letter import verify_letter
from tendering.actions.withdraw_bid import statement_of, withdraw_bid
from tendering.models import Bid, Opening
from tests.factories.bids import spoilt_share
from tests.factories.evaluating import evaluate_section
from tests.factories.parties import PartyKit, demo_ca
from tests.factories.sealed_bids import BidKit, make_bid
from tests.factories.tendering import TenderKit, make_published_section, new_party, second_person, sign
from tests.tendering.delivering import deliver

TERMS = {"sign_in_seconds": 600, "window_seconds": 600, "objection_seconds": 600, "record_seconds": 600}
METHOD: dict[str, Any] = {
    "format": "yangguang-method/1",
    "kind": "benchmark",
    "price_item": "price",
    "price_weight": "60",
    "items": [
        {"key": "t1", "title": "施工组织设计", "group": "technical", "max": "30", "step": "0.5"},
        {"key": "c1", "title": "信用评价", "group": "credit", "max": "10", "step": "0.5", "objective": True},
    ],
    "review": [
        {"key": "f1", "title": "投标函签章齐全", "group": "form"},
        {"key": "q1", "title": "资质条件符合要求", "group": "qualification"},
    ],
    "price": {"trim": [], "k": {"least": "1", "most": "3", "step": "0.5"}, "above": "1", "below": "0.5"},
    "tie": ["total", "price"],
}
WITNESS = NoteSigner("supervisor.example/witness", Ed25519PrivateKey.generate())


@dataclass
class Tender:
    """A tender under way with everybody in it. `bids`: name in the story → the bid."""

    kit: TenderKit
    folder: Path
    bids: dict[str, BidKit] = field(default_factory=dict)
    members: list[PartyKit] = field(default_factory=list)  # by seat
    supervisor: PartyKit | None = None

    @property
    def section(self):
        self.kit.section.refresh_from_db()
        return self.kit.section

    def bid(self, name: str, suite: str = "rsa", **more: Any) -> BidKit:
        made = make_bid(self.kit, new_party("投标单位", "bidder", suite=suite), self.folder, **more)
        return self.deliver(name, made)

    def deliver(self, name: str, made: BidKit) -> BidKit:
        deliver(self.kit, made.bidder, made.path)
        self.bids[name] = made
        return made

    def row(self, made: BidKit) -> Bid:
        return Bid.objects.select_related("section__tendering_project", "bidder").get(sha256=made.sha256)

    def opening(self) -> Opening:
        found = advance_opening(self.section)
        assert found is not None
        found.refresh_from_db()
        return found

    def wait_for_deadline(self) -> None:
        time.sleep(max(0.0, (self.section.deadline - now()).total_seconds()) + 0.01)


def start_tender(folder: Path, **more: Any) -> Tender:
    """Published with five trustees; the deadline is near."""
    kit = make_published_section(decryption={**TERMS, **more.pop("decryption", {})}, **more)
    centre = kit.section.tendering_project.project.centre
    return Tender(kit, folder, supervisor=new_party("监督部门", "supervisor", centre=centre))


def deliver_works(tender: Tender) -> None:
    """Five bids stand: four good ones, one replaced once, and one whose bidder's client spoilt its shares; one is withdrawn."""
    publish_commitment()
    asker = new_party("投标单位", "bidder")
    question = ask_question(section=tender.section, text="沥青面层是否允许掺用再生料？", actor=asker.actor())
    answer_question(
        question=question, answer="不允许，面层一律采用新料。", restated="面层用料？", actor=tender.kit.runner.actor()
    )
    tender.bid("first", items={"price": "900000.00"})
    before = tender.bid("before", "ecdsa", items={"price": "999000.00"})
    amend(tender.kit)
    tender.deliver("replaced", make_bid(tender.kit, before.bidder, tender.folder, items={"price": "930000.00"}))
    tender.bid("third", "ecdsa", items={"price": "950000.00"})
    tender.bid("rejected", items={"price": "960000.00"})
    tender.bid("spoilt", items={"price": "800000.00"}, sealing_share=spoilt_share)
    withdraw(tender, tender.bid("withdrawn", "ecdsa"))


def amend(kit: TenderKit) -> None:
    """A second version that changes nothing about bids, so that the deadline stays."""
    amendment = draft_amendment(
        section=kit.section,
        reason="更正联系电话",
        actor=kit.runner.actor(),
        patch={"fields": {"contact": "李华 010-87654321", "demand": "按附件技术规范执行。", "validity_days": "90"}},
        affects_bids=False,
    )
    sign(kit, prepare_document(document=amendment.document, actor=kit.runner.actor()))
    amendment.refresh_from_db()
    publish_amendment(amendment=amendment, actor=kit.runner.actor())


def withdraw(tender: Tender, made: BidKit) -> None:
    row = tender.row(made)
    statement = canonical(statement_of(row))
    signature = sign_detached(statement, made.bidder.signing_key)
    withdraw_bid(bid=row, statement=statement, signature=signature, actor=made.bidder.actor())


def open_by_trustees(tender: Tender, standing: tuple[str, ...], spoilt: tuple[str, ...] = ()) -> None:
    """Everybody signs in; three trustees release their shares, all five of spoilt bids; one first posts a wrong share."""
    opening = tender.opening()
    publish_checkpoint(f"opening:{tender.section.code}/1")
    for name in (*standing, *spoilt):
        bidder = tender.bids[name].bidder
        sign_in(opening=opening, bidder=bidder.party, actor=bidder.actor())
    post_wrong_share(tender, tender.bids[standing[0]])
    for name in (*standing, *spoilt):
        made = tender.bids[name]
        for trustee in tender.kit.trustees[: 5 if name in spoilt else 3]:
            signed = made.share(trustee)
            release_share(opening=tender.opening(), bid=tender.row(made), signed=signed, actor=trustee.kit.actor())
    sweep_bids_to_open()


def post_wrong_share(tender: Tender, made: BidKit) -> None:
    trustee = tender.kit.trustees[0]
    release = ShareRelease(Bidding.of(made.seal, made.sha256), trustee.place, b"wrong" * 15, bytes(16))
    signed = SignedStatement(release.as_bytes(), sign_detached(release.as_bytes(), trustee.kit.signing_key))
    try:
        release_share(opening=tender.opening(), bid=tender.row(made), signed=signed, actor=trustee.kit.actor())
    except Refusal as refusal:
        assert refusal.blockers[0].code.startswith("share."), refusal


def close_opening(tender: Tender, present: tuple[str, ...]) -> None:
    """One objects and is answered; all confirm and sign the record."""
    kits = [tender.bids[name].bidder for name in present]
    objection = object_to_opening(
        opening=tender.opening(), bidder=kits[0].party, text="工期按日历天计算吗？", actor=kits[0].actor()
    )
    answer_objection(objection=objection, answer="按日历天计算。", actor=tender.kit.runner.actor())
    for kit in kits:
        confirm_opening(opening=tender.opening(), bidder=kit.party, actor=kit.actor())
    record = bytes(publish_record(tender.opening()).record)
    for kit in kits:
        signature = sign_detached(record, kit.signing_key)
        sign_record(opening=tender.opening(), bidder=kit.party, signature=signature, actor=kit.actor())
    assert publish_record(tender.opening()).pdf_path


def award(tender: Tender) -> None:
    """Candidates published for their term, the first wins, result notice and letters go out."""
    kit = tender.kit
    notice = draft_candidates(section=tender.section, actor=kit.runner.actor())
    approve_notice(notice=notice, actor=second_person(kit.tenderer).actor())
    publish_by_kind(notice=notice, actor=kit.staff.actor())
    notice.refresh_from_db()
    time.sleep(max(0.0, (notice.ends_at - now()).total_seconds()) + 0.01)
    made = decide_award(section=tender.section, rank=1, reason="排名第一", actor=kit.tenderer.actor())
    approve_notice(notice=made.notice, actor=second_person(kit.tenderer).actor())
    publish_by_kind(notice=made.notice, actor=kit.staff.actor())
    for letter in made.letters.all():
        verify_letter(letter=letter, actor=kit.tenderer.actor())
        send_award_letter(letter=letter, actor=kit.tenderer.actor())


def cosign_journal() -> None:
    """The supervisor's witness has seen the journal as it stands now."""
    if not WITNESS.name:
        return
    from signing.models import Witness

    if not Witness.objects.filter(name=WITNESS.name).exists():
        trust_witness(name="监督部门", key=str(WITNESS.verifier), actor=SYSTEM)
    from signing.actions.seal_journal import seal_journal

    seal_journal()
    note = checkpoint_note(latest_checkpoint())
    add_cosignature(note + cosign(note, WITNESS, int(timezone.now().timestamp())))


def export(tender: Tender) -> BundleExport:
    assert tender.supervisor is not None
    asked = request_bundle(section=tender.section, actor=tender.supervisor.actor())
    return export_bundle(asked.pk)


def bundle_path(made: BundleExport) -> Path:
    assert made.state == BundleExport.State.DONE, made.fault
    return in_store(made.path)


def write_anchors(folder: Path) -> Path:
    """What a reader trusts: the roots of the two CAs and of the platform, with their revocation lists."""
    folder.mkdir(exist_ok=True)
    roots = [*demo_ca("rsa").authority().anchors, *demo_ca("ecdsa").authority().anchors, platform_identity().root.der]
    for number, der in enumerate(roots):
        (folder / f"{number}.crt").write_bytes(pem(der))
    return folder


def works(folder: Path, seconds: int) -> Tender:
    """The tender of the verifier's tests up to its deadline: works, an agency, five trustees, seven deliveries."""
    tender = start_tender(
        folder,
        regime="ENG",
        kind="works",
        agency=True,
        deadline_after={"seconds": seconds},
        patch={"method": METHOD},
        decryption={},
    )
    deliver_works(tender)
    return tender


STANDING, SPOILT = ("first", "replaced", "third", "rejected"), ("spoilt",)


def run_works(tender: Tender) -> None:
    """From the deadline to the award."""
    tender.wait_for_deadline()
    open_by_trustees(tender, STANDING, SPOILT)
    close_opening(tender, (*STANDING, *SPOILT))


def finish_works(tender: Tender) -> None:
    tender.members = evaluate_section(tender.kit, tender.supervisor, rejected=tender.bids["rejected"].bidder)
    award(tender)


def goods(folder: Path, seconds: int) -> Tender:
    """A second tender: goods, opened by bidders or trustees; of three bids one is opened by its bidder, one by trustees,
    one by nobody."""
    tender = start_tender(folder, mode="both", deadline_after={"seconds": seconds}, decryption={"window_seconds": 60})
    for name in ("own", "shared", "silent"):
        tender.bid(name)
    return tender


def run_goods(tender: Tender) -> None:
    opening = tender.opening()
    for made in tender.bids.values():
        sign_in(opening=opening, bidder=made.bidder.party, actor=made.bidder.actor())
    own, shared = tender.bids["own"], tender.bids["shared"]
    signed = own.identity_release()
    release_identity(opening=tender.opening(), bid=tender.row(own), signed=signed, actor=own.bidder.actor())
    for trustee in tender.kit.trustees[2:]:
        signed = shared.share(trustee)
        release_share(opening=tender.opening(), bid=tender.row(shared), signed=signed, actor=trustee.kit.actor())
    sweep_bids_to_open()


def let_window_end(tender: Tender) -> None:
    """The decryption window of the goods tender is some seconds; afterwards what nobody decrypted is decided, and all confirm."""
    opening = tender.opening()
    time.sleep(max(0.0, (opening.decrypt_until - now()).total_seconds()) + 0.01)
    close_opening(tender, tuple(tender.bids))


def too_few(folder: Path, seconds: int) -> Tender:
    """A tender with two bids, which may not be opened."""
    tender = start_tender(folder, deadline_after={"seconds": seconds})
    for number in range(2):
        tender.bid(f"bid {number}")
    return tender
