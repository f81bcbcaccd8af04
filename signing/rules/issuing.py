"""Making certificates and revocation lists: used by the demonstration CA, the platform's own CA and the tests."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.rules.signing_key import PrivateKey

SUITES = ("rsa", "ecdsa")


def new_key(suite: str, bits: int = 2048) -> PrivateKey:
    """A fresh RSA or P-256 key. Raises ValueError for another suite."""
    if suite == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    if suite == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    raise ValueError(f"unknown suite {suite}")


@dataclass(frozen=True)
class Issuer:
    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a certificate may be used for. `purposes` are extended key usages; empty leaves the extension out."""

    ca: bool = False
    path_length: int | None = None
    digital_signature: bool = True
    non_repudiation: bool = True
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    purposes_critical: bool = False


CA_PROFILE = Profile(ca=True, digital_signature=False, non_repudiation=False)
SIGNER_PROFILE = Profile(purposes=(ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION))
TIMESTAMP_PROFILE = Profile(purposes=(ExtendedKeyUsageOID.TIME_STAMPING,), purposes_critical=True)


def subject(name: str, *, organisation: str = "", serial_number: str = "", units: Sequence[str] = ()) -> x509.Name:
    """C=CN, O, OU…, serialNumber, CN in that order; empty parts are left out."""
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, organisation)]
    parts += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
    parts += [(NameOID.SERIAL_NUMBER, serial_number), (NameOID.COMMON_NAME, name)]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def issue(
    name: x509.Name,
    key: PrivateKey,
    issuer: Issuer | None,
    profile: Profile,
    not_before: dt.datetime,
    not_after: dt.datetime,
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
) -> x509.Certificate:
    """A certificate over the public half of `key`, signed by `issuer`, or by itself when that is None."""
    public, signing_key = key.public_key(), issuer.key if issuer else key
    authority = signing_key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_whole(not_before))
        .not_valid_after(_whole(not_after))
        .add_extension(x509.BasicConstraints(profile.ca, profile.path_length if profile.ca else None), critical=True)
        .add_extension(_key_usage(profile), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False)
    )
    if profile.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(profile.purposes), profile.purposes_critical)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing_key, hashes.SHA256())


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _key_usage(profile: Profile) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=profile.digital_signature,
        content_commitment=profile.non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=profile.ca,
        crl_sign=profile.ca,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True, slots=True)
class Revocation:
    serial: int
    at: dt.datetime
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified


def issue_crl(
    issuer: Issuer,
    revocations: Iterable[Revocation],
    this_update: dt.datetime,
    next_update: dt.datetime,
    number: int,
) -> bytes:
    """DER revocation list of everything the issuer ever issued."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(_whole(this_update))
        .next_update(_whole(next_update))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    for revocation in revocations:
        entry = x509.RevokedCertificateBuilder().serial_number(revocation.serial)
        entry = entry.revocation_date(_whole(revocation.at))
        if revocation.reason is not x509.ReasonFlags.unspecified:
            entry = entry.add_extension(x509.CRLReason(revocation.reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
