"""Takes the tree of categories into the database; run after every migration. Twice is the same as once."""

from pathlib import Path

from prequalified.models import Category
from prequalified.rules.directories.categories import DATA, read_categories


def load_categories(file: Path = DATA) -> int:
    """How many rows were made or changed. A category that is gone from the file stays: directories hang on it."""
    rows = {row.code: row for row in Category.objects.all()}
    changed = 0
    for given in read_categories(file):
        parent = rows.get(given.parent)
        wanted = {
            "kind": given.kind, "name": given.name, "name_en": given.name_en, "path": given.path,
            "parent_id": parent.pk if parent else None,
        }  # fmt: skip
        row = rows.get(given.code)
        if row is not None and all(getattr(row, key) == value for key, value in wanted.items()):
            continue
        rows[given.code], _ = Category.objects.update_or_create(code=given.code, defaults=wanted)
        changed += 1
    return changed
