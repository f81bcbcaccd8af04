"""A tender document's content with its keys in words, for the pages that show it."""

from collections.abc import Mapping
from typing import Any

from tendering.web.document_fields import GROUPS, TYPES


def in_words(content: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with `type_name` at each opening item and `group_name` at each scored item."""
    types, groups = dict(TYPES), dict(GROUPS)
    method = content.get("method") or {}
    items = [_named(row, "group", groups) for row in method.get("items") or []]
    opening = [_named(row, "type", types) for row in content.get("opening_items") or []]
    return {**content, "opening_items": opening, "method": {**method, "items": items}}


def _named(row: Any, key: str, names: Mapping[str, Any]) -> Any:
    return {**row, f"{key}_name": names.get(str(row.get(key)), row.get(key))} if isinstance(row, dict) else row
