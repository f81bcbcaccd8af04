"""The rules that a directory has until its staff publish others."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).resolve().parent.parent / "data" / "conduct.json"


@cache
def _text() -> str:
    return _FILE.read_text(encoding="utf-8")


def preset() -> dict[str, Any]:
    """A copy that the caller may keep."""
    data: dict[str, Any] = json.loads(_text())
    return data
