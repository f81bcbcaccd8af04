"""The pages by Django's client: who gets what in which phase, and what a form's refusal looks like."""

import base64
import csv
import io

import pytest
from django.test import Client

from evaluation.actions.build_report import build_report
from evaluation.actions.summarise import summarise
from evaluation.models import CommitteeMember, Expert, HandIn
from evaluation.rules.phases import Phase
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from tests.evaluation.acting import judge
from tests.factories.evaluation import (
    Room,
    elect,
    gather,
    make_committee,
    make_drawn_room,
    make_expert,
    make_handed_in_room,
    make_room,
    make_scoring_room,
    make_specialty,
    make_started_room,
    new_person,
)
from tests.factories.parties import PartyKit, log_in, make_centre
from tests.factories.tendering import new_party

pytestmark = pytest.mark.django_db


def client(kit: PartyKit, role: str, certificate: bool = True) -> Client:
    return log_in(Client(raise_request_exception=True), kit, role, certificate)


def everybody(room: Room) -> list[Client]:
    return [
        client(room.members[0], "evaluator"),
        client(room.members[1], "evaluator"),
        client(room.staff, "staff"),
        client(room.supervisor, "supervisor"),
    ]


def test_the_room_opens_for_everybody_who_may_enter_in_every_phase() -> None:
    room = make_drawn_room()
    path = f"/sections/{room.section.code}/room/"

    def all_open() -> None:
        for each in everybody(room):
            for address in (path, f"{path}people/"):
                assert each.get(address).status_code == 200

    all_open()
    gather(room)
    all_open()
    elect(room)
    all_open()
    client(room.staff, "staff").post(path, {"start": "1"})
    assert room.fresh().phase == Phase.PRELIMINARY
    all_open()
    for seat in range(1, 6):
        judge(room, seat)
    all_open()
    from tests.factories.evaluation import hand_in_as, score_everything

    for seat in range(1, 6):
        score_everything(room, seat)
        hand_in_as(room, seat)
    all_open()
    client(room.members[0], "evaluator").post(path, {"summarise": "1"})
    all_open()
    client(room.members[0], "evaluator").post(path, {"build": "1", "remarks": "无"})
    assert room.fresh().phase == Phase.REPORT
    all_open()


@pytest.mark.cts("A-146")
def test_nobody_else_enters_the_room() -> None:
    room = make_scoring_room(sub_seats=0)
    path = f"/sections/{room.section.code}/room/"
    strangers = [
        client(new_person("路人"), "evaluator"),
        client(new_party("别处监督", "supervisor", centre=make_centre("other")), "supervisor"),
        client(room.bidders[0], "bidder"),
        client(room.tender.tenderer, "tenderer"),
        Client(),
    ]
    for stranger in strangers:
        for address in (path, f"{path}people/"):
            assert stranger.get(address).status_code in {401, 403}
        assert stranger.post(path, {"sign_in": "1"}).status_code in {401, 403}


@pytest.mark.cts("A-134")
def test_staff_pages_show_no_member_nor_excluded_expert() -> None:
    room = make_committee(sub_seats=0)
    bound = make_expert(ties=[(room.bidders[0].party.number, "employee", None)])
    from evaluation.actions.draw_committee import draw_experts
    from tests.factories.evaluation import run_draw

    kits = {kit.party.number: kit for kit in (make_expert(suite="ecdsa") for _ in range(6))}
    run_draw(room, draw_experts(committee=room.fresh(), actor=room.staff.actor("staff")))
    members = [kits[m.party.number] for m in CommitteeMember.objects.select_related("party")]
    code = room.section.code
    for address in (f"/sections/{code}/committee/", f"/sections/{code}/room/", f"/sections/{code}/room/people/"):
        text = client(room.staff, "staff").get(address).content.decode()
        for kit in (*members, bound):
            assert kit.party.name not in text
            assert kit.party.number not in text
    text = client(room.supervisor, "supervisor").get(f"/sections/{code}/committee/").content.decode()
    assert members[0].party.name in text
    assert bound.party.number in text
    assert "任职" in text


def test_a_password_log_in_may_look_and_not_act() -> None:
    room = make_room(sub_seats=0)
    path = f"/sections/{room.section.code}/room/"
    reader = client(room.members[0], "evaluator", certificate=False)
    assert "只能查看" in reader.get(path).content.decode()
    answer = reader.post(path, {"sign_in": "1"})
    assert answer.status_code == 403
    assert "数字证书" in answer.content.decode()
    assert not CommitteeMember.objects.exclude(signed_in_at=None).exists()


