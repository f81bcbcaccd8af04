import datetime as dt
import os
import subprocess
from dataclasses import replace
from hashlib import sha256

import pytest
import rfc3161_client
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding

from runtime.refusal import Refusal
from signing.rules import demo_ca
from signing.rules.cades import sign_detached
from signing.rules.certificates import TrustStore
from signing.rules.timestamps import (
    Response,
    issue_timestamp,
    obtain,
    request_for,
    token_from_response,
    verify_timestamp,
)
from tests.factories.certificates import DAY, NOW, authority, trust

DATA = "收到投标文件".encode()
DIGEST = sha256(DATA).digest()
SUITES = ["rsa", "ecdsa"]


@pytest.fixture(scope="module", params=SUITES)
def tsa(request):
    return authority(request.param).timestamp_authority()


def _token(tsa, digest: bytes = DIGEST, at: dt.datetime = NOW) -> bytes:
    return obtain(digest, lambda request: issue_timestamp(request, tsa, 7, at))


def test_a_timestamp_proves_its_digest_at_its_time(tsa):
    verdict = verify_timestamp(_token(tsa), DIGEST, trust())

    assert verdict.ok
    assert (verdict.time, verdict.serial) == (NOW, 7)
    assert verdict.authority_cert_der == tsa.cert_der


def test_milliseconds_survive(tsa):
    moment = NOW + dt.timedelta(milliseconds=345)

    assert verify_timestamp(_token(tsa, at=moment), DIGEST, trust()).time == moment


def test_a_second_implementation_verifies_ours(tsa):
    """rfc3161-client, as sigstore uses it, makes the request and verifies the answer."""
    request = rfc3161_client.TimestampRequestBuilder().data(DATA).hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    built = request.nonce(nonce=True).build()
    response = rfc3161_client.decode_timestamp_response(issue_timestamp(built.as_bytes(), tsa, 7, NOW))
    suite = "rsa" if tsa.is_rsa else "ecdsa"
    verifier = rfc3161_client.VerifierBuilder.from_request(built)
    verifier = verifier.add_root_certificate(authority(suite).root.certificate)
    verifier = verifier.add_intermediate_certificate(authority(suite).intermediate.certificate)
    verifier = verifier.tsa_certificate(tsa.certificate).build()

    assert verifier.verify_message(response, DATA)
    with pytest.raises(rfc3161_client.VerificationError):
        verifier.verify_message(response, DATA + b" ")


@pytest.mark.needs("openssl")
def test_openssl_asks_us_and_verifies_our_answer(tsa, tmp_path):
    suite = "rsa" if tsa.is_rsa else "ecdsa"
    (tmp_path / "data").write_bytes(DATA)
    words = ["openssl", "ts", "-query", "-data", tmp_path / "data", "-sha256", "-cert", "-out", tmp_path / "q"]
    subprocess.run(words, check=True, capture_output=True)
    (tmp_path / "r").write_bytes(issue_timestamp((tmp_path / "q").read_bytes(), tsa, 7, NOW))
    (tmp_path / "root").write_bytes(authority(suite).root.certificate.public_bytes(Encoding.PEM))
    verify = ["openssl", "ts", "-verify", "-queryfile", tmp_path / "q", "-in", tmp_path / "r", "-CAfile"]

    done = subprocess.run([*verify, tmp_path / "root"], capture_output=True, text=True, check=False)

    assert "Verification: OK" in done.stdout, done.stderr


