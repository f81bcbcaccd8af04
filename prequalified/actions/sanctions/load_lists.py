"""Takes the kinds of list of rules/data/lists.json into the database."""

import hashlib
from pathlib import Path

from prequalified.models import ListKind
from prequalified.rules.sanctions.lists import PATH, read_lists
from runtime.clock import now
from signing.rules.canonical import canonical


def load_lists(path: Path = PATH) -> list[ListKind]:
    """The kinds that were added or changed; run after every migration. Twice is the same as once.

    A kind that the file no longer has stays: sanctions stand on it. Raises ValueError for a kind without legal ground.
    """
    known = dict(ListKind.objects.values_list("code", "sha256"))
    made = []
    for data in read_lists(path):
        digest = hashlib.sha256(canonical(data)).hexdigest()
        if known.get(data["code"]) == digest:
            continue
        fields = {
            "name": data["name"], "name_en": data["name_en"], "ground": data["ground"]["rule"], "data": data,
            "sha256": digest, "loaded_at": now(),
        }  # fmt: skip
        made.append(ListKind.objects.update_or_create(code=data["code"], defaults=fields)[0])
    return made
