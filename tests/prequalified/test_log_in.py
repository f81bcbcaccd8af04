"""Log-in by certificate and by password, over the API, with real certificates; and every way it must not work."""

import base64
import datetime as dt
import re
import secrets

import pytest
from django.test import Client

from prequalified.models import AccessToken, Account, Challenge, PartyCertificate, PartyRole, RoleStatus
from runtime.clock import now
from signing.actions.refresh_crls import refresh_crls
from signing.models import TrustedAuthority
from signing.rules.cades import sign_detached
from signing.rules.demo_ca import make_ca, revoke
from tests.factories.parties import PASSWORD, bind, demo_ca, make_party, trust
from tests.factories.parties import log_in as log_in_browser
from tests.prequalified.api import NAME, bearer, challenge, codes, enter, send, signed
from tests.prequalified.journal import written

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def kit():
    return make_party(NAME, 1, ["bidder", "tenderer"])


@pytest.mark.cts("A-12")
@pytest.mark.parametrize("suite", ["rsa", "ecdsa"])
def test_a_bound_certificate_opens_the_platform_in_one_role(client, suite):
    kit = make_party(NAME, 1, ["bidder", "tenderer"], suite)
    answer = enter(client, kit.signing_key, "tenderer")
    assert answer.status_code == 201
    session = answer.json()
    assert (session["role"], session["roles"]) == ("tenderer", ["bidder", "tenderer"])
    assert session["party"] == {"name": NAME, "number": kit.party.number}
    me = client.get("/api/v1/me", headers=bearer(answer)).json()
    assert (me["role"], me["number"], me["roles"]) == ("tenderer", kit.party.number, ["bidder", "tenderer"])
    assert len(me["certificate"]) == 64
    (entry,) = [entry for entry in written() if entry["kind"] == "account.logged_in"]
    assert entry["body"] == {"way": "certificate", "role": "tenderer"}
    assert entry["source"]["address"] == "127.0.0.1" and entry["source"]["certificate"] == me["certificate"]


def test_a_challenge_names_platform_purpose_and_moment(client, settings):
    lines = challenge(client)["text"].split("\n")
    assert lines[:3] == ["Yangguang 阳光", "登录 log in", settings.PUBLIC_URL]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+Z", lines[3]) and re.fullmatch("[0-9a-f]{64}", lines[4])
    assert challenge(client)["text"] != challenge(client)["text"]


def test_a_role_can_be_switched_and_only_to_one_that_is_held(client, kit):
    headers = bearer(enter(client, kit.signing_key))
    assert send(client, "post", "/role", {"role": "tenderer"}, headers=headers).status_code == 200
    assert client.get("/api/v1/me", headers=headers).json()["role"] == "tenderer"
    for wanted in ("supervisor", "staff", "system", ""):
        assert codes(send(client, "post", "/role", {"role": wanted}, headers=headers)) == ["role.not_held"]
    assert client.get("/api/v1/me", headers=headers).json()["role"] == "tenderer"


def test_logging_in_in_a_role_that_is_not_held_is_refused(client, kit):
    answer = enter(client, kit.signing_key, "staff")
    assert (answer.status_code, codes(answer)) == (403, ["role.not_held"])
    assert not AccessToken.objects.exists()


def test_a_challenge_is_good_once(client, kit):
    given = challenge(client)
    assert enter(client, kit.signing_key, given=given).status_code == 201
    answer = enter(client, kit.signing_key, given=given)
    assert (answer.status_code, codes(answer)) == (401, ["challenge.used"])
    assert AccessToken.objects.count() == 1


def test_a_wrong_answer_spends_the_challenge_too(client, kit):
    given = challenge(client)
    wrong = {"challenge": given["id"], "signature": signed("something else", kit.signing_key)}
    assert codes(send(client, "post", "/sessions", wrong)) == ["signature.other_content"]
    assert codes(enter(client, kit.signing_key, given=given)) == ["challenge.used"]


def test_a_stale_challenge_is_refused(client, kit):
    given = challenge(client)
    Challenge.objects.update(issued_at=now() - dt.timedelta(seconds=121))
    assert codes(enter(client, kit.signing_key, given=given)) == ["challenge.stale"]
    Challenge.objects.update(issued_at=now() - dt.timedelta(seconds=110))
    assert enter(client, kit.signing_key, given=given).status_code == 201


