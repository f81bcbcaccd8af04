"""One firm's way in a real Chromium: registered, admitted, drawn, found out, removed, blacklisted, barred, repaired, back again.

Every signature is made in the page with a .p12; only what other floors report, contracts and the passing of days are laid.
"""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from prequalified.actions.ask_gate import ask_gate
from prequalified.actions.conduct.report_conduct import report_conduct
from prequalified.models import (
    Admission,
    AdmissionRequest,
    Call,
    ConductCase,
    GateAnswer,
    Sanction,
    SanctionCase,
)
from prequalified.rules.sanctions.lists import NEVER_BARRED
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from tests.factories.directories import make_admission, make_directory
from tests.journeys.firm_entering import (
    apply,
    ask_for_a_draw,
    enters_the_directory,
    has_a_contract,
    is_drawn,
    registers,
)
from tests.journeys.firm_story import (
    CODE,
    LIST,
    NAME,
    Story,
    add_paper,
    begin,
    days_pass,
    look,
    pass_and_admit,
    published_ago,
    state,
)
from tests.prequalified.journal import written

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def test_a_firm_goes_from_registration_over_the_blacklist_back_into_the_directory(open_page):
    story = begin(open_page)
    registers(story)
    enters_the_directory(story)
    is_drawn(story)
    has_a_contract(story)
    is_reported(story)
    is_blacklisted(story)
    is_refused_at_every_gate(story)
    is_refused_at_the_real_doors(story)
    is_repaired(story)
    comes_back(story)
    everything_was_told_and_written(story)


# -- out


def is_reported(story: Story) -> None:
    """Eight points fall; below the line a removal is proposed, which takes its own notice, defence and another's decision."""
    report_conduct(
        key="contract:1:absent", kind="absent_manager", party=story.kit("firm").party, subject="contract:1",
        facts={"到岗率": "41%"}, source="supervision", actor=SYSTEM,
    )  # fmt: skip
    desk = story.task("one", "待办理的履约线索：1 条")
    look(desk)
    desk.get_by_role("link", name=NAME).click()
    look(desk)
    desk.get_by_role("link", name="就其在册提出认定").click()
    desk.select_option("#id_rule", "absent-manager")
    desk.fill("#id_facts", "十月到岗率百分之四十一")
    look(desk)
    desk.get_by_role("button", name="提出", exact=True).click()
    desk.wait_for_url("**/staff/conduct/cases/**")
    assert story.admission().points == 100
    goes_through(story, ConductCase.objects.get(), "two")
    assert (story.admission().points, story.admission().state) == (92, "active")
    goes_through(story, ConductCase.objects.get(measure="remove"), "one")
    assert story.admission().state == "removed"
    page = story.task("firm", "在册状态已变更为“清退”")
    look(page)
    page.goto("/conduct/")
    expect(page.get_by_text("92").first).to_be_visible()


def goes_through(story: Story, case: ConductCase, decider: str) -> None:
    """Told, defended by signature, decided by another of the staff."""
    desk = story.task("one", f"拟认定待告知：{NAME}（{case.number}）")
    look(desk)
    desk.get_by_role("button", name="告知当事人").click()
    expect(desk.get_by_text("已告知当事人")).to_be_visible()
    page = story.task("firm", f"拟认定告知（{case.get_measure_display()}）：{case.number}", clock=True)
    page.fill("#id_defence", "项目负责人因病住院，已书面报备。")
    look(page, phone=True)
    story.sign("firm", "签名并提交")
    expect(page.get_by_text("陈述申辩已收到。")).to_be_visible()
    desk = story.task(decider, f"待认定：{NAME}（{case.number}）")
    desk.fill("#id_reasons", "住院未经批准更换，申辩理由不成立。")
    desk.get_by_role("button", name="予以认定").click()
    expect(desk.get_by_text("已认定并生效。")).to_be_visible()
    look(desk)


