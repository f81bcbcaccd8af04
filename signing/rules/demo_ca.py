"""A demonstration certificate authority: root, intermediate, revocation lists and holders, on real certificates.

Used by `yangguang ca demo`, by `make run` and by the tests. Nobody else trusts it; it keeps its keys beside its
certificates. Each suite has its own layout of the subject, as real authorities have.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from runtime import clock
from signing.rules import issuing
from signing.rules.certificates import (
    IDENTITY_CODE_OID,
    ORGANISATION_CODE_OID,
    Authority,
    NumberRule,
    TrustStore,
    pem,
)
from signing.rules.issuing import CA_PROFILE, SIGNER_PROFILE, TIMESTAMP_PROFILE, Issuer, Profile, Revocation
from signing.rules.signing_key import PrivateKey, SigningKey

LAYOUTS = {
    "rsa": NumberRule("serialNumber"),
    "ecdsa": NumberRule("OU", prefix="USCC:"),
    "extension": NumberRule("extension", oids=(ORGANISATION_CODE_OID, IDENTITY_CODE_OID)),
}
DAY = dt.timedelta(days=1)
__all__ = ["DemoCA", "Issued", "issue_holder", "load", "make_ca", "pem", "revoke", "save", "write_public"]


class Issued(NamedTuple):
    p12: bytes
    cert_der: bytes


@dataclass
class DemoCA:
    name: str
    suite: str
    number_rule: NumberRule
    root: Issuer
    intermediate: Issuer
    revoked: list[Revocation] = field(default_factory=list)
    crl_days: int = 365

    def crls(self, at: dt.datetime | None = None) -> list[bytes]:
        """Fresh lists of root and intermediate (DER), published at `at` and good for `crl_days`."""
        this_update = at or clock.now()
        number = int(this_update.timestamp())
        until = this_update + self.crl_days * DAY
        return [
            issuing.issue_crl(self.root, [], this_update, until, number),
            issuing.issue_crl(self.intermediate, self.revoked, this_update, until, number),
        ]

    def authority(self, at: dt.datetime | None = None) -> Authority:
        return Authority(
            self.name, (self.root.der,), (self.intermediate.der,), tuple(self.crls(at)), (), self.number_rule
        )

    def trust_store(self, at: dt.datetime | None = None) -> TrustStore:
        return TrustStore((self.authority(at),))

    def issue(
        self,
        name: str,
        number: str = "",
        *,
        kind: str = "organisation",
        profile: Profile = SIGNER_PROFILE,
        not_before: dt.datetime | None = None,
        not_after: dt.datetime | None = None,
        key: PrivateKey | None = None,
    ) -> SigningKey:
        """A holder's key with its certificate; valid from a day ago for two years unless told."""
        since = not_before or clock.now() - DAY
        key = key or issuing.new_key(self.suite)
        subject, extensions = self._subject(name, number, kind)
        certificate = issuing.issue(
            subject, key, self.intermediate, profile, since, not_after or since + 730 * DAY, extensions
        )
        return SigningKey(certificate, key, (self.intermediate.certificate,))

    def timestamp_authority(self, name: str = "演示时间戳服务") -> SigningKey:
        return self.issue(name, profile=TIMESTAMP_PROFILE)

    def _subject(self, name: str, number: str, kind: str) -> tuple[x509.Name, list[tuple[x509.ExtensionType, bool]]]:
        organisation = name if kind == "organisation" else ""
        place = self.number_rule.place
        if place == "extension" and number:
            oid = ORGANISATION_CODE_OID if organisation else IDENTITY_CODE_OID
            value = b"\x13" + bytes([len(number)]) + number.encode()  # PrintableString
            extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)
            return issuing.subject(name, organisation=organisation), [(extension, False)]
        units = [self.number_rule.prefix + number] if place == "OU" and number else []
        serial = number if place in ("serialNumber", "any") else ""
        return issuing.subject(name, organisation=organisation, serial_number=serial, units=units), []


