"""People, papers and the exchange port in a real Chromium: signing a paper with a .p12, from draft to verified."""

import json

import pytest
from django.test import Client
from playwright.sync_api import expect

from prequalified.models import ExchangePeer, IncomingRecord, OutgoingRecord, Paper, Person
from runtime.clock import now
from signing.rules.certificates import pem
from tests.browsing import check_accessible
from tests.factories.parties import PASSPHRASE, demo_ca, log_in, make_party
from tests.prequalified.exchange.test_records import body, post, record
from tests.prequalified.people.acting import NUMBER, PDF, YEAR, add, entered, handed_in, manager, papers, today
from tests.prequalified.test_browser import choose, come_in

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]


def add_paper(page, kind: str, title: str) -> None:
    page.goto("/papers/new/")
    page.select_option("#id_kind", kind)
    page.fill("#id_title", title)
    page.set_input_files("#id_file", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="用数字证书签名并添加").click()


def test_a_firm_signs_papers_and_registers_its_project_manager_who_is_verified(open_page):
    kit = make_party("示范第一建设有限公司", 1, ["bidder"])
    staff_kit = make_party("核验员", "110101199001011234", ["staff"], kind="person")
    firm, staff = open_page(), open_page()
    come_in(firm, kit)
    stranger = demo_ca().issue("另一家公司", make_party("另一家公司", 2).party.number)
    add_paper(firm, "personal", "一级建造师注册证书")
    choose(firm, stranger.to_p12(PASSPHRASE), PASSPHRASE)
    expect(firm.get_by_text("证书的持有人号码是")).to_be_visible()
    assert not Paper.objects.exists()
    for kind, title in (("personal", "一级建造师注册证书"), ("employment", "社保缴纳证明")):
        add_paper(firm, kind, title)
        choose(firm, kit.p12, PASSPHRASE)
        expect(firm.get_by_text("材料已添加。")).to_be_visible()
    firm.goto("/people/new/")
    firm.select_option("#id_duty", "project_manager")
    for field, value in {
        "name": "张三", "number": NUMBER, "qualification": "一级建造师", "specialty": "市政公用工程",
        "certificate_number": "京1112026000001",
    }.items():  # fmt: skip
        firm.fill(f"#id_{field}", value)
    firm.get_by_role("button", name="提交核验").click()
    expect(firm.get_by_text("请填写“证书有效期至”。")).to_be_visible()
    firm.fill("#id_valid_until", (today() + YEAR).isoformat())
    for box in firm.locator("input[name=papers]").all():
        box.check()
    firm.get_by_role("button", name="提交核验").click()
    expect(firm.get_by_text("人员资料已提交，核验期间锁定。")).to_be_visible()

    come_in(staff, staff_kit)
    staff.get_by_role("link", name="待核验的人员：1 人").click()
    staff.get_by_role("link", name="张三").click()
    staff.get_by_role("button", name="核验通过").click()
    expect(staff.get_by_text("已核验通过。")).to_be_visible()
    assert Person.objects.get().status == "verified"


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_in_both_languages(open_page, store, width):
    kit, staff_kit = make_party("示范第一建设有限公司", 1, ["bidder"]), make_party("核验中心", 99, ["staff"])
    numbers = populate(kit, Client())
    firm, staff = open_page(width=width), open_page(width=width)
    come_in(firm, kit)
    come_in(staff, staff_kit)
    for page, path in paths(firm, staff, kit, numbers):
        assert page.goto(path).ok, path
        check_accessible(page)
    for page, path in ((firm, "/people/"), (staff, f"/staff/exchange/incoming/{numbers['record']}/")):
        page.goto(path)
        page.get_by_role("button", name="English").click()
        page.wait_for_load_state()
        check_accessible(page)


def populate(kit, client) -> dict[str, int | str]:
    log_in(client, kit)
    proofs = papers(client, kit, "personal", "employment")
    add(client, kit, "licence", title="营业执照（副本）", issuer="示范市市场监督管理局", number="91110000")
    numbers = {
        "submitted": handed_in(client, manager(proofs)),
        "draft": entered(client, {**manager(proofs), "duty": "professional", "name": "王五"}),
        "paper": proofs[0],
    }
    key = demo_ca("ecdsa").issue("省公共服务平台", "")
    peer = ExchangePeer.objects.create(
        code="psp", name="省公共服务平台", certificate=pem(key.cert_der).decode(), added_at=now(),
        address="https://psp.example/api/v1/exchange/records",
    )  # fmt: skip
    told = record(7, "record-7", body=body(7, name="外来建设有限公司"))
    assert post(json.loads(json.dumps(told)), key).status_code == 200
    OutgoingRecord.objects.create(
        peer=peer,
        kind="party",
        key=kit.party.number,
        body=body(1),
        made_at=now(),
        tries=2,
        error="ConnectError: refused",
    )
    return {**numbers, "record": IncomingRecord.objects.get().pk}


def paths(firm, staff, kit, numbers):
    for path in (
        "/home/", "/people/", "/people/new/", f"/people/{numbers['submitted']}/", f"/people/{numbers['draft']}/",
        "/papers/", "/papers/new/", f"/papers/{numbers['paper']}/", "/terms/", "/registration/",
    ):  # fmt: skip
        yield firm, path
    for path in (
        "/home/", "/staff/people/", f"/staff/people/{numbers['submitted']}/", f"/staff/parties/{kit.party.pk}/",
        "/staff/exchange/", "/staff/exchange/incoming/", f"/staff/exchange/incoming/{numbers['record']}/",
    ):  # fmt: skip
        yield staff, path
