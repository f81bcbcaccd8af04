"""The tree of categories (rules/data/categories.json): read flat, parents first."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "yangguang-categories/1"
DATA = Path(__file__).parent.parent / "data" / "categories.json"
KINDS = ("contractor", "agency", "intermediary")
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class CategoryData:
    """`path`: codes from the root, each followed by a slash."""

    code: str
    kind: str
    name: str
    name_en: str
    parent: str
    path: str


def read_categories(file: Path = DATA) -> list[CategoryData]:
    """Raises ValueError where the file is not what it says, or a code stands twice."""
    data = json.loads(file.read_text("utf-8"))
    if data.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}: {data.get('format')!r}")
    found = [each for root in data["categories"] for each in _flat(root, root["kind"], "", "")]
    codes = [each.code for each in found]
    if len(codes) != len(set(codes)):
        raise ValueError("a category's code stands twice")
    return found


def _flat(node: Mapping[str, Any], kind: str, parent: str, path: str) -> Iterator[CategoryData]:
    code = node["code"]
    if kind not in KINDS or not _CODE.fullmatch(code) or not node["name"] or not node["name_en"]:
        raise ValueError(f"not a category: {node!r}")
    here = f"{path}{code}/"
    yield CategoryData(code, kind, node["name"], node["name_en"], parent, here)
    for child in node.get("children", ()):
        yield from _flat(child, kind, code, here)