def test_the_undertaking_is_signed_through_the_page() -> None:
    room = make_room(sub_seats=0)
    path = f"/sections/{room.section.code}/room/"
    member = client(room.members[0], "evaluator")
    member.post(path, {"sign_in": "1"})
    page = member.get(path).content.decode()
    for bidder in room.bidders:
        assert bidder.party.name in page
    text = member.get(f"/api/v1/sections/{room.section.code}/room/undertaking").content
    from evaluation.actions.sign_undertaking import undertaking_for

    assert text == canonical(undertaking_for(room.member(1)))
    for bad in ("", "not base64!", base64.b64encode(b"junk").decode()):
        assert member.post(path, {"undertake": "1", "signature": bad}).status_code in {400, 409, 422}
    signature = base64.b64encode(sign_detached(text, room.members[0].signing_key)).decode()
    assert member.post(path, {"undertake": "1", "signature": signature}).status_code == 302
    assert room.member(1).undertaken_at


def test_a_refusal_keeps_what_was_typed_and_names_the_rule() -> None:
    room = make_handed_in_room(sub_seats=0)
    path = f"/sections/{room.section.code}/room/"
    chair = client(room.members[0], "evaluator")
    answer = chair.post(path, {"build": "1", "remarks": "写了很久的意见"})
    assert answer.status_code == 409
    assert "请先汇总" in answer.content.decode()
    assert "条例 53" in answer.content.decode()
    chair.post(path, {"summarise": "1"})
    assert "写了很久的意见" in answer.content.decode()
    assert chair.post(path, {"nonsense": "1"}).status_code == 400


# -- files of the bids


def test_bids_are_read_by_members_after_undertaking_and_by_nobody_else(store) -> None:
    room = gather(make_room(sub_seats=0), [1])
    bid = f"{room.section.code}/room/files/"
    from tendering.queries import opened_bids

    opened = opened_bids(room.section)[0]
    address = f"/sections/{bid}{opened.bid.public_id}/documents/technical.pdf"
    assert client(room.members[0], "evaluator").get(address).status_code == 403  # not started yet
    gather(room, [2, 3, 4, 5])
    elect(room)
    client(room.staff, "staff").post(f"/sections/{room.section.code}/room/", {"start": "1"})
    answer = client(room.members[0], "evaluator").get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client(room.supervisor, "supervisor").get(address).status_code == 200
    for stranger in (client(room.staff, "staff"), client(room.bidders[0], "bidder"), Client()):
        assert stranger.get(address).status_code in {401, 403}
    for bad in ("documents/../../inner.asice", "documents/none.pdf", "..%2f..%2finner.asice", "opening.json"):
        got = client(room.members[0], "evaluator").get(f"/sections/{bid}{opened.bid.public_id}/{bad}")
        assert got.status_code in {400, 404}


def test_pages_contents_and_words_of_a_bid(store, settings, tmp_path) -> None:
    settings.HOME = tmp_path
    room = make_scoring_room(sub_seats=0)
    opened = room.bids[0]
    base = f"/sections/{room.section.code}/room"
    member = client(room.members[0], "evaluator")
    contents = member.get(f"{base}/contents/{opened.bid.public_id}/documents/technical.pdf").json()
    assert contents["pages"] == 2
    picture = member.get(f"{base}/pages/{opened.bid.public_id}/2/800/documents/technical.pdf")
    assert picture["Content-Type"] == "image/webp"
    assert b"".join(picture.streaming_content)[8:12] == b"WEBP"
    for number, width in ((0, 800), (99, 800), (1, 801)):
        address = f"{base}/pages/{opened.bid.public_id}/{number}/{width}/documents/technical.pdf"
        assert member.get(address).status_code == 404
    found = member.get(f"{base}/found/{opened.bid.public_id}/documents/technical.pdf?q=第2章").json()["hits"]
    assert [hit["page"] for hit in found] == [found[0]["page"]]
    broken = settings.STORE / "opened" / room.section.code / opened.bid.public_id / "members/documents/commercial.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    assert member.get(f"{base}/contents/{opened.bid.public_id}/documents/commercial.pdf").status_code == 422


def test_prices_stay_hidden_while_the_method_says_so(store) -> None:
    from tests.factories.evaluation import METHOD

    method = {**METHOD, "price_hidden": True, "priced_parts": ["documents/commercial.pdf"]}
    room = make_scoring_room(sub_seats=0, method=method)
    member = client(room.members[0], "evaluator")
    state = member.get(f"/api/v1/sections/{room.section.code}/room").json()
    assert "opening" not in state["bids"][0]
    assert [file["path"] for file in state["bids"][0]["files"]] == ["documents/technical.pdf"]
    assert "980000.00" not in member.get(f"/sections/{room.section.code}/room/").content.decode()
    bid = state["bids"][0]["bid"]
    address = f"/sections/{room.section.code}/room/files/{bid}/documents/commercial.pdf"
    assert member.get(address).status_code == 404


# -- result