def is_blacklisted(story: Story) -> None:
    case = is_accused(story)
    days_pass(case, 20)
    judge = story.task("supervisor", f"待决定的案件：{case.number}", clock=True)
    look(judge)
    judge.get_by_role("button", name="核对并签名").click()
    look(judge)
    story.sign("supervisor", "用数字证书签名并作出决定")
    expect(judge.get_by_text("决定已签名。")).to_be_visible()
    desk = story.task("one", f"待送达的决定：{case.number}", clock=True)
    desk.fill("#id_served-way", "平台送达")
    desk.get_by_role("button", name="已送达").click()
    desk = story.task("one", f"待公布的决定：{case.number}")
    desk.get_by_role("button", name="公布", exact=True).click()
    expect(desk.get_by_text("已办理。")).to_be_visible()
    visitor = story.open_page()
    visitor.goto("/blacklist/")
    look(visitor, phone=True)
    visitor.get_by_role("link", name=NAME).click()
    expect(visitor.get_by_text(LIST).first).to_be_visible()
    look(visitor, phone=True)
    visitor.goto(f"/firms/{story.kit('firm').party.number}/")
    expect(visitor.get_by_text(LIST).first).to_be_visible()
    look(visitor, phone=True)
    paper = visitor.context.request.get(f"/blacklist/{Sanction.objects.get().pk}/decision.pdf")
    assert paper.ok and paper.body().startswith(b"%PDF-")
    look(story.task("firm", f"贵单位已列入“{LIST}”", clock=True))


def is_accused(story: Story) -> SanctionCase:
    """Filed and told by the staff, defended by the firm from its to-do list."""
    desk = story["one"]
    desk.goto(f"/cases/new/?number={story.kit('firm').party.number}")
    desk.select_option("#id_kind", "directory-blacklist")
    desk.select_option("#id_source", "supervision")
    desk.fill("#id_act_on", (day_of(now()) - dt.timedelta(days=30)).isoformat())
    desk.fill("#id_conduct", "项目负责人长期缺岗，拒不整改")
    look(desk)
    desk.get_by_role("button", name="立案").click()
    expect(desk.get_by_text("已立案。")).to_be_visible()
    for key, value in {
        "facts": "项目负责人长期缺岗", "reasons": "两次责令改正仍未到岗", "basis": "《预选名录管理办法》（2026-01-05 公布）第十二条", "months": "12",
    }.items():  # fmt: skip
        desk.fill(f"#id_told-{key}", value)
    look(desk)
    desk.get_by_role("button", name="告知当事人").click()
    expect(desk.get_by_text("已办理。")).to_be_visible()
    case = SanctionCase.objects.get()
    page = story.task("firm", f"拟将贵单位列入名单，请陈述申辩或要求听证：{case.number}", clock=True)
    look(page, phone=True)
    page.fill("#id_defended-statement", "已安排新的项目负责人到岗。")
    page.get_by_role("button", name="提交陈述申辩").click()
    expect(page.get_by_text("已办理。")).to_be_visible()
    return case


# -- before closed doors


def ask_by_hand(story: Story, gate: str, words: str) -> Page:
    page = story["tenderer"]
    page.goto("/gate/")
    page.fill("#id_number", story.kit("firm").party.number)
    page.select_option("#id_gate", gate)
    page.select_option("#id_regime", "SMALL")
    page.get_by_role("button", name="查询并存档").click()
    expect(state(page)).to_have_text(words)
    return page


def is_refused_at_every_gate(story: Story) -> None:
    """No list may shut registration and opening (NEVER_BARRED): there the list is named as a warning."""
    look(story["tenderer"])
    for gate in ("admit", "award"):
        page = ask_by_hand(story, gate, "不得参加")
        expect(page.get_by_text(f"已列入“{LIST}”")).to_be_visible()
        look(page, phone=gate == "admit")
    for gate in GateAnswer.Gate.values:
        told = ask_gate(
            gate=gate, party=story.kit("firm").party, actor=story.kit("tenderer").actor(), regime="SMALL",
            subject="section:1",
        )  # fmt: skip
        free = gate in NEVER_BARRED
        assert told.allowed is free, gate
        assert [reason["params"]["term"] for reason in (told.warnings if free else told.reasons)] == [LIST], gate
    assert GateAnswer.objects.filter(allowed=False, party=story.kit("firm").party).count() >= 10