def test_a_signature_over_another_challenge_is_refused(client, kit):
    first, second = challenge(client), challenge(client)
    answer = enter(client, kit.signing_key, given={"id": first["id"], "text": second["text"]})
    assert codes(answer) == ["signature.other_content"]


def test_a_challenge_to_bind_does_not_log_in_and_the_reverse(client, kit):
    headers = bearer(enter(client, kit.signing_key))
    to_bind = send(client, "post", "/certificates/challenges", headers=headers).json()
    assert codes(enter(client, kit.signing_key, given=to_bind)) == ["challenge.unknown"]
    to_enter = challenge(client)
    body = {"challenge": to_enter["id"], "signature": signed(to_enter["text"], kit.signing_key)}
    assert codes(send(client, "post", "/certificates", body, headers=headers)) == ["challenge.unknown"]


@pytest.mark.parametrize("number", ["", "1", "00000000-0000-0000-0000-000000000000", "'; DROP TABLE", "x" * 5000])
def test_a_challenge_that_was_never_issued_is_refused(client, kit, number):
    answer = enter(client, kit.signing_key, given={"id": number, "text": "x"})
    assert (answer.status_code, codes(answer)) == (401, ["challenge.unknown"])


@pytest.mark.parametrize("signature", ["", "!", base64.b64encode(b"no signature").decode(), "QUJD\n" * 100])
def test_what_is_no_signature_is_refused(client, signature):
    answer = send(client, "post", "/sessions", {"challenge": challenge(client)["id"], "signature": signature})
    assert answer.status_code in (400, 401, 409)
    assert codes(answer)[0] in ("base64.malformed", "signature.unreadable")


@pytest.mark.cts("A-12", "A-13")
def test_an_expired_certificate_opens_nothing_bound_or_not(client, kit):
    period = {"not_before": now() - 90 * DAY, "not_after": now() - DAY}
    old = demo_ca().issue(NAME, kit.party.number, **period)
    bind(kit.party, old)
    assert codes(enter(client, old)) == ["certificate.expired"]


@pytest.mark.cts("A-12")
def test_a_certificate_revoked_the_day_before_opens_nothing(client):
    ca = make_ca("会吊销的认证机构", "ecdsa")
    kit = make_party(NAME, 1, key=ca.issue(NAME, "91110000000000001H"))
    authority = ca.authority()
    row = TrustedAuthority.objects.filter(name=authority.name).first() or trusted(ca)
    assert enter(client, kit.signing_key).status_code == 201
    revoke(ca, kit.cert_der, now() - DAY)
    refresh_crls(authority=row, crls=ca.crls())
    assert codes(enter(client, kit.signing_key)) == ["certificate.revoked"]


def trusted(ca) -> TrustedAuthority:
    from runtime.actor import SYSTEM
    from signing.actions.trust_authority import trust_authority

    facts = ca.authority()
    return trust_authority(
        name=facts.name, certificates=[*facts.anchors, *facts.intermediates], crls=facts.crls,
        number_rule=facts.number_rule, actor=SYSTEM,
    )  # fmt: skip


@pytest.mark.cts("A-12")
def test_a_certificate_of_an_unknown_authority_opens_nothing(client, kit):
    stranger = make_ca("无人承认的认证机构", "ecdsa").issue(NAME, kit.party.number)
    bind(kit.party, stranger)
    assert codes(enter(client, stranger)) == ["certificate.unknown_ca"]


@pytest.mark.cts("A-12")
def test_certificate_log_in_only_when_bound(client, kit):
    assert codes(enter(client, demo_ca().issue(NAME, kit.party.number))) == ["certificate.not_bound"]
    PartyCertificate.objects.update(unbound_at=now())
    assert codes(enter(client, kit.signing_key)) == ["certificate.not_bound"]


def test_a_suspended_partys_token_acts_no_more(client, kit):
    headers = bearer(enter(client, kit.signing_key, "tenderer"))
    PartyRole.objects.filter(role="tenderer").update(status=RoleStatus.SUSPENDED)
    assert client.get("/api/v1/me", headers=headers).json()["role"] == "citizen"
    assert codes(enter(client, kit.signing_key, "tenderer")) == ["role.not_held"]


