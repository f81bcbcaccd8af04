"""The process that validates certificate paths. Run by file name, never imported by the platform; knows no Django.

Building a path over cross-signed certificates of the same subject explodes, so this is a process that can be killed
(protocol 1). It reads frames (four bytes length, JSON) from standard input and answers each on standard output:
  {"trust": digest, "data"?: {anchors, intermediates, crls, ocsps}, "cert", "embedded": […], "at": RFC 3339}
  → {"need": true} when it does not hold that trust store (send again with data), or {"code", "detail", "chain": […]}
Bytes are base64. Codes are those of `verdicts`, without the prefix `certificate.`; "ok" for a valid path.
"""

import asyncio
import base64
import datetime as dt
import json
import os
import resource
import struct
import sys
from collections import OrderedDict
from typing import Any, BinaryIO

from asn1crypto import algos, crl, keys, ocsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, DisallowWeakAlgorithmsPolicy
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

MEMORY_LIMIT = 2 * 1024**3
KEPT_STORES = 8
STRONG_DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
STRONG_SIGNATURES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519", "ed448"})
EXPIRED_CERTS_ON_CRL = "2.5.29.60"
_KINDS = (  # the first that fits; a subclass stands before its parent
    (errors.RevokedError, "revoked"),
    (errors.ExpiredError, "expired"),
    (errors.NotYetValidError, "not_yet_valid"),
    (errors.StaleRevinfoError, "crl_expired"),
    (errors.InsufficientRevinfoError, "crl_missing"),
    (errors.DisallowedAlgorithmError, "weak_algorithm"),
    (errors.PathBuildingError, "unknown_ca"),
    (errors.InvalidCertificateError, "unknown_ca"),
)


class StrongOnly(DisallowWeakAlgorithmsPolicy):
    """SHA-2 and SHA-3 with RSA (2,048 bits or more), ECDSA and EdDSA; everything else is refused, known weak or not."""

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: dt.datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        try:
            strong = algo.signature_algo in STRONG_SIGNATURES
            if strong and algo.signature_algo not in ("ed25519", "ed448"):
                strong = algo.hash_algo in STRONG_DIGESTS
        except ValueError:
            strong = False
        if not strong:
            return AlgorithmUsageConstraint(allowed=False, failure_reason="not an accepted algorithm")
        return super().signature_algorithm_allowed(algo, moment, public_key)


POLICY = StrongOnly()


