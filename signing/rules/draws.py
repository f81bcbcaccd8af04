"""Verifiable draws (protocol §6): nobody chooses the outcome, and anybody replays it from the draw file.

A draw file (`yangguang-draw/1`) holds the frozen pool, the parties' commitments and openings, and the outcome that follows.
"""

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from signing.rules.draw_plan import DrawError as DrawError
from signing.rules.draw_plan import Item as Item
from signing.rules.draw_plan import Step as Step
from signing.rules.draw_plan import Succession, succeed
from signing.rules.draw_plan import choose as choose
from signing.rules.draw_plan import identity_hash as identity_hash
from signing.rules.draw_plan import next_in_line as next_in_line
from signing.rules.draw_plan import pool_faults as pool_faults
from signing.rules.draw_plan import pool_hash as pool_hash

FORMAT = "yangguang-draw/1"
SALT_BYTES = VALUE_BYTES = 32
OPENING_BYTES = SALT_BYTES + VALUE_BYTES
LARGEST_POOL = 1_000_000
_FIRST_TRY = bytes(4)
_HEXADECIMAL = re.compile("(?:[0-9a-f]{2})*")


def commitment(salt: bytes, value: bytes) -> bytes:
    """SHA-256(salt ‖ value); both are 32 random bytes, so that it hides the value and binds to it."""
    if len(salt) != SALT_BYTES or len(value) != VALUE_BYTES:
        raise DrawError(f"a salt and a value of {SALT_BYTES} bytes each make a commitment")
    return sha256(salt + value).digest()


def seed(openings: Sequence[bytes], number: str) -> bytes:
    """SHA-256 over the sorted openings (salt ‖ value, 64 bytes each) and the draw's number in UTF-8."""
    if not openings or any(len(opening) != OPENING_BYTES for opening in openings) or not number:
        raise DrawError("a seed needs a number and at least one opening of 64 bytes")
    return sha256(b"".join(sorted(openings)) + number.encode()).digest()


def order(drawn: bytes, size: int) -> list[int]:
    """The numbers 1..size in the order that the seed `drawn` gives.

    As in RFC 3797: step i takes the element that a hash points at out of those not taken yet, which stay in their order.
    Step i hashes `seed ‖ i ‖ try`, both as four bytes, most significant first, counting from 0. Of the hash's 256 bits the
    first ceil(log2(left)) are read as a number; where it is not below `left`, try is raised by one and the hash made
    again. So every order is exactly equally likely: there is no remainder that would favour the first.
    """
    if not 0 <= size <= LARGEST_POOL:
        raise DrawError(f"a pool of {size} cannot be drawn from")
    # An array of four bytes a number: taking one out moves half the memory that a list would.
    left = array("I", range(1, size + 1))
    return [left.pop(_below(drawn, step, size - step)) for step in range(size)]


def _below(drawn: bytes, step: int, left: int) -> int:
    """A pool holds less than 2**32, so the first four bytes of the hash have every bit that is read."""
    shift = 32 - (left - 1).bit_length()
    start = drawn + step.to_bytes(4, "big")
    number = int.from_bytes(sha256(start + _FIRST_TRY).digest()[:4], "big") >> shift
    attempt = 0
    while number >= left:
        attempt += 1
        number = int.from_bytes(sha256(start + attempt.to_bytes(4, "big")).digest()[:4], "big") >> shift
    return number


@dataclass(frozen=True, slots=True)
class Replay:
    """What a draw file leads to, computed anew. `standing` is `chosen` after those who gave way (`succession`)."""

    number: str
    purpose: str
    seed: bytes
    order: tuple[int, ...]
    chosen: tuple[tuple[int, ...], ...]
    parties: tuple[str, ...]
    replaces: str
    standing: tuple[tuple[int, ...], ...]
    succession: tuple[Succession, ...]


def replay(draw: Mapping[str, Any]) -> Replay:
    """Check a draw file and compute its outcome; raises DrawError naming the first thing that does not hold.

    Checked: the format; the pool against its hash; each opening against its commitment; that every commitment was opened;
    that nobody committed twice; the seed, the order and the choice against those in the file; names against their hashes; that whoever took the place
    of another was the next in line.
    """
    if not isinstance(draw, Mapping) or draw.get("format") != FORMAT:
        raise DrawError(f"this is no {FORMAT} file")
    try:
        return _replay(draw)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise DrawError(f"the draw file is incomplete or malformed: {error!r}") from error


