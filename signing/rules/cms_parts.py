"""The parts of a CMS SignedData (RFC 5652) that signatures and timestamps share: making one, and reading one strictly.

Exactly one signer, signed attributes required, each attribute once, the signer's certificate bound by ESS
signing-certificate-v2 (RFC 5035), SHA-256 throughout.
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from asn1crypto import algos, cms, core, parser, tsp
from asn1crypto import x509 as ax509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.rules.certificates import UNREADABLE as UNREADABLE_CERTIFICATE
from signing.rules.certificates import parse
from signing.rules.signing_key import SigningKey, accepted_key

LARGEST_SIGNATURE = 1024 * 1024
DIGEST = "sha256"
_PEM = re.compile(rb"-----BEGIN (CMS|PKCS7)-----\s(.+?)-----END \1-----", re.DOTALL)
# What asn1crypto raises on bytes that are no such structure, at any depth of its lazy reading.
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class Fault(Exception):
    """A code of `verdicts` without its first part (`signature.` or `timestamp.` is put before it by the caller)."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def fault(code: str, **params: str) -> NoReturn:
    raise Fault(code, **params)


@dataclass(frozen=True)
class OneSigner:
    """A SignedData with its one signer, parsed but not yet believed."""

    signed: cms.SignedData
    signer: cms.SignerInfo
    cert_der: bytes
    certificates: tuple[bytes, ...]  # all embedded ones, in order, the signer's among them
    attributes: dict[str, Any]  # type → its single value


def attribute(kind: str, value: Any) -> cms.CMSAttribute:
    return frozen(cms.CMSAttribute({"type": kind, "values": [value]}))


def frozen(value: core.Asn1Value) -> Any:
    """The same value, encoded once and for all: what is built up is encoded anew each time something around it is."""
    return type(value).load(value.dump())


@lru_cache(maxsize=64)
def ess_certificate(cert_der: bytes) -> tsp.SigningCertificateV2:
    """signing-certificate-v2: SHA-256 of the certificate, with its issuer and serial number."""
    cert = ax509.Certificate.load(cert_der)
    issuer = ax509.GeneralName(name="directory_name", value=cert.issuer)
    return frozen(
        tsp.SigningCertificateV2(
            {
                "certs": [
                    {
                        "hash_algorithm": {"algorithm": DIGEST},
                        "cert_hash": hashlib.sha256(cert_der).digest(),
                        "issuer_serial": {"issuer": [issuer], "serial_number": cert.serial_number},
                    }
                ]
            }
        )
    )