@pytest.mark.needs("openssl")
def test_we_verify_a_timestamp_that_openssl_made(tmp_path):
    """openssl plays the authority with a key of ours; `openssl ts -reply` is the peer."""
    tsa = authority("rsa").timestamp_authority()
    for name, data in {
        "tsa.pem": tsa.certificate.public_bytes(Encoding.PEM),
        "chain.pem": authority("rsa").intermediate.certificate.public_bytes(Encoding.PEM),
        "q": request_for(DIGEST),
        "serial": b"01\n",
        "ts.cnf": _OPENSSL_CONFIGURATION.encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    (tmp_path / "tsa.key").write_bytes(tsa.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    words = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "q", "-signer", "tsa.pem", "-inkey"]
    subprocess.run(
        [*words, "tsa.key", "-chain", "chain.pem", "-out", "r"], cwd=tmp_path, check=True, capture_output=True
    )

    token = token_from_response((tmp_path / "r").read_bytes(), (tmp_path / "q").read_bytes())

    assert verify_timestamp(token, DIGEST, trust()).ok


_OPENSSL_CONFIGURATION = """
[tsa]
default_tsa = local
[local]
serial = serial
default_policy = 1.3.6.1.4.1.32473.1
signer_digest = sha256
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def _changed_request(**fields) -> bytes:
    request = tsp.TimeStampReq.load(request_for(DIGEST))
    for name, value in fields.items():
        request[name] = value
    return request.dump(force=True)


@pytest.mark.parametrize(
    ("request_der", "failure"),
    [
        (b"", "bad_data_format"),
        (b"hello", "bad_data_format"),
        (request_for(DIGEST)[:-3], "bad_data_format"),
        (request_for(DIGEST) + b"\0", "bad_data_format"),
        (request_for(DIGEST[:20]), "bad_data_format"),
        (b"\x30\x82\x20\x00" + bytes(8192), "bad_data_format"),
        (
            _changed_request(message_imprint={"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": DIGEST[:20]}),
            "bad_alg",
        ),
        (_changed_request(req_policy="1.2.3.4"), "unaccepted_policy"),
        (_changed_request(extensions=[{"extn_id": "1.2.3.4", "extn_value": b"\x05\x00"}]), "unaccepted_extensions"),
        (os.urandom(64), "bad_data_format"),
    ],
    ids=["empty", "text", "cut", "longer", "short digest", "huge", "sha1", "policy", "extension", "noise"],
)
def test_a_bad_request_gets_a_rejection_and_no_token(tsa, request_der, failure):
    response = Response.load(issue_timestamp(request_der, tsa, 7, NOW))

    assert response["status"]["status"].native == "rejection"
    assert response["status"]["fail_info"].native == {failure}
    assert response["time_stamp_token"].native is None
    with pytest.raises(Refusal) as refused:
        token_from_response(response.dump(), request_for(DIGEST))
    assert refused.value.blockers[0].code == "timestamp.refused"


def test_an_answer_to_another_request_is_refused(tsa):
    mine, other = request_for(DIGEST), request_for(sha256(b"other").digest())
    replayed = issue_timestamp(request_for(DIGEST), tsa, 7, NOW)  # same digest, another nonce

    for response in (issue_timestamp(other, tsa, 7, NOW), replayed):
        with pytest.raises(Refusal) as refused:
            token_from_response(response, mine)
        assert refused.value.blockers[0].code == "timestamp.other_content"
    for junk in (b"", b"<html>", issue_timestamp(mine, tsa, 7, NOW)[:-9]):
        with pytest.raises(Refusal) as refused:
            token_from_response(junk, mine)
        assert refused.value.blockers[0].code == "timestamp.unreadable"


def test_a_token_for_something_else_and_a_tampered_one_are_told_apart(tsa):
    token = _token(tsa)
    moved = token.replace(NOW.strftime("%Y%m%d%H%M%S").encode(), (NOW - DAY).strftime("%Y%m%d%H%M%S").encode())

    assert verify_timestamp(token, sha256(b"x").digest(), trust()).code == "timestamp.other_content"
    assert moved != token
    assert verify_timestamp(moved, DIGEST, trust()).code == "timestamp.invalid"
    assert verify_timestamp(token[:-5], DIGEST, trust()).code == "timestamp.unreadable"
    assert verify_timestamp(b"", DIGEST, trust()).code == "timestamp.unreadable"
    signature = sign_detached(DATA, authority("rsa").issue("甲"))
    assert verify_timestamp(signature, DIGEST, trust()).code == "timestamp.unreadable"


def test_no_flipped_byte_of_a_token_moves_its_time(tsa):
    token = _token(tsa)
    for position in range(0, len(token), 11):
        changed = bytearray(token)
        changed[position] ^= 0x01
        verdict = verify_timestamp(bytes(changed), DIGEST, trust())
        assert not verdict.ok or (verdict.time, verdict.authority_cert_der) == (NOW, tsa.cert_der)


def test_the_authority_is_judged_at_the_timestamps_own_time():
    ca = demo_ca.make_ca("机构", "ecdsa")
    old = ca.issue("时间戳", profile=demo_ca.TIMESTAMP_PROFILE, not_before=NOW - 9 * DAY, not_after=NOW - 2 * DAY)
    store = ca.trust_store(NOW - 5 * DAY)

    assert verify_timestamp(_token(old, at=NOW - 4 * DAY), DIGEST, store).ok
    late = verify_timestamp(_token(old, at=NOW), DIGEST, store)
    assert late.code == "timestamp.untrusted"
    assert late.params["detail"] == "certificate.expired"
    withdrawn = TrustStore((replace(ca.authority(NOW - 5 * DAY), withdrawn_at=NOW - 6 * DAY),))
    assert verify_timestamp(_token(old, at=NOW - 4 * DAY), DIGEST, withdrawn).code == "timestamp.untrusted"


def test_a_token_without_its_certificate_verifies_when_the_store_has_it(tsa):
    request = tsp.TimeStampReq.load(request_for(DIGEST))
    request["cert_req"] = False
    response = issue_timestamp(request.dump(force=True), tsa, 7, NOW)
    token = Response.load(response)["time_stamp_token"].dump()

    assert not cms.ContentInfo.load(token)["content"]["certificates"]
    assert verify_timestamp(token, DIGEST, trust()).code == "timestamp.unreadable"
    known = TrustStore((*trust().authorities, replace(trust().authorities[0], intermediates=(tsa.cert_der,))))
    assert verify_timestamp(token, DIGEST, known).ok
