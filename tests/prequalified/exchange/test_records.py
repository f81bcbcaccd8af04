"""The exchange port under bad input: strangers, forgeries, replays, floods, two at once. Signatures are real ones."""

import base64
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prequalified.models import Account, ExchangePeer, IncomingRecord, OutgoingRecord, Party, PartyRole
from prequalified.rules.exchange.records import differences, envelope
from runtime.clock import now
from signing.actions.open_platform_authority import open_platform_authority
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.certificates import fingerprint, pem
from tests.factories.parties import PASSWORD, demo_ca, log_in, make_centre, make_party
from tests.factories.parties import uscc as made
from tests.prequalified.api import DETAILS, codes, send
from tests.prequalified.journal import kinds

pytestmark = pytest.mark.django_db
NAME = "外来建设有限公司"


@pytest.fixture
def key(db):
    key = demo_ca("ecdsa").issue("省公共服务平台", "")
    certificate = pem(key.cert_der).decode()
    ExchangePeer.objects.create(code="psp", name="省公共服务平台", certificate=certificate, added_at=now())
    return key


@pytest.fixture
def staff(db):
    return log_in(Client(), make_party("交易中心", 99, ["staff"]))


def body(serial: int = 1, **more):
    roles = {"bidder": {"status": "verified", "details": dict(DETAILS["bidder"])}}
    return {"name": NAME, "number": made(serial), "roles": roles, "people": [], **more}


def record(serial: int = 1, number: str = "record-1", **more):
    to = fingerprint(open_platform_authority().signer.cert_der)
    return {**envelope(number, made(serial), to, "2026-11-21T00:00:00Z", body(serial)), **more}


def post(told, key, signed=None):
    signature = base64.b64encode(sign_detached(canonical(signed or told), key)).decode()
    return Client().post(
        "/api/v1/exchange/records",
        json.dumps({"record": told, "signature": signature}),
        content_type="application/json",
    )


def test_a_good_record_is_taken_and_the_same_again_gets_the_same_receipt(key):
    first, second = post(record(), key), post(record(), key)
    assert first.status_code == second.status_code == 200, first.content
    assert first.json()["receipt"] == second.json()["receipt"]
    assert IncomingRecord.objects.get().state == "new" and kinds().count("exchange.received") == 1


def test_a_stranger_a_forgery_and_a_peer_switched_off_are_refused_and_nothing_is_stored(key):
    stranger = demo_ca("ecdsa").issue("省公共服务平台", "")
    assert codes(post(record(), stranger)) == ["certificate.unknown_ca"]
    assert codes(post(record(), key, signed=record(number="record-2"))) == ["signature.other_content"]
    ExchangePeer.objects.update(active=False)
    answer = post(record(), key)
    assert (answer.status_code, codes(answer)) == (403, ["certificate.unknown_ca"])
    assert not IncomingRecord.objects.exists() and "exchange.received" not in kinds()


def test_an_expired_certificate_of_a_peer_is_refused(db):
    import datetime as dt

    past = now() - dt.timedelta(days=30)
    key = demo_ca("ecdsa").issue("旧平台", "", not_before=past, not_after=past + dt.timedelta(days=1))
    ExchangePeer.objects.create(code="old", name="旧平台", certificate=pem(key.cert_der).decode(), added_at=now())
    assert codes(post(record(), key)) == ["certificate.expired"]


def test_another_record_under_a_known_number_is_refused(key):
    post(record(), key)
    answer = post(record(body=body(name="别的公司")), key)
    assert (answer.status_code, codes(answer)) == (409, ["record.other"])
    assert IncomingRecord.objects.get().body["body"]["name"] == NAME


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "0" * 64}, "record.not_ours"),
        ({"type": "other"}, "record.kind"),
        ({"record": "x y"}, "record.number"),
        ({"more": 1}, "record.form"),
        ({"body": []}, "record.form"),
        ({"key": made(2)}, "record.key"),
        ({"body": body(name="\0\0\0")}, "record.name"),
        ({"body": body(roles={"staff": {"status": "verified", "details": {}}})}, "record.roles"),
        ({"body": body(roles={"bidder": {"status": "verified", "details": {"is_admin": "1"}}})}, "record.roles"),
        ({"body": body(roles={"bidder": {"status": "draft", "details": {}}})}, "record.roles"),
        ({"body": body(people=[{"name": 1}])}, "record.people"),
    ],
)
def test_a_signed_record_of_another_form_is_refused_and_nothing_is_stored(key, change, code):
    answer = post(record(**change), key)
    assert answer.status_code == 422 and code in codes(answer)
    assert not IncomingRecord.objects.exists()


def test_a_wrong_check_digit_is_told(key):
    wrong = made(1)[:-1] + ("0" if made(1)[-1] != "0" else "1")
    told = record(key=wrong, body=body(number=wrong))
    assert codes(post(told, key)) == ["uscc.check_digit"]


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"[]", b'{"record": 1, "signature": ""}', b"[" * 5000, b'{"a":1,"a":2}', b"\xff"]
)
def test_what_is_no_record_at_all_is_refused(key, sent):
    answer = Client().post("/api/v1/exchange/records", sent, content_type="application/json")
    assert (answer.status_code, codes(answer)) == (422, ["record.form"])


def test_a_record_that_is_too_large_is_refused(key):
    answer = Client().post("/api/v1/exchange/records", b" " * (256 * 1024 + 1), content_type="application/json")
    assert (answer.status_code, codes(answer)) == (413, ["record.large"])


