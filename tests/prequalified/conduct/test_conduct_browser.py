"""The firm defends itself in a real browser: the text is signed there, and counts."""

import pytest
from django.test import Client

from prequalified.actions.conduct.defend_case import defence_statement
from signing.actions.verify_signature import verify_signature
from tests.browsing import check_accessible
from tests.factories.parties import PASSPHRASE, log_in
from tests.prequalified.conduct.kit import make_scene

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True), pytest.mark.slow]


def enter(page, kit, platform):
    """As after a log-in, which has tests of its own."""
    session = log_in(Client(), kit).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": platform.url}])


def test_a_defence_is_signed_in_the_browser_and_the_case_decided_by_another(open_page, platform, tmp_path, store):
    scene = make_scene()
    case = scene.propose()
    scene.notify(case)
    firm, other = open_page(width=390, height=844), open_page()
    enter(firm, scene.firm, platform)
    enter(other, scene.other, platform)
    firm.goto(f"/conduct/cases/{case.number}/")
    check_accessible(firm)
    text = "因不可抗力停工，\n附监理证明。"
    firm.get_by_label("陈述申辩").fill(text)
    firm.get_by_role("button", name="签名并提交").click()
    file = tmp_path / "firm.p12"
    file.write_bytes(scene.firm.p12)
    firm.get_by_label("证书文件（.p12）").set_input_files(file)
    firm.get_by_label("证书口令").fill(PASSPHRASE)
    firm.get_by_role("button", name="打开证书").click()
    firm.get_by_text("陈述申辩已收到。").wait_for()
    case.refresh_from_db()
    verify_signature(
        defence_statement(case.number, text), bytes(case.defence_signature), party_number=scene.firm.party.number
    )

    other.goto(f"/staff/conduct/cases/{case.number}/")
    check_accessible(other)
    other.get_by_label("理由").fill("事实清楚")
    other.once("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="予以认定", exact=True).click()
    other.get_by_text("已认定并生效。").wait_for()
    for page, address in (
        (firm, "/conduct/"), (other, "/staff/conduct/cases/"), (other, "/staff/conduct/leads/"),
        (other, "/directories/road-2026/conduct-rules/"), (firm, "/directories/road-2026/conduct-rules/"),
        (other, f"/conduct/propose/{scene.admission.number}/"),
    ):  # fmt: skip
        page.goto(address)
        check_accessible(page)
    assert scene.fresh().points == 95
