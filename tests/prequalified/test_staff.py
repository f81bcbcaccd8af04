"""What the centre's staff do: lists, appointments, suspension, releasing false registrations; each down the tree only."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prequalified.models import Account, Application, Centre, Party, PartyRole
from runtime.clock import now
from tests.factories.parties import PASSWORD, demo_ca, log_in, make_centre, make_party, trust
from tests.prequalified.api import NAME, bind, codes, enter, form, registered, send
from tests.prequalified.journal import kinds, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    return log_in(client, make_party("交易中心", 99, ["staff"]))


def applied(serial: int, **more) -> Application:
    kit = make_party(f"示范第{serial}建设有限公司", serial, [], **more)
    role = PartyRole.objects.create(party=kit.party, role="bidder", status="submitted")
    return Application.objects.create(party_role=role, status="submitted", applied_by=kit.account, applied_at=now())


@pytest.mark.parametrize("path", ["/staff/applications", "/staff/roles"])
def test_lists_cost_the_same_for_one_row_and_three(staff, path):
    counts = []
    for serials in ([1], [2, 3]):
        for serial in serials:
            applied(serial)
        with CaptureQueriesContext(connection) as queries:
            answer = staff.get(f"/api/v1{path}")
        counts.append(len(queries))
    assert answer.json()["count"] >= 3
    assert counts[0] == counts[1] <= 7


def test_the_list_of_applications_is_searched_sorted_paged_and_narrowed(staff):
    for serial in range(1, 24):
        applied(serial)
    Application.objects.filter(party_role__party__name="示范第3建设有限公司").update(status="refused")
    first = staff.get("/api/v1/staff/applications?sort=-name").json()
    assert (first["count"], first["pages"], len(first["items"])) == (23, 2, 20)
    assert first["items"][0]["party"]["name"] == "示范第9建设有限公司"
    assert len(staff.get("/api/v1/staff/applications?page=2").json()["items"]) == 3
    found = staff.get("/api/v1/staff/applications", {"q": "第12建设"}).json()["items"]
    assert [row["party"]["name"] for row in found] == ["示范第12建设有限公司"]
    assert staff.get("/api/v1/staff/applications?status=refused").json()["count"] == 1
    assert staff.get("/api/v1/staff/applications?sort=password&page=-9&status=x").status_code == 200


def test_a_draft_is_nobodys_business(staff):
    row = applied(1)
    Application.objects.update(status="draft")
    assert staff.get("/api/v1/staff/applications").json()["count"] == 0
    assert staff.get(f"/staff/applications/{row.pk}/").status_code == 404


def test_the_list_of_parties_downloads_as_csv_without_formulas(staff):
    make_party("=HYPERLINK(1)", 1, ["bidder", "tenderer"])
    answer = staff.get("/api/v1/staff/roles?format=csv&sort=role")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[0][:4] == ["名称", "代码", "交易中心", "身份"]
    assert {(line[0], line[3]) for line in lines[1:]} == {
        ("'=HYPERLINK(1)", "投标人"), ("'=HYPERLINK(1)", "招标人"), ("交易中心", "中心工作人员"),
    }  # fmt: skip
    english = staff.get("/api/v1/staff/roles?format=csv", headers={"Accept-Language": "en"})
    assert b"".join(english.streaming_content).decode("utf-8-sig").startswith("Name,Code,Centre,Role")


@pytest.mark.parametrize(
    "path", ["/api/v1/staff/applications", "/api/v1/staff/roles", "/staff/applications/", "/staff/parties/"]
)
def test_lists_are_for_staff_with_a_certificate_only(client, path):
    assert client.get(path).status_code in (302, 401)
    assert log_in(client, make_party(NAME, 1)).get(path).status_code == 403
    assert log_in(client, make_party("交易中心", 99, ["staff"]), certificate=False).get(path).status_code == 403


def test_staff_see_and_decide_down_the_tree_never_up_or_across(client):
    province = make_centre("province")
    city, other = make_centre("city", parent=province), make_centre("other", parent=province)
    above = log_in(type(client)(), make_party("省中心", 91, ["staff"], centre=province))
    here = log_in(type(client)(), make_party("市中心", 92, ["staff"], centre=city))
    row = applied(1, centre=city)
    top = applied(2, centre=province)
    across = applied(3, centre=other)
    assert {item["id"] for item in above.get("/api/v1/staff/applications").json()["items"]} == {
        row.pk,
        top.pk,
        across.pk,
    }
    assert [item["id"] for item in here.get("/api/v1/staff/applications").json()["items"]] == [row.pk]
    for hidden in (top, across):
        assert send(here, "post", f"/applications/{hidden.pk}/verification").status_code == 404
        body = {"status": "suspended", "reason": "x"}
        assert send(here, "put", f"/roles/{hidden.party_role_id}/status", body).status_code == 404
    assert send(above, "post", f"/applications/{row.pk}/verification").status_code == 200


APPOINTMENT = {"name": "李四", "number": "110101199001015678", "username": "li-si", "password": PASSWORD}


def test_staff_are_made_by_staff_and_act_once_their_certificate_is_bound(staff):
    trust("rsa")
    answer = send(staff, "post", "/staff/appointments", APPOINTMENT)
    assert (answer.status_code, answer.json()["role"], answer.json()["status"]) == (201, "staff", "verified")
    fresh = type(staff)()
    session = send(fresh, "post", "/sessions", {"username": "li-si", "password": PASSWORD})
    fresh.defaults["HTTP_AUTHORIZATION"] = f"Bearer {session.json()['token']}"
    assert session.json()["role"] == ""
    assert codes(fresh.get("/api/v1/staff/roles")) == ["login.certificate_needed"]
    key = demo_ca().issue("李四", APPOINTMENT["number"], kind="person")
    assert bind(fresh, key).status_code == 201
    assert enter(fresh, key).json()["role"] == "staff"
    (entry,) = [entry for entry in written() if entry["kind"] == "staff.appointed"]
    assert (entry["actor"]["name"], entry["body"]["name"]) == ("交易中心", "李四")


def test_nobody_else_appoints_and_not_for_another_centre(client, staff):
    make_centre("other")
    assert codes(send(staff, "post", "/staff/appointments", {**APPOINTMENT, "centre": "other"})) == ["centre.unknown"]
    bidder = log_in(type(client)(), make_party(NAME, 1))
    assert codes(send(bidder, "post", "/staff/appointments", APPOINTMENT)) == ["role.not_allowed"]
    assert PartyRole.objects.filter(role="staff").count() == 1


def test_every_fault_of_an_appointment_is_told_at_once(staff):
    answer = send(staff, "post", "/staff/appointments", {"name": "", "number": "1", "username": "", "password": "x"})
    assert set(codes(answer)) == {"name.missing", "number.form", "username.form", "password.weak"}


def test_nobody_suspends_or_verifies_themselves(staff):
    me = Party.objects.get(name="交易中心")
    body = {"status": "suspended", "reason": "x"}
    assert codes(send(staff, "put", f"/roles/{me.roles.get().pk}/status", body)) == ["role.own"]
    role = PartyRole.objects.create(party=me, role="trustee", status="submitted")
    own = Application.objects.create(party_role=role, status="submitted", applied_at=now())
    assert codes(send(staff, "post", f"/applications/{own.pk}/verification")) == ["application.own"]


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        ("suspended", " ", ["reason.missing"]),
        ("verified", "x", ["role.status"]),
        ("draft", "", ["reason.missing", "role.status"]),
        ("root", "x", ["role.status"]),
    ],
)
def test_a_status_is_switched_with_a_reason_and_between_two_states_only(staff, status, reason, expected):
    row = make_party(NAME, 1).party.roles.get()
    assert codes(send(staff, "put", f"/roles/{row.pk}/status", {"status": status, "reason": reason})) == expected
    row.refresh_from_db()
    assert row.status == "verified"


def test_a_false_registration_is_released_for_the_true_owner(client, staff):
    registered(type(client)())
    party = Party.objects.get(name=NAME)
    assert codes(send(staff, "post", f"/parties/{party.pk}/release", {"reason": ""})) == ["reason.missing"]
    assert send(staff, "post", f"/parties/{party.pk}/release", {"reason": "冒名"}).status_code == 204
    assert not Account.objects.filter(username="first").exists()
    assert "party.released" in kinds()
    assert send(type(client)(), "post", "/registrations", form()).status_code == 201


def test_a_party_that_was_verified_or_bound_a_certificate_is_not_released(staff):
    verified = make_party(NAME, 1).party
    unverified = applied(2).party_role.party  # with a certificate
    for party in (verified, unverified):
        assert codes(send(staff, "post", f"/parties/{party.pk}/release", {"reason": "x"})) == ["party.in_force"]
    assert Party.objects.count() == 3


def test_two_of_the_staff_at_once_one_decides(client, staff):
    second = log_in(type(client)(), make_party("另一位", "110101199001017777", ["staff"], kind="person"))
    row = applied(1)
    assert send(staff, "post", f"/applications/{row.pk}/refusal", {"reasons": "不符"}).status_code == 200
    assert codes(send(second, "post", f"/applications/{row.pk}/verification")) == ["application.not_submitted"]
    row.refresh_from_db()
    assert (row.status, row.decided_by.name) == ("refused", "交易中心")


def test_a_centre_is_founded_with_its_first_member_of_staff(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    words = ["shifan", "示范市公共资源交易中心", "--region", "110000", "--staff-name", "张三"]
    call_command("found_centre", *words, "--staff-number", "110101199001011234", "--username", "zhang-san")
    role = PartyRole.objects.get(party__centre__code="shifan")
    assert (role.role, role.status, role.party.name) == ("staff", "verified", "张三")
    assert Account.objects.get(username="zhang-san").check_password(PASSWORD)
    assert kinds() == ["centre.founded", "staff.appointed"]
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError):
        call_command("found_centre", "b", *words[1:], "--staff-number", "110101199001019999", "--username", "x")
    assert not Centre.objects.filter(code="b").exists()
