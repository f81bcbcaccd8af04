"""Tendering's pages in a real Chromium: signing with a .p12, a trustee's key made on the spot, accessible and fitting."""

import datetime as dt
from pathlib import Path

import pyrage
import pytest
from playwright.sync_api import Page, expect

from runtime.clock import now
from tendering.models import TenderDocument
from tests.browsing import check_accessible
from tests.factories.parties import PASSPHRASE, PartyKit
from tests.factories.tendering import make_drafted_section, make_evaluated_section, make_published_section

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]
SECRET = "eine lange Losung"


def choose(page: Page, kit: PartyKit) -> None:
    page.set_input_files("#sign-file", {"name": "key.p12", "mimeType": "application/x-pkcs12", "buffer": kit.p12})
    page.fill("#sign-secret", PASSPHRASE)
    page.get_by_role("button", name="打开证书").click()


def come_in(page: Page, kit: PartyKit) -> None:
    page.goto("/log-in/")
    page.get_by_role("button", name="使用证书登录").click()
    choose(page, kit)
    page.wait_for_url("**/home/")


def test_a_trustee_makes_its_key_in_the_browser_and_registers_it(page, tmp_path):
    tender = make_drafted_section(registered=False)
    trustee = tender.trustees[0].kit
    come_in(page, trustee)
    page.goto(f"/sections/{tender.section.code}/trustee/")
    page.fill("#identity-passphrase", SECRET)
    with page.expect_download() as download:
        page.get_by_role("button", name="生成密钥并下载").click()
    file = Path(tmp_path) / "identity.age"
    download.value.save_as(file)
    recipient = page.input_value("#recipient")
    text = pyrage.passphrase.decrypt(file.read_bytes(), SECRET).decode()
    identity = pyrage.x25519.Identity.from_str(text.splitlines()[-1])
    assert str(identity.to_public()) == recipient
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="签名并登记").click()
    choose(page, trustee)
    expect(page.locator(".page-head .state")).to_have_text("已登记")
    row = tender.section.trustees.get(place=1)
    assert row.recipient == recipient and row.signature


@pytest.mark.cts("A-66")
def test_a_document_is_finished_and_signed_in_the_browser(page):
    tender = make_drafted_section(trustees=2, k=2)
    TenderDocument.objects.update(plan={"deadline": (now() + dt.timedelta(hours=2)).isoformat()})
    come_in(page, tender.tenderer)
    page.goto(f"/sections/{tender.section.code}/document/edit/")
    items = page.locator('[data-rows="opening_items"]')
    before = items.locator("tbody tr").count()
    items.get_by_role("button", name="加一行").click()
    assert items.locator("tbody tr").count() == before + 1
    page.fill(f"#id_opening_items-{before}-title", "质保期")
    page.fill(f"#id_opening_items-{before}-key", "warranty")
    page.select_option(f"#id_opening_items-{before}-type", "integer")
    page.get_by_role("button", name="保存并定稿").click()
    page.wait_for_url("**/document/sign/")
    page.get_by_role("button", name="用数字证书签名").click()
    choose(page, tender.tenderer)
    page.wait_for_url("**/review/")
    document = TenderDocument.objects.get()
    assert document.state == "signed" and document.content["opening_items"][-1]["key"] == "warranty"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_a_tender_are_accessible_and_fit(open_page, width):
    running, drafted = make_published_section(mode="bidder"), make_drafted_section(trustees=2, k=2)
    decided = make_evaluated_section(["1.00", "2.00", "3.00"])
    for tender, paths in (
        (running, ("", "document/", "questions/", "amendment/", "exceptions/")),
        (drafted, ("", "document/edit/", "document/preview/")),
        (decided, ("", "award/")),
    ):
        page = open_page(width=width)
        come_in(page, tender.tenderer)
        for path in paths:
            page.goto(f"/sections/{tender.section.code}/{path}")
            check_accessible(page)
    for address in ("/projects/", "/projects/new/", "/", "/notices/"):
        page.goto(address)
        check_accessible(page)
