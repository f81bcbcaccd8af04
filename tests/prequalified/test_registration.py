"""A party's way from registration to a verified role, over the API, for each kind of party."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prequalified.models import Account, Application, Party, PartyRole
from prequalified.rules.registration import OPEN_ROLES
from tests.factories.parties import log_in, make_centre, make_party
from tests.factories.parties import uscc as made
from tests.prequalified.api import DETAILS, NAME, codes, form, registered, send
from tests.prequalified.journal import kinds, written

pytestmark = pytest.mark.django_db


def each_kind(tenderer: str, agency: str, *bidder: str):
    """The same rule for tenderer, agency and bidder, which the checklist counts three times."""
    checks = {"tenderer": [tenderer], "agency": [agency], "bidder": bidder}
    return pytest.mark.parametrize(
        "role", [pytest.param(role, marks=pytest.mark.cts(*names)) for role, names in checks.items()]
    )


@pytest.fixture
def staff(client):
    return log_in(type(client)(), make_party("交易中心", 99, ["staff"]))


def verified(client, staff, role="bidder") -> PartyRole:
    number = registered(client, role)
    assert send(client, "post", f"/applications/{number}/submission").status_code == 200
    assert send(staff, "post", f"/applications/{number}/verification").status_code == 200
    return PartyRole.objects.get(role=role)


@each_kind("A-01", "A-14", "A-25")
def test_terms_must_be_accepted(client, role):
    assert codes(send(client, "post", "/registrations", form(role, terms_accepted=False))) == ["terms.not_accepted"]
    assert not Party.objects.exists()
    registered(client, role)
    assert Application.objects.get().terms == "2026-01"


@each_kind("A-02", "A-15", "A-26")
def test_a_name_cannot_be_registered_twice_however_it_is_spelt(client, role):
    make_party("示范（第一）建设有限公司", 1)
    for name in (
        "示范（第一）建设有限公司",
        "示范(第一) 建设有限公司",
        "　示范〔第一〕建设有限公司",
        "示範（第一）建設有限公司",
    ):
        assert codes(send(client, "post", "/registrations", form(role, name=name))) == ["name.taken"]
    assert Party.objects.count() == 1


@pytest.mark.parametrize(
    "role",
    [
        pytest.param("tenderer", marks=pytest.mark.cts("A-03")),
        pytest.param("agency", marks=pytest.mark.cts("A-16")),
        "bidder",
    ],
)
def test_a_code_cannot_be_registered_twice(client, role):
    make_party("另一家公司", made(7))
    assert codes(send(client, "post", "/registrations", form(role, number=f" {made(7).lower()}"))) == ["number.taken"]


def test_two_persons_may_have_one_name(client):
    make_party("评标员甲", "110101199001019999", ["evaluator"], kind="person")
    registered(client, "evaluator")
    assert Party.objects.filter(name="评标员甲").count() == 2


def test_all_faults_of_a_registration_are_told_at_once_and_nothing_is_stored(client):
    make_party(NAME, made(7))
    answer = send(
        client, "post", "/registrations", form(password="short", centre="nowhere", terms_accepted=False, username="a b")
    )
    assert answer.status_code == 422
    assert set(codes(answer)) == {
        "terms.not_accepted", "name.taken", "number.taken", "password.weak", "centre.unknown", "username.form",
    }  # fmt: skip
    assert (Party.objects.count(), Account.objects.count(), kinds()) == (1, 1, ["authority.trusted"])


@each_kind("A-04", "A-17", "A-27", "A-28")
def test_who_applied_and_who_verified_and_when_are_recorded(client, role):
    kit = make_party("交易中心", 99, ["staff"])
    verified(client, log_in(type(client)(), kit), role)
    row = Application.objects.get()
    assert (row.applied_by.username, row.decided_by) == ("first", kit.account)
    assert row.applied_at < row.decided_at
    shown = send(client, "get", "/applications").json()[0]
    assert (shown["applied_by"], shown["decided_by"]) == ("联系人甲", "交易中心")
    by_kind = {entry["kind"]: entry for entry in written()}
    assert by_kind["application.verified"]["actor"]["name"] == "交易中心"
    assert by_kind["application.submitted"]["actor"]["name"] == NAME


@each_kind("A-05", "A-18", "A-29")
def test_only_a_verified_party_does_business_and_a_refused_one_corrects_and_applies_again(client, staff, role):
    number = registered(client, role)
    assert send(client, "get", "/me").json()["role"] == "citizen"
    send(client, "post", f"/applications/{number}/submission")
    assert codes(send(staff, "post", f"/applications/{number}/refusal", {"reasons": " "})) == ["reasons.missing"]
    answer = send(staff, "post", f"/applications/{number}/refusal", {"reasons": "执照过期；地址不符"})
    assert answer.status_code == 200
    assert send(client, "get", "/applications").json()[0]["reasons"] == "执照过期；地址不符"
    assert send(client, "get", "/me").json()["roles"] == []
    corrected = {**DETAILS[role], "address": "示范市二路2号"}
    assert send(client, "put", f"/applications/{number}", {"details": corrected}).status_code == 200
    assert send(client, "post", f"/applications/{number}/submission").status_code == 200
    assert send(staff, "post", f"/applications/{number}/verification").status_code == 200
    assert send(client, "get", "/me").json()["roles"] == [role]
    assert Party.objects.get(number=made(7)).details[role]["address"] == "示范市二路2号"


@each_kind("A-06", "A-19", "A-30")
def test_an_application_under_verification_cannot_be_edited(client, role):
    number = registered(client, role)
    send(client, "post", f"/applications/{number}/submission")
    before = Application.objects.get().details
    for method, path, body in (
        ("put", "", {"details": {}}), ("delete", "", None), ("post", "/submission", None),
    ):  # fmt: skip
        answer = send(client, method, f"/applications/{number}{path}", body)
        assert (answer.status_code, codes(answer)) == (409, ["application.locked"])
    assert Application.objects.get().details == before


def test_the_applicant_takes_it_back_to_change_it(client, staff):
    number = registered(client)
    send(client, "post", f"/applications/{number}/submission")
    assert send(client, "delete", f"/applications/{number}/submission").json()["status"] == "draft"
    assert codes(send(staff, "post", f"/applications/{number}/verification")) == ["application.not_submitted"]
    assert send(client, "put", f"/applications/{number}", {"details": {}}).status_code == 200
    assert PartyRole.objects.get(role="bidder").status == "draft"


@each_kind("A-07", "A-20", "A-31")
def test_a_change_takes_effect_only_when_verified(client, staff, role):
    verified(client, staff, role)
    change = send(client, "post", "/applications", {"role": role}).json()
    assert change["details"]["address"] == "示范市一路1号"
    body = {"details": {**DETAILS[role], "address": "新地址"}, "name": "示范新名建设有限公司"}
    send(client, "put", f"/applications/{change['id']}", body)
    send(client, "post", f"/applications/{change['id']}/submission")

    party = Party.objects.get(number=made(7))
    assert (party.name, party.details[role]["address"]) == (NAME, "示范市一路1号")
    assert send(client, "get", "/me").json()["roles"] == [role]
    send(staff, "post", f"/applications/{change['id']}/verification")
    party.refresh_from_db()
    assert (party.name, party.details[role]["address"]) == ("示范新名建设有限公司", "新地址")
    assert [entry["body"] for entry in written() if entry["kind"] == "party.renamed"] == [
        {"from": NAME, "to": "示范新名建设有限公司"}
    ]


def test_a_refused_change_leaves_what_is_in_force(client, staff):
    verified(client, staff)
    change = send(client, "post", "/applications", {"role": "bidder"}).json()["id"]
    send(client, "put", f"/applications/{change}", {"details": {**DETAILS["bidder"], "capital": "9"}})
    send(client, "post", f"/applications/{change}/submission")
    send(staff, "post", f"/applications/{change}/refusal", {"reasons": "无证明"})
    role = PartyRole.objects.get(role="bidder")
    assert (role.status, role.party.details["bidder"]["capital"]) == ("verified", "5000")


def test_a_name_taken_while_the_change_waited_is_refused_at_the_end(client, staff):
    verified(client, staff)
    change = send(client, "post", "/applications", {"role": "bidder"}).json()["id"]
    send(client, "put", f"/applications/{change}", {"details": DETAILS["bidder"], "name": "示范新名建设有限公司"})
    send(client, "post", f"/applications/{change}/submission")
    make_party("示范新名 建设有限公司", 8)
    assert codes(send(staff, "post", f"/applications/{change}/verification")) == ["name.taken"]
    assert Application.objects.get(pk=change).status == "submitted"


def test_an_open_application_is_the_only_one_of_its_role(client, staff):
    verified(client, staff)
    assert send(client, "post", "/applications", {"role": "bidder"}).status_code == 201
    assert codes(send(client, "post", "/applications", {"role": "bidder"})) == ["application.open"]
    assert codes(send(client, "post", "/applications", {"role": "evaluator"})) == ["role.persons_only"]
    assert codes(send(client, "post", "/applications", {"role": "staff"})) == ["role.not_open"]


@each_kind("A-08", "A-21", "A-32")
def test_only_drafts_and_refused_applications_can_be_edited_or_deleted(client, staff, role):
    number = registered(client, role)
    assert send(client, "put", f"/applications/{number}", {"details": DETAILS[role]}).status_code == 200
    send(client, "post", f"/applications/{number}/submission")
    assert codes(send(client, "delete", f"/applications/{number}")) == ["application.locked"]
    send(staff, "post", f"/applications/{number}/refusal", {"reasons": "不符"})
    assert send(client, "delete", f"/applications/{number}").status_code == 204
    assert not Application.objects.exists()
    assert "application.deleted" in kinds()
    again = send(client, "post", "/applications", {"role": role}).json()["id"]
    assert send(client, "delete", f"/applications/{again}").status_code == 204  # a draft


def test_a_verified_application_stays_as_it_was(client, staff):
    verified(client, staff)
    number = Application.objects.get().pk
    assert codes(send(client, "put", f"/applications/{number}", {"details": {}})) == ["application.locked"]
    assert codes(send(client, "delete", f"/applications/{number}")) == ["application.locked"]


@each_kind("A-09", "A-22", "A-33")
def test_staff_switch_a_role_off_and_on(client, staff, role):
    kit = make_party(NAME, 1, [role])
    row = kit.party.roles.get()
    assert log_in(client, kit).get("/api/v1/me").json()["role"] == role
    answer = send(staff, "put", f"/roles/{row.pk}/status", {"status": "suspended", "reason": "核查"})
    assert answer.status_code == 200
    assert client.get("/api/v1/me").json()["role"] == "citizen"
    assert codes(send(client, "post", "/applications", {"role": role})) == ["role.suspended"]
    send(staff, "put", f"/roles/{row.pk}/status", {"status": "verified", "reason": "核查完毕"})
    assert client.get("/api/v1/me").json()["role"] == role
    row.refresh_from_db()
    assert (row.switch_reason, row.switched_by.username) == ("核查完毕", made(99))
    assert kinds().count("party.status_changed") == 2


@pytest.mark.parametrize("role", OPEN_ROLES)
def test_every_open_role_goes_the_whole_way(client, staff, role):
    assert verified(client, staff, role).status == "verified"


@pytest.mark.parametrize("role", ["staff", "system", "citizen", "root", ""])
def test_nobody_registers_in_a_role_that_is_not_open(client, role):
    answer = send(client, "post", "/registrations", {**form(), "role": role})
    assert codes(answer) == ["role.not_open"]


def test_a_body_that_names_a_status_or_a_role_changes_neither(client):
    number = registered(client, details={**DETAILS["bidder"], "status": "verified", "role": "staff"}, status="verified")
    answer = send(client, "put", f"/applications/{number}", {"details": {"role": "staff"}, "status": "verified"})
    assert (answer.json()["status"], answer.json()["role"]) == ("draft", "bidder")
    assert "status" not in Application.objects.get().details
    assert send(client, "get", "/me").json()["role"] == "citizen"


def test_an_applicant_cannot_touch_anothers_application_nor_decide_its_own(client, staff):
    number = registered(client)
    stranger = log_in(type(client)(), make_party("另一家公司", 5))
    for method, path in (("put", ""), ("delete", ""), ("post", "/submission"), ("delete", "/submission")):
        answer = send(stranger, method, f"/applications/{number}{path}", {"details": {}})
        assert (answer.status_code, codes(answer)) == (404, ["application.not_yours"])
    assert codes(send(client, "post", f"/applications/{number}/verification")) == ["role.not_allowed"]


def test_staff_of_another_centre_and_other_roles_cannot_decide(client):
    number = registered(client)
    send(client, "post", f"/applications/{number}/submission")
    other = log_in(type(client)(), make_party("邻市交易中心", 98, ["staff"], centre=make_centre("other")))
    assert send(other, "post", f"/applications/{number}/verification").status_code == 404
    supervisor = log_in(type(client)(), make_party("监督局", 97, ["supervisor"]))
    assert codes(send(supervisor, "post", f"/applications/{number}/verification")) == ["role.not_allowed"]
    assert Application.objects.get().status == "submitted"


def test_staff_without_a_certificate_decide_nothing(client):
    number = registered(client)
    send(client, "post", f"/applications/{number}/submission")
    reader = log_in(type(client)(), make_party("交易中心", 99, ["staff"]), certificate=False)
    answer = send(reader, "post", f"/applications/{number}/verification")
    assert codes(answer) == ["login.certificate_needed"]


def test_a_refusal_is_told_in_english_with_the_names_of_what_is_missing(client):
    number = registered(client, details={})
    answer = send(client, "post", f"/applications/{number}/submission", headers={"Accept-Language": "en"})
    messages = [blocker["message"] for blocker in answer.json()["blockers"]]
    assert "Please fill in “Legal representative”." in messages


def test_reading_ones_applications_costs_the_same_for_one_and_three(client):
    kit = make_party(NAME, 1, ["bidder", "tenderer", "agency"])
    log_in(client, kit)
    counts = []
    for roles in (["bidder"], ["tenderer", "agency"]):
        for role in kit.party.roles.filter(role__in=roles):
            Application.objects.create(party_role=role, applied_by=kit.account)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/applications").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
