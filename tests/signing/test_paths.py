"""RFC 5280 at a stated moment: dates, names, constraints, uses, authorities."""

import datetime as dt
import os
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from signing.rules import demo_ca, issuing
from signing.rules.certificates import TrustStore
from signing.rules.issuing import CA_PROFILE, SIGNER_PROFILE, Issuer, Profile
from signing.rules.paths import validate_path
from tests.factories.certificates import DAY, NOW, NUMBER, authority, holder, trust


@pytest.fixture(scope="module")
def ca() -> demo_ca.DemoCA:
    return demo_ca.make_ca("路径机构", "ecdsa", at=NOW)


def _der(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(Encoding.DER)


def test_a_good_certificate_has_its_chain_and_its_authority():
    verdict = validate_path(holder("rsa").cert_der, [], trust(), NOW)

    assert verdict.ok and verdict.code == "ok"
    assert verdict.chain == (holder("rsa").cert_der, authority("rsa").intermediate.der, authority("rsa").root.der)
    assert verdict.authority is not None and verdict.authority.name == "测试机构 rsa"


def test_the_moment_decides_and_not_the_present(ca):
    key = ca.issue("甲", NUMBER, not_before=NOW - 90 * DAY, not_after=NOW - 30 * DAY)
    store = ca.trust_store(NOW - 40 * DAY)

    assert validate_path(key.cert_der, [], store, NOW - 60 * DAY).ok
    assert validate_path(key.cert_der, [], store, NOW).code == "certificate.expired"
    assert validate_path(key.cert_der, [], store, NOW - 91 * DAY).code == "certificate.not_yet_valid"


def test_validity_holds_to_the_second(ca):
    key = ca.issue("甲", NUMBER, not_before=NOW - DAY, not_after=NOW)
    store, second = ca.trust_store(NOW - DAY), dt.timedelta(seconds=1)

    assert validate_path(key.cert_der, [], store, NOW - second).ok
    assert validate_path(key.cert_der, [], store, NOW + second).code == "certificate.expired"
    assert validate_path(key.cert_der, [], store, NOW - DAY - second).code == "certificate.not_yet_valid"


def test_the_anchors_own_constraints_bind():
    """A root that may only certify other names cannot be used for ours, though path building starts after it."""
    key, leaf_key = issuing.new_key("ecdsa"), issuing.new_key("ecdsa")
    allowed = x509.NameConstraints([x509.DirectoryName(issuing.subject("", organisation="别处"))], None)
    name = issuing.subject("根", organisation="根")
    root = Issuer(issuing.issue(name, key, None, CA_PROFILE, NOW - DAY, NOW + DAY, [(allowed, True)]), key)
    leaf = issuing.issue(
        issuing.subject("甲", organisation="此处"), leaf_key, root, SIGNER_PROFILE, NOW - DAY, NOW + DAY
    )
    store = TrustStore.of([root.der], [], [issuing.issue_crl(root, [], NOW - DAY, NOW + DAY, 1)])

    assert validate_path(_der(leaf), [], store, NOW).code == "certificate.path_invalid"


def test_an_expired_anchor_is_expired():
    key, leaf_key = issuing.new_key("ecdsa"), issuing.new_key("ecdsa")
    root = Issuer(issuing.issue(issuing.subject("根"), key, None, CA_PROFILE, NOW - 9 * DAY, NOW - DAY), key)
    leaf = issuing.issue(issuing.subject("甲"), leaf_key, root, SIGNER_PROFILE, NOW - 2 * DAY, NOW + DAY)
    store = TrustStore.of([root.der], [], [issuing.issue_crl(root, [], NOW - DAY, NOW + DAY, 1)])

    assert validate_path(_der(leaf), [], store, NOW).code == "certificate.expired"


def test_path_length_is_kept(ca):
    middle_key, leaf_key = issuing.new_key("ecdsa"), issuing.new_key("ecdsa")
    middle = issuing.issue(
        issuing.subject("下级"), middle_key, ca.intermediate, CA_PROFILE, NOW - DAY, NOW + DAY
    )  # the intermediate's own path length is 0
    leaf = issuing.issue(
        issuing.subject("甲"), leaf_key, Issuer(middle, middle_key), SIGNER_PROFILE, NOW - DAY, NOW + DAY
    )
    lists = (*ca.crls(), issuing.issue_crl(Issuer(middle, middle_key), [], NOW - DAY, NOW + DAY, 1))
    store = TrustStore((replace(ca.authority(), crls=lists),))

    assert validate_path(_der(leaf), [_der(middle)], store, NOW).code == "certificate.path_invalid"


def test_an_unknown_critical_extension_is_refused(ca):
    key = issuing.new_key("ecdsa")
    unknown = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.99"), b"\x05\x00"), True)
    cert = issuing.issue(issuing.subject("甲"), key, ca.intermediate, SIGNER_PROFILE, NOW - DAY, NOW + DAY, [unknown])

    assert validate_path(_der(cert), [], ca.trust_store(), NOW).code == "certificate.path_invalid"


@pytest.mark.parametrize(
    ("profile", "usage", "fits"),
    [
        (SIGNER_PROFILE, "signing", True),
        (Profile(), "signing", True),
        (Profile(non_repudiation=False), "signing", True),
        (issuing.TIMESTAMP_PROFILE, "timestamping", True),
        (issuing.TIMESTAMP_PROFILE, "signing", False),
        (SIGNER_PROFILE, "timestamping", False),
        (replace(issuing.TIMESTAMP_PROFILE, purposes_critical=False), "timestamping", False),
        (CA_PROFILE, "signing", False),
        (CA_PROFILE, "any", True),
    ],
)
def test_the_use_of_a_certificate_is_demanded(ca, profile, usage, fits):
    key = ca.issue("甲", NUMBER, profile=replace(profile, ca=False) if usage != "any" else profile)

    verdict = validate_path(key.cert_der, [], ca.trust_store(), NOW, usage=usage)

    assert (verdict.code == "ok") == fits
    assert fits or verdict.code == "certificate.wrong_usage"


def test_a_withdrawn_authority_keeps_what_was_signed_before_and_nothing_after(ca):
    key = ca.issue("甲", NUMBER, not_before=NOW - 20 * DAY)
    store = TrustStore((replace(ca.authority(), withdrawn_at=NOW - DAY), authority("rsa").authority()))

    assert validate_path(key.cert_der, [], store, NOW - 2 * DAY).ok
    verdict = validate_path(key.cert_der, [], store, NOW)
    assert verdict.code == "certificate.authority_withdrawn"
    assert "路径机构" in verdict.reason


def test_an_authority_not_yet_accepted_is_told_apart_from_an_unknown_one(ca):
    store = TrustStore((replace(ca.authority(), valid_from=NOW + DAY), authority("rsa").authority()))

    assert validate_path(ca.issue("甲", NUMBER).cert_der, [], store, NOW).code == "certificate.authority_withdrawn"
    stranger = demo_ca.make_ca("别家", "ecdsa").issue("甲", NUMBER)
    assert validate_path(stranger.cert_der, [], store, NOW).code == "certificate.unknown_ca"


def test_the_intermediate_may_come_with_the_signature(ca):
    store = TrustStore((replace(ca.authority(), intermediates=()),))
    key = ca.issue("甲", NUMBER)

    assert validate_path(key.cert_der, [], store, NOW).code == "certificate.unknown_ca"
    assert validate_path(key.cert_der, [ca.intermediate.der], store, NOW).ok


def test_more_than_eight_embedded_certificates_are_refused_unread(ca):
    key = ca.issue("甲", NUMBER)

    assert validate_path(key.cert_der, [b"x"] * 9, ca.trust_store(), NOW).code == "certificate.too_many"


@pytest.mark.parametrize("junk", [b"", b"\x30\x00", b"\x30\x82\xff\xff", b"certificate", os.urandom(500)])
def test_what_is_no_certificate_is_unreadable_and_beside_a_good_one_it_is_passed_over(junk, ca):
    assert validate_path(junk, [], ca.trust_store(), NOW).code == "certificate.unreadable"
    key = ca.issue("甲", NUMBER)
    assert validate_path(key.cert_der, [junk], ca.trust_store(), NOW).ok


def test_only_certificates_that_a_trusted_ca_signed_reach_the_path_builder(ca):
    """Whoever is no customer of any trusted CA cannot make it search."""
    middle_key = issuing.new_key("ecdsa")
    middle = issuing.issue(issuing.subject("下级"), middle_key, ca.root, CA_PROFILE, NOW - DAY, NOW + DAY)
    below = issuing.issue(
        issuing.subject("再下级"),
        issuing.new_key("ecdsa"),
        Issuer(middle, middle_key),
        CA_PROFILE,
        NOW - DAY,
        NOW + DAY,
    )
    stranger = issuing.issue(
        ca.root.certificate.subject, issuing.new_key("ecdsa"), None, CA_PROFILE, NOW - DAY, NOW + DAY
    )

    found = ca.trust_store().linked([_der(below), _der(stranger), _der(middle), b"junk"])

    assert found == [_der(middle), _der(below)]


def _bare(name: str, key, issuer_name: str, issuer_key, digest=None, ca: bool = False) -> bytes:
    """A certificate without key identifiers, so that only names lead to its issuer."""
    builder = x509.CertificateBuilder().subject_name(issuing.subject(name)).issuer_name(issuing.subject(issuer_name))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    return _der(builder.sign(issuer_key, digest or hashes.SHA256()))


def _bare_list(name: str, key) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing.subject(name))
    builder = builder.last_update(NOW - DAY).next_update(NOW + DAY)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_an_anchor_of_another_kind_of_key_and_the_same_name_does_not_stop_the_search():
    """The library asserts where it should say "wrong signature"; the right anchor must still be found."""
    right, other, leaf = issuing.new_key("ecdsa"), issuing.new_key("rsa"), issuing.new_key("ecdsa")
    anchors = [_bare("根", other, "根", other, ca=True), _bare("根", right, "根", right, ca=True)]
    cert = _bare("甲", leaf, "根", right)

    for order in (anchors, anchors[::-1]):
        assert validate_path(cert, [], TrustStore.of(order, [], [_bare_list("根", right)]), NOW).ok


@pytest.mark.parametrize(("digest", "code"), [(hashes.SHA384(), "ok"), (hashes.SHA224(), "certificate.weak_algorithm")])
def test_digests_that_are_not_known_to_be_strong_are_refused(digest, code):
    root, leaf = issuing.new_key("ecdsa"), issuing.new_key("ecdsa")
    store = TrustStore.of([_bare("根", root, "根", root, ca=True)], [], [_bare_list("根", root)])

    assert validate_path(_bare("甲", leaf, "根", root, digest), [], store, NOW).code == code
