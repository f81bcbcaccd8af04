"""The opening record (开标记录) as signed data: everything that happened in the hall, in one canonical JSON (20号令 32)."""

from collections.abc import Mapping, Sequence
from typing import Any

FORMAT = "yangguang-opening-record/1"


def record_content(
    *,
    platform: str,
    centre: Mapping[str, str],
    section: Mapping[str, Any],
    times: Mapping[str, str],
    decryption: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    trustees: Sequence[Mapping[str, Any]],
    bids: Sequence[Mapping[str, Any]],
    present: Sequence[Mapping[str, str]],
    objections: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """`yangguang-opening-record/1`.

    `bids`, by arrival: {id, bidder, received_at, sha256, size, outcome, cause, decided_at, inner_sha256, items}; `items` only
    of opened ones (CTS A-113). `trustees`: {place, name, number, released}. `present`: {name, number, signed_in_at,
    confirmed_at}. `objections`: {name, number, text, raised_at, answer, answered_by, answered_at}. Moments are stamps.
    """
    return {
        "format": FORMAT,
        "platform": platform,
        "centre": dict(centre),
        **section,
        "times": dict(times),
        "decryption": dict(decryption),
        "opening_items": [dict(item) for item in items],
        "trustees": [dict(trustee) for trustee in trustees],
        "bids": [dict(bid) for bid in bids],
        "present": [dict(person) for person in present],
        "objections": [dict(objection) for objection in objections],
    }