def _replay(draw: Mapping[str, Any]) -> Replay:
    number = _text(draw["number"])
    items = read_pool(draw["pool"]["items"])
    if pool_hash(items) != draw["pool"]["sha256"]:
        raise DrawError("the pool is not the one that was frozen: its hash differs")
    plan = read_plan(draw["plan"])
    parties, openings = _openings(draw["commitments"])
    drawn = seed(openings, number)
    in_order = order(drawn, len(items))
    chosen = choose(items, in_order, plan)
    outcome = draw["outcome"]
    for what, found, stated in (
        ("seed", drawn.hex(), outcome["seed"]),
        ("order", in_order, outcome["order"]),
        ("choice", chosen, outcome["chosen"]),
    ):
        if found != stated:
            raise DrawError(f"the {what} in the file is not the one that the openings give")
    _check_names(draw.get("names", []), items)
    standing, succession = _succession(draw.get("succession", []), (items, in_order, plan, chosen))
    return Replay(
        number=number,
        purpose=_text(draw["purpose"]),
        seed=drawn,
        order=tuple(in_order),
        chosen=_tuples(chosen),
        parties=parties,
        replaces=str(draw.get("replaces", "")),
        standing=_tuples(standing),
        succession=tuple(succession),
    )


def _tuples(steps: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(step) for step in steps)


def read_pool(data: Sequence[Mapping[str, Any]]) -> list[Item]:
    items = [Item(_number(entry["number"]), _labels(entry["labels"]), _digest(entry["sha256"])) for entry in data]
    if [item.number for item in items] != list(range(1, len(items) + 1)) or not items:
        raise DrawError("the pool is empty or not numbered 1, 2, 3 …")
    return items


def read_plan(data: Sequence[Mapping[str, Any]]) -> list[Step]:
    plan = [_step(entry) for entry in data]
    if not plan or any(step.take < 1 for step in plan):
        raise DrawError("the plan takes nobody")
    return plan


def _step(entry: Mapping[str, Any]) -> Step:
    """`distinct` and `by` are left out where a step does not use them; there, they name a label."""
    more = {key: _text(entry[key]) for key in ("distinct", "by") if key in entry}
    return Step(_number(entry["take"]), dict(_labels(entry["where"])), **more)


def _openings(data: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], list[bytes]]:
    parties: list[str] = []
    openings: list[bytes] = []
    seen: set[str | bytes] = set()
    for entry in data:
        party = _text(entry["party"]["number"])
        committed = _hex(entry["commitment"], 32)
        if party in seen or committed in seen:
            raise DrawError(f"{party} committed twice, or to the value of another")
        seen.update((party, committed))
        if entry.get("opening") is None:
            raise DrawError(f"the commitment of {party} was never opened")
        opening = _hex(entry["opening"]["salt"], SALT_BYTES) + _hex(entry["opening"]["value"], VALUE_BYTES)
        if sha256(opening).digest() != committed:
            raise DrawError(f"{party} opened another value than the one committed to")
        parties.append(party)
        openings.append(opening)
    return tuple(parties), openings


def _check_names(names: Sequence[Mapping[str, Any]], items: Sequence[Item]) -> None:
    for name in names:
        number = _number(name["number"])
        if not 1 <= number <= len(items) or identity_hash(name["identity"], name["salt"]) != items[number - 1].sha256:
            raise DrawError(f"the name given for number {number} is not the one in the frozen pool")


def _succession(
    data: Sequence[Mapping[str, Any]], drawn: tuple[list[Item], list[int], list[Step], list[list[int]]]
) -> tuple[list[list[int]], list[Succession]]:
    """Who gave way, in the file's sequence, against who must have followed."""
    passed = [(_number(entry["passed"]), _text(entry["reason"])) for entry in data]
    standing, found = succeed(*drawn, passed)
    for entry, told in zip(data, found, strict=True):
        stated = entry["successor"]
        if (stated if stated is None else _number(stated)) != told.successor:
            raise DrawError(f"the place of number {told.passed} went to another than the next in line")
    return standing, found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise DrawError(f"{value!r} stands where a text belongs")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise DrawError(f"{value!r} stands where a number belongs")
    return value


def _labels(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise DrawError("labels are texts")
    for name, text in value.items():
        if type(name) is not str or type(text) is not str:
            raise DrawError("labels are texts")
    return value


def _digest(value: Any) -> str:
    if type(value) is not str or len(value) != 64 or not _HEXADECIMAL.fullmatch(value):
        raise DrawError(f"{value!r} is no SHA-256 in lower-case hexadecimal")
    return value


def _hex(value: Any, size: int) -> bytes:
    try:
        data = bytes.fromhex(value)
    except (TypeError, ValueError) as error:
        raise DrawError(f"{value!r} is no hexadecimal") from error
    if len(data) != size or data.hex() != value:
        raise DrawError(f"{value!r} are not {size} bytes in lower-case hexadecimal")
    return data
