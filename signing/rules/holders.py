"""Who holds a certificate: each authority writes the holder's number in its own place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.rules.certificate_files import UNREADABLE, first_name, parse

# GM/T 0015-2012: where Chinese authorities put the organisation's code and a person's identity number.
ORGANISATION_CODE_OID = "1.2.156.10260.4.1.4"
IDENTITY_CODE_OID = "1.2.156.10260.4.1.1"
_NUMBER = re.compile(r"[0-9A-Z]{15,18}")


@dataclass(frozen=True, slots=True)
class NumberRule:
    """Where an authority writes the holder's USCC or personal number.

    `place`: "serialNumber" or "OU" of the subject, "extension" (then `oids`), or "any" (tries the three in the order
    extension, serialNumber, OU: only for a look at certificates whose authority's rule is not known).
    `prefix` stands before the number and is cut off; values without it are passed over.
    """

    place: str = "any"
    prefix: str = ""
    oids: tuple[str, ...] = (ORGANISATION_CODE_OID, IDENTITY_CODE_OID)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "NumberRule":
        """Inverse of `as_data`; raises ValueError for a place that is not known."""
        rule = cls(
            place=str(data.get("place", "any")),
            prefix=str(data.get("prefix", "")),
            oids=tuple(data.get("oids") or (ORGANISATION_CODE_OID, IDENTITY_CODE_OID)),
        )
        if rule.place not in {"any", "serialNumber", "OU", "extension"}:
            raise ValueError(f"unknown place of the holder's number: {rule.place}")
        return rule

    def as_data(self) -> dict[str, Any]:
        return {"place": self.place, "prefix": self.prefix, "oids": list(self.oids)}


ANY_PLACE = NumberRule()


@dataclass(frozen=True, slots=True)
class Holder:
    """`number` is the USCC of an organisation or a person's number, upper case, "" when the certificate has none
    or several; `kind` is "organisation" or "person"."""

    name: str
    number: str
    kind: str


def holder_of(cert_der: bytes, rule: NumberRule = ANY_PLACE) -> Holder:
    """Reads the holder from the subject by the authority's rule. Raises ValueError when it is no certificate."""
    cert = parse(cert_der)
    organisation = first_name(cert.subject, NameOID.ORGANIZATION_NAME)
    name = organisation or first_name(cert.subject, NameOID.COMMON_NAME)
    return Holder(name=name, number=_number(cert, rule), kind="organisation" if organisation else "person")


def _number(cert: x509.Certificate, rule: NumberRule) -> str:
    places = ("extension", "serialNumber", "OU") if rule.place == "any" else (rule.place,)
    for place in places:
        found = {_cut(value, rule.prefix) for value in _values(cert, place, rule.oids)} - {""}
        if rule.place == "any":
            found = {number for value in found if (number := _bare(value))}
        if len(found) == 1:
            return found.pop()
        if found:  # two different numbers: whose certificate is it? refuse to guess
            return ""
    return ""


def _cut(value: str, prefix: str) -> str:
    value = value.strip()
    return value[len(prefix) :].strip().upper() if value.startswith(prefix) else ""


def _bare(value: str) -> str:
    """The number behind any label like `USCC:`; "" when the text holds none."""
    tail = re.split(r"[:：=@]", value)[-1].strip()
    return tail if _NUMBER.fullmatch(tail) else ""


def _values(cert: x509.Certificate, place: str, oids: Sequence[str]) -> list[str]:
    if place == "serialNumber":
        return [str(a.value) for a in cert.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    if place == "OU":
        return [str(a.value) for a in cert.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    wanted = set(oids)
    try:
        extensions = list(cert.extensions)
    except UNREADABLE:
        return []
    return [
        _text_of(extension.value.value)
        for extension in extensions
        if extension.oid.dotted_string in wanted and isinstance(extension.value, x509.UnrecognizedExtension)
    ]


def _text_of(value: bytes) -> str:
    """The text of an extension: a DER string of any type with a short length, or bare text."""
    if len(value) > 2 and value[0] in (0x0C, 0x13, 0x16, 0x04) and value[1] == len(value) - 2:
        value = value[2:]
    return value.decode("utf-8", "replace")
