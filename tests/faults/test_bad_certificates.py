"""Wrong certificates, signatures over something else, stale and replayed challenges: page and API say the same and nobody gets in.

A log-in is where every certificate comes first; a bid signed with it, and the bidder's own client, are asked too.
"""

import base64
import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prequalified.models import Challenge
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.actions.trust_authority import trust_authority
from signing.models import TrustedAuthority
from signing.rules import demo_ca as authorities
from signing.rules.cades import sign_detached
from signing.rules.demo_ca import make_ca
from tendering.models import Bid
from tests.factories.parties import demo_ca, make_party
from tests.faults.told import CHINESE, ENGLISH, Told, by_command, page_says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("bad-certificates")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def kit():
    return make_party("甲建设有限公司", 1)


def expired(kit):
    return demo_ca().issue(kit.party.name, kit.party.number, not_before=now() - 90 * DAY, not_after=now() - DAY)


def not_yet_valid(kit):
    return demo_ca().issue(kit.party.name, kit.party.number, not_before=now() + DAY, not_after=now() + 90 * DAY)


def unknown_ca(kit):
    return make_ca("无人认可的认证机构", "ecdsa").issue(kit.party.name, kit.party.number)


def revoked(kit):
    ca = make_ca("另一家认证机构", "ecdsa")
    key = ca.issue(kit.party.name, kit.party.number)
    authorities.revoke(ca, key.cert_der, now() - DAY)
    row = ca.authority()
    trust_authority(
        name=ca.name, certificates=[*row.anchors, *row.intermediates], crls=ca.crls(), number_rule=row.number_rule,
        actor=SYSTEM,
    )  # fmt: skip
    return key


def not_bound(kit):
    return demo_ca().issue(kit.party.name, kit.party.number)


KEYS = {
    "certificate.expired": expired,
    "certificate.not_yet_valid": not_yet_valid,
    "certificate.unknown_ca": unknown_ca,
    "certificate.revoked": revoked,
    "certificate.not_bound": not_bound,
}


def challenge(client: Client) -> dict[str, str]:
    return client.post("/api/v1/challenges", {}, content_type="application/json").json()


def log_in(language: str, signature: bytes, key: str) -> tuple[Told, Client]:
    """By the API."""
    client = Client(headers={"accept-language": language})
    body = {"challenge": key, "signature": base64.b64encode(signature).decode()}
    answer = client.post("/api/v1/sessions", body, content_type="application/json")
    assert answer.json()["refused"] is True
    return Told(answer.status_code, tuple(answer.json()["blockers"])), client


def assert_refused_everywhere(sign, code: str) -> None:
    """`sign(text)` → signature: over the API and both pages of the log-in, in both languages; nobody is logged in."""
    for language in (CHINESE, ENGLISH):
        client = Client(headers={"accept-language": language})
        given = challenge(client)
        told, _ = log_in(language, sign(given["text"]), given["id"])
        assert told.codes == [code]
        if language == ENGLISH:
            told.assert_english()
        for path, field in (("/log-in/", "text"), ("/log-in/by-file/", "file")):
            given = challenge(client)
            signature = sign(given["text"])
            as_text = base64.b64encode(signature).decode()
            form = {"challenge": given["id"], "signature": as_text}
            if field == "file":
                form["signature"] = SimpleUploadedFile("log-in.p7s", signature)
            page = client.post(path, form)
            assert page.status_code == told.status
            assert page_says(page.content, told), (path, told.words)
        me = client.get("/api/v1/me")
        assert me.json()["blockers"][0]["code"] == "login.needed"


@pytest.mark.cts("A-12", "A-13")
@pytest.mark.parametrize("code", KEYS)
def test_a_bad_certificate_opens_nothing_by_page_or_api(kit, code):
    key = KEYS[code](kit)
    assert_refused_everywhere(lambda text: sign_detached(text.encode(), key), code)


def test_a_signature_over_something_else_opens_nothing(kit):
    assert_refused_everywhere(lambda text: sign_detached(b"something else", kit.signing_key), "signature.other_content")


def test_a_swapped_certificate_opens_nothing(kit):
    """The signature of one holder with the certificate of another put into it."""
    artefacts = Path(__file__).parent.parent / "artefacts" / "certificates"
    expected = json.loads((artefacts / "index.json").read_text())["signatures"]["swapped-certificate"]["code"]
    swapped = (artefacts / "swapped-certificate.p7s").read_bytes()
    client = Client()
    told, _ = log_in(CHINESE, swapped, challenge(client)["id"])
    assert told.codes[0].split(".")[0] in {"signature", "certificate"}
    assert expected != "ok"


def test_a_stale_and_a_replayed_challenge_open_nothing(kit):
    for language in (CHINESE, ENGLISH):
        client = Client(headers={"accept-language": language})
        given = challenge(client)
        signature = sign_detached(given["text"].encode(), kit.signing_key)
        Challenge.objects.filter(pk=given["id"]).update(issued_at=now() - dt.timedelta(seconds=121))
        told, _ = log_in(language, signature, given["id"])
        assert told.codes == ["challenge.stale"]
        given = challenge(client)
        signature = sign_detached(given["text"].encode(), kit.signing_key)
        body = {"challenge": given["id"], "signature": base64.b64encode(signature).decode()}
        assert client.post("/api/v1/sessions", body, content_type="application/json").status_code == 201
        replayed, stranger = log_in(language, signature, given["id"])
        assert (replayed.status, replayed.codes) == (401, ["challenge.used"])
        page = stranger.post("/log-in/", body)
        assert page.status_code == 401
        assert page_says(page.content, replayed)
        if language == ENGLISH:
            told.assert_english()
            replayed.assert_english()


@pytest.mark.parametrize("code", ["certificate.expired", "certificate.revoked", "certificate.unknown_ca"])
def test_the_client_refuses_a_bad_certificate_with_the_platform_s_code(kit, code, tmp_path, capsys):
    key = KEYS[code](kit)
    (tmp_path / "paper").write_bytes(b"a paper")
    (tmp_path / "paper.p7s").write_bytes(sign_detached(b"a paper", key))
    anchors = tmp_path / "anchors"
    anchors.mkdir()
    for row in TrustedAuthority.objects.filter(local=False):
        (anchors / f"{row.pk}.pem").write_text(row.certificates)
        (anchors / f"{row.pk}.crl").write_text(row.crls)
    told = by_command(
        capsys, "cms", "verify", tmp_path / "paper", "--signature", tmp_path / "paper.p7s", "--anchors", anchors
    )
    assert (told.status, told.codes) == (1, [code])
    assert Bid.objects.count() == 0
