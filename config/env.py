"""Reading the environment, strictly: a value that cannot be understood stops the start instead of being guessed."""

import os
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"", "0", "1", "false", "true", "no", "yes"}:
        return default if not value else value in {"1", "true", "yes"}
    raise ValueError(f"{name}={value!r}: say 1 or 0")


def number(name: str, default: int) -> int:
    value = text(name)
    return int(value) if value else default


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    """Django's settings for `postgresql://user:password@host:port/name` or `sqlite:///path/to/file`."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(parts)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path))
    raise ValueError(f"DATABASE_URL: {parts.scheme}:// is not supported, use postgresql:// or sqlite://")


def _postgres(parts: SplitResult) -> dict[str, object]:
    name = unquote(parts.path.lstrip("/"))
    suffix = text("TEST_DATABASE_SUFFIX")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": number("DATABASE_POOL", 16), "timeout": 20}},
        "TEST": {"NAME": f"test_{name}_{suffix}" if suffix else f"test_{name}"},
    }


def _sqlite(path: str) -> dict[str, object]:
    suffix = text("TEST_DATABASE_SUFFIX") or "yangguang"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # WAL alone still fails under concurrent writers; IMMEDIATE and a wait cure it (docs/decisions/).
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": str(Path(path).with_name(f"test-{suffix}.sqlite3"))},
    }
