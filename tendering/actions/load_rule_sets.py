"""Takes the rule sets of tendering/rules/data/ into the database."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from prequalified.models import Centre
from runtime.clock import now
from signing.rules.canonical import canonical
from tendering.models import RuleSet
from tendering.rules.rulesets import DATA, read_files


def load_rule_sets(folder: Path = DATA) -> list[RuleSet]:
    """Adds what is not there yet, by content; run after every migration. Twice is the same as once.

    A file's `scope`: `country`, `demonstration` (every demonstration centre) or a centre's code. A changed file becomes a
    row of its own beside the old one, whose sections keep what they froze. Raises LookupError for an unknown centre.
    """
    return [made for data in read_files(folder).values() if (made := _load(data)) is not None]


def _load(data: dict[str, Any]) -> RuleSet | None:
    scope = data["scope"]
    centre = None if scope in ("country", "demonstration") else Centre.objects.filter(code=scope).first()
    if centre is None and scope not in ("country", "demonstration"):
        raise LookupError(f"rule set {data['code']} is for the centre {scope!r}, which does not exist")
    valid_from = dt.date.fromisoformat(data["valid_from"])
    until = data.get("valid_until")
    row, made = RuleSet.objects.get_or_create(
        code=data["code"],
        valid_from=valid_from,
        sha256=hashlib.sha256(canonical(data)).hexdigest(),
        defaults={
            "name": data["name"],
            "centre": centre,
            "demonstration": scope == "demonstration",
            "valid_until": dt.date.fromisoformat(until) if until else None,
            "data": data,
            "loaded_at": now(),
        },
    )
    return row if made else None
