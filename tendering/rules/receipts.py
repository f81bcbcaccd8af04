"""The receipt (投标回执) as signed data (protocol §3; 20号令 27: instant receipt)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from runtime.clock import stamp

FORMAT = "yangguang-receipt/1"


def receipt_content(
    *,
    number: str,
    platform: str,
    centre: str,
    section: Mapping[str, Any],
    bidder: Mapping[str, str],
    certificate: str,
    bid: Mapping[str, Any],
    received_at: dt.datetime,
    deadline: dt.datetime | None,
    replaces: str,
    journal: Mapping[str, Any],
) -> dict[str, Any]:
    """`yangguang-receipt/1`. `section`: {tender, code, name, round}; `bid`: {id, sha256, size, payload_sha256, document};
    `replaces`: SHA-256 of the bid it took the place of, or ""; `journal`: what signing.queries.sealed_proof gives of the entry."""
    return {
        "format": FORMAT,
        "number": number,
        "platform": platform,
        "centre": centre,
        "tender": section["tender"],
        "section": section["code"],
        "section_name": section["name"],
        "round": section["round"],
        "bidder": dict(bidder),
        "certificate": certificate,
        "bid": dict(bid),
        "received_at": stamp(received_at),
        "deadline": stamp(deadline) if deadline else "",
        "replaces": replaces,
        "journal": dict(journal),
    }
