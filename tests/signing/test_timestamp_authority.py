"""The local authority over HTTP, on a real socket, and configured ones that misbehave."""

from hashlib import sha256

import pytest

from runtime.refusal import Refusal
from signing.actions.sign_paper import sign_detached_as_platform
from signing.actions.timestamp_digest import timestamp_digest
from signing.queries import trust_store
from signing.rules.timestamps import Response, issue_timestamp, request_for, token_from_response, verify_timestamp
from tests.factories.certificates import NOW, authority, trust
from tests.factories.timestamp_peer import timestamp_peer

DIGEST = sha256(b"x").digest()


@pytest.fixture
def peer():
    with timestamp_peer() as server:
        yield server


@pytest.mark.django_db
def test_a_stamp_is_given_to_whoever_asks(client):
    request = request_for(DIGEST)

    answer = client.post("/tsa", request, content_type="application/timestamp-query")

    assert answer["Content-Type"] == "application/timestamp-reply"
    assert verify_timestamp(token_from_response(answer.content, request), DIGEST, trust_store()).ok


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"junk", bytes(100_000)])
def test_junk_gets_a_rejection_and_get_is_not_allowed(client, body):
    answer = client.post("/tsa", body, content_type="application/timestamp-query")

    assert Response.load(answer.content)["status"]["status"].native == "rejection"
    assert client.get("/tsa").status_code == 405


@pytest.mark.django_db
def test_a_configured_authority_is_asked_instead_of_the_local_one(peer, settings):
    settings.TIMESTAMP_URL = peer.url

    verdict = verify_timestamp(timestamp_digest(DIGEST), DIGEST, trust())

    assert verdict.ok and verdict.serial == 99


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, b"down"), "timestamp.unreachable"),
        ((200, b"<html>"), "timestamp.unreadable"),
        ((200, issue_timestamp(b"junk", authority("ecdsa").timestamp_authority(), 1, NOW)), "timestamp.refused"),
    ],
    ids=["error", "page", "rejection"],
)
def test_nothing_is_signed_when_the_configured_authority_misbehaves(peer, settings, answer, code):
    settings.TIMESTAMP_URL = peer.url
    peer.answer = lambda request: answer

    with pytest.raises(Refusal) as refused:
        sign_detached_as_platform(b"paper")
    assert refused.value.blockers[0].code == code


@pytest.mark.django_db
def test_an_authority_that_is_not_there_is_said_so(settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"

    with pytest.raises(Refusal, match=r"timestamp\.unreachable"):
        timestamp_digest(DIGEST)


@pytest.mark.django_db
def test_an_answer_to_somebody_elses_request_is_refused(peer, settings):
    settings.TIMESTAMP_URL = peer.url
    other = issue_timestamp(request_for(sha256(b"y").digest()), authority("ecdsa").timestamp_authority(), 1, NOW)
    peer.answer = lambda request: (200, other)

    with pytest.raises(Refusal, match=r"timestamp\.other_content"):
        timestamp_digest(DIGEST)
