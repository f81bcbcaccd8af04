"""Verifiable draws (protocol §6): nobody chooses the outcome, and anybody replays it from the draw file.

A draw file (`yangguang-draw/1`) holds the frozen pool, the parties' commitments and openings, and the outcome that follows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from signing.rules.canonical import canonical

FORMAT = "yangguang-draw/1"
SALT_BYTES = VALUE_BYTES = 32
OPENING_BYTES = SALT_BYTES + VALUE_BYTES
LARGEST_POOL = 1_000_000


class DrawError(ValueError):
    """A draw that does not hold, or a file that is none; the message says where."""


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
    left = list(range(1, size + 1))
    return [left.pop(_below(drawn, step, size - step)) for step in range(size)]


def _below(drawn: bytes, step: int, left: int) -> int:
    bits = (left - 1).bit_length()
    attempt = 0
    while True:
        digest = sha256(drawn + step.to_bytes(4, "big") + attempt.to_bytes(4, "big")).digest()
        number = int.from_bytes(digest, "big") >> 256 - bits
        if number < left:
            return number
        attempt += 1


@dataclass(frozen=True, slots=True)
class Item:
    """One candidate of the pool: its number, the labels it can be chosen by, and a salted hash of who it is."""

    number: int
    labels: Mapping[str, str]
    sha256: str

    def as_data(self) -> dict[str, Any]:
        return {"number": self.number, "labels": dict(self.labels), "sha256": self.sha256}


def identity_hash(identity: Mapping[str, Any], salt: str) -> str:
    """SHA-256 of the canonical JSON `{"identity": …, "salt": …}`, hex: public while the name is withheld."""
    return sha256(canonical({"identity": dict(identity), "salt": salt})).hexdigest()


def pool_hash(items: Sequence[Item]) -> str:
    """SHA-256 of the canonical JSON of the numbered items, hex."""
    return sha256(canonical([item.as_data() for item in items])).hexdigest()


@dataclass(frozen=True, slots=True)
class Step:
    """Take `take` more out of those whose labels equal `where`. A floor for a group is a step that stands before the rest."""

    take: int
    where: Mapping[str, str] = field(default_factory=dict)

    def admits(self, item: Item) -> bool:
        return all(item.labels.get(label) == value for label, value in self.where.items())

    def as_data(self) -> dict[str, Any]:
        return {"take": self.take, "where": dict(self.where)}


def choose(items: Sequence[Item], in_order: Sequence[int], plan: Sequence[Step]) -> list[list[int]]:
    """The numbers chosen by each step: those that come first in the order, are admitted, and were not chosen before.

    Raises DrawError where a step finds too few.
    """
    by_number = {item.number: item for item in items}
    taken: set[int] = set()
    chosen = []
    for place, step in enumerate(plan):
        found = [n for n in in_order if n not in taken and step.admits(by_number[n])][: step.take]
        if len(found) < step.take:
            raise DrawError(f"step {place + 1} of the plan needs {step.take} and finds {len(found)}")
        taken.update(found)
        chosen.append(found)
    return chosen


def next_in_line(items: Sequence[Item], in_order: Sequence[int], step: Step, passed: Sequence[int]) -> int:
    """The substitute for one that cannot serve: the first in the order that the step admits and that is not in `passed`."""
    by_number = {item.number: item for item in items}
    for number in in_order:
        if number not in passed and step.admits(by_number[number]):
            return number
    raise DrawError("nobody is left in the pool for this place")


def pool_faults(items: Sequence[Item], plan: Sequence[Step]) -> list[str]:
    """What keeps this pool and plan from being drawn, as sentences for the developer; an empty list if nothing does."""
    faults = []
    if [item.number for item in items] != list(range(1, len(items) + 1)):
        faults.append("the pool is not numbered 1, 2, 3 …")
    if not items or not plan or any(step.take < 1 for step in plan):
        faults.append("the pool, the plan or a step of it is empty")
    if not faults:
        try:
            choose(items, [item.number for item in items], plan)
        except DrawError as error:
            faults.append(str(error))
    return faults


@dataclass(frozen=True, slots=True)
class Replay:
    """What a draw file leads to, computed anew."""

    number: str
    purpose: str
    seed: bytes
    order: tuple[int, ...]
    chosen: tuple[tuple[int, ...], ...]
    parties: tuple[str, ...]
    replaces: str


def replay(draw: Mapping[str, Any]) -> Replay:
    """Check a draw file and compute its outcome; raises DrawError naming the first thing that does not hold.

    Checked: the format; the pool against its hash; each opening against its commitment; that every commitment was opened;
    that nobody committed twice; the seed, the order and the choice against those in the file; names against their hashes.
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
    of_steps = tuple(tuple(step) for step in chosen)
    return Replay(
        number, _text(draw["purpose"]), drawn, tuple(in_order), of_steps, parties, str(draw.get("replaces", ""))
    )


def read_pool(data: Sequence[Mapping[str, Any]]) -> list[Item]:
    items = [
        Item(_number(entry["number"]), _labels(entry["labels"]), _hex(entry["sha256"], 32).hex()) for entry in data
    ]
    if [item.number for item in items] != list(range(1, len(items) + 1)) or not items:
        raise DrawError("the pool is empty or not numbered 1, 2, 3 …")
    return items


def read_plan(data: Sequence[Mapping[str, Any]]) -> list[Step]:
    plan = [Step(_number(entry["take"]), _labels(entry["where"])) for entry in data]
    if not plan or any(step.take < 1 for step in plan):
        raise DrawError("the plan takes nobody")
    return plan


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


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise DrawError(f"{value!r} stands where a text belongs")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise DrawError(f"{value!r} stands where a number belongs")
    return value


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise DrawError("labels are texts")
    return dict(value)


def _hex(value: Any, size: int) -> bytes:
    try:
        data = bytes.fromhex(value)
    except (TypeError, ValueError) as error:
        raise DrawError(f"{value!r} is no hexadecimal") from error
    if len(data) != size or data.hex() != value:
        raise DrawError(f"{value!r} are not {size} bytes in lower-case hexadecimal")
    return data
