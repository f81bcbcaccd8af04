"""The parties' pages: they show, keep what was typed, say what is wrong, and cost the same with one row and three."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prequalified.models import Account, Application, Challenge, Party, PartyCertificate, PartyRole
from runtime.clock import now
from tests.factories.parties import PASSWORD, log_in, make_centre, make_party
from tests.factories.parties import uscc as made
from tests.prequalified.api import NAME, challenge, signed

pytestmark = pytest.mark.django_db


def page(client, path, status=200, **more) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def apply(serial: int, **more) -> Application:
    kit = make_party(f"示范第{serial}建设有限公司", serial, [])
    role = PartyRole.objects.create(party=kit.party, role="bidder", status="submitted")
    return Application.objects.create(
        party_role=role, status="submitted", applied_by=kit.account, applied_at=now(), **more
    )


@pytest.fixture
def staff(client):
    return log_in(client, make_party("交易中心", 99, ["staff"]))


@pytest.mark.parametrize("path", ["/log-in/", "/log-in/by-file/", "/register/", "/register/citizen/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_for_visitors_show(client, path, language):
    assert "<h1>" in page(client, path, headers={"Accept-Language": language})


@pytest.mark.parametrize("path", ["/home/", "/registration/", "/certificates/"])
def test_pages_of_a_party_show_and_ask_a_visitor_to_log_in(client, path):
    assert client.get(path).status_code in (302, 401)
    assert "<h1>" in page(log_in(client, make_party(NAME, 1)), path)


FORM = {
    "kind": "organisation", "role": "bidder", "name": NAME, "number": made(1), "centre": "demo",
    "contact": "联系人", "username": "first", "password": PASSWORD, "terms": "on",
}  # fmt: skip


def test_registering_in_the_browser_leads_to_the_application(client):
    make_centre()
    answer = client.post("/register/", {**FORM, "number": "91350100M000100Y44"})
    assert answer.status_code == 422
    assert NAME in answer.content.decode() and "校验位不正确" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not Party.objects.exists()
    answer = client.post("/register/", FORM, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/registration/")
    assert "还缺" in page(client, "/registration/") and "法定代表人" in page(client, "/registration/")


def test_a_citizen_registers_and_is_home(client):
    form = {"username": "reader", "password": PASSWORD, "name": "读者"}
    assert "须先阅读并接受" in client.post("/register/citizen/", form).content.decode()
    assert client.post("/register/citizen/", {**form, "terms": "on"}).headers["Location"] == "/home/"
    assert "读者" in page(client, "/home/")
    assert Account.objects.get().party is None


def test_a_draft_keeps_what_was_typed_even_when_submitting_is_refused(client):
    kit = make_party(NAME, 1, [])
    role = PartyRole.objects.create(party=kit.party, role="bidder")
    row = Application.objects.create(party_role=role)
    client.force_login(kit.account, "django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/registration/{row.pk}/", {"address": "示范市一路1号", "phone": "?", "submit": "1"})
    assert answer.status_code == 422
    assert "示范市一路1号" in answer.content.decode() and "“联系电话”的格式不正确" in answer.content.decode()
    row.refresh_from_db()
    assert (row.status, row.details["address"]) == ("draft", "示范市一路1号")


def test_two_tabs_the_second_is_told_that_it_is_submitted(client):
    kit = make_party(NAME, 1)
    row = Application.objects.create(party_role=kit.party.roles.get(), status="submitted", applied_at=now())
    log_in(client, kit)
    answer = client.post(f"/registration/{row.pk}/", {"address": "x", "name": NAME, "save": "1"})
    assert answer.status_code == 422 and "资料已锁定" in answer.content.decode()
    assert client.post(f"/registration/{row.pk}/", {"recall": "1"}).status_code == 302
    assert client.post(f"/registration/{row.pk}/", {"recall": "1"}).status_code == 422


def test_anothers_application_is_not_found(client):
    row = apply(2)
    assert log_in(client, make_party(NAME, 1)).get(f"/registration/{row.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/staff/applications/", "/staff/parties/"])
def test_staff_lists_cost_the_same_with_one_row_and_three(staff, path):
    counts = []
    for serials in ([1], [2, 3]):
        for serial in serials:
            apply(serial)
        with CaptureQueriesContext(connection) as queries:
            page(staff, path)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_my_registration_and_certificates_cost_the_same_with_one_row_and_three(client):
    kit = make_party(NAME, 1, ["bidder"])
    log_in(client, kit)
    counts = []
    for roles in ((), ("tenderer", "agency")):
        for role in roles:
            held = PartyRole.objects.create(party=kit.party, role=role)
            Application.objects.create(party_role=held)
            PartyCertificate.objects.create(
                party=kit.party, fingerprint=role, der=b"", bound_at=now(), not_before=now(), not_after=now()
            )
        for path in ("/registration/", "/certificates/"):
            with CaptureQueriesContext(connection) as queries:
                page(client, path)
            counts.append(len(queries))
    assert counts[:2] == counts[2:] and max(counts) <= 10


def test_the_list_is_searched_sorted_and_downloaded(staff):
    for serial in (1, 2):
        apply(serial)
    assert "示范第2建设" not in page(staff, "/staff/applications/?q=示范第1建设")
    answer = staff.get("/staff/applications/?format=csv")
    assert "示范第2建设有限公司" in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_staff_verify_on_the_page_and_see_what_changed(staff):
    row = apply(1, details={"address": "新地址"}, name="示范新名建设有限公司")
    PartyRole.objects.filter(pk=row.party_role_id).update(status="verified")
    Party.objects.filter(pk=row.party_role.party_id).update(details={"bidder": {"address": "旧地址"}})
    shown = page(staff, f"/staff/applications/{row.pk}/")
    assert "旧地址" in shown and "新地址" in shown and shown.count("table-warning") == 2
    answer = staff.post(f"/staff/applications/{row.pk}/", {"refuse": "1", "reasons": ""})
    assert answer.status_code == 422 and "一次性写明全部原因" in answer.content.decode()
    staff.post(f"/staff/applications/{row.pk}/", {"verify": "1"})
    row.refresh_from_db()
    assert (row.status, row.party_role.party.name) == ("verified", "示范新名建设有限公司")


def test_staff_suspend_on_the_partys_page(staff):
    kit = make_party(NAME, 1)
    path, role = f"/staff/parties/{kit.party.pk}/", kit.party.roles.get()
    answer = staff.post(f"{path}roles/{role.pk}/status/", {"status": "suspended", "reason": ""})
    assert answer.status_code == 409 and "请写明原因" in answer.content.decode()
    staff.post(f"{path}roles/{role.pk}/status/", {"status": "suspended", "reason": "核查"})
    assert "已暂停" in page(staff, path) and "核查" in page(staff, path)
    assert "核查" in page(log_in(type(staff)(), kit), "/registration/")


def test_staff_release_and_appoint_on_pages(staff):
    party = Party.objects.create(name="冒名公司", number=made(8), centre=make_centre())
    assert staff.post(f"/staff/parties/{party.pk}/release/", {"reason": ""}).status_code == 409
    assert staff.post(f"/staff/parties/{party.pk}/release/", {"reason": "冒名"}).status_code == 302
    assert page(staff, f"/staff/parties/{party.pk}/", 404)
    form = {"name": "李四", "number": "110101199001015678", "username": "li-si", "password": PASSWORD, "centre": "demo"}
    assert staff.post("/staff/appointments/", {**form, "number": "1"}).status_code == 422
    assert staff.post("/staff/appointments/", form).status_code == 302
    assert PartyRole.objects.get(party__name="李四").status == "verified"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_a_log_in_leads_home_and_never_elsewhere(client, target):
    kit = make_party(NAME, 1)
    form = {"username": kit.account.username, "password": PASSWORD, "next": target}
    assert client.post("/log-in/", form).headers["Location"] == "/home/"


def test_a_log_in_leads_on_to_a_page_of_ours(client):
    kit = make_party(NAME, 1)
    form = {"username": kit.account.username, "password": PASSWORD, "next": "/certificates/?a=1"}
    assert client.post("/log-in/", form).headers["Location"] == "/certificates/?a=1"


def test_the_log_in_page_says_when_to_try_again(client):
    kit = make_party(NAME, 1)
    for _ in range(5):
        answer = client.post("/log-in/", {"username": kit.account.username, "password": "wrong"})
    text = answer.content.decode()
    assert answer.status_code == 429 and "登录已暂停到" in text and "<h1>登录</h1>" in text
    assert kit.account.username in text and "wrong" not in text


def test_a_log_in_page_is_never_cached_and_a_stale_challenge_is_told(client):
    kit = make_party(NAME, 1)
    given = challenge(client)
    Challenge.objects.update(issued_at=now() - dt.timedelta(minutes=3))
    form = {"challenge": given["id"], "signature": signed(given["text"], kit.signing_key)}
    answer = client.post("/log-in/", form)
    assert answer.status_code == 401 and "超过两分钟" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_role_is_switched_on_the_home_page_and_shown(client):
    log_in(client, make_party(NAME, 1, ["bidder", "tenderer"]))
    assert "招标人" in client.post("/role/", {"role": "tenderer"}, follow=True).content.decode()
    assert client.post("/role/", {"role": "supervisor"}).status_code == 403


def test_going_out_ends_the_session(client):
    log_in(client, make_party(NAME, 1))
    assert client.post("/log-out/").headers["Location"] == "/"
    assert client.get("/home/").status_code in (302, 401)
    assert client.get("/log-out/").status_code == 405


def test_text_that_no_database_stores_is_refused_without_a_fault(staff):
    kit = make_party(NAME, 1)
    role = kit.party.roles.get()
    for path, form in (
        ("/log-in/", {"username": "a\0b", "password": "x"}),
        ("/registration/", {"role": "\0"}),
        ("/certificates/", {"unbind": "\0"}),
        (f"/staff/parties/{kit.party.pk}/roles/{role.pk}/status/", {"status": "suspended", "reason": "a\0b"}),
    ):
        assert staff.post(path, form).status_code < 500, path
    assert staff.get("/staff/parties/", {"q": "\0", "role": "\0", "sort": "\0", "page": "\0"}).status_code < 500
