"""The pages of lists and cases in a real Chromium: accessible at both widths, signed in the browser, the picture drawn."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from prequalified.actions.ask_gate import ask_gate
from prequalified.actions.sanctions.confirm_list import enter_rows
from prequalified.actions.sanctions.file_case import file_case
from prequalified.actions.sanctions.take_list import read_list_file, upload_list
from prequalified.actions.sanctions.tell_case import Telling, tell_case
from prequalified.models import CaseStep, Paper, Relation, Repair, Sanction, SanctionCase, SanctionEnd, SanctionImport
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from tests.browsing import check_accessible
from tests.factories.directories import make_list_kind, make_sanction
from tests.factories.parties import PASSPHRASE, PartyKit, make_party
from tests.prequalified.sanctions.test_import import as_csv, row
from tests.prequalified.test_browser import choose, come_in

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]
WIDTHS = (1280, 390)


def look(page: Page, *addresses: str) -> None:
    """Each page at both widths, without an accessibility violation and no wider than the window."""
    for address in addresses:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            check_accessible(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def sign(page: Page, kit: PartyKit) -> None:
    page.locator("form[data-sign] button").click()
    choose(page, kit.p12, PASSPHRASE)


def relate(one: PartyKit, other: PartyKit, kind: str, **more) -> None:
    Relation.objects.create(
        one=one.party,
        other=other.party,
        kind=kind,
        source="企业信用信息公示系统",
        since=day_of(now()),
        noted_at=now(),
        **more,
    )


def test_the_public_pages(page):
    firm = make_party("北方市政建设集团有限公司", 501)
    sanction = make_sanction(firm.party)
    make_sanction(
        make_party("南方建设有限公司", 502).party, kind=make_list_kind("eng-misconduct"), bans=False, ends=None
    )
    answer = ask_gate(gate="deliver", party=firm.party, actor=SYSTEM, regime="GP", subject="section:BSC-1")
    look(page, "/blacklist/", f"/blacklist/{sanction.pk}/", "/blacklist/lists/", f"/gate/{answer.public_id}/")


def test_a_decision_is_signed_in_the_browser(page):
    firm, staff = make_party("北方建设有限公司", 501), make_party("示范市交易中心", 502, ["staff"])
    judge = make_party("示范市财政局", 503, ["supervisor"])
    act_on = day_of(now()) - dt.timedelta(days=30)
    case = file_case(
        kind="gp-bad-record", number=firm.party.number, source="inspection", conduct="涉嫌提供虚假材料", act_on=act_on,
        actor=staff.actor(),
    )  # fmt: skip
    tell_case(number=case.number, telling=Telling("业绩合同系伪造", "经核实", "政府采购法 77", 24), actor=staff.actor())
    come_in(page, judge)
    look(page, f"/cases/{case.number}/", "/cases/", "/cases/new/")
    page.goto(f"/cases/{case.number}/")
    page.get_by_role("button", name="核对并签名").click()
    expect(page.locator('[data-code="case.defence_runs"], .refusal')).to_be_visible()
    assert page.locator("#decided textarea").first.input_value() == "业绩合同系伪造"
    speak_and_let_the_term_run(case, firm)
    page.get_by_role("button", name="核对并签名").click()
    check_accessible(page)
    sign(page, judge)
    expect(page.locator(".page-head .state")).to_have_text("已决定")
    assert CaseStep.objects.get(kind="decided").certificate


def speak_and_let_the_term_run(case: SanctionCase, firm: PartyKit) -> None:
    """Who has defended itself and been heard need not be waited for."""
    for kind in ("defended", "heard"):
        CaseStep.objects.create(case=case, kind=kind, body={"statement": "合同属实"}, by=firm.account, at=now())


def test_a_firm_sees_its_record_and_signs_its_repair_and_the_supervisor_grants_it(open_page):
    firm, judge = make_party("北方建设有限公司", 501), make_party("示范市财政局", 503, ["supervisor"])
    before = now() - dt.timedelta(days=300)
    sanction = make_sanction(firm.party, published_at=before, starts=day_of(before), decided_on=day_of(before))
    Paper.objects.create(
        public_id="p1", party=firm.party, kind="other", title="整改报告", media="application/pdf", size=3,
        sha256="ab" * 32, path="papers/p1", signature=b"", certificate="", added_by=firm.account, added_at=now(),
    )  # fmt: skip
    page = open_page()
    come_in(page, firm)
    expect(page.get_by_text("限期整改后可以申请信用修复")).to_be_visible()
    look(page, "/my-record/", f"/my-record/{sanction.pk}/repair/")
    page.goto(f"/my-record/{sanction.pk}/repair/")
    page.get_by_label("整改说明").fill("已缴纳罚款并完成整改")
    page.get_by_label("整改报告").check()
    page.get_by_role("button", name="核对并签名").click()
    sign(page, firm)
    page.wait_for_url("**/my-record/")
    repair = Repair.objects.get()
    desk = open_page()
    come_in(desk, judge)
    look(desk, "/repairs/", f"/repairs/{repair.pk}/")
    desk.goto(f"/repairs/{repair.pk}/")
    desk.get_by_label("理由").fill("整改属实")
    desk.get_by_role("button", name="同意修复").click()
    desk.wait_for_url("**/repairs/")
    assert SanctionEnd.objects.get().kind == "repaired"


def test_a_list_is_read_while_one_watches_and_its_rows_are_looked_at(page):
    staff = make_party("示范市交易中心", 502, ["staff"])
    make_party("北方建设有限公司", 800_001)
    come_in(page, staff)
    page.goto("/imports/")
    rows = [row(1), row(2, 名称=""), row(3), row(1)]
    page.get_by_label("来源").fill("信用中国")
    page.set_input_files(
        "input[type=file]", {"name": "名单.csv", "mimeType": "text/csv", "buffer": as_csv(rows, "gb18030")}
    )
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_role("progressbar", name="进度")).to_be_visible()
    taken = SanctionImport.objects.get()
    read_list_file(taken.pk)  # as the worker does
    page.get_by_role("button", name="确认导入 2 行").wait_for()  # the page came anew by itself
    look(page, f"/imports/{taken.pk}/", "/imports/")
    page.goto(f"/imports/{taken.pk}/")
    page.get_by_role("button", name="确认导入 2 行").click()
    expect(page.get_by_role("progressbar", name="进度")).to_be_visible()
    enter_rows(taken.pk)
    page.get_by_role("button", name="撤销导入").wait_for()
    assert Sanction.objects.count() == 2


def test_a_broken_list_says_what_to_do(page, store):
    staff = make_party("示范市交易中心", 502, ["staff"])
    data = as_csv([row(1)]) + b"\xff\xfe\x81\n"
    taken = upload_list(kind="gp-bad-record", name="名单.csv", source="信用中国", pieces=[data], actor=staff.actor())
    read_list_file(taken.pk)
    come_in(page, staff)
    look(page, f"/imports/{taken.pk}/")
    expect(page.get_by_role("alert")).to_contain_text("既不是 UTF-8 也不是 GB18030")


def test_the_question_by_hand_and_the_picture_of_relations(page):
    firm, sister, mother = (
        make_party(name, 501 + place)
        for place, name in enumerate(("北方建设有限公司", "南方建设有限公司", "华夏控股集团有限公司"))
    )
    relate(mother, firm, "holding", share="51")
    relate(mother, sister, "control")
    relate(firm, sister, "legal_representative", person="王明")
    make_sanction(sister.party)
    asker = make_party("示范市住建局", 510, ["tenderer"])
    come_in(page, asker)
    page.goto("/gate/")
    page.get_by_label("统一社会信用代码").fill(firm.party.number)
    page.get_by_role("button", name="查询并存档").click()
    expect(page.locator(".page-head .state")).to_have_text("可以参加")
    expect(page.get_by_text("关联企业“南方建设有限公司”")).to_be_visible()
    page.get_by_role("link", name="关联关系").click()
    page.locator("#relations-picture canvas").wait_for(state="attached")
    look(page, page.url, "/gate/")
