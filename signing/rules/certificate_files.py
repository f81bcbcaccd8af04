"""Reading certificates and revocation lists out of files, and what can be said of one by itself."""

import base64
import hashlib
import re

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

# What the library raises on bytes that are no certificate, at once or when a part is looked at.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s(.+?)-----END \1-----", re.DOTALL)


def fingerprint(der: bytes) -> str:
    """SHA-256 of the DER certificate, lower-case hex."""
    return hashlib.sha256(der).hexdigest()


def subject_text(der: bytes) -> str:
    """The common name (or the whole subject) for messages; never raises."""
    try:
        subject = parse(der).subject
        return first_name(subject, NameOID.COMMON_NAME) or subject.rfc4514_string()
    except ValueError:
        return "?"


def first_name(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """The first value of that kind in a distinguished name, or nothing."""
    values = name.get_attributes_for_oid(oid)
    return str(values[0].value).strip() if values else ""


def self_signed(der: bytes) -> bool:
    """Issued to itself and signed with its own key. A self-issued certificate (key roll-over) is not self-signed."""
    cert = parsed(der)
    return cert is not None and issued_by(cert, cert)


def issued_by(cert: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Named as its issuer, and signed with its key."""
    try:
        cert.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def parse(der: bytes) -> x509.Certificate:
    """The certificate; raises ValueError for anything else (the library has errors of its own that are none)."""
    try:
        cert = x509.load_der_x509_certificate(der)
        _ = cert.subject, cert.issuer, cert.not_valid_after_utc
    except UNREADABLE as error:
        raise ValueError(str(error)) from error
    return cert


def parsed(der: bytes) -> x509.Certificate | None:
    try:
        return parse(der)
    except ValueError:
        return None


def read_blocks(data: bytes, labels: frozenset[str]) -> list[bytes]:
    """DER of each PEM block with one of the labels, or the bytes themselves when they are no PEM at all."""
    if b"-----BEGIN " not in data:
        return [data]
    found = []
    for label, body in _PEM.findall(data):
        if label.decode() in labels:
            try:
                found.append(base64.b64decode(b"".join(body.split()), validate=True))
            except ValueError:
                continue
    return found


def read_certificates(data: bytes) -> list[bytes]:
    """DER of every readable certificate in a PEM or DER file, in order; what cannot be read is passed over."""
    return [der for der in read_blocks(data, frozenset({"CERTIFICATE", "X509 CERTIFICATE"})) if parsed(der) is not None]


def read_crls(data: bytes) -> list[bytes]:
    crls = []
    for der in read_blocks(data, frozenset({"X509 CRL"})):
        try:
            _ = x509.load_der_x509_crl(der).issuer
        except UNREADABLE:
            continue
        crls.append(der)
    return crls


def pem(der: bytes) -> bytes:
    return parse(der).public_bytes(Encoding.PEM)
