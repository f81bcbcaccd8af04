"""Canonical JSON (RFC 8785): one spelling of a value, so that it can be hashed and signed."""

import json
from json import encoder
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1  # beyond it an IEEE 754 double, and so a reader in JavaScript, rounds
_encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
# JSONEncoder.encode() builds this object anew on every call, which costs as much as the encoding.
_make_encoder = getattr(encoder, "c_make_encoder", None)
_chunks = _make_encoder and _make_encoder(
    None, _encoder.default, encoder.encode_basestring, None, ":", ",", True, False, False
)


class NotCanonical(ValueError):
    """The value has no canonical spelling: a number too large, a key that is no string, a lone surrogate, an unknown type."""


def canonical(data: object) -> bytes:
    """RFC 8785 bytes of `data` (dict, list, tuple, str, int, float, bool, None).

    Python's C encoder gives exactly these bytes unless there are floats or keys outside ASCII, for RFC 8785 spells
    numbers as ECMAScript does and sorts keys by UTF-16 units; those values go to the rfc8785 library, which is slower.
    """
    try:
        return encode_plain(data).encode() if _is_plain(data) else rfc8785.dumps(data)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError, TypeError) as error:
        raise NotCanonical(str(error)) from error


def encode_plain(data: object) -> str:
    """The same for what is known to hold nothing but strings, small integers, booleans and ASCII keys; checks nothing."""
    return "".join(_chunks(data, 0)) if _chunks else _encoder.encode(data)


def _is_plain(data: Any) -> bool:
    """Whether Python's encoder and RFC 8785 agree about `data`; raises NotCanonical where neither may speak."""
    kind = type(data)
    if kind is str or kind is bool or data is None:
        return True
    if kind is int:
        if not -_LARGEST <= data <= _LARGEST:
            raise NotCanonical(f"{data} is too large for JSON; write it as a string")
        return True
    if kind is dict:
        for key, value in data.items():
            if type(key) is not str:
                raise NotCanonical(f"the key {key!r} is no string")
            if not (key.isascii() and _is_plain(value)):
                return False
        return True
    if kind is list or kind is tuple:
        return all(_is_plain(value) for value in data)
    return False  # floats, and subclasses such as StrEnum: the library decides


def read_strict(text: bytes | str) -> Any:
    """Parse JSON that may come from anybody: a key given twice, NaN or an infinity is refused with ValueError."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one JSON object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
