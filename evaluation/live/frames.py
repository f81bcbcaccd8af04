"""Frames of the evaluation room, parsed into typed values before anything sees them."""

from dataclasses import dataclass
from typing import Any

from runtime.refusal import Blocker, Refusal, gettext_noop


@dataclass(frozen=True, slots=True)
class SaveScore:
    """`{"type": "save", "bid", "item", "score": "18.5" | null, "version": 3}`."""

    bid: str
    item: str
    score: str | None
    version: int


@dataclass(frozen=True, slots=True)
class SaveVerdict:
    """`{"type": "verdict", "bid", "item", "passed", "reason", "version"}`."""

    bid: str
    item: str
    passed: bool
    reason: str
    version: int


def malformed(place: str) -> Refusal:
    message = gettext_noop("消息的字段“%(place)s”不正确")
    return Refusal(Blocker("frame.malformed", message, params={"place": place}, place=place), status=400)


def read_save(frame: dict[str, Any]) -> SaveScore:
    """Raises Refusal `frame.malformed` naming the field."""
    _only(frame, {"bid", "item", "score", "version"})
    score = frame.get("score")
    if score is not None and not (isinstance(score, str) and len(score) <= 20):
        raise malformed("score")
    return SaveScore(_name(frame, "bid"), _name(frame, "item"), score, _version(frame))


def read_verdict(frame: dict[str, Any]) -> SaveVerdict:
    _only(frame, {"bid", "item", "passed", "reason", "version"})
    passed, reason = frame.get("passed"), frame.get("reason", "")
    if not isinstance(passed, bool):
        raise malformed("passed")
    if not isinstance(reason, str) or len(reason) > 2000:
        raise malformed("reason")
    return SaveVerdict(_name(frame, "bid"), _name(frame, "item"), passed, reason, _version(frame))


def _only(frame: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(frame) - known - {"type", "id"})
    if unknown:
        raise malformed(unknown[0])


def _name(frame: dict[str, Any], field: str) -> str:
    value = frame.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= 60:
        raise malformed(field)
    return value


def _version(frame: dict[str, Any]) -> int:
    value = frame.get("version")
    if type(value) is not int or not 0 <= value < 2**31:
        raise malformed("version")
    return value
