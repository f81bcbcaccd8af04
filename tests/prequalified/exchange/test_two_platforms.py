"""Two real platforms exchange verified parties: what is verified here is confirmed there, and the other way about."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from prequalified.models import ExchangePeer, IncomingRecord, OutgoingRecord, Party, PartyRole
from prequalified.rules.exchange.records import pause
from prequalified.tasks import push_exchange
from runtime.clock import now
from signing.rules.cades import verify_pinned
from signing.rules.canonical import canonical
from signing.rules.certificates import read_certificates
from tests.factories.parties import log_in, make_party
from tests.factories.parties import uscc as made
from tests.prequalified.api import DETAILS, registered, send
from tests.prequalified.exchange.peering import second_platform

pytestmark = pytest.mark.xdist_group("exchange")


def each_kind(tenderer: str, agency: str, bidder: str):
    """The same rule for each kind of party, which the checklist counts three times; a firm of its own for each."""
    checks = {"tenderer": (tenderer, 21), "agency": (agency, 22), "bidder": (bidder, 23)}
    return pytest.mark.parametrize(
        ("role", "serial"), [pytest.param(role, n, marks=pytest.mark.cts(check)) for role, (check, n) in checks.items()]
    )


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    with second_platform(tmp_path_factory.mktemp("second") / "home") as platform:
        yield platform


@pytest.fixture
def staff(transactional_db):
    return log_in(Client(), make_party("交易中心", 99, ["staff"]))


@pytest.fixture
def peers(staff, theirs, tmp_path, request):
    """Each is registered at the other, by the command of each; ours is reachable only where a test asks for the server."""
    for name, certificate in (
        ("theirs", theirs.certificate()),
        ("ours", Client().get("/api/v1/exchange/certificate").content),
    ):
        (tmp_path / f"{name}.pem").write_bytes(certificate)
    reachable = "platform" in request.fixturenames
    own = f"{request.getfixturevalue('platform').url}/api/v1/exchange/records" if reachable else ""
    call_command("exchange_peer", "theirs", "对端平台", certificate=tmp_path / "theirs.pem", address=theirs.address)
    theirs.manage("exchange_peer", "ours", "本端平台", "--certificate", str(tmp_path / "ours.pem"), "--address", own)
    return theirs


def firm(client: Client, staff: Client, role: str, serial: int, **more) -> int:
    """Registered and verified over the API; the application's number."""
    wanted = {"name": f"示范第{serial}有限公司", "number": made(serial), "username": f"firm-{serial}", **more}
    number = registered(client, role, **wanted)
    assert send(client, "post", f"/applications/{number}/submission").status_code == 200
    assert send(staff, "post", f"/applications/{number}/verification").status_code == 200
    return number


def changed(client: Client, staff: Client, role: str, **details: str) -> None:
    number = send(client, "post", "/applications", {"role": role}).json()["id"]
    told = {**DETAILS[role], **details}
    assert send(client, "put", f"/applications/{number}", {"details": told}).status_code == 200
    assert send(client, "post", f"/applications/{number}/submission").status_code == 200
    assert send(staff, "post", f"/applications/{number}/verification").status_code == 200


@each_kind("A-10", "A-23", "A-34")
def test_verified_data_and_later_changes_are_pushed_in_order_and_acknowledged(client, staff, peers, role, serial):
    firm(client, staff, role, serial)
    changed(client, staff, role, address="示范市二路2号")
    first, second = OutgoingRecord.objects.order_by("id")
    assert first.body["roles"][role]["details"]["address"] == "示范市一路1号"
    assert second.body["roles"][role]["details"]["address"] == "示范市二路2号"
    assert push_exchange() == 2 and push_exchange() == 0
    newest, older = peers.records(made(serial))
    assert (newest["record"], newest["state"]) == (second.record, "new")
    assert (older["record"], older["state"]) == (first.record, "rejected")  # the newer one stands for both
    first.refresh_from_db()
    told = first.receipt["receipt"]
    import base64

    certificate = read_certificates(ExchangePeer.objects.get().certificate.encode())
    verify_pinned(canonical(told), base64.b64decode(first.receipt["signature"]), certificate, now())
    assert (told["record"], first.error, first.tries) == (first.record, "", 1) and first.acknowledged_at
    send(
        staff, "put", f"/roles/{PartyRole.objects.get(role=role).pk}/status", {"status": "suspended", "reason": "核查"}
    )
    assert push_exchange() == 1
    status = {each["field"]: each["theirs"] for each in peers.records(made(serial))[0]["differences"]}
    assert status[f"role.{role}.status"] == "suspended"


