"""Revocation is required, and judged at the moment of the signature."""

import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.rules import demo_ca, issuing
from signing.rules.certificates import TrustStore
from signing.rules.issuing import SIGNER_PROFILE, Revocation
from signing.rules.paths import validate_path
from tests.factories.certificates import DAY, NOW, NUMBER


@pytest.fixture(scope="module")
def ca() -> demo_ca.DemoCA:
    return demo_ca.make_ca("路径机构", "ecdsa", at=NOW)


def _der(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(Encoding.DER)


def test_revoked_counts_from_its_very_second_and_not_before():
    ca = demo_ca.make_ca("吊销机构", "ecdsa")
    key = ca.issue("甲", NUMBER)
    demo_ca.revoke(ca, key.cert_der, NOW)
    store = ca.trust_store(NOW + DAY)

    assert validate_path(key.cert_der, [], store, NOW - dt.timedelta(seconds=1)).ok
    assert validate_path(key.cert_der, [], store, NOW).code == "certificate.revoked"
    assert validate_path(key.cert_der, [], store, NOW + DAY).code == "certificate.revoked"


def test_a_revoked_intermediate_spoils_what_it_issued():
    ca = demo_ca.make_ca("机构", "ecdsa")
    serial = ca.intermediate.certificate.serial_number
    root_list = issuing.issue_crl(ca.root, [Revocation(serial, NOW - DAY)], NOW, NOW + DAY, 2)
    store = TrustStore((replace(ca.authority(), crls=(root_list, ca.crls()[1])),))

    assert validate_path(ca.issue("甲", NUMBER).cert_der, [], store, NOW).code == "certificate.revoked"


def test_an_older_list_that_revokes_is_not_hidden_by_a_newer_one_that_forgets(ca):
    key = ca.issue("甲", NUMBER)
    revoking = issuing.issue_crl(
        ca.intermediate, [Revocation(key.certificate.serial_number, NOW - 2 * DAY)], NOW - 2 * DAY, NOW + DAY, 1
    )
    store = TrustStore((replace(ca.authority(NOW - DAY), crls=(*ca.crls(NOW - DAY), revoking)),))

    assert validate_path(key.cert_der, [], store, NOW).code == "certificate.revoked"


def test_a_list_published_after_the_certificate_expired_proves_nothing(ca):
    """Expired certificates may leave the list, revoked or not (RFC 5280 3.3): only a list from before tells."""
    key = ca.issue("甲", NUMBER, not_before=NOW - 30 * DAY, not_after=NOW - 10 * DAY)
    moment = NOW - 15 * DAY

    assert validate_path(key.cert_der, [], ca.trust_store(NOW), moment).code == "certificate.crl_missing"
    assert validate_path(key.cert_der, [], ca.trust_store(NOW - 12 * DAY), moment).ok


def test_without_a_list_nothing_is_accepted_even_if_the_certificate_names_none(ca):
    bare = TrustStore((replace(ca.authority(), crls=()),))

    assert validate_path(ca.issue("甲", NUMBER).cert_der, [], bare, NOW).code == "certificate.crl_missing"


def test_an_expired_list_is_said_to_be_expired(ca):
    store = ca.trust_store(NOW - 400 * DAY)

    verdict = validate_path(ca.issue("甲", NUMBER).cert_der, [], store, NOW)

    assert verdict.code == "certificate.crl_expired"


def test_a_list_signed_by_somebody_else_does_not_count(ca):
    false = demo_ca.make_ca("路径机构", "ecdsa", at=NOW)
    store = TrustStore((replace(ca.authority(), crls=(ca.crls()[0], false.crls()[1])),))

    assert validate_path(ca.issue("甲", NUMBER).cert_der, [], store, NOW).code == "certificate.crl_missing"


def test_a_supplied_ocsp_response_is_accepted_and_a_revoked_one_is_decisive(ca):
    access = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                x509.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.invalid/")
            )
        ]
    )
    key = issuing.new_key("ecdsa")
    cert = issuing.issue(
        issuing.subject("甲", serial_number=NUMBER), key, ca.intermediate, SIGNER_PROFILE, NOW - DAY, NOW + DAY,
        [(access, False)],
    )  # fmt: skip
    root_list, leaf_list = ca.crls(NOW - DAY)
    only_ocsp = replace(ca.authority(), crls=(root_list,))

    def answer(status, **more):
        return validate_path(
            _der(cert), [], TrustStore((replace(only_ocsp, ocsps=(_ocsp(ca, cert, status),), **more),)), NOW
        ).code

    assert answer(ocsp.OCSPCertStatus.GOOD) == "ok"
    assert answer(ocsp.OCSPCertStatus.REVOKED) == "certificate.revoked"
    assert answer(ocsp.OCSPCertStatus.REVOKED, crls=(root_list, leaf_list)) == "certificate.revoked"
    revoking = issuing.issue_crl(ca.intermediate, [Revocation(cert.serial_number, NOW - DAY)], NOW, NOW + DAY, 9)
    assert answer(ocsp.OCSPCertStatus.GOOD, crls=(root_list, revoking)) == "certificate.revoked"


def _ocsp(ca: demo_ca.DemoCA, cert: x509.Certificate, status) -> bytes:
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=cert, issuer=ca.intermediate.certificate, algorithm=hashes.SHA256(), cert_status=status,
        this_update=NOW - DAY, next_update=NOW + DAY, revocation_time=NOW - DAY if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, ca.intermediate.certificate)
    return builder.sign(ca.intermediate.key, hashes.SHA256()).public_bytes(Encoding.DER)
