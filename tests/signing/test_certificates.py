import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.rules import demo_ca, issuing
from signing.rules.certificates import (
    ANY_PLACE,
    Authority,
    NumberRule,
    TrustStore,
    fingerprint,
    holder_of,
    load_anchors,
    self_signed,
)
from signing.rules.demo_numbers import organisation_number, person_number
from signing.rules.issuing import CA_PROFILE, SIGNER_PROFILE, Issuer
from tests.factories.certificates import DAY, NOW, NUMBER, authority, holder


def _cert(**subject) -> bytes:
    key = issuing.new_key("ecdsa")
    name = issuing.subject("甲", **subject)
    return issuing.issue(name, key, None, SIGNER_PROFILE, NOW - DAY, NOW + DAY).public_bytes(Encoding.DER)


@pytest.mark.parametrize("layout", ["rsa", "ecdsa", "extension"])
def test_each_authoritys_layout_gives_the_same_holder_by_its_own_rule(layout):
    ca = demo_ca.make_ca("机构", "ecdsa", number_rule=demo_ca.LAYOUTS[layout])

    found = holder_of(ca.issue("甲公司", NUMBER).cert_der, ca.number_rule)

    assert (found.name, found.number, found.kind) == ("甲公司", NUMBER, "organisation")


@pytest.mark.parametrize("layout", ["rsa", "ecdsa", "extension"])
def test_a_persons_certificate_gives_a_person(layout):
    ca = demo_ca.make_ca("机构", "ecdsa", number_rule=demo_ca.LAYOUTS[layout])

    found = holder_of(ca.issue("张三", person_number(7), kind="person").cert_der, ca.number_rule)

    assert (found.name, found.number, found.kind) == ("张三", person_number(7), "person")


def test_a_number_in_a_place_that_the_authority_does_not_vouch_for_is_not_read():
    """Whoever can choose his OU at one CA must not become another company by the rule of the other."""
    cert = _cert(serial_number="", units=[f"USCC:{NUMBER}"])

    assert holder_of(cert, NumberRule("serialNumber")).number == ""
    assert holder_of(cert, NumberRule("OU", prefix="USCC:")).number == NUMBER


def test_two_different_numbers_in_one_certificate_are_no_number():
    cert = _cert(units=[f"USCC:{NUMBER}", f"USCC:{organisation_number(2)}"])

    assert holder_of(cert, NumberRule("OU", prefix="USCC:")).number == ""
    assert holder_of(cert, ANY_PLACE).number == ""


def test_two_numbers_in_one_place_are_not_decided_by_another_place():
    key = issuing.new_key("ecdsa")
    twice = [x509.NameAttribute(NameOID.SERIAL_NUMBER, organisation_number(n)) for n in (1, 2)]
    name = x509.Name([*twice, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, NUMBER)])
    cert = issuing.issue(name, key, None, SIGNER_PROFILE, NOW - DAY, NOW + DAY).public_bytes(Encoding.DER)

    assert holder_of(cert, ANY_PLACE).number == ""


def test_without_a_known_rule_the_number_is_found_wherever_it_stands():
    assert holder_of(_cert(serial_number=NUMBER), ANY_PLACE).number == NUMBER
    assert holder_of(_cert(units=["财务部", f"USCC:{NUMBER}"]), ANY_PLACE).number == NUMBER


def test_a_rule_survives_being_written_down_and_an_unknown_place_is_an_error():
    rule = NumberRule("extension", oids=("1.2.3",))

    assert NumberRule.from_data(rule.as_data()) == rule
    with pytest.raises(ValueError, match="unknown place"):
        NumberRule.from_data({"place": "CN"})


def test_demonstration_numbers_have_right_check_characters():
    """The published examples of GB 32100-2015 and GB 11643-1999 are computed by the same functions' rule."""
    number = organisation_number(12345678)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    total = sum(alphabet.index(c) * w for c, w in zip(number, weights, strict=False))
    assert alphabet.index(number[17]) == (31 - total % 31) % 31
    person = person_number(2)
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    assert person[17] == "10X98765432"[sum(int(c) * w for c, w in zip(person, weights, strict=False)) % 11]


def test_a_folder_of_anchors_sorts_its_files_and_passes_over_what_it_does_not_know(tmp_path):
    ca, other = authority("rsa"), authority("ecdsa")
    pem, der = Encoding.PEM, Encoding.DER
    (tmp_path / "both.pem").write_bytes(
        ca.root.certificate.public_bytes(pem) + b"text\n" + ca.intermediate.certificate.public_bytes(pem)
    )
    (tmp_path / "other.DER").write_bytes(other.root.certificate.public_bytes(der))
    (tmp_path / "middle.cer").write_bytes(other.intermediate.certificate.public_bytes(pem))
    (tmp_path / "list.crl").write_bytes(ca.crls()[0])
    (tmp_path / "root.bak").write_bytes(other.root.certificate.public_bytes(pem))
    (tmp_path / "broken.crt").write_bytes(b"\x30\x82nothing")
    (tmp_path / "key.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    (tmp_path / "folder.crt").mkdir()

    trust = load_anchors(tmp_path)

    assert set(trust.anchors) == {ca.root.der, other.root.der}
    assert set(trust.intermediates) == {ca.intermediate.der, other.intermediate.der}
    assert len(trust.crls) == 1


def test_a_folder_without_an_anchor_is_an_error(tmp_path):
    (tmp_path / "middle.crt").write_bytes(authority("rsa").intermediate.der)

    with pytest.raises(ValueError, match="no trust anchor"):
        load_anchors(tmp_path)


def test_a_rolled_over_key_is_self_issued_but_no_anchor():
    """Same subject and issuer, signed by the old key: taking it for an anchor would trust whoever made it."""
    old_key, new_key = issuing.new_key("ecdsa"), issuing.new_key("ecdsa")
    name = issuing.subject("机构")
    old = issuing.issue(name, old_key, None, CA_PROFILE, NOW - DAY, NOW + DAY)
    rolled = issuing.issue(name, new_key, Issuer(old, old_key), CA_PROFILE, NOW - DAY, NOW + DAY)

    assert self_signed(old.public_bytes(Encoding.DER))
    assert not self_signed(rolled.public_bytes(Encoding.DER))


def test_an_authority_stands_from_its_first_day_until_it_is_withdrawn():
    accepted = Authority("机构", (), valid_from=NOW - DAY, valid_until=NOW + 9 * DAY, withdrawn_at=NOW)

    assert not accepted.stands_at(NOW - 2 * DAY)
    assert accepted.stands_at(NOW - dt.timedelta(seconds=1))
    assert not accepted.stands_at(NOW)
    assert TrustStore((accepted,)).standing_at(NOW).authorities == ()


def test_the_fingerprint_is_sha256_of_the_der():
    der = holder("ecdsa").cert_der

    assert len(fingerprint(der)) == 64
    assert (
        fingerprint(der)
        == holder("ecdsa").certificate.fingerprint(holder("ecdsa").certificate.signature_hash_algorithm).hex()
    )