def make_ca(
    name: str,
    suite: str = "rsa",
    *,
    at: dt.datetime | None = None,
    number_rule: NumberRule | None = None,
    years: int = 20,
) -> DemoCA:
    """A new CA valid from two years before `at` (now when not given), so that it can issue expired certificates too.

    `suite`: "rsa" (number in the subject's serialNumber) or "ecdsa" (number in OU as `USCC:…`); `number_rule`
    chooses another layout. Raises ValueError for another suite.
    """
    since = (at or clock.now()) - 730 * DAY
    until = since + years * 365 * DAY
    root_key, key = issuing.new_key(suite), issuing.new_key(suite)
    root_name = issuing.subject(f"{name} 根", organisation=name)
    root = Issuer(issuing.issue(root_name, root_key, None, CA_PROFILE, since, until), root_key)
    profile = Profile(ca=True, path_length=0, digital_signature=False, non_repudiation=False)
    middle_name = issuing.subject(f"{name} 签发", organisation=name)
    middle = Issuer(issuing.issue(middle_name, key, root, profile, since, until), key)
    return DemoCA(name, suite, number_rule or LAYOUTS[suite], root, middle)


def issue_holder(
    ca: DemoCA,
    name: str,
    number: str,
    *,
    passphrase: str = "",
    kind: str = "organisation",
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
) -> Issued:
    """(.p12, certificate DER) of a new holder; `kind` is "organisation" or "person". No passphrase: not encrypted."""
    key = ca.issue(name, number, kind=kind, not_before=not_before, not_after=not_after)
    return Issued(key.to_p12(passphrase, name), key.cert_der)


def revoke(
    ca: DemoCA,
    cert_der: bytes,
    at: dt.datetime | None = None,
    reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
) -> None:
    """From the next list on, the certificate counts as revoked since `at` (now when not given)."""
    serial = x509.load_der_x509_certificate(cert_der).serial_number
    ca.revoked.append(Revocation(serial, at or clock.now(), reason))


def write_public(ca: DemoCA, folder: Path, stem: str = "", at: dt.datetime | None = None) -> list[Path]:
    """Certificates and lists as an `--anchors DIR` reads them; `stem` goes before each name."""
    folder.mkdir(parents=True, exist_ok=True)
    root_crl, crl = ca.crls(at)
    files = {
        "root.crt": ca.root.certificate.public_bytes(Encoding.PEM),
        "intermediate.crt": ca.intermediate.certificate.public_bytes(Encoding.PEM),
        "root.crl": root_crl,
        "intermediate.crl": crl,
    }
    written = []
    for name, data in files.items():
        path = folder / f"{stem}{name}"
        path.write_bytes(data)
        written.append(path)
    return written


def save(ca: DemoCA, folder: Path) -> None:
    """Public files plus the CA's own keys and records (mode 0600), so that it can issue and revoke later."""
    write_public(ca, folder)
    record = {
        "format": "yangguang-demo-ca/1",
        "name": ca.name,
        "suite": ca.suite,
        "number_rule": ca.number_rule.as_data(),
        "crl_days": ca.crl_days,
        "revoked": [{"serial": str(r.serial), "at": clock.stamp(r.at), "reason": r.reason.name} for r in ca.revoked],
        "root_key": _key_text(ca.root.key),
        "intermediate_key": _key_text(ca.intermediate.key),
    }
    path = folder / "ca.json"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1))


def load(folder: Path) -> DemoCA:
    """Inverse of `save`. Raises OSError or ValueError."""
    record = json.loads((folder / "ca.json").read_text())
    if record.get("format") != "yangguang-demo-ca/1":
        raise ValueError("not a demonstration CA")
    return DemoCA(
        name=record["name"],
        suite=record["suite"],
        number_rule=NumberRule.from_data(record["number_rule"]),
        root=_issuer(folder / "root.crt", record["root_key"]),
        intermediate=_issuer(folder / "intermediate.crt", record["intermediate_key"]),
        revoked=list(_revocations(record["revoked"])),
        crl_days=int(record["crl_days"]),
    )


def _revocations(records: Iterable[dict[str, str]]) -> Iterable[Revocation]:
    for entry in records:
        yield Revocation(int(entry["serial"]), clock.read_stamp(entry["at"]), x509.ReasonFlags[entry["reason"]])


def _key_text(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _issuer(path: Path, key_text: str) -> Issuer:
    key = serialization.load_pem_private_key(key_text.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("unknown kind of key")
    return Issuer(x509.load_pem_x509_certificate(path.read_bytes()), key)