def test_matrix_outliers_and_ranking_stand_on_the_page_once_all_are_in() -> None:
    room = make_scoring_room(sub_seats=0)
    from tests.factories.evaluation import hand_in_as, score_everything

    for seat in range(1, 6):
        score_everything(room, seat, plan="38" if seat < 5 else "10")
        hand_in_as(room, seat)
    member = client(room.members[2], "evaluator")
    page = member.get(f"/sections/{room.section.code}/room/").content.decode()
    assert page.count("偏离</span>") == 3
    summarise(committee=room.fresh(), actor=room.actor(1))
    build_report(committee=room.fresh(), remarks="无", actor=room.actor(1))
    page = member.get(f"/sections/{room.section.code}/room/").content.decode()
    assert room.bidders[0].party.name in page
    paper = member.get(f"/api/v1/sections/{room.section.code}/room/report.pdf")
    assert paper.content.startswith(b"%PDF")
    report = member.get(f"/api/v1/sections/{room.section.code}/room/report").content
    signature = base64.b64encode(sign_detached(report, room.members[2].signing_key)).decode()
    form = {"sign_report": "1", "signature": signature, "opinion": ""}
    assert member.post(f"/sections/{room.section.code}/room/", form).status_code == 302
    assert HandIn.objects.count() == 5


# -- expert base


@pytest.mark.cts("A-217", "A-218", "A-222")
def test_an_expert_is_nominated_admitted_suspended_and_each_step_says_who_and_when() -> None:
    staff = new_party("中心", "staff")
    person = new_person("候选")
    make_specialty("B02")
    desk = client(staff, "staff")
    form = {
        "number": person.party.number, "specialties": ["B02"], "region": "110101", "title": "高级工程师", "years": "5",
        "ties-TOTAL_FORMS": "1", "ties-INITIAL_FORMS": "0",
    }  # fmt: skip
    refused = desk.post("/experts/apply/", form)
    assert refused.status_code == 422
    assert "满8年" in refused.content.decode()
    assert 'value="高级工程师"' in refused.content.decode()
    form |= {"years": "9", "ties-0-number": "91X", "ties-0-name": "甲公司", "ties-0-kind": "employee"}
    assert desk.post("/experts/apply/", form).status_code == 302
    expert = Expert.objects.get()
    assert (expert.status, expert.nominated_by, expert.ties.get().kind) == ("nominated", staff.account, "employee")
    address = f"/experts/{person.party.number}/"
    assert desk.post(address, {"status": "suspended", "reasons": "x"}).status_code == 422
    assert desk.post(address, {"status": "admitted"}).status_code == 302
    assert desk.post(address, {"status": "suspended", "reasons": ""}).status_code == 422
    assert desk.post(address, {"status": "suspended", "reasons": "出国"}).status_code == 302
    expert.refresh_from_db()
    assert (expert.status, expert.decided_by, expert.reasons) == ("suspended", staff.account, "出国")
    assert client(new_party("外地中心", "staff", centre=make_centre("far")), "staff").get(address).status_code == 403


@pytest.mark.cts("A-223")
def test_an_evaluator_nominates_himself() -> None:
    person = new_person("自荐人")
    make_specialty("B02")
    form = {
        "specialties": ["B02"], "region": "110101", "title": "教授", "years": "20",
        "ties-TOTAL_FORMS": "0", "ties-INITIAL_FORMS": "0",
    }  # fmt: skip
    own = client(person, "evaluator")
    assert own.post("/experts/apply/", form).status_code == 302
    assert Expert.objects.get().self_nominated
    again = own.post("/experts/apply/", form)
    assert again.status_code == 422
    assert "正在审核" in again.content.decode()


def test_the_base_is_searched_sorted_paged_and_downloaded_with_few_queries(django_assert_max_num_queries) -> None:
    staff = new_party("中心", "staff")
    desk = client(staff, "staff")
    kits = [make_expert(region="110101" if place % 2 else "350100", suite="ecdsa") for place in range(3)]
    desk.get("/experts/")
    with django_assert_max_num_queries(14):
        page = desk.get("/experts/").content.decode()
    for kit in kits:
        assert kit.party.name in page
    assert kits[1].party.name not in desk.get("/experts/?q=3501").content.decode()
    rows = list(
        csv.reader(
            io.StringIO(b"".join(desk.get("/experts/?format=csv&sort=-name").streaming_content).decode("utf-8-sig"))
        )
    )
    assert len(rows) == 4
    assert [row[0] for row in rows[1:]] == sorted((kit.party.name for kit in kits), reverse=True)
    assert Client().get("/experts/").status_code in {302, 401, 403}


def test_the_home_page_tells_an_evaluator_of_the_room_and_staff_of_the_draw() -> None:
    room = make_started_room(sub_seats=0)
    assert f"/sections/{room.section.code}/room/" in client(room.members[0], "evaluator").get("/home/").content.decode()
    other = make_committee(sub_seats=0)
    assert f"/sections/{other.section.code}/committee/" in client(other.staff, "staff").get("/home/").content.decode()