def build(
    signer: SigningKey,
    attributes: Sequence[cms.CMSAttribute],
    content: cms.ContentInfo | cms.EncapsulatedContentInfo,
    certificate_ders: Sequence[bytes],
    version: str,
    unsigned: Callable[[bytes], Sequence[cms.CMSAttribute]] | None = None,
) -> bytes:
    """DER ContentInfo. `unsigned` gets the signature value and gives the unsigned attributes (the timestamp)."""
    signed_attributes = frozen(cms.CMSAttributes(attributes))
    value = signer.sign(signed_attributes.dump())
    cert = ax509.Certificate.load(signer.cert_der)
    info: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value=cms.IssuerAndSerialNumber({"issuer": cert.issuer, "serial_number": cert.serial_number}),
        ),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": DIGEST}),
        "signed_attrs": signed_attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm(
            {"algorithm": "rsassa_pkcs1v15" if signer.is_rsa else "sha256_ecdsa"}
        ),
        "signature": value,
    }
    if unsigned is not None:
        info["unsigned_attrs"] = cms.CMSAttributes(unsigned(value))
    signed = cms.SignedData(
        {
            "version": version,
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": DIGEST})],
            "encap_content_info": content,
            "certificates": [ax509.Certificate.load(der) for der in certificate_ders],
            "signer_infos": [frozen(cms.SignerInfo(info))],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": frozen(signed)}).dump()


def der_of(data: bytes) -> bytes:
    """The signature's bytes out of a PEM armour, or as they are."""
    found = _PEM.search(data) if data.startswith(b"-----BEGIN") else None
    return base64.b64decode(b"".join(found.group(2).split())) if found else data


def read(data: bytes, known: Sequence[bytes] = ()) -> OneSigner:
    """Parse strictly; raises Fault. `known` are candidates for a signer whose certificate is not embedded."""
    if len(data) > LARGEST_SIGNATURE:
        fault("too_large", limit=str(LARGEST_SIGNATURE))
    try:
        info = cms.ContentInfo.load(der_of(data), strict=True)
        if info["content_type"].native != "signed_data":
            fault("unreadable")
        signed = info["content"]
        embedded = tuple(_certificates(signed))
        if len(signed["signer_infos"]) != 1:
            fault("signers")
        signer = signed["signer_infos"][0]
        attributes = _attributes(signer)
        cert_der = _signer_certificate(signer, [*embedded, *known])
    except UNREADABLE:
        fault("unreadable")
    if cert_der is None:
        fault("no_certificate")
    return OneSigner(signed, signer, cert_der, embedded, attributes)


def _certificates(signed: cms.SignedData) -> list[bytes]:
    chosen = signed["certificates"] if signed["certificates"] else []
    if any(choice.name != "certificate" for choice in chosen):
        fault("unreadable")
    return [choice.chosen.dump() for choice in chosen]


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    """Each signed attribute once, with exactly one value: two would be two readings of one signature."""
    found: dict[str, Any] = {}
    for item in signer["signed_attrs"] or ():
        kind = item["type"].native
        if kind in found or len(item["values"]) != 1:
            fault("unreadable")
        found[kind] = item["values"][0]
    return found


def _signer_certificate(signer: cms.SignerInfo, candidates: Sequence[bytes]) -> bytes | None:
    sid = signer["sid"]
    for der in candidates:
        cert = ax509.Certificate.load(der)
        if sid.name == "issuer_and_serial_number":
            same = cert.issuer == sid.chosen["issuer"] and cert.serial_number == sid.chosen["serial_number"].native
        else:
            same = cert.key_identifier == sid.chosen.native
        if same:
            return der
    return None


def check(parsed: OneSigner, digest: bytes, content_type: str) -> None:
    """Everything about a signature that needs no trust: algorithms, attributes, value, digest, ESS. Raises Fault.

    `digest` is SHA-256 of the signed content.
    """
    try:
        _check_algorithms(parsed)
        for needed in ("content_type", "message_digest"):
            if needed not in parsed.attributes:
                fault("not_cades", attribute=needed)
        _check_ess(parsed)
        _check_value(parsed)
        if parsed.attributes["content_type"].native != content_type:
            fault("unreadable")
        if not hmac.compare_digest(parsed.attributes["message_digest"].native, digest):
            fault("other_content")
    except UNREADABLE:
        fault("unreadable")


def _check_algorithms(parsed: OneSigner) -> None:
    name = parsed.signer["digest_algorithm"]["algorithm"].native
    if name != DIGEST:
        fault("weak_digest", algorithm=str(name))
    if not accepted_key(_public_key(parsed.cert_der)):
        fault("certificate.weak_key")
    algorithm = parsed.signer["signature_algorithm"]
    try:
        digest = algorithm.hash_algo
    except ValueError:  # plain rsaEncryption names no digest; then the signer's digest algorithm is meant
        digest = DIGEST
    if digest != DIGEST:
        fault("weak_digest", algorithm=str(digest))


def _public_key(cert_der: bytes) -> Any:
    try:
        return parse(cert_der).public_key()
    except UNREADABLE_CERTIFICATE as error:
        raise Fault("certificate.weak_key") from error


def _check_value(parsed: OneSigner) -> None:
    # The attributes were signed as a SET OF, not with the [0] tag that they carry inside SignerInfo.
    data = parser.emit(0, 1, 17, parsed.signer["signed_attrs"].contents)
    value = parsed.signer["signature"].native
    key = _public_key(parsed.cert_der)
    algorithm = parsed.signer["signature_algorithm"]
    try:
        name = algorithm.signature_algo
        if name == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
        elif name == "rsassa_pss" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, _pss(algorithm), hashes.SHA256())
        elif name == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(hashes.SHA256()))
        else:
            fault("unknown_algorithm", algorithm=str(name))
    except InvalidSignature:
        fault("invalid")


def _pss(algorithm: algos.SignedDigestAlgorithm) -> padding.PSS:
    parameters = algorithm["parameters"]
    mask = parameters["mask_gen_algorithm"]
    if mask["algorithm"].native != "mgf1" or mask["parameters"]["algorithm"].native != DIGEST:
        fault("unknown_algorithm", algorithm="rsassa_pss")
    return padding.PSS(padding.MGF1(hashes.SHA256()), int(parameters["salt_length"].native))


def _check_ess(parsed: OneSigner) -> None:
    """The signed attributes name the certificate, so that no other one can be put in its place."""
    value = parsed.attributes.get("signing_certificate_v2")
    if value is None:
        if "signing_certificate" in parsed.attributes:  # version 1 binds by SHA-1
            fault("weak_digest", algorithm="sha1")
        fault("not_cades", attribute="signing_certificate_v2")
    named = value["certs"][0]
    algorithm = named["hash_algorithm"]["algorithm"].native
    if algorithm not in ("sha256", "sha384", "sha512"):
        fault("weak_digest", algorithm=str(algorithm))
    if not hmac.compare_digest(hashlib.new(algorithm, parsed.cert_der).digest(), named["cert_hash"].native):
        fault("wrong_certificate")
    if isinstance(named["issuer_serial"], core.Void):
        return
    cert = ax509.Certificate.load(parsed.cert_der)
    if named["issuer_serial"]["serial_number"].native != cert.serial_number:
        fault("wrong_certificate")


def signing_time(parsed: OneSigner) -> dt.datetime | None:
    """The signer's own claim, which proves nothing."""
    value = parsed.attributes.get("signing_time")
    try:
        return value.native if value is not None else None
    except UNREADABLE:
        return None
