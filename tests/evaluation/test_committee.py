"""Laying out a committee and drawing it: composition, conflicts, secrecy, alternates."""

import datetime as dt
import json
from typing import Any

import pytest

from evaluation.actions.appoint_tenderer_member import appoint_tenderer_member
from evaluation.actions.draw_committee import draw_experts, draw_venue
from evaluation.actions.finish_committee_draw import close_committee_draw, finish_committee_draw, void_committee_draw
from evaluation.actions.recuse_member import recuse_member, replace_member
from evaluation.actions.sign_in import sign_in
from evaluation.models import CommitteeDraw, CommitteeMember
from evaluation.rules.composition import Composition, blockers
from evaluation.rules.conflicts import Candidate, Surroundings, Tie, conflicts
from evaluation.rules.phases import Phase
from runtime.clock import now
from runtime.refusal import Refusal
from signing.actions.commit_draw import commit_draw
from signing.models import JournalInbox
from signing.queries.draws import draw_file
from signing.rules.draws import replay
from signing.rules.escrow import commit
from tests.factories.evaluation import (
    gather,
    make_committee,
    make_drawn_room,
    make_expert,
    make_room,
    new_person,
    run_draw,
)

database = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def journalled() -> list[dict[str, Any]]:
    """Every entry written so far, as JSON; its place in the tree is not known yet."""
    return [json.loads(row.entry(0)) for row in JournalInbox.objects.order_by("id")]


def composed(regime: str, size: int, tenderer: int = 0, budget: str = "1000000", **more: bool) -> list[str]:
    from decimal import Decimal

    return [blocker.code for blocker in blockers(Composition(regime, size, tenderer, Decimal(budget), **more))]


@pytest.mark.parametrize(
    ("regime", "size", "tenderer", "budget", "found"),
    [
        ("ENG", 5, 1, "1", []),
        ("ENG", 7, 2, "1", []),
        ("ENG", 5, 2, "1", ["committee.too_few_experts"]),
        ("ENG", 4, 0, "1", ["committee.even", "committee.too_small"]),
        ("ENG", 6, 0, "1", ["committee.even"]),
        ("ENG", 3, 0, "1", ["committee.too_small"]),
        ("GP", 5, 0, "9999999.99", []),
        ("GP", 5, 0, "10000000", ["committee.too_small"]),
        ("GP", 7, 2, "10000000", []),
        ("SMALL", 3, 1, "1", []),
    ],
)
def test_a_committee_is_odd_large_enough_and_two_thirds_experts(
    regime: str, size: int, tenderer: int, budget: str, found: list[str]
) -> None:
    assert composed(regime, size, tenderer, budget) == found


def test_complex_matters_and_water_works_need_seven() -> None:
    assert composed("GP", 5, complex_matter=True) == ["committee.too_small"]
    assert composed("ENG", 5, water_works=True) == ["committee.too_small"]
    assert composed("ENG", 7, water_works=True) == []