@each_kind("A-11", "A-24", "A-35")
def test_incoming_data_is_compared_deduplicated_corrected_confirmed_and_stored(client, staff, peers, role, serial):
    serial += 10
    firm(client, staff, role, serial)
    push_exchange()
    (record,) = peers.records(made(serial))
    assert record["state"] == "new" and {"name", f"role.{role}.address"} <= {
        each["field"] for each in record["differences"]
    }
    path = f"/staff/exchange/records/{record['id']}"
    assert peers.send("POST", f"{path}/rejection", {"reasons": ""}).json()["blockers"][0]["code"] == "reasons.missing"
    wrong = peers.send("POST", f"{path}/confirmation", {"values": {"nonsense": "1", "name": ""}})
    assert {each["code"] for each in wrong.json()["blockers"]} == {"record.field"}
    assert peers.parties(made(serial)) == []
    done = peers.send("POST", f"{path}/confirmation", {"values": {f"role.{role}.address": "示范市更正路3号"}})
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["corrected"]) == (
        "confirmed",
        {f"role.{role}.address": "示范市更正路3号"},
    )
    (stored,) = peers.parties(made(serial))
    assert (stored["role"], stored["status"], stored["party"]["name"]) == (role, "verified", f"示范第{serial}有限公司")
    again = peers.send("POST", f"{path}/confirmation", {})
    assert again.json()["blockers"][0]["code"] == "record.decided"

    changed(client, staff, role, phone="010-87654321", address="示范市更正路3号")
    push_exchange()
    record = peers.records(made(serial))[0]
    assert record["state"] == "different"
    assert [(each["field"], each["ours"], each["theirs"]) for each in record["differences"]] == [
        (f"role.{role}.phone", "010-12345678", "010-87654321")
    ]
    peers.send("POST", f"/staff/exchange/records/{record['id']}/confirmation", {})
    OutgoingRecord.objects.update(acknowledged_at=None)  # as if no receipt had come: all is sent again
    assert push_exchange() == 2
    assert len(peers.records(made(serial))) == 2
    party = f"Party.objects.filter(number={made(serial)!r})"
    (details,) = peers.rows(
        f"from prequalified.models import Party; print(json.dumps([row.details for row in {party}]))"
    )
    assert (details[role]["phone"], details[role]["address"]) == ("010-87654321", "示范市更正路3号")


def test_the_same_data_under_a_new_number_is_known_as_the_same(client, staff, peers):
    firm(client, staff, "bidder", 41)
    push_exchange()
    (record,) = peers.records(made(41))
    peers.send("POST", f"/staff/exchange/records/{record['id']}/confirmation", {})
    sent = OutgoingRecord.objects.get()
    OutgoingRecord.objects.create(peer=sent.peer, kind=sent.kind, key=sent.key, body=sent.body, made_at=now())
    assert push_exchange() == 1
    assert [each["state"] for each in peers.records(made(41))] == ["same", "confirmed"]


def test_what_was_confirmed_there_comes_back_only_when_it_changes_there(client, staff, peers, platform):
    firm(client, staff, "bidder", 42)
    push_exchange()
    (record,) = peers.records(made(42))
    peers.send("POST", f"/staff/exchange/records/{record['id']}/confirmation", {})
    assert peers.send("POST", "/staff/exchange/push").json() == {"acknowledged": 0}
    (role,) = peers.parties(made(42))
    peers.send("PUT", f"/roles/{role['id']}/status", {"status": "suspended", "reason": "核查"})
    assert peers.send("POST", "/staff/exchange/push").json() == {"acknowledged": 1}
    row = IncomingRecord.objects.get()
    assert (row.state, row.party.number, row.peer.code) == ("different", made(42), "theirs")
    assert row.differences == [
        {"field": "role.bidder.status", "ours": "verified", "theirs": "suspended", "fixed": True}
    ]  # fmt: skip
    page = staff.get(f"/staff/exchange/incoming/{row.pk}/").content.decode()
    assert "仅供参考，状态由本地决定" in page
    assert staff.post(f"/staff/exchange/incoming/{row.pk}/", {"confirm": "1"}).status_code == 302
    assert PartyRole.objects.get(role="bidder").status == "verified"  # whether it is suspended is decided here


def test_a_peer_that_is_down_is_tried_again_later_and_gets_all_in_order(client, staff, peers):
    peers.server.kill()
    firm(client, staff, "bidder", 43)
    changed(client, staff, "bidder", address="示范市二路2号")
    assert push_exchange() == 0
    first, second = OutgoingRecord.objects.order_by("id")
    assert first.tries == 1 and "ConnectError" in first.error and first.next_try_at > now()
    assert second.tries == 0 and second.next_try_at > now()
    assert push_exchange() == 0 and OutgoingRecord.objects.get(pk=first.pk).tries == 1  # the pause is kept
    peers.server.start()
    assert send(staff, "post", "/staff/exchange/push", {"peer": first.peer_id}).json() == {"acknowledged": 2}
    assert [each["record"] for each in peers.records(made(43))] == [second.record, first.record]


def test_a_peer_that_does_not_know_us_holds_up_nothing_but_is_seen(client, staff, peers):
    peers.manage("exchange_peer", "ours", "本端平台", "--certificate", _own(peers), "--off")
    firm(client, staff, "bidder", 44)
    assert push_exchange() == 0
    row = OutgoingRecord.objects.get()
    assert row.error.startswith("HTTP 403") and "certificate.unknown_ca" in row.error
    page = staff.get("/staff/exchange/?waiting=yes").content.decode()
    assert "HTTP 403" in page and made(44) in page
    OutgoingRecord.objects.update(tries=5)
    assert "推送不成功的数据：1 条" in staff.get("/home/").content.decode()


def _own(peers) -> str:
    path = peers.home / "ours.pem"
    path.write_bytes(Client().get("/api/v1/exchange/certificate").content)
    return str(path)


def test_pauses_grow_to_six_hours():
    minutes = [pause(tries) / dt.timedelta(minutes=1) for tries in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


@pytest.mark.django_db
def test_the_command_refuses_what_is_no_certificate_and_our_own(tmp_path):
    (tmp_path / "bad.pem").write_text("nothing")
    (tmp_path / "own.pem").write_bytes(Client().get("/api/v1/exchange/certificate").content)
    for name in ("bad", "own", "missing"):
        with pytest.raises(CommandError):
            call_command(
                "exchange_peer", "x", "某平台", certificate=tmp_path / f"{name}.pem", address="https://a.example/"
            )
    with pytest.raises(CommandError):
        call_command("exchange_peer", "x y", " ", certificate=tmp_path / "own.pem", address="ftp://a.example/")
    assert not ExchangePeer.objects.exists() and not Party.objects.exists()