def is_refused_at_the_real_doors(story: Story) -> None:
    """Applying: at first it must wait after its removal, then the list stops it. Drawn from another directory: left out."""
    page = story["firm"]
    page.goto(f"/directories/calls/{Call.objects.get().number}/")
    page.get_by_role("button", name="申请入库").click()
    expect(page.get_by_text("起方可重新申请。").first).to_be_visible()
    look(page)
    yesterday = day_of(now()) - dt.timedelta(days=1)
    Admission.objects.update(waits_until=yesterday)
    page = apply(story)
    expect(page.get_by_text(f"已列入“{LIST}”").first).to_be_visible()
    expect(page.get_by_role("button", name="用数字证书签名并提交")).to_have_count(0)
    make_admission(make_directory("lamp-2026", name="照明工程预选承包商名录"), story.kit("firm"))
    draw = ask_for_a_draw(story, "友谊巷路灯工程", "lamp-2026")
    host = story.task("one", "抽取申请待确认：友谊巷路灯工程")
    host.get_by_role("button", name="冻结名单").click()
    expect(host.get_by_text("符合条件的单位只有 0 家").first).to_be_visible()
    expect(host.get_by_text(f"已列入“{LIST}”").first).to_be_visible()
    look(host, phone=True)
    draw.refresh_from_db()
    assert (draw.state, draw.exclusions[0]["name"]) == ("refused", NAME)


# -- back


def is_repaired(story: Story) -> None:
    """Not before the shortest time of publication; then with proof and signature, granted by the supervisor."""
    page = story["firm"]
    page.goto("/my-record/")
    expect(page.get_by_role("link", name="申请信用修复")).to_have_count(0)
    published_ago(200)
    add_paper(story, "other", "整改报告")
    page.goto("/my-record/")
    page.get_by_role("link", name="申请信用修复").click()
    page.fill("#id_statement", "已更换项目负责人，到岗率百分之百。")
    page.get_by_label("整改报告").check()
    look(page)
    page.get_by_role("button", name="核对并签名").click()
    look(page)
    story.sign("firm", "用数字证书签名并提交")
    expect(page.get_by_text("信用修复申请已提交。")).to_be_visible()
    judge = story.task("supervisor", f"待审核的信用修复：{NAME}")
    judge.fill("#id_reason", "整改到位，材料属实。")
    look(judge)
    judge.get_by_role("button", name="同意修复").click()
    expect(judge.get_by_text("已办理。")).to_be_visible()
    look(judge)
    look(ask_by_hand(story, "admit", "可以参加"))


def comes_back(story: Story) -> None:
    """The draft that the list stopped goes on."""
    row = AdmissionRequest.objects.get(status="draft")
    page = story.task("firm", "入库申请尚未提交")
    page.get_by_label("营业执照").check()
    page.get_by_role("button", name="检查并签名").click()
    story.sign("firm", "用数字证书签名并提交")
    expect(state(page)).to_have_text("审核中")
    again = pass_and_admit(story, row)
    both = Admission.objects.filter(directory__code=CODE).order_by("id")
    assert list(both.values_list("state", flat=True)) == ["removed", "active"]
    page.goto(f"/my/admissions/{again.number}/")
    expect(state(page)).to_have_text("在册")
    look(page, phone=True)


def everything_was_told_and_written(story: Story) -> None:
    firm = story.kit("firm").party
    entries = written()
    kinds = {entry["kind"] for entry in entries}
    assert kinds >= {
        "conduct.reported", "conduct.proposed", "conduct.notified", "conduct.defended", "conduct.upheld",
        "admission.changed", "case.filed", "case.told", "case.defended", "case.decided", "case.served",
        "case.published", "directory_draw.refused", "repair.asked", "repair.granted",
    }  # fmt: skip
    removal = [entry["body"] for entry in entries if entry["kind"] == "admission.changed"]
    assert [body["to"] for body in removal if body["party"] == firm.number and body["to"] == "removed"] == ["removed"]
    assert len([words for words in story.told if words.startswith("拟认定告知")]) == 2
    for words in ("在册状态已变更为“清退”", "拟将贵单位列入名单", f"贵单位已列入“{LIST}”"):
        assert any(told.startswith(words) for told in story.told), words