def test_a_token_falls_with_the_certificate_that_opened_it(client, kit):
    headers = bearer(enter(client, kit.signing_key))
    number = PartyCertificate.objects.get().fingerprint
    assert client.delete(f"/api/v1/certificates/{number}", headers=headers).status_code == 204
    me = client.get("/api/v1/me", headers=headers).json()
    assert (me["role"], me["certificate"]) == ("citizen", "")


def test_a_token_ends_when_its_holder_goes_out_and_after_twelve_hours(client, kit):
    headers = bearer(enter(client, kit.signing_key))
    assert client.delete("/api/v1/sessions", headers=headers).status_code == 204
    assert codes(client.get("/api/v1/me", headers=headers)) == ["login.needed"]
    headers = bearer(enter(client, kit.signing_key))
    AccessToken.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    assert codes(client.get("/api/v1/me", headers=headers)) == ["login.needed"]


def test_the_database_holds_no_token(client, kit):
    token = enter(client, kit.signing_key).json()["token"]
    assert token not in str(list(AccessToken.objects.values()))
    stolen = AccessToken.objects.get().sha256
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {stolen}"}).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer \u00e9", f"Bearer {'x' * 9000}"]
)
def test_a_false_token_is_nobody(client, header):
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, codes(answer)) == (401, ["login.needed"])


def test_an_account_that_was_closed_cannot_come_in(client, kit):
    headers = bearer(enter(client, kit.signing_key))
    Account.objects.update(is_active=False)
    assert client.get("/api/v1/me", headers=headers).json()["role"] == "citizen"
    assert codes(enter(client, kit.signing_key)) == ["certificate.not_bound"]
    assert codes(by_password(client, kit.account.username, PASSWORD)) == ["login.wrong"]


# By password


def by_password(client, username, password, role="", **more):
    return send(client, "post", "/sessions", {"username": username, "password": password, "role": role}, **more)


def test_a_password_reads_as_bidder_but_does_not_act(client, kit):
    answer = by_password(client, kit.account.username, PASSWORD)
    assert (answer.status_code, answer.json()["role"]) == (201, "bidder")
    me = client.get("/api/v1/me", headers=bearer(answer)).json()
    assert (me["role"], me["certificate"]) == ("bidder", "")
    project = {"name": "项目", "centre": "demo", "region": "110000"}
    assert codes(send(client, "post", "/projects", project, headers=bearer(answer))) == ["login.certificate_needed"]


@pytest.mark.parametrize("role", ["tenderer", "agency", "evaluator", "trustee", "supervisor", "staff"])
def test_a_password_gives_no_other_role(client, role):
    kit = make_party(NAME, 1, [role])
    answer = by_password(client, kit.account.username, PASSWORD, role)
    assert (answer.status_code, codes(answer)) == (403, ["login.certificate_needed"])
    answer = by_password(client, kit.account.username, PASSWORD)
    headers = bearer(answer)
    assert client.get("/api/v1/me", headers=headers).json()["role"] == "citizen"
    assert codes(send(client, "post", "/role", {"role": role}, headers=headers)) == ["login.certificate_needed"]


def test_a_citizen_opens_an_account_and_reads(client):
    body = {"username": "reader", "password": PASSWORD, "name": "读者", "terms_accepted": True}
    assert codes(send(client, "post", "/accounts", {**body, "terms_accepted": False})) == ["terms.not_accepted"]
    assert send(client, "post", "/accounts", body).status_code == 201
    assert codes(send(client, "post", "/accounts", body)) == ["username.taken"]
    answer = by_password(client, "reader", PASSWORD)
    assert client.get("/api/v1/me", headers=bearer(answer)).json()["role"] == "citizen"
    given = send(client, "post", "/certificates/challenges", headers=bearer(answer)).json()
    key = demo_ca().issue("读者", "110101199001011234", kind="person")
    trust("rsa")
    body = {"challenge": given["id"], "signature": signed(given["text"], key)}
    assert codes(send(client, "post", "/certificates", body, headers=bearer(answer))) == ["party.none"]


