"""A committee drawn and at work on really opened bids, from its forming to the closed evaluation."""

import datetime as dt
from typing import Any

from evaluation.actions.appoint_tenderer_member import appoint_tenderer_member
from evaluation.actions.build_report import build_report
from evaluation.actions.close_evaluation import close_evaluation
from evaluation.actions.draw_committee import draw_experts, draw_float, draw_venue
from evaluation.actions.extend_window import extend_window
from evaluation.actions.finish_review import finish_review
from evaluation.actions.form_committee import Layout, form_committee
from evaluation.actions.recuse_member import recuse_member
from evaluation.actions.save_verdict import save_verdict
from evaluation.actions.sign_report import sign_report, to_sign
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.summarise import summarise
from evaluation.models import CommitteeMember, Report
from evaluation.queries.facts import method_in_force
from evaluation.queries.rooms import standings
from runtime.clock import now
from signing.rules.cades import sign_detached
from tests.factories.evaluation import (
    Room,
    elect,
    gather,
    hand_in_as,
    make_expert,
    make_specialty,
    make_venue,
    new_person,
    run_draw,
    save,
)
from tests.factories.parties import PartyKit
from tests.factories.tendering import TenderKit

OPINION = "技术评分的依据不够充分。"


def evaluate_section(kit: TenderKit, supervisor: PartyKit, rejected: PartyKit) -> list[PartyKit]:
    """The members by seat. One expert steps back and is replaced, one bid is rejected by the majority, one member dissents."""
    room = _seated(kit, supervisor)
    run_draw(room, draw_float(committee=room.fresh(), actor=_staff(room)), [kit.tenderer, supervisor])
    elect(gather(room))
    start_evaluation(committee=room.fresh(), actor=_staff(room))
    review(room, rejected.party.number)
    score(room)
    report(room)
    close_evaluation(committee=room.fresh(), actor=_staff(room))
    return room.members


def _staff(room: Room) -> Any:
    return room.staff.actor("staff")


def _seated(kit: TenderKit, supervisor: PartyKit) -> Room:
    make_specialty()
    main, _ = make_venue("main", "110100"), make_venue("sub", "120100")
    layout = Layout(
        size=5,
        tenderer_members=1,
        specialties=("A08",),
        sub_seats=2,
        window_from=now() - dt.timedelta(seconds=1),
        window_until=now() + dt.timedelta(hours=1),
    )
    committee = form_committee(section=kit.section, layout=layout, main_venue=main, actor=kit.staff.actor("staff"))
    room = Room(kit, kit.staff, supervisor, committee)
    experts = [make_expert(region=("110101", "120101")[n % 2], suite=("rsa", "ecdsa")[n % 2]) for n in range(12)]
    known = {each.party.number: each for each in experts}
    parties = [kit.tenderer, supervisor]
    run_draw(room, draw_venue(committee=room.fresh(), actor=_staff(room)), parties)
    run_draw(room, draw_experts(committee=room.fresh(), actor=_staff(room)), parties)
    person = new_person("招标人代表")
    appoint_tenderer_member(committee=room.fresh(), person=person.party, actor=kit.tenderer.actor("tenderer"))
    known[person.party.number] = person
    leaving = committee.members.get(seat=2, status=CommitteeMember.Status.STANDING)
    recuse_member(
        committee=room.fresh(),
        ground="与投标人有业务往来",
        actor=known[leaving.party.number].actor("evaluator"),
    )
    seats = committee.members.filter(status=CommitteeMember.Status.STANDING).order_by("seat")
    room.members = [known[member.party.number] for member in seats.select_related("party")]
    extend_window(committee=room.fresh(), until=now() + dt.timedelta(hours=2), reason="资料较多", actor=_staff(room))
    room.fresh()
    return room


def review(room: Room, rejected: str) -> None:
    """Four of five fail one item of the bid that is to be rejected."""
    items = [item.key for item in method_in_force(room.section).review]
    for seat in range(1, len(room.members) + 1):
        for row in standings(room.committee):
            for item in items:
                passed = row.bid.bid.bidder.number != rejected or item != "q1" or seat == 5
                save_verdict(
                    committee=room.fresh(),
                    bid=row.bid.bid.public_id,
                    item=item,
                    passed=passed,
                    reason="" if passed else "资质证书已过期",
                    version=0,
                    actor=room.actor(seat),
                )
        finish_review(committee=room.fresh(), actor=room.actor(seat))


def score(room: Room) -> None:
    for seat in range(1, len(room.members) + 1):
        for place, bid in enumerate(room.bids):
            save(room, seat, bid, "t1", str(20 + seat - 2 * place))
            save(room, seat, bid, "c1", str(8 - place))
        hand_in_as(room, seat)


def report(room: Room) -> None:
    summarise(committee=room.fresh(), actor=_staff(room))
    chair = room.fresh().chair.seat
    build_report(committee=room.fresh(), remarks="推荐前三名为中标候选人。", actor=room.actor(chair))
    paper = Report.objects.get(committee=room.committee, voided_at=None)
    for seat, kit in enumerate(room.members, 1):
        opinion = OPINION if seat == 3 else ""
        signature = sign_detached(to_sign(paper, opinion), kit.signing_key)
        sign_report(committee=room.fresh(), signature=signature, actor=room.actor(seat), opinion=opinion)
