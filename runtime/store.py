"""Where files lie below settings.STORE. Names are random or a row's own, never anything a client said."""

import os
import secrets
from pathlib import Path

from django.conf import settings


def in_store(relative: str) -> Path:
    """The absolute path of a row's `path` field; raises ValueError for one that leads out of the store."""
    root = Path(settings.STORE)
    path = (root / relative).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError(f"{relative!r} is not in the store")
    return path


def put(relative: str, data: bytes) -> Path:
    """Write a small file whole or not at all: a reader or a crash never meets half of it."""
    path = in_store(relative)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
