"""What a member signs when handing in: canonical JSON with every verdict and every score of his or her own (A-146)."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from runtime.refusal import Blocker, gettext_noop
from signing.rules.canonical import canonical
from tendering.rules.methods.schema import Method

FORMAT = "yangguang-hand-in/1"


def spell_score(score: Decimal) -> str:
    """Two decimals always: the same score has one spelling in every signed file."""
    return f"{score:.2f}"


def content(
    *,
    section: str,
    round: int,
    method_sha256: str,
    member: Mapping[str, str],
    number: int,
    verdicts: Mapping[str, Mapping[str, Mapping[str, Any]]],
    scores: Mapping[str, Mapping[str, Decimal]],
) -> dict[str, Any]:
    """`verdicts` and `scores`: bidder → item → {passed, reason} or score. `number` counts the member's hand-ins."""
    return {
        "format": FORMAT,
        "section": section,
        "round": round,
        "method_sha256": method_sha256,
        "member": dict(member),
        "number": number,
        "verdicts": {bidder: {item: dict(row) for item, row in rows.items()} for bidder, rows in verdicts.items()},
        "scores": {bidder: {item: spell_score(s) for item, s in row.items()} for bidder, row in scores.items()},
    }


def signed_bytes(data: Mapping[str, Any]) -> bytes:
    return canonical(dict(data))


def sha256_of(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(signed_bytes(data)).hexdigest()


def blockers(method: Method, bidders: Sequence[str], scores: Mapping[str, Mapping[str, Decimal]]) -> list[Blocker]:
    """Nothing may be missing; each gap is named by bid and item."""
    found = []
    for bidder in bidders:
        for item in method.items:
            if item.key not in scores.get(bidder, {}):
                message = gettext_noop("还没有给“%(bidder)s”的“%(title)s”评分")
                params = {"bidder": bidder, "title": item.title}
                place = f"scores.{bidder}.{item.key}"
                found.append(Blocker("hand_in.score_missing", message, params=params, place=place))
    return found