@database
@pytest.mark.cts("A-129", "B-020", "B-021")
@pytest.mark.parametrize(
    ("size", "tenderer", "code"),
    [(4, 0, "committee.even"), (3, 0, "committee.too_small"), (5, 2, "committee.too_few_experts")],
)
def test_an_unlawful_committee_is_refused_and_nothing_is_stored(size: int, tenderer: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        make_committee(size=size, tenderer_members=tenderer, sub_seats=0)
    assert code in codes(refused)
    assert all(blocker.rule for blocker in refused.value.blockers)
    assert not CommitteeMember.objects.exists()


AROUND = Surroundings(frozenset({"B1", "B2"}), frozenset({"T1"}), dt.date(2026, 11, 21))


@pytest.mark.parametrize(
    ("tie", "found"),
    [
        (Tie("B1", "employee"), ["conflict.bidder"]),
        (Tie("B1", "employee", dt.date(2023, 11, 22)), ["conflict.bidder"]),
        (Tie("B1", "employee", dt.date(2023, 11, 21)), []),
        (Tie("B1", "director", dt.date(2020, 1, 1)), []),
        (Tie("B1", "relative", dt.date(2010, 1, 1)), ["conflict.bidder"]),
        (Tie("B3", "employee"), []),
        (Tie("T1", "employee"), ["conflict.tenderer"]),
        (Tie("T1", "employee", dt.date(2026, 1, 1)), []),
    ],
)
def test_who_was_bound_to_a_bidder_within_three_years_is_excluded(tie: Tie, found: list[str]) -> None:
    candidate = Candidate("E", True, frozenset(), "110101", (tie,))
    assert [blocker.code for blocker in conflicts(candidate, AROUND)] == found


def test_the_tenderers_own_person_may_be_its_employee() -> None:
    assert conflicts(Candidate("E", True, frozenset(), "", (Tie("T1", "employee"),), role="tenderer"), AROUND) == []


@database
@pytest.mark.cts("A-129", "A-130", "A-131", "A-220")
def test_venue_and_experts_are_drawn_and_anybody_can_replay_it() -> None:
    room = make_drawn_room(mode="trustees")
    committee = room.committee
    assert committee.phase == Phase.GATHERING
    assert committee.sub_venue.code == "sub"
    seats = list(committee.members.order_by("seat"))
    assert [member.seat for member in seats] == [1, 2, 3, 4, 5]
    assert [member.venue.code for member in seats] == ["main"] * 3 + ["sub"] * 2
    assert [member.expert.region[:2] for member in seats] == ["11"] * 3 + ["12"] * 2
    assert {row.draw.k for row in committee.draws.all()} == {3}, "every party's value is escrowed to the trustees"
    for row in committee.draws.all():
        outcome = replay(draw_file(row.draw))
        assert list(outcome.order) == row.draw.outcome["order"]
    experts = committee.draws.get(purpose="experts")
    shown = replay(draw_file(experts.draw, names=[member.drawn_as for member in seats])).chosen
    assert sorted(number for step in shown for number in step) == sorted(member.drawn_as for member in seats)


@database
@pytest.mark.cts("A-134")
def test_no_public_part_of_the_draw_names_an_expert() -> None:
    room = make_drawn_room()
    text = json.dumps([draw_file(row.draw) for row in room.committee.draws.all()], ensure_ascii=False)
    text += json.dumps([entry for entry in journalled() if entry["readers"] != "supervisor"], ensure_ascii=False)
    for kit in room.experts.values():
        assert kit.party.name not in text
        assert kit.party.number not in text


@database
@pytest.mark.cts("A-133", "A-219")
def test_an_expert_bound_to_a_bidder_is_never_in_the_pool_and_the_reason_is_kept() -> None:
    room = make_committee(sub_seats=0)
    bidder = room.bidders[0].party.number
    bound = make_expert(ties=[(bidder, "employee", None)])
    buyer = make_expert(ties=[(room.tender.tenderer.party.number, "employee", None)])
    suspended = make_expert(status="suspended")
    other = make_expert(specialties=["B01"])
    fit = [make_expert(suite="ecdsa") for _ in range(6)]
    row = draw_experts(committee=room.fresh(), actor=room.staff.actor("staff"))
    pool = {entry["identity"]["number"] for entry in row.draw.names}
    assert pool == {kit.party.number for kit in fit}
    assert {number: reasons[0]["code"] for number, reasons in row.excluded.items()} == {
        bound.party.number: "conflict.bidder",
        buyer.party.number: "conflict.tenderer",
    }
    assert suspended.party.number not in pool | set(row.excluded)
    assert other.party.number not in pool | set(row.excluded)


@database
def test_a_number_of_the_pool_does_not_tell_the_name() -> None:
    """Numbered in the order of the base, whoever knows the base would know the names."""
    room = make_committee(sub_seats=0)
    numbers = [make_expert(suite="ecdsa").party.number for _ in range(9)]
    orders = []
    for reason in ("", "重抽", "再重抽"):
        row = draw_experts(committee=room.fresh(), actor=room.staff.actor("staff"), reason=reason)
        orders.append([entry["identity"]["number"] for entry in row.draw.names])
        void_committee_draw(row=row, reason="测试", actor=room.staff.actor("staff"))
    assert orders != [sorted(numbers)] * 3


@database
def test_the_sub_venue_is_drawn_before_the_experts() -> None:
    room = make_committee()
    room.committee.sub_venue = None
    room.committee.save()
    with pytest.raises(Refusal) as refused:
        draw_experts(committee=room.fresh(), actor=room.staff.actor("staff"))
    assert "draw.venue_first" in codes(refused)
    draw_venue(committee=room.fresh(), actor=room.staff.actor("staff"))
    with pytest.raises(Refusal) as refused:
        draw_venue(committee=room.fresh(), actor=room.staff.actor("staff"))
    assert codes(refused) == ["draw.running"]


@database
def test_the_platform_alone_cannot_draw() -> None:
    room = make_committee(sub_seats=0)
    for _ in range(5):
        make_expert(suite="ecdsa")
    row = draw_experts(committee=room.fresh(), actor=room.staff.actor("staff"))
    with pytest.raises(Refusal) as refused:
        close_committee_draw(row=row, actor=room.staff.actor("staff"))
    assert codes(refused) == ["draw.too_few"]


@database
def test_an_outsider_may_not_commit_and_supervisor_and_bidder_may() -> None:
    room = make_committee(sub_seats=0)
    for _ in range(5):
        make_expert(suite="ecdsa")
    row = draw_experts(committee=room.fresh(), actor=room.staff.actor("staff"))
    outsider = new_person("路人")
    _, document = commit(row.draw.number, row.draw.recipients, row.draw.k)
    with pytest.raises(Refusal) as refused:
        commit_draw(draw=row.draw, actor=outsider.actor(), document=document)
    assert codes(refused) == ["draw.not_invited"]
    run_draw(room, row, [room.supervisor, room.bidders[0]])
    assert room.committee.members.count() == 5
    with pytest.raises(Refusal) as refused:
        finish_committee_draw(row=row, actor=room.staff.actor("staff"))
    assert codes(refused) == ["draw.applied"]


@database
def test_a_re_draw_is_visible_as_such() -> None:
    room = make_committee(sub_seats=0)
    for _ in range(5):
        make_expert(suite="ecdsa")
    staff = room.staff.actor("staff")
    first = draw_experts(committee=room.fresh(), actor=staff)
    with pytest.raises(Refusal) as refused:
        draw_experts(committee=room.fresh(), actor=staff)
    assert codes(refused) == ["draw.running"]
    void_committee_draw(row=first, reason="监督人员未到", actor=staff)
    with pytest.raises(Refusal):
        draw_experts(committee=room.fresh(), actor=staff)  # without saying why
    second = draw_experts(committee=room.fresh(), actor=staff, reason="前次作废")
    assert second.draw.replaces == first.draw


@database
@pytest.mark.cts("A-133")
def test_who_steps_back_is_followed_by_the_next_of_the_draw() -> None:
    room = make_drawn_room()
    row = room.committee.draws.get(purpose="experts")
    recusal = recuse_member(committee=room.fresh(), ground="曾在投标人处任职", actor=room.actor(2))
    assert recusal.member.status == "recused"
    assert recusal.successor.seat == 2
    assert recusal.successor.venue.code == "main"
    row.refresh_from_db()
    main = [number for number in row.draw.outcome["order"] if row.draw.pool[number - 1]["labels"]["venue"] == "main"]
    assert recusal.successor.drawn_as == main[3]
    with pytest.raises(Refusal) as refused:
        sign_in(committee=room.fresh(), actor=room.actor(2))
    assert codes(refused) == ["room.recused"]


@database
def test_an_alternate_in_conflict_by_now_is_passed_over() -> None:
    room = make_drawn_room()
    row = room.committee.draws.get(purpose="experts")
    main = [number for number in row.draw.outcome["order"] if row.draw.pool[number - 1]["labels"]["venue"] == "main"]
    fourth = next(entry for entry in row.draw.names if entry["number"] == main[3])["identity"]["number"]
    room.experts[fourth].party.expert.ties.create(number=room.bidders[1].party.number, name="x", kind="relative")
    recusal = replace_member(committee=room.fresh(), seat=1, ground="突发疾病", actor=room.staff.actor("staff"))
    assert recusal.successor.drawn_as == main[4]
    assert recusal.member.status == "replaced"


@database
def test_when_the_draw_is_used_up_the_seat_stays_vacant_and_is_drawn_anew() -> None:
    room = make_drawn_room()
    for _ in range(4):
        recusal = replace_member(committee=room.fresh(), seat=1, ground="不能到场", actor=room.staff.actor("staff"))
    assert recusal.successor is None
    make_expert(suite="ecdsa")
    run_draw(room, draw_experts(committee=room.fresh(), actor=room.staff.actor("staff")))
    assert room.member(1).status == "standing"


@database
@pytest.mark.cts("A-131")
def test_the_tenderer_names_its_own_members_and_nobody_else_may() -> None:
    room = make_committee(tenderer_members=1, sub_seats=0)
    person = new_person("招标人代表")
    for stranger in (room.staff.actor("staff"), room.bidders[0].actor()):
        with pytest.raises(Refusal):
            appoint_tenderer_member(committee=room.fresh(), person=person.party, actor=stranger)
    tenderer = room.tender.tenderer.actor()
    member = appoint_tenderer_member(committee=room.fresh(), person=person.party, actor=tenderer)
    assert (member.seat, member.kind) == (5, "tenderer")
    with pytest.raises(Refusal) as refused:
        appoint_tenderer_member(committee=room.fresh(), person=new_person("又一位").party, actor=tenderer)
    assert codes(refused) == ["committee.no_seat_left"]


@database
@pytest.mark.cts("A-133", "A-156")
def test_nobody_signs_in_outside_the_hours_or_without_a_certificate() -> None:
    early = make_room(hours=(1, 2), sub_seats=0)
    with pytest.raises(Refusal) as refused:
        sign_in(committee=early.fresh(), actor=early.actor(1))
    assert codes(refused) == ["room.outside_window"]
    room = make_room(sub_seats=0)
    with pytest.raises(Refusal) as refused:
        sign_in(committee=room.fresh(), actor=room.members[0].actor("evaluator", certificate=False))
    assert codes(refused) == ["login.certificate_needed"]
    with pytest.raises(Refusal) as refused:
        sign_in(committee=room.fresh(), actor=new_person("路人").actor("evaluator"))
    assert codes(refused) == ["room.not_a_member"]


@database
@pytest.mark.cts("A-133")
def test_the_undertaking_names_every_bidder_and_must_be_signed_by_the_member_over_that_text() -> None:
    from evaluation.actions.sign_undertaking import sign_undertaking, undertaking_for
    from signing.rules.cades import sign_detached
    from signing.rules.canonical import canonical

    room = make_room(sub_seats=0)
    sign_in(committee=room.fresh(), actor=room.actor(1))
    content = undertaking_for(room.member(1))
    assert {kit.party.number for kit in room.bidders} <= {org["number"] for org in content["organisations"]}
    text = canonical(content)
    attempts = {
        "signature.other_content": sign_detached(text + b" ", room.members[0].signing_key),
        "certificate.wrong_holder": sign_detached(text, room.members[1].signing_key),
    }
    for code, signature in attempts.items():
        with pytest.raises(Refusal) as refused:
            sign_undertaking(committee=room.fresh(), signature=signature, actor=room.actor(1))
        assert codes(refused) == [code]
    assert room.member(1).undertaken_at is None
    gather(room, [1])
    assert room.member(1).undertaken_at <= now()


@database
def test_every_step_is_in_the_journal() -> None:
    room = gather(make_drawn_room())
    kinds = {entry["kind"] for entry in journalled() if entry["subject"] == f"section:{room.section.code}"}
    assert {
        "committee.formed",
        "draw.frozen",
        "committee.venue_drawn",
        "committee.excluded",
        "draw.finished",
        "committee.seated",
        "evaluation.signed_in",
        "evaluation.undertaken",
    } <= kinds


@database
def test_a_draw_of_another_committee_is_not_found_here() -> None:
    from evaluation.queries.draws import committee_draw

    room = make_drawn_room()
    number = room.committee.draws.first().draw.number
    other = make_committee(sub_seats=0)
    with pytest.raises(Refusal):
        committee_draw(other.committee, number)
    assert isinstance(committee_draw(room.committee, number), CommitteeDraw)
