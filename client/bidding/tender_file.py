"""Reading tender.json: the terms a bid is made and sealed by, and the trustees whose recipients it is sealed to."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.output import Unusable, read_bytes
from signing.rules import bid_faults as faults
from signing.rules.canonical import read_strict
from signing.rules.sealed_bid import Verify
from signing.rules.statements import SignedStatement, check_recipient
from signing.rules.tender_terms import TenderTerms, terms_of

LARGEST = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Tender:
    content: Mapping[str, Any]
    terms: TenderTerms


def read_tender(path: Path) -> Tender:
    """Raises Unusable for a file that is no JSON object, Refusal `tender.unreadable` for wrong fields."""
    try:
        content = read_strict(read_bytes(path, LARGEST))
    except ValueError as error:
        raise Unusable(f"{path}：不是 JSON 文件") from error
    if not isinstance(content, dict):
        raise Unusable(f"{path}：不是招标文件")
    return Tender(content, terms_of(content))


def check_trustees(tender: Tender, verify: Verify) -> list[str]:
    """Every trustee's recipient is one that the trustee itself registered for this tender, under its own signature.

    Otherwise whoever serves the tender document could name recipients of its own and read bids early. Returns the
    trustees' names; raises Refusal `recipient.*` or `signature.*`.
    """
    names = []
    for trustee in tender.terms.trustees:
        entry = next(item for item in tender.content["trustees"] if item.get("place") == trustee.place)
        try:
            parts = [base64.b64decode(entry[name], validate=True) for name in ("statement", "signature")]
            number = str(entry["number"])
        except (KeyError, TypeError, binascii.Error, ValueError) as error:
            raise faults.refusal("recipient.unreadable", field=f"trustees[{trustee.place - 1}]") from error
        signed = SignedStatement(*parts)
        check_recipient(signed, verify, tender=tender.terms.tender, recipient=trustee.recipient, number=number)
        names.append(str(entry.get("name", trustee.slug)))
    return names
