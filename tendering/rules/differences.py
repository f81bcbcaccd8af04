"""What changed between two versions of a tender document, place by place, as the amendment notice shows it."""

from collections.abc import Mapping
from typing import Any

from runtime.refusal import Blocker, gettext_noop
from tendering.rules.document_parts import fault

# What the platform itself writes anew in each version, or what repeats other places.
UNTOLD = frozenset({"version", "text", "round"})
# Bids already sealed would not open any more if these changed.
FIXED = ("decryption", "trustees")


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`[{"path": "method.items.0.max", "old": …, "new": …}]`; a side that has nothing there is None."""
    found: list[dict[str, Any]] = []
    for key in sorted(set(old) | set(new)):
        if key not in UNTOLD:
            _walk(old.get(key), new.get(key), key, found)
    return found


def _walk(old: Any, new: Any, path: str, found: list[dict[str, Any]]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            _walk(old.get(key), new.get(key), f"{path}.{key}", found)
    elif isinstance(old, list) and isinstance(new, list):
        for place in range(max(len(old), len(new))):
            _walk(_at(old, place), _at(new, place), f"{path}.{place}", found)
    elif old != new:
        found.append({"path": path, "old": old, "new": new})


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def fixed_blockers(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Blocker]:
    return [
        fault(
            "fixed_part",
            gettext_noop("“%(key)s”在发布后不能变更：已加密的投标文件将无法开启"),
            key,
            "docs/protocol.md §4",
            gettext_noop("如确需变更，请终止本次招标后重新招标"),
            key=key,
        )
        for key in FIXED
        if old.get(key) != new.get(key)
    ]
