"""The room in a real browser: keyboard, saving, two tabs, reconnect, hand-in and report signed with a .p12; axe on every page."""

import json
import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from evaluation.actions.build_report import build_report
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.summarise import summarise
from evaluation.models import DraftScore, HandIn, PreliminaryVerdict, ReportSignature
from evaluation.rules.phases import Phase
from runtime.clock import now
from signing.queries.trust import trust_store
from signing.rules.cades import verify_detached
from tests.browsing import check_accessible
from tests.factories.evaluation import (
    Room,
    elect,
    gather,
    hand_in_as,
    make_drawn_room,
    make_room,
    make_scoring_room,
    make_started_room,
    score_everything,
)
from tests.factories.parties import PASSPHRASE, PartyKit, log_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("evaluation-browser"),
]
FIVE = ("980000.00", "900000.00", "950000.00", "930000.00", "910000.00")


def enter(page, platform, kit: PartyKit, role: str, address: str, language: str = "zh-hans") -> None:
    session = log_in(Client(), kit, role).cookies["sessionid"].value
    page.context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": platform.url},
            {"name": "django_language", "value": language, "url": platform.url},
        ]
    )
    page.goto(address)


def at_room(page, platform, room: Room, seat: int, language: str = "zh-hans") -> None:
    address = f"/sections/{room.section.code}/room/"
    enter(page, platform, room.members[seat - 1], "evaluator", address, language)
    page.wait_for_selector("#live[data-live=open]")


def use_certificate(page, kit: PartyKit) -> None:
    file = {"name": "me.p12", "mimeType": "application/x-pkcs12", "buffer": kit.p12}
    page.set_input_files("#sign-file", file)
    page.fill("#sign-secret", PASSPHRASE)
    page.click(".sign-dialog button[type=submit]")


def saved(page) -> str:
    expect(page.locator("#saved")).to_have_text(re.compile(r"已保存 \d\d:\d\d:\d\d"), timeout=30_000)
    return page.inner_text("#saved")


@pytest.mark.cts("A-140", "A-146")
def test_an_evaluator_scores_by_keyboard_and_hands_in_with_one_signature(page, platform) -> None:
    room = make_scoring_room(sub_seats=0)
    at_room(page, platform, room, 1)
    page.locator(".cell").first.focus()
    rows = {"plan": ("30.5", "20", "10"), "team": ("15", "12", "9"), "record": ("6", "4", "2")}
    for values in rows.values():
        for place, value in enumerate(values):
            page.keyboard.type(value)
            if place < 2:
                page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")  # inside a number the caret moves; the cell is left at its edge
        page.keyboard.press("Home")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#progress-words")).to_have_text("已填9项，共9项")
    assert page.locator(".subtotal").all_inner_texts() == ["51.50", "36.00", "21.00"]
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#echo[open]")
    assert "30.50" in page.inner_text("#echo-table")
    page.click("#echo-sign")
    use_certificate(page, room.members[0])
    page.wait_for_selector("#scoring", state="detached")
    row = HandIn.objects.get()
    content = json.loads(bytes(row.content))
    assert [content["scores"][bid.bid.bidder.number]["plan"] for bid in room.bids] == ["30.50", "20.00", "10.00"]
    assert verify_detached(bytes(row.content), bytes(row.signature), trust_store(), now()).ok


def test_a_score_out_of_range_is_said_at_once_and_not_saved(page, platform) -> None:
    room = make_scoring_room(sub_seats=0)
    at_room(page, platform, room, 1)
    cell = page.locator(".cell").first
    for text, words in (("40.5", "超出范围0至40"), ("30.3", "不是步长0.5的整数倍"), ("abc", "请填写")):
        cell.fill(text)
        assert words in page.inner_text("#faults")
    cell.press("Escape")
    assert cell.input_value() == ""
    page.locator(".cell").nth(1).fill("40")
    saved(page)
    assert DraftScore.objects.count() == 1


def test_shortcuts_do_not_fire_inside_text(page, platform) -> None:
    room = make_scoring_room(sub_seats=0)
    at_room(page, platform, room, 1)
    page.click("text=我应当回避")
    box = page.locator("textarea[name=ground]")
    box.fill("第一行")
    box.press("Control+Enter")
    box.press("ArrowUp")
    assert box.evaluate("box => box === document.activeElement")
    assert page.locator("#echo[open]").count() == 0


def test_two_tabs_show_both_values_and_the_person_decides(page, open_page, platform) -> None:
    room = make_scoring_room(sub_seats=0)
    other = open_page()
    at_room(page, platform, room, 1)
    at_room(other, platform, room, 1)
    page.locator(".cell").first.fill("30")
    saved(page)
    other.locator(".cell").first.fill("12")
    other.wait_for_selector("#faults button")
    said = other.inner_text("#faults")
    assert "30.00" in said
    assert "12" in said
    other.click("text=用本窗口的")
    saved(other)
    assert str(DraftScore.objects.get().score) == "12.00"