def test_staff_see_every_field_correct_confirm_and_hand_over_an_account(key, staff):
    post(record(), key)
    row = IncomingRecord.objects.get()
    assert "待确认的外来数据：1 条" in staff.get("/home/").content.decode()
    page = staff.get(f"/staff/exchange/incoming/{row.pk}/").content.decode()
    assert NAME in page and "示范市一路1号" in page and "注册地址" in page
    values = {f"field.{each['field']}": each["theirs"] for each in row.differences}
    answer = staff.post(
        f"/staff/exchange/incoming/{row.pk}/", {**values, "field.role.bidder.address": "更正路9号", "confirm": "1"}
    )
    assert answer.status_code == 302, answer.content.decode()
    party = Party.objects.get(number=made(1))
    assert (party.details["bidder"]["address"], party.roles.get().status) == ("更正路9号", "verified")
    row.refresh_from_db()
    assert row.corrected == {"role.bidder.address": "更正路9号"} and row.decided_by and row.party == party
    assert "exchange.confirmed" in kinds()
    form = {"username": "outside", "password": PASSWORD, "contact": "经办人"}
    assert "开立账户" in staff.get(f"/staff/parties/{party.pk}/").content.decode()
    assert staff.post(f"/staff/parties/{party.pk}/account/", {**form, "password": "short"}).status_code == 422
    assert staff.post(f"/staff/parties/{party.pk}/account/", form).status_code == 302
    assert Account.objects.get(username="outside").party == party
    assert codes(send(staff, "post", f"/parties/{party.pk}/account", {**form, "username": "second"})) == [
        "account.exists"
    ]


def test_a_role_that_staff_do_not_want_is_not_stored(key, staff):
    party = make_party(NAME, 1, ["tenderer"]).party
    post(record(), key)
    row = IncomingRecord.objects.get()
    answer = send(
        staff, "post", f"/staff/exchange/records/{row.pk}/confirmation", {"values": {"role.bidder.status": ""}}
    )
    assert answer.status_code == 200, answer.json()
    assert list(PartyRole.objects.filter(party=party).values_list("role", flat=True)) == ["tenderer"]


def test_a_party_that_registered_meanwhile_must_be_compared_again(key, staff):
    post(record(), key)
    row = IncomingRecord.objects.get()
    kit = make_party(NAME, 1, ["bidder"])
    Party.objects.filter(pk=kit.party.pk).update(details={"bidder": DETAILS["bidder"]})
    path = f"/staff/exchange/incoming/{row.pk}/"
    answer = staff.post(path, {"confirm": "1"})
    assert answer.status_code == 409 and "重新比对" in answer.content.decode()
    assert staff.post(path, {"again": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.differences, row.party) == ("same", [], kit.party)


def test_a_name_that_another_firm_bears_must_be_corrected(key, staff):
    make_party("外來建設有限公司", 2)
    post(record(), key)
    path = f"/staff/exchange/records/{IncomingRecord.objects.get().pk}/confirmation"
    assert codes(send(staff, "post", path)) == ["name.taken"]
    assert IncomingRecord.objects.get().state == "new" and not Party.objects.filter(number=made(1)).exists()
    assert send(staff, "post", path, {"values": {"name": "外来建设（示范）有限公司"}}).status_code == 200


def test_a_record_about_an_impostor_does_not_keep_it_from_being_released(key, staff):
    party = Party.objects.create(name="冒名公司", number=made(1), centre=make_centre())
    post(record(), key)
    assert IncomingRecord.objects.get().party == party
    assert send(staff, "post", f"/parties/{party.pk}/release", {"reason": "冒名"}).status_code == 204
    assert IncomingRecord.objects.get().party is None


def test_only_staff_at_the_top_handle_what_belongs_to_nobody_yet(key, staff):
    below = make_centre("below", parent=make_centre())
    post(record(), key)
    number = IncomingRecord.objects.get().pk
    county = log_in(Client(), make_party("县中心", 98, ["staff"], centre=below))
    assert county.get(f"/staff/exchange/incoming/{number}/").status_code == 404
    assert send(county, "post", f"/staff/exchange/records/{number}/confirmation").status_code == 404
    assert codes(send(county, "post", "/staff/exchange/push")) == ["exchange.not_top"]
    assert county.get("/staff/exchange/").status_code == 403
    firm = log_in(Client(), make_party("某公司", 3))
    assert firm.get("/staff/exchange/incoming/").status_code == 403


def test_lists_cost_the_same_with_one_row_and_three(key, staff):
    counts = []
    peer = ExchangePeer.objects.get()
    for serials in ((1,), (2, 3)):
        for serial in serials:
            told = record(serial, f"record-{serial}", body=body(serial, name=f"外来{serial}公司"))
            assert post(told, key).status_code == 200
            OutgoingRecord.objects.create(peer=peer, kind="party", key=made(serial), body=body(serial), made_at=now())
        for path in ("/staff/exchange/", "/staff/exchange/incoming/", "/api/v1/staff/exchange/records"):
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:] and max(counts) <= 15, counts
    for path in ("/staff/exchange/?format=csv", "/staff/exchange/incoming/?format=csv"):
        assert made(1) in b"".join(staff.get(path).streaming_content).decode("utf-8-sig")


def test_a_name_spelt_otherwise_is_no_difference():
    assert differences(body(), body(name="外來建設（有限）公司"))[0].field == "name"
    assert differences(body(), body(name="外來建設有限公司")) == []
    only_here = {**body()["roles"], "agency": {"status": "verified", "details": {}}}
    assert differences(body(roles=only_here), body()) == []
