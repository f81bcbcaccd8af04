"""The directories in a real Chromium: a firm fills in, signs and is admitted; every page without an accessibility violation."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from prequalified.actions.directories.announce_reviews import announce_review
from prequalified.models import Admission, AdmissionRequest, Call, Directory, YearlyReview
from prequalified.rules.timing import day_of
from runtime.clock import now
from tests.browsing import check_accessible
from tests.factories.directories import fitting_firm, ground_conditions, make_admission, make_conditions, make_directory
from tests.factories.directories import make_paper as paper_of
from tests.factories.parties import PASSPHRASE, PartyKit, make_party
from tests.prequalified.test_browser import choose, come_in

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]


def look(page: Page, name: str) -> None:
    """No violation at either width; a picture where SHOTS says so."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        check_accessible(page)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def sign(page: Page, kit: PartyKit, button: str) -> None:
    page.get_by_role("button", name=button).click()
    choose(page, kit.p12, PASSPHRASE)


@pytest.mark.slow
def test_a_firm_goes_from_the_call_into_the_directory(open_page, platform):
    staff, firm, reader = make_party("示范市审核员", 991, ["staff"]), fitting_firm(), make_party("旁观公司", 5)
    paper_of(firm, "licence", "营业执照")
    paper_of(firm, "qualification", "资质证书", facts={"name": "市政公用工程施工总承包", "grade": "二级"})
    directory = make_directory(name_en="Municipal works")
    make_conditions(directory, published_by=staff.account)
    make_admission(directory)
    second = ground_conditions()
    second["conditions"][2]["text"] = "至少一名注册建造师担任项目负责人"
    make_conditions(directory, second, published_by=staff.account)

    desk = open_page()
    come_in(desk, staff)
    for path, name in (("/staff/directories/", "staff-directories"), ("/staff/directories/new/", "staff-new")):
        desk.goto(path)
        look(desk, name)
    desk.goto("/staff/directories/road-2026/conditions/")
    look(desk, "staff-draft")
    desk.goto("/staff/directories/road-2026/conditions/people/manager/")
    look(desk, "staff-condition")
    desk.goto("/staff/directories/road-2026/calls/new/")
    look(desk, "staff-call")
    desk.get_by_role("button", name="发布", exact=True).click()
    desk.wait_for_url("**/staff/directories/road-2026/")
    look(desk, "staff-directory")

    page = open_page()
    come_in(page, firm)
    call = Call.objects.get()
    page.goto(f"/directories/calls/{call.number}/")
    look(page, "call")
    page.get_by_role("button", name="申请入库").click()
    page.wait_for_url("**/my/requests/**")
    page.select_option("#grade", "二级")
    page.get_by_role("button", name="检查并签名").click()
    expect(page.locator('[data-code="paper.missing"]')).to_have_count(1)  # the licence; the qualification may follow
    look(page, "sign-stopped")
    page.get_by_role("link", name="返回修改").click()
    page.get_by_label("营业执照").check()
    page.get_by_label("资质证书").check()
    look(page, "my-request")
    page.get_by_role("button", name="检查并签名").click()
    look(page, "sign")
    sign(page, firm, "用数字证书签名并提交")
    expect(page.locator(".page-head .state")).to_have_text("审核中")
    look(page, "my-request-review")

    row = AdmissionRequest.objects.get()
    desk.goto("/home/")
    desk.get_by_role("link", name="待审核的入库申请：合格建设有限公司").click()
    look(desk, "staff-request")
    desk.goto("/staff/requests/")
    look(desk, "staff-requests")
    desk.goto(f"/staff/requests/{row.number}/")
    desk.get_by_role("button", name="审核通过，公示").click()
    desk.wait_for_url("**/staff/requests/")

    other = open_page()
    come_in(other, reader)
    other.goto(f"/directories/publicity/{row.number}/")
    other.fill("#id_text", "该公司的资质证书系借用他人。")
    other.get_by_role("button", name="提交异议").click()
    expect(other.get_by_text("待答复")).to_be_visible()
    look(other, "publicity-one")
    desk.goto(f"/staff/requests/{row.number}/")
    desk.fill("textarea[name=answer]", "经查，该公司自有资质。")
    look(desk, "staff-objection")
    desk.get_by_role("button", name="异议不成立", exact=True).click()
    expect(desk.get_by_text("经查，该公司自有资质。")).to_be_visible()
    AdmissionRequest.objects.update(publicity_until=now())
    page.reload()
    expect(page.locator(".page-head .state")).to_have_text("已入库")

    admission = Admission.objects.get(request=row)
    announce_review(admission, 2027, day_of(now()))
    for path, name in (
        ("/my/admissions/", "mine"),
        (f"/my/admissions/{admission.number}/", "my-admission"),
        (f"/my/reviews/{YearlyReview.objects.get().pk}/", "my-review"),
    ):
        page.goto(path)
        look(page, name)
    page.get_by_role("button", name="检查并签名").click()
    sign(page, firm, "确认属实并签名提交")
    expect(page.locator(".page-head .state")).to_have_text("办理中")
    desk.goto("/staff/reviews/")
    look(desk, "staff-reviews")
    desk.get_by_role("link", name="合格建设有限公司").click()
    look(desk, "staff-review")
    desk.goto("/staff/commitments/")
    look(desk, "commitments")

    visitor = open_page()
    for path, name in (
        ("/directories/", "directories"),
        ("/directories/road-2026/", "directory"),
        ("/directories/road-2026/conditions/2/", "conditions"),
        ("/directories/calls/", "calls"),
        ("/directories/publicity/", "publicity"),
        (f"/directories/admissions/{admission.number}/", "admission"),
    ):
        visitor.goto(path)
        look(visitor, name)
    english = open_page(locale="en")
    english.goto("/directories/")
    expect(english.get_by_role("link", name="Municipal works")).to_be_visible()
    assert Directory.objects.count() == 1
