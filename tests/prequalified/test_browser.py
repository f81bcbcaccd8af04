"""The parties' pages in a real Chromium: log-in with a .p12 that never leaves the page, binding, registration, two tabs."""

import subprocess

import pytest
from playwright.sync_api import Page, expect

from prequalified.models import Application, PartyCertificate, PartyRole
from tests.browsing import check_accessible
from tests.factories.parties import PASSPHRASE, PASSWORD, PartyKit, demo_ca, make_centre, make_party, trust
from tests.factories.parties import uscc as made
from tests.prequalified.journal import kinds

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]
CHINESE = "我的证书口令 1"


def choose(page: Page, data: bytes, passphrase: str) -> None:
    """Fill in the dialog that asks for the certificate file and its passphrase."""
    page.set_input_files("#sign-file", {"name": "key.p12", "mimeType": "application/x-pkcs12", "buffer": data})
    page.fill("#sign-secret", passphrase)
    page.get_by_role("button", name="打开证书").click()


def log_in_with(page: Page, data: bytes, passphrase: str) -> None:
    page.goto("/log-in/")
    page.get_by_role("button", name="使用证书登录").click()
    choose(page, data, passphrase)


def come_in(page: Page, kit: PartyKit) -> None:
    log_in_with(page, kit.p12, PASSPHRASE)
    page.wait_for_url("**/home/")


@pytest.mark.parametrize("suite", ["rsa", "ecdsa"])
def test_a_p12_opens_the_platform_and_the_key_never_leaves_the_page(page, suite):
    kit = make_party("甲建设有限公司", 1, ["bidder"], suite)
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    log_in_with(page, kit.signing_key.to_p12(CHINESE, "甲"), CHINESE)
    page.wait_for_url("**/home/")
    expect(page.locator(".page-head .state")).to_have_text("投标人")
    everything = b"".join(sent)
    assert PASSPHRASE.encode() not in everything and CHINESE.encode() not in everything
    assert len(everything) < 20_000 and kit.p12[:60] not in everything
    assert kinds().count("account.logged_in") == 1


def test_an_unbound_certificate_is_told_so_on_the_page(page):
    kit = make_party("甲建设有限公司", 1)
    log_in_with(page, demo_ca().issue(kit.party.name, kit.party.number).to_p12(PASSPHRASE), PASSPHRASE)
    expect(page.locator('[data-code="certificate.not_bound"]')).to_be_visible()


def legacy(kit: PartyKit, folder, *options: str) -> bytes:
    """The same certificate as openssl packs it with other algorithms."""
    (folder / "plain.pem").write_bytes(
        subprocess.run(
            ["openssl", "pkcs12", "-in", "/dev/stdin", "-nodes", "-passin", f"pass:{PASSPHRASE}"],
            input=kit.p12, capture_output=True, check=True,
        ).stdout
    )  # fmt: skip
    packed = folder / "packed.p12"
    command = [
        "openssl",
        "pkcs12",
        "-export",
        "-in",
        folder / "plain.pem",
        "-out",
        packed,
        "-passout",
        f"pass:{PASSPHRASE}",
    ]
    subprocess.run([*command, *options], capture_output=True, check=True)
    return packed.read_bytes()


@pytest.mark.needs("openssl")
def test_a_p12_that_openssl_packed_opens_too(page, tmp_path):
    kit = make_party("甲建设有限公司", 1)
    log_in_with(page, legacy(kit, tmp_path), PASSPHRASE)
    page.wait_for_url("**/home/")


@pytest.mark.needs("openssl")
@pytest.mark.parametrize(
    "options",
    [["-legacy"], ["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"]],
    ids=["rc2", "3des"],
)
def test_an_old_p12_is_refused_in_clear_words(page, tmp_path, options):
    kit = make_party("甲建设有限公司", 1)
    log_in_with(page, legacy(kit, tmp_path, *options), PASSPHRASE)
    expect(page.locator("dialog [role=alert]")).to_contain_text("浏览器不支持的加密方式")


def test_a_wrong_passphrase_and_a_foreign_file_are_told_apart_and_can_be_corrected(page):
    kit = make_party("甲建设有限公司", 1)
    log_in_with(page, kit.p12, "wrong")
    expect(page.locator("dialog [role=alert]")).to_contain_text("口令不正确")
    choose(page, b"this is no certificate", PASSPHRASE)
    expect(page.locator("dialog [role=alert]")).to_contain_text("不是证书文件")
    choose(page, kit.p12, PASSPHRASE)
    page.wait_for_url("**/home/")


