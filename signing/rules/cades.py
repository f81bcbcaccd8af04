"""Detached CAdES signatures (ETSI EN 319 122-1, level B-B; B-T with a timestamp), made and checked in constant memory.

`openssl cms -verify -purpose any -cades` accepts what is made here; what `openssl cms -sign -cades` makes is accepted.
Whoever already knows the content's SHA-256 passes `digest=`, so that nothing is hashed twice.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeAlias

from asn1crypto import cms, core
from cryptography import x509

from runtime import clock
from runtime.refusal import Blocker, Refusal
from signing.rules import cms_parts, verdicts
from signing.rules.certificates import ANY_PLACE, Authority, Holder, TrustStore, fingerprint, holder_of
from signing.rules.cms_parts import UNREADABLE, Fault, attribute, fault
from signing.rules.paths import MOST_EMBEDDED, TIME_LIMIT, validate_path
from signing.rules.signing_key import SigningKey
from signing.rules.timestamps import TimestampVerdict, verify_timestamp

Content: TypeAlias = bytes | Path | BinaryIO
Timestamper: TypeAlias = Callable[[bytes], bytes]  # SHA-256 digest → RFC 3161 token
BLOCK = 1024 * 1024

__all__ = [
    "Content",
    "SignatureVerdict",
    "SigningKey",
    "digest_of",
    "sign_detached",
    "verify_detached",
    "verify_pinned",
]


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """`code` is "ok" or one of `verdicts`. What could be read is filled in even when the signature is bad.

    `signed_at` is the signer's own claim; `timestamp_time` is proven; `at` is the moment of the path validation.
    """

    ok: bool
    code: str
    reason: str = ""
    signer_cert_der: bytes = b""
    holder_fingerprint: str = ""
    signed_at: dt.datetime | None = None
    timestamp_time: dt.datetime | None = None
    at: dt.datetime | None = None
    chain: tuple[bytes, ...] = ()
    authority: Authority | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    def blocker(self, place: str = "") -> Blocker:
        return verdicts.blocker(self.code, place, **self.params)

    def demand(self, place: str = "") -> "SignatureVerdict":
        """Itself when good; raises Refusal otherwise."""
        if not self.ok:
            raise Refusal(self.blocker(place))
        return self

    @property
    def holder(self) -> Holder:
        """By the number rule of the authority that the chain ends at; all empty when there is no readable certificate."""
        try:
            return holder_of(self.signer_cert_der, self.authority.number_rule if self.authority else ANY_PLACE)
        except ValueError:
            return Holder("", "", "")


def digest_of(content: Content) -> bytes:
    """SHA-256, read in blocks."""
    if isinstance(content, bytes | bytearray | memoryview):
        return sha256(content).digest()
    if isinstance(content, Path):
        with content.open("rb") as stream:
            return digest_of(stream)
    state = sha256()
    while block := content.read(BLOCK):
        state.update(block)
    return state.digest()


def sign_detached(
    content: Content | None,
    signer: SigningKey,
    timestamper: Timestamper | None = None,
    *,
    digest: bytes | None = None,
    signed_at: dt.datetime | None = None,
    claim_time: bool = True,
) -> bytes:
    """DER signature over `content`, or over content whose SHA-256 is `digest` (then `content` is None).

    `signed_at` is the claimed signing time, the clock's when not given; a PDF claims it elsewhere (`claim_time=False`). With a timestamper the level is B-T.
    """
    if (content is None) == (digest is None):
        raise ValueError("exactly one of content and digest")
    known = digest if digest is not None else digest_of(content)  # type: ignore[arg-type]
    moment = (signed_at or clock.now()).astimezone(dt.UTC).replace(microsecond=0)
    attributes = [
        attribute("content_type", "data"),
        *([attribute("signing_time", cms.Time({"utc_time": core.UTCTime(moment)}))] if claim_time else []),
        attribute("message_digest", known),
        attribute("signing_certificate_v2", cms_parts.ess_certificate(signer.cert_der)),
    ]
    content_info = cms.ContentInfo({"content_type": "data"})
    unsigned = partial(_stamped, timestamper) if timestamper is not None else None
    return cms_parts.build(signer, attributes, content_info, signer.embedded, "v1", unsigned)


def _stamped(timestamper: Timestamper, value: bytes) -> list[cms.CMSAttribute]:
    token = cms.ContentInfo.load(timestamper(sha256(value).digest()))
    return [attribute("signature_time_stamp_token", token)]


def verify_detached(
    content: Content | None,
    signature: bytes,
    trust: TrustStore,
    at: dt.datetime | None = None,
    *,
    digest: bytes | None = None,
    time_limit: float = TIME_LIMIT,
) -> SignatureVerdict:
    """Check a detached signature (DER, or PEM as openssl writes it) over `content`, or over its known `digest`.

    The certificate is validated at `at`; None means the signature's own timestamp. Never raises for bad input.
    """
    if (content is None) == (digest is None):
        raise ValueError("exactly one of content and digest")
    read = SignatureVerdict(False, "signature.unreadable")
    try:
        parsed = cms_parts.read(signature)
        read = replace(
            read,
            signer_cert_der=parsed.cert_der,
            holder_fingerprint=fingerprint(parsed.cert_der),
            signed_at=cms_parts.signing_time(parsed),
        )
        _check_shape(parsed)
        known = digest if digest is not None else digest_of(content)  # type: ignore[arg-type]
        cms_parts.check(parsed, known, "data")
        stamp = _timestamp(parsed, trust, time_limit)
    except Fault as wrong:
        return _bad(read, wrong.code, wrong.params)
    if stamp is not None:
        read = replace(read, timestamp_time=stamp.time)
        if not stamp.ok:
            return _bad(read, stamp.code, stamp.params)
    moment = at or (stamp.time if stamp is not None else None)
    if moment is None:
        return _bad(read, "no_moment", {})
    path = validate_path(parsed.cert_der, parsed.certificates, trust, moment, time_limit, "signing")
    read = replace(read, at=moment, chain=path.chain, authority=path.authority, detail=path.detail)
    return replace(read, ok=True, code="ok") if path.ok else _bad(read, path.code, path.params)


def verify_pinned(content: bytes, signature: bytes, certificates: Collection[bytes], at: dt.datetime) -> bytes:
    """The one of `certificates` (DER) that signed `content`; raises Refusal. For peers known by certificate, not by authority.

    No path is validated: the certificate was handed over by hand and is taken back by hand, its dates count all the same.
    The certificate is looked at first, so that a stranger's signature costs nothing.
    """
    try:
        parsed = cms_parts.read(signature)
        if parsed.cert_der not in certificates:
            fault("certificate.unknown_ca", subject=holder_of(parsed.cert_der, ANY_PLACE).name)
        _check_shape(parsed)
        cms_parts.check(parsed, digest_of(content), "data")
        known = x509.load_der_x509_certificate(parsed.cert_der)
    except Fault as wrong:
        raise Refusal(_bad(SignatureVerdict(False, ""), wrong.code, wrong.params).blocker("signature")) from wrong
    except ValueError as error:
        raise Refusal(verdicts.blocker("certificate.unreadable", "signature")) from error
    if not known.not_valid_before_utc <= at <= known.not_valid_after_utc:
        code = "certificate.expired" if at > known.not_valid_after_utc else "certificate.not_yet_valid"
        subject = known.subject.rfc4514_string()
        raise Refusal(verdicts.blocker(code, "signature", subject=subject, at=clock.stamp(at)))
    return parsed.cert_der


def _check_shape(parsed: cms_parts.OneSigner) -> None:
    if len(parsed.certificates) > MOST_EMBEDDED:
        fault("certificate.too_many", limit=str(MOST_EMBEDDED))
    try:
        content = parsed.signed["encap_content_info"]
        if content["content_type"].native != "data":
            fault("unreadable")
        if not isinstance(content["content"], core.Void):
            fault("not_detached")
    except UNREADABLE:
        fault("unreadable")


def _timestamp(parsed: cms_parts.OneSigner, trust: TrustStore, time_limit: float) -> TimestampVerdict | None:
    """The signature's timestamp, checked; None when it has none. Two are refused: which one would count?"""
    try:
        tokens = [
            value.dump()
            for item in parsed.signer["unsigned_attrs"] or ()
            if item["type"].native == "signature_time_stamp_token"
            for value in item["values"]
        ]
        value = parsed.signer["signature"].native
    except UNREADABLE:
        fault("timestamp.unreadable")
    if len(tokens) > 1:
        fault("timestamp.several")
    return verify_timestamp(tokens[0], sha256(value).digest(), trust, time_limit) if tokens else None


def _bad(read: SignatureVerdict, code: str, params: Mapping[str, str]) -> SignatureVerdict:
    code = code if "." in code else f"signature.{code}"
    return replace(read, ok=False, code=code, reason=verdicts.sentence(code, params), params=params)