def test_a_broken_line_is_said_and_nothing_typed_is_lost(page, platform) -> None:
    room = make_scoring_room(sub_seats=0)
    at_room(page, platform, room, 1)
    platform.kill()
    page.wait_for_selector("#live[data-live=stale]")
    page.locator(".cell").first.fill("30")
    expect(page.locator("#saved")).to_have_text(re.compile("未保存"))
    platform.start()
    saved(page)
    assert str(DraftScore.objects.get().score) == "30.00"
    page.faults.clear()  # the browser reports the refused connections


def test_the_review_is_saved_on_every_click_and_the_bid_stands_beside_it(page, platform) -> None:
    room = make_started_room(sub_seats=0)
    at_room(page, platform, room, 1)
    page.wait_for_selector(".viewer-sheet img")
    first = page.locator(".verdict").first
    first.locator("input[value=fail]").check()
    assert PreliminaryVerdict.objects.count() == 0  # a fail needs its reason
    first.locator("textarea").fill("没有盖章")
    saved(page)
    row = PreliminaryVerdict.objects.get()
    assert (row.passed, row.reason) == (False, "没有盖章")
    page.select_option("#viewer-file", "documents/technical.pdf")
    expect(page.locator("#viewer-total")).to_have_text("/ 2")
    page.fill("#viewer-words", "第2章")
    page.press("#viewer-words", "Enter")
    page.wait_for_selector("#viewer-hits button")
    page.reload()
    assert page.locator(".verdict").first.locator("textarea").input_value() == "没有盖章"


@pytest.mark.cts("A-152")
def test_the_report_is_signed_in_the_browser(page, platform) -> None:
    room = make_scoring_room(sub_seats=0)
    for seat in range(1, 6):
        score_everything(room, seat)
        hand_in_as(room, seat)
    summarise(committee=room.fresh(), actor=room.actor(1))
    build_report(committee=room.fresh(), remarks="无", actor=room.actor(1))
    at_room(page, platform, room, 3)
    page.click("text=使用数字证书签署报告")
    use_certificate(page, room.members[2])
    page.wait_for_selector(".alert-success")
    row = ReportSignature.objects.get()
    assert row.member.seat == 3
    assert verify_detached(bytes(row.report.content), bytes(row.signature), trust_store(), now()).ok


def test_the_phase_moves_on_everybodys_screen(page, platform) -> None:
    room = elect(gather(make_room(sub_seats=0)))
    at_room(page, platform, room, 2)
    assert "等待开始" in page.inner_text(".page-head")
    start_evaluation(committee=room.fresh(), actor=room.staff.actor())
    page.wait_for_selector("#review")
    assert "初步评审" in page.inner_text(".page-head")


def test_every_page_of_evaluation_is_accessible_and_fits(open_page, platform) -> None:
    room = make_drawn_room(prices=FIVE)
    code = room.section.code
    room_path = f"/sections/{code}/room/"
    staff = [
        f"/sections/{code}/committee/",
        "/experts/",
        "/experts/apply/",
        f"/experts/{room.members[0].party.number}/",
    ]

    def look(kit: PartyKit, role: str, address: str) -> None:
        for width, language in ((1280, "zh-hans"), (390, "en")):
            page = open_page(width=width)
            enter(page, platform, kit, role, address, language)
            if address == room_path:
                page.wait_for_selector("#live[data-live=open]")
            check_accessible(page)
            page.context.close()

    for address in staff:
        look(room.staff, "staff", address)
    look(room.members[0], "evaluator", room_path)
    gather(room)
    look(room.members[0], "evaluator", room_path)
    elect(room)
    start_evaluation(committee=room.fresh(), actor=room.staff.actor("staff"))
    look(room.members[0], "evaluator", room_path)
    look(room.staff, "staff", room_path)
    from tests.evaluation.acting import judge

    for seat in range(1, 6):
        judge(room, seat)
    assert room.fresh().phase == Phase.SCORING
    look(room.members[0], "evaluator", room_path)
    for seat in range(1, 6):
        score_everything(room, seat, plan="38" if seat < 5 else "8")
        hand_in_as(room, seat)
    summarise(committee=room.fresh(), actor=room.actor(1))
    look(room.members[0], "evaluator", room_path)
    build_report(committee=room.fresh(), remarks="无", actor=room.actor(1))
    for kit, role in ((room.members[0], "evaluator"), (room.supervisor, "supervisor")):
        look(kit, role, room_path)