def test_a_firm_registers_is_verified_and_binds_its_certificate(open_page):
    make_centre()
    trust("rsa")
    staff_kit = make_party("核验员", "110101199001011234", ["staff"], kind="person")
    firm, staff = open_page(), open_page()
    register(firm)
    firm.get_by_role("button", name="提交核验").click()
    expect(firm.get_by_text("请填写“法定代表人”。")).to_be_visible()
    fill_details(firm)
    firm.get_by_role("button", name="提交核验").click()
    expect(firm.get_by_text("申请已提交")).to_be_visible()

    come_in(staff, staff_kit)
    staff.get_by_role("link", name="待核验的注册申请：1 份").click()
    staff.get_by_role("link", name="示范第七建设有限公司").click()
    staff.get_by_role("button", name="退回").click()
    expect(staff.get_by_text("退回须一次性写明全部原因。")).to_be_visible()
    staff.get_by_role("button", name="核验通过").click()
    expect(staff.get_by_text("已核验通过。")).to_be_visible()
    assert PartyRole.objects.get(role="bidder").status == "verified"

    firm.goto("/certificates/")
    firm.get_by_role("button", name="绑定一张证书").click()
    choose(firm, demo_ca().issue("示范第七建设有限公司", made(7)).to_p12(PASSPHRASE), PASSPHRASE)
    expect(firm.get_by_text("证书已绑定，今后可用它登录。")).to_be_visible()
    assert PartyCertificate.objects.get(unbound_at=None, party__number=made(7)).holder == "示范第七建设有限公司"


def register(page: Page) -> None:
    page.goto("/register/")
    for field, value in {
        "name": "示范第七建设有限公司", "number": made(7), "contact": "经办人甲", "username": "seventh", "password": PASSWORD,
    }.items():  # fmt: skip
        page.fill(f"#id_{field}", value)
    page.select_option("#id_role", "bidder")
    page.select_option("#id_centre", "demo")
    page.get_by_role("button", name="注册并填写资料").click()
    expect(page.get_by_text("须先阅读并接受注册协议。")).to_be_visible()
    assert page.input_value("#id_name") == "示范第七建设有限公司"
    page.fill("#id_password", PASSWORD)
    page.check("#id_terms")
    page.get_by_role("button", name="注册并填写资料").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("示范第七建设有限公司")


def fill_details(page: Page) -> None:
    for field, value in {
        "legal_representative": "法定代表人甲", "address": "示范市一路1号", "contact": "经办人甲", "phone": "010-12345678",
        "email": "bids@example.org", "capital": "5000",
    }.items():  # fmt: skip
        page.fill(f"#id_{field}", value)


def test_a_role_switched_in_one_tab_is_seen_in_the_other(page):
    kit = make_party("甲建设有限公司", 1, ["bidder", "tenderer"])
    come_in(page, kit)
    other = page.context.new_page()
    other.goto("/certificates/")
    page.select_option("#role", "tenderer")
    page.get_by_role("button", name="切换").click()
    expect(page.get_by_text("现在的身份：招标人")).to_be_visible()
    expect(other.locator("#stale")).to_be_visible()
    assert other.evaluate("document.getElementById('content').inert")
    other.get_by_role("button", name="刷新本页").click()
    expect(other.locator(".utility a").first).to_contain_text("招标人")
    assert not other.evaluate("document.getElementById('content').inert")


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_in_both_languages(open_page, width):
    staff_kit = make_party("核验员", "110101199001011234", ["staff", "evaluator"], kind="person")
    firm = make_party("示范第一建设有限公司", 1, ["bidder"])
    role = PartyRole.objects.create(party=firm.party, role="tenderer", status="submitted")
    row = Application.objects.create(
        party_role=role, status="submitted", details={"address": "示范市"}, applied_by=firm.account,
        applied_at=firm.party.created_at,
    )  # fmt: skip
    page = open_page(width=width)
    for path in ("/log-in/", "/log-in/by-file/", "/register/", "/register/citizen/"):
        looked_at(page, path)
    come_in(page, staff_kit)
    for path in (
        "/home/", "/registration/", "/certificates/", "/staff/applications/", f"/staff/applications/{row.pk}/",
        "/staff/parties/", f"/staff/parties/{firm.party.pk}/", "/staff/appointments/",
    ):  # fmt: skip
        looked_at(page, path)
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    for path in ("/home/", "/staff/parties/", f"/staff/applications/{row.pk}/"):
        looked_at(page, path)


def looked_at(page: Page, path: str) -> None:
    assert page.goto(path).ok
    check_accessible(page)
