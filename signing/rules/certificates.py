"""Certificates as the platform sees them: who holds one, which authorities are trusted, and from when until when.

Nothing here decides whether a certificate is valid (that is `paths`); it reads and sorts.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cryptography import x509

from signing.rules.certificate_files import (
    UNREADABLE,
    fingerprint,
    issued_by,
    parse,
    parsed,
    pem,
    read_blocks,
    read_certificates,
    read_crls,
    self_signed,
    subject_text,
)
from signing.rules.holders import (
    ANY_PLACE,
    IDENTITY_CODE_OID,
    ORGANISATION_CODE_OID,
    Holder,
    NumberRule,
    holder_of,
)

__all__ = [
    "ANY_PLACE",
    "IDENTITY_CODE_OID",
    "ORGANISATION_CODE_OID",
    "UNREADABLE",
    "Authority",
    "Holder",
    "NumberRule",
    "TrustStore",
    "fingerprint",
    "holder_of",
    "load_anchors",
    "parse",
    "pem",
    "read_blocks",
    "read_certificates",
    "read_crls",
    "self_signed",
    "store_of",
    "subject_text",
]
CERTIFICATE_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
CRL_SUFFIX = ".crl"


@dataclass(frozen=True, slots=True)
class Authority:
    """One accepted CA with all that is needed to check what it issued. Certificates, CRLs and OCSP responses are DER.

    Accepted for signatures made from `valid_from` to `valid_until` and before `withdrawn_at`: what was signed before a
    withdrawal stays good (protocol 1).
    """

    name: str
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    number_rule: NumberRule = ANY_PLACE
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None

    def stands_at(self, at: dt.datetime) -> bool:
        if self.valid_from is not None and at < self.valid_from:
            return False
        if self.valid_until is not None and at > self.valid_until:
            return False
        return self.withdrawn_at is None or at < self.withdrawn_at


@dataclass(frozen=True)
class TrustStore:
    authorities: tuple[Authority, ...]

    @classmethod
    def of(
        cls,
        anchors: Iterable[bytes] = (),
        intermediates: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        ocsps: Iterable[bytes] = (),
    ) -> "TrustStore":
        """A store of one nameless authority, from bare DER lists."""
        return cls((Authority("", tuple(anchors), tuple(intermediates), tuple(crls), tuple(ocsps)),))

    @property
    def anchors(self) -> list[bytes]:
        return [der for authority in self.authorities for der in authority.anchors]

    @property
    def intermediates(self) -> list[bytes]:
        return [der for authority in self.authorities for der in authority.intermediates]

    @property
    def crls(self) -> list[bytes]:
        return [der for authority in self.authorities for der in authority.crls]

    @property
    def ocsps(self) -> list[bytes]:
        return [der for authority in self.authorities for der in authority.ocsps]

    def standing_at(self, at: dt.datetime) -> "TrustStore":
        """Only the authorities accepted at that moment: the same object for the same ones, so that caches hold."""
        standing = tuple(authority.stands_at(at) for authority in self.authorities)
        if all(standing):
            return self
        if standing not in self._parts:
            kept = [authority for authority, stands in zip(self.authorities, standing, strict=True) if stands]
            self._parts[standing] = TrustStore(tuple(kept))
        return self._parts[standing]

    @cached_property
    def _parts(self) -> dict[tuple[bool, ...], "TrustStore"]:
        return {}

    def with_crls(self, crls: Iterable[bytes]) -> "TrustStore":
        extra = Authority(name="", anchors=(), crls=tuple(crls))
        return TrustStore((*self.authorities, extra)) if extra.crls else self

    def joined(self, other: "TrustStore") -> "TrustStore":
        return TrustStore((*self.authorities, *other.authorities))

    def authority_of(self, anchor_der: bytes) -> Authority | None:
        return next((a for a in self.authorities if anchor_der in a.anchors), None)

    def linked(self, embedded: Iterable[bytes]) -> list[bytes]:
        """Those of the embedded certificates that really were signed by a CA of this store, or by one of themselves that
        was. The rest cannot stand in a valid path, and would only let a stranger choose how long building one takes.
        """
        issuers = {name: list(certs) for name, certs in self._by_name.items()}
        waiting = {der: cert for der in embedded if (cert := parsed(der)) is not None}
        found: list[bytes] = []
        growing = True
        while growing:
            growing = False
            for der, cert in list(waiting.items()):
                if any(issued_by(cert, issuer) for issuer in issuers.get(cert.issuer, ())):
                    issuers.setdefault(cert.subject, []).append(waiting.pop(der))
                    found.append(der)
                    growing = True
        return found

    @cached_property
    def _by_name(self) -> dict[x509.Name, list[x509.Certificate]]:
        names: dict[x509.Name, list[x509.Certificate]] = {}
        for der in (*self.anchors, *self.intermediates):
            if (cert := parsed(der)) is not None:
                names.setdefault(cert.subject, []).append(cert)
        return names

    @cached_property
    def wire(self) -> bytes:
        """What the validating process needs, as JSON of base64 texts."""
        lists = {"anchors": self.anchors, "intermediates": self.intermediates, "crls": self.crls, "ocsps": self.ocsps}
        return json.dumps({k: [base64.b64encode(der).decode() for der in v] for k, v in lists.items()}).encode()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.wire).hexdigest()


def load_anchors(folder: Path | str) -> TrustStore:
    """The trust store of an `--anchors DIR` (protocol 8), one authority per anchor, all others shared.

    Raises OSError when the folder cannot be read, ValueError when no anchor is in it.
    """
    anchors: list[bytes] = []
    others: list[bytes] = []
    crls: list[bytes] = []
    for path in sorted(Path(folder).iterdir()):
        suffix = path.suffix.lower()
        if suffix in CERTIFICATE_SUFFIXES and path.is_file():
            for der in read_certificates(path.read_bytes()):
                (anchors if self_signed(der) else others).append(der)
        elif suffix == CRL_SUFFIX and path.is_file():
            crls.extend(read_crls(path.read_bytes()))
    if not anchors:
        raise ValueError(f"no trust anchor in {folder}")
    return store_of(anchors, others, crls)


def store_of(anchors: Iterable[bytes], intermediates: Iterable[bytes], crls: Iterable[bytes]) -> TrustStore:
    """One authority per anchor, named by its subject; intermediates and CRLs are shared by all."""
    authorities = [Authority(subject_text(der), (der,)) for der in dict.fromkeys(anchors)]
    if authorities:
        shared = replace(
            authorities[0], intermediates=tuple(dict.fromkeys(intermediates)), crls=tuple(dict.fromkeys(crls))
        )
        authorities[0] = shared
    return TrustStore(tuple(authorities))
