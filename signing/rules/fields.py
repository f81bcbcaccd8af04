"""Reads the fields of a JSON object that came from outside into typed values; anything unexpected is a `BadField`.

Every format of ours is parsed with this: a missing, unknown or wrongly typed field is refused, never passed over.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from runtime.clock import read_stamp
from signing.rules.canonical import canonical, read_strict

HEX64 = re.compile(r"[0-9a-f]{64}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NUMBER = re.compile(r"[0-9A-Z]{15,18}")


class BadField(ValueError):
    """`args[0]` names the field, dotted from the top."""


class Fields:
    """One JSON object. Take each field once, then `done()`."""

    def __init__(self, data: Any, place: str = "") -> None:
        self.place = place
        if not isinstance(data, Mapping):
            raise BadField(place or "{}")
        self._left = dict(data)

    def _path(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def has(self, name: str) -> bool:
        return name in self._left

    def take(self, name: str) -> Any:
        if name not in self._left:
            raise BadField(self._path(name))
        return self._left.pop(name)

    def text(self, name: str, *, longest: int = 200, pattern: re.Pattern[str] | None = None) -> str:
        value = self.take(name)
        if not isinstance(value, str) or len(value) > longest or (pattern and not pattern.fullmatch(value)):
            raise BadField(self._path(name))
        return value

    def one_of(self, name: str, *allowed: str) -> str:
        value = self.take(name)
        if value not in allowed:
            raise BadField(self._path(name))
        return str(value)

    def integer(self, name: str, least: int = 0, most: int = 2**53 - 1) -> int:
        value = self.take(name)
        if type(value) is not int or not least <= value <= most:
            raise BadField(self._path(name))
        return value

    def sha256(self, name: str) -> str:
        return self.text(name, pattern=HEX64)

    def moment(self, name: str) -> str:
        """A stamp as `runtime.clock.stamp` writes it; returned as text."""
        value = self.text(name, longest=40)
        try:
            read_stamp(value)
        except ValueError as error:
            raise BadField(self._path(name)) from error
        return value

    def octets(self, name: str, longest: int = 4096) -> bytes:
        """Standard base64 with padding."""
        value = self.text(name, longest=longest * 2)
        try:
            found = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadField(self._path(name)) from error
        if len(found) > longest:
            raise BadField(self._path(name))
        return found

    def inside(self, name: str) -> "Fields":
        return Fields(self.take(name), self._path(name))

    def each(self, name: str, most: int = 255) -> list["Fields"]:
        values = self.take(name)
        if not isinstance(values, list) or len(values) > most:
            raise BadField(self._path(name))
        return [Fields(value, f"{self._path(name)}[{place}]") for place, value in enumerate(values)]

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.take(name)
        if not isinstance(value, dict):
            raise BadField(self._path(name))
        return value

    def done(self) -> None:
        """Refuse what nobody asked for."""
        if self._left:
            raise BadField(self._path(next(iter(self._left))))


def read_object(data: bytes, *, canonically: bool = True) -> Fields:
    """The fields of a JSON file; with `canonically` its bytes must be the RFC 8785 spelling. Raises BadField."""
    try:
        value = read_strict(data)
        spelled = not canonically or canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise BadField("JSON") from error
    if not spelled:
        raise BadField("RFC 8785")
    return Fields(value)
