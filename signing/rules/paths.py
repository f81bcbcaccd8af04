"""Is this certificate good for this use at this moment? RFC 5280, with revocation required, in a process that can be killed."""

import base64
import datetime as dt
import json
import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from runtime.clock import beijing
from runtime.refusal import Blocker, Refusal
from signing.rules import verdicts
from signing.rules.certificates import UNREADABLE, Authority, TrustStore, parse, subject_text
from signing.rules.path_pool import TookTooLong, pool

MOST_EMBEDDED = 8
TIME_LIMIT = 10.0
# What a signer's certificate may be restricted to; a server's or a timestamp authority's may not sign papers.
SIGNING_PURPOSES = frozenset(
    {
        Eku.CLIENT_AUTH.dotted_string,
        Eku.EMAIL_PROTECTION.dotted_string,
        Eku.ANY_EXTENDED_KEY_USAGE.dotted_string,
        "1.3.6.1.5.5.7.3.36",  # id-kp-documentSigning, RFC 9336
        "1.3.6.1.4.1.311.10.3.12",
        "1.2.840.113583.1.1.5",
    }
)
_KEPT = 1024
T = TypeVar("T", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class PathVerdict:
    """`code` is "ok" or one of `verdicts` (`certificate.…`); `chain` DER from the certificate to its anchor."""

    ok: bool
    code: str
    reason: str = ""
    chain: tuple[bytes, ...] = ()
    authority: Authority | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""  # the validator's own words, English, for logs and --json

    @property
    def reason_code(self) -> str:
        return self.code

    def blocker(self) -> Blocker:
        return verdicts.blocker(self.code, **self.params)

    def demand(self) -> "PathVerdict":
        """Itself when good; raises Refusal otherwise."""
        if not self.ok:
            raise Refusal(self.blocker())
        return self


def _bad(code: str, words: str = "", chain: tuple[bytes, ...] = (), **params: str) -> PathVerdict:
    code = f"certificate.{code}"
    return PathVerdict(False, code, verdicts.sentence(code, params), chain, None, params, words)


def validate_path(
    cert_der: bytes,
    embedded: Sequence[bytes],
    trust: TrustStore,
    at: dt.datetime,
    time_limit: float = TIME_LIMIT,
    usage: str = "signing",
) -> PathVerdict:
    """Validate at the stated moment (aware). `embedded` are certificates that came with the signature, at most eight.

    `usage`: "signing", "timestamping" or "any". `time_limit` in seconds. Never raises for bad input.
    """
    if len(embedded) > MOST_EMBEDDED:
        return _bad("too_many", limit=str(MOST_EMBEDDED))
    wrong = _usage_fault(cert_der, usage)
    if wrong:
        return _bad(wrong, subject=subject_text(cert_der))
    extra = tuple(sorted(trust.linked({der for der in embedded if der != cert_der})))
    standing = trust.standing_at(at)
    verdict = _kept(cert_der, extra, standing, at, time_limit)
    if verdict.code == "certificate.unknown_ca" and standing is not trust:
        verdict = _explained(verdict, _kept(cert_der, extra, trust, at, time_limit), at)
    return verdict


def _explained(unknown: PathVerdict, without_dates: PathVerdict, at: dt.datetime) -> PathVerdict:
    """An authority that is known, but was not accepted at the moment, gets its own reason."""
    if not without_dates.ok or without_dates.authority is None:
        return unknown
    return _bad("authority_withdrawn", chain=without_dates.chain, authority=without_dates.authority.name, at=_shown(at))


def _shown(at: dt.datetime) -> str:
    return beijing(at.replace(microsecond=0))


def _usage_fault(cert_der: bytes, usage: str) -> str:
    """ "" or the code of what is wrong with the certificate's own use."""
    try:
        cert = parse(cert_der)
        key_usage = _extension(cert, x509.KeyUsage)
        purposes = _extension(cert, x509.ExtendedKeyUsage)
    except UNREADABLE:
        return "unreadable"
    if usage == "any":
        return ""
    if key_usage is not None and not (key_usage.value.digital_signature or key_usage.value.content_commitment):
        return "wrong_usage"
    named = {oid.dotted_string for oid in purposes.value} if purposes is not None else set()
    if usage == "timestamping":  # RFC 3161 2.3: this purpose alone, and critical
        fits = purposes is not None and purposes.critical and named == {Eku.TIME_STAMPING.dotted_string}
    else:
        fits = purposes is None or bool(named & SIGNING_PURPOSES)
    return "" if fits else "wrong_usage"


def _extension(cert: x509.Certificate, kind: type[T]) -> x509.Extension[T] | None:
    try:
        return cert.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _ask(
    cert_der: bytes, embedded: Iterable[bytes], trust: TrustStore, at: dt.datetime, time_limit: float
) -> PathVerdict:
    request = {
        "trust": trust.digest,
        "cert": base64.b64encode(cert_der).decode(),
        "embedded": [base64.b64encode(der).decode() for der in embedded],
        "at": at.isoformat(),
    }
    frame = json.dumps(request).encode()
    whole = frame[:-1] + b', "data": ' + trust.wire + b"}"
    try:
        answer = pool().ask(frame, whole, time_limit)
    except TookTooLong:
        return _bad("too_complex", limit=f"{time_limit:g}")
    except (EOFError, OSError, ValueError) as error:  # out of memory, or ended from outside twice: never a yes
        return _bad("not_checked", str(error))
    chain = tuple(base64.b64decode(text) for text in answer["chain"])
    if answer["code"] == "ok":
        return PathVerdict(True, "ok", "", chain, trust.authority_of(chain[-1]))
    detail = str(answer["detail"])
    return _bad(answer["code"], detail, subject=subject_text(cert_der), at=_shown(at), detail=detail)


_results: "OrderedDict[tuple[object, ...], PathVerdict]" = OrderedDict()
_results_lock = Lock()


def _after_fork() -> None:
    """A thread of the parent may have held the lock; it does not exist in the child."""
    global _results_lock
    _results_lock = Lock()


os.register_at_fork(after_in_child=_after_fork)


def _kept(
    cert_der: bytes, embedded: tuple[bytes, ...], trust: TrustStore, at: dt.datetime, time_limit: float
) -> PathVerdict:
    """The same question at the same moment with the same trust has the same answer: only good ones are kept."""
    key = (cert_der, embedded, trust.digest, at)
    with _results_lock:
        if key in _results:
            _results.move_to_end(key)
            return _results[key]
    verdict = _ask(cert_der, embedded, trust, at, time_limit)
    if verdict.ok:
        with _results_lock:
            _results[key] = verdict
            while len(_results) > _KEPT:
                _results.popitem(last=False)
    return verdict