def test_guessing_passwords_is_stopped_and_told_until_when(client, kit):
    tries = [by_password(client, kit.account.username, f"wrong {attempt}") for attempt in range(7)]
    assert [answer.status_code for answer in tries] == [401] * 4 + [429] * 3
    assert codes(tries[0]) == ["login.wrong"]
    until = tries[-1].json()["blockers"][0]["params"]["until"]
    assert until == tries[-2].json()["blockers"][0]["params"]["until"]  # trying on does not prolong it
    moment = dt.datetime.fromisoformat(until + "+08:00")
    assert dt.timedelta(minutes=14) < moment - now() <= dt.timedelta(minutes=15)
    assert by_password(client, kit.account.username, PASSWORD).status_code == 429
    assert enter(client, kit.signing_key).status_code == 201  # by certificate the holder still comes in
    elsewhere = by_password(client, kit.account.username, PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 201


def test_a_name_that_does_not_exist_is_answered_like_one_that_does(client, kit):
    for attempt in range(6):
        known = by_password(client, kit.account.username, f"wrong {attempt}")
        unknown = by_password(client, "nobody at all", f"wrong {attempt}")
        assert (known.status_code, codes(known)) == (unknown.status_code, codes(unknown))
    assert known.json()["blockers"][0]["message"][:20] == unknown.json()["blockers"][0]["message"][:20]


def test_one_password_tried_on_many_names_closes_the_address(client, kit):
    tries = [by_password(client, f"name {number}", "Spring2026!") for number in range(51)]
    assert [answer.status_code for answer in tries] == [401] * 49 + [429] * 2
    assert codes(by_password(client, kit.account.username, PASSWORD)) == ["login.throttled"]
    assert by_password(client, kit.account.username, PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 201


def test_one_name_tried_from_many_addresses_closes_the_name(client, kit):
    for number in range(50):
        by_password(client, kit.account.username, "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    answer = by_password(client, kit.account.username, PASSWORD, REMOTE_ADDR="198.51.100.1")
    assert codes(answer) == ["login.throttled"]


def test_an_unknown_name_costs_a_hash_too(client, kit, monkeypatch):
    from django.contrib.auth import hashers

    hashed = []
    stock = hashers.make_password
    monkeypatch.setattr(
        "django.contrib.auth.base_user.make_password", lambda *a, **k: hashed.append(1) or stock(*a, **k)
    )
    by_password(client, "nobody at all", "wrong")
    assert hashed


@pytest.mark.parametrize("name", ["", "\u0000", "x" * 20_000, "a\u0000b"])
def test_odd_names_are_refused_without_a_fault(client, name):
    answer = by_password(client, name, "x")
    assert answer.status_code in (401, 422)


def test_a_cookie_needs_the_csrf_token_and_a_bearer_token_does_not(kit):
    guarded = Client(enforce_csrf_checks=True)
    log_in_browser(guarded, kit, "bidder")
    assert send(guarded, "post", "/role", {"role": "tenderer"}).status_code == 403
    assert guarded.post("/role/", {"role": "tenderer"}).status_code == 403
    assert guarded.post("/log-out/").status_code == 403
    assert guarded.get("/api/v1/me").json()["role"] == "bidder"
    token = enter(Client(), kit.signing_key)
    fresh = Client(enforce_csrf_checks=True)
    assert send(fresh, "post", "/role", {"role": "tenderer"}, headers=bearer(token)).status_code == 200


def test_the_session_gets_a_new_key_at_log_in(client, kit):
    client.get("/log-in/")
    client.session.save()
    planted = client.session.session_key
    client.cookies["sessionid"] = planted
    given = challenge(client)
    client.post("/log-in/", {"challenge": given["id"], "signature": signed(given["text"], kit.signing_key)})
    assert client.session.session_key != planted
    assert client.get("/api/v1/me").json()["role"] == "bidder"


def test_pem_and_der_files_log_in_by_file(client, kit):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = client.get("/log-in/by-file/").content.decode()
    number = re.search(r'name="challenge" value="([0-9a-f-]{36})"', page)[1]
    text = client.get(f"/log-in/challenges/{number}/").content
    file = SimpleUploadedFile("a.p7s", sign_detached(text, kit.signing_key))
    answer = client.post("/log-in/by-file/", {"challenge": number, "signature": file})
    assert answer.headers["Location"] == "/home/"
    assert client.get("/api/v1/me").json()["role"] == "bidder"
    assert client.get(f"/log-in/challenges/{number}/").status_code == 404


def test_a_password_of_random_bytes_is_just_wrong(client, kit):
    assert codes(by_password(client, kit.account.username, secrets.token_urlsafe(3000))) == ["login.wrong"]