class SignatureOfAnyKey(DefaultSignatureValidator):
    """A signature of one kind under a key of another is a wrong signature; the library only asserts that it is not."""

    def validate_signature(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().validate_signature(*args, **kwargs)
        except (AssertionError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise InvalidSignature(str(error)) from error


class Store:
    """One parsed trust store, kept between requests."""

    def __init__(self, data: dict[str, list[str]]) -> None:
        self.anchors = [
            CertTrustAnchor(x509.Certificate.load(der), derive_default_quals_from_cert=True)
            for der in _each(data["anchors"])
        ]
        self.intermediates = [x509.Certificate.load(der) for der in _each(data["intermediates"])]
        self.crls = [c for der in _each(data["crls"]) if _strongly_signed(c := crl.CertificateList.load(der))]
        self.ocsps = [ocsp.OCSPResponse.load(der) for der in _each(data["ocsps"])]


def _each(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


def _strongly_signed(certificate_list: crl.CertificateList) -> bool:
    """The validator checks the strength of certificates' signatures, not of CRLs': a SHA-1 CRL must not count."""
    return bool(POLICY.signature_algorithm_allowed(certificate_list["signature_algorithm"], None, None))


async def _path(
    cert: x509.Certificate, embedded: list[x509.Certificate], store: Store, at: dt.datetime, crls: list, ocsps: list
) -> ValidationPath:
    context = ValidationContext(
        trust_roots=store.anchors,
        other_certs=[*store.intermediates, *embedded],
        # A certificate revoked in this very instant is revoked: the validator compares with "<".
        moment=at + dt.timedelta(microseconds=1),
        crls=crls,
        ocsps=ocsps,
        allow_fetching=False,
        revocation_mode="require",
        # A list published after the signature tells the moment of each revocation, so it may judge the past.
        retroactive_revinfo=True,
        time_tolerance=dt.timedelta(0),
        algorithm_usage_policy=POLICY,
        signature_validator=SignatureOfAnyKey(),
    )
    return await CertificateValidator(cert, validation_context=context).async_validate_path()


def _forgetful(certificate_list: crl.CertificateList, path: list[x509.Certificate]) -> bool:
    """True when the list may have dropped a certificate of the path because it had expired before publication."""
    published = _published(certificate_list)
    extensions = certificate_list["tbs_cert_list"]["crl_extensions"]
    if any(extension["extn_id"].dotted == EXPIRED_CERTS_ON_CRL for extension in extensions or ()):
        return False
    return any(c.issuer == certificate_list.issuer and published > c.not_valid_after for c in path)


def _published(certificate_list: crl.CertificateList) -> dt.datetime:
    return certificate_list["tbs_cert_list"]["this_update"].native


def _telling(crls: list[crl.CertificateList], at: dt.datetime) -> list[crl.CertificateList]:
    """Of each issuer and scope the lists in force at the moment (a hold counts, though later lists forget it) and the
    newest one, so that years of kept lists cost nothing."""
    newest: dict[bytes, crl.CertificateList] = {}
    for one in crls:
        scope = _scope(one)
        if scope not in newest or _published(one) > _published(newest[scope]):
            newest[scope] = one
    return [c for c in crls if c is newest[_scope(c)] or _in_force(c, at)]


def _scope(one: crl.CertificateList) -> bytes:
    extensions = one["tbs_cert_list"]["crl_extensions"]
    scoping = {"issuing_distribution_point", "delta_crl_indicator", "authority_key_identifier"}
    parts = [e.dump() for e in extensions or () if e["extn_id"].native in scoping]
    return b"".join([one.issuer.dump(), *sorted(parts)])


def _in_force(one: crl.CertificateList, at: dt.datetime) -> bool:
    until = one["tbs_cert_list"]["next_update"].native
    return _published(one) <= at and (until is None or at <= until)


async def _judge(
    cert: x509.Certificate, embedded: list[x509.Certificate], store: Store, at: dt.datetime
) -> list[x509.Certificate]:
    """The chain from the certificate to its anchor. Revoked by a CRL or by an OCSP response is revoked."""
    remembering = store.crls
    for _ in range(8):
        crls = _telling(remembering, at)
        if store.ocsps:
            path = await _path(cert, embedded, store, at, crls, store.ocsps)
            try:  # a good OCSP response must not hide a list that says otherwise
                await _path(cert, embedded, store, at, crls, [])
            except (errors.InsufficientRevinfoError, ValueError):
                pass
        else:
            path = await _path(cert, embedded, store, at, crls, [])
        chain = list(path.iter_certs(include_root=True))[::-1]
        if not any(_forgetful(c, chain[:-1]) for c in crls):
            return chain
        remembering = [c for c in remembering if not _forgetful(c, chain[:-1])]
    raise errors.PathBuildingError("revocation lists do not settle")


def answer(request: dict[str, Any], stores: OrderedDict[str, Store]) -> dict[str, Any]:
    try:
        if "data" in request:
            stores[request["trust"]] = Store(request["data"])
            while len(stores) > KEPT_STORES:
                stores.popitem(last=False)
        if request["trust"] not in stores:
            return {"need": True}
        stores.move_to_end(request["trust"])
        cert = x509.Certificate.load(base64.b64decode(request["cert"]), strict=True)
        embedded = [x509.Certificate.load(der, strict=True) for der in _each(request["embedded"])]
        at = dt.datetime.fromisoformat(request["at"])
        chain = asyncio.run(_judge(cert, embedded, stores[request["trust"]], at))
    except (errors.ValidationError, errors.PathError) as error:
        code = next((code for kind, code in _KINDS if isinstance(error, kind)), "path_invalid")
        return {"code": code, "detail": str(error), "chain": []}
    except Exception as error:  # noqa: BLE001  hostile bytes reach deep into two libraries; none may end the process
        return {"code": "unreadable", "detail": f"{type(error).__name__}: {error}", "chain": []}
    return {"code": "ok", "detail": "", "chain": [base64.b64encode(c.dump()).decode() for c in chain]}


def _read(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    return json.loads(stream.read(struct.unpack(">I", head)[0]))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print of a library must not break the frames
    stores: OrderedDict[str, Store] = OrderedDict()
    while (request := _read(sys.stdin.buffer)) is not None:
        body = json.dumps(answer(request, stores)).encode()
        out.write(struct.pack(">I", len(body)) + body)
        out.flush()


if __name__ == "__main__":
    main()
