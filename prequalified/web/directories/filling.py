"""The form in which a firm answers each condition: the same page for a request and for a yearly review."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from prequalified.models import Paper
from prequalified.queries.directories.conditions_shown import shown
from prequalified.rules.directories.condition_kinds import proofs_of
from prequalified.rules.directories.conditions import conditions_for
from signing.rules.canonical import canonical


def rows_of(
    document: Mapping[str, Any], grade: str, facts: Mapping[str, Any], committed: Sequence[str], papers: Sequence[Paper]
) -> list[dict[str, Any]]:
    """A row each condition: what is asked, the firm's papers that could prove it, what it has filled in."""
    rows = []
    for condition in conditions_for(document, grade):
        key, kinds = condition["key"], proofs_of(condition)
        told = facts.get(key, {"text": "", "papers": []})
        rows.append(
            {
                **shown(condition), "stated": told["text"], "choosable": bool(kinds),
                "papers": [{"paper": one, "chosen": one.public_id in told["papers"]} for one in papers if one.kind in kinds],
                "committed": key in committed,
            }
        )  # fmt: skip
    return rows


def filled_in(posted: QueryDict, document: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """`(facts, committed)` from a form: fields `text-<key>`, `papers-<key>`, `commit-<key>`."""
    keys = [one["key"] for one in document["conditions"]]
    facts = {
        key: {"text": posted.get(f"text-{key}", "").strip(), "papers": posted.getlist(f"papers-{key}")}
        for key in keys
        if posted.get(f"text-{key}", "").strip() or posted.getlist(f"papers-{key}")
    }
    return facts, [key for key in keys if posted.get(f"commit-{key}")]


def to_sign(statement: Mapping[str, Any]) -> str:
    """Base64 of the canonical bytes, for `data-content`."""
    return base64.b64encode(canonical(statement)).decode()


def signature_of(posted: QueryDict) -> bytes:
    """Empty where it is no Base64: the check of the signature says so in words."""
    try:
        return base64.b64decode(posted.get("signature", ""), validate=True)
    except ValueError:
        return b""
