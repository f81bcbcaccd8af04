"""What is drawn, and who is taken: the numbered pool, the steps of a plan, and who follows somebody that cannot serve."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from signing.rules.canonical import canonical


class DrawError(ValueError):
    """A draw that does not hold, or a file that is none; the message says where."""


@dataclass(frozen=True, slots=True)
class Item:
    """One candidate of the pool: its number, the labels it can be chosen by, and a salted hash of who it is.

    In a weighted draw an item is a ticket: somebody of weight 3 holds three items that share a label (`Step.distinct`).
    """

    number: int
    labels: Mapping[str, str]
    sha256: str

    def as_data(self) -> dict[str, Any]:
        return {"number": self.number, "labels": dict(self.labels), "sha256": self.sha256}


def identity_hash(identity: Mapping[str, Any], salt: str) -> str:
    """SHA-256 of the canonical JSON `{"identity": …, "salt": …}`, hex: public while the name is withheld."""
    return sha256(canonical({"identity": identity, "salt": salt})).hexdigest()


def pool_hash(items: Sequence[Item]) -> str:
    """SHA-256 of the canonical JSON of the numbered items, hex."""
    return sha256(canonical([item.as_data() for item in items])).hexdigest()


@dataclass(frozen=True, slots=True)
class Step:
    """Take `take` more out of those whose labels equal `where`. A floor for a group is a step that stands before the rest.

    `distinct` names a label: of those who share it only the first is taken (the tickets of one holder). `by` names a
    label: the smallest text comes first, the drawn order decides among equals (rotation).
    """

    take: int
    where: Mapping[str, str] = field(default_factory=dict)
    distinct: str = ""
    by: str = ""

    def admits(self, item: Item) -> bool:
        return all(item.labels.get(label) == value for label, value in self.where.items())

    def as_data(self) -> dict[str, Any]:
        """Without the keys that this step does not need: plans written before there were such keys stay as they are."""
        data: dict[str, Any] = {"take": self.take, "where": dict(self.where)}
        more = {"distinct": self.distinct, "by": self.by}
        return data | {key: value for key, value in more.items() if value}


def in_line(items: Sequence[Item], in_order: Sequence[int], step: Step, taken: Sequence[int]) -> Iterator[int]:
    """The numbers that a step would take, one after the other, beside those `taken` already."""
    gone = set(taken)
    held = {items[number - 1].labels.get(step.distinct) for number in gone} if step.distinct else set()
    line: Sequence[int] = in_order
    if step.by:
        line = sorted(in_order, key=lambda number: items[number - 1].labels.get(step.by, ""))
    for number in line:
        item = items[number - 1]
        if number in gone or not step.admits(item):
            continue
        if step.distinct:
            holder = item.labels.get(step.distinct)
            if holder in held:
                continue
            held.add(holder)
        yield number


def choose(items: Sequence[Item], in_order: Sequence[int], plan: Sequence[Step]) -> list[list[int]]:
    """The numbers chosen by each step: those that come first in the order, are admitted, and were not chosen before.

    `items` are numbered 1, 2, 3 …. Raises DrawError where a step finds too few.
    """
    taken: list[int] = []
    chosen = []
    for place, step in enumerate(plan):
        line = in_line(items, in_order, step, taken)
        found = [number for _, number in zip(range(step.take), line, strict=False)]
        if len(found) < step.take:
            raise DrawError(f"step {place + 1} of the plan needs {step.take} and finds {len(found)}")
        taken += found
        chosen.append(found)
    return chosen


def next_in_line(items: Sequence[Item], in_order: Sequence[int], step: Step, passed: Sequence[int]) -> int:
    """The substitute for one that cannot serve: the first in the order that the step admits and that is not in `passed`.

    `passed` are all numbers used so far; the other tickets of who holds one of them are passed over with them.
    """
    number = next(in_line(items, in_order, step, passed), None)
    if number is None:
        raise DrawError("nobody is left in the pool for this place")
    return number


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
class Succession:
    """`passed` could not serve, or would not, for `reason`; `successor` took the place, None where nobody was left."""

    passed: int
    successor: int | None
    reason: str


def succeed(
    items: Sequence[Item],
    in_order: Sequence[int],
    plan: Sequence[Step],
    chosen: Sequence[Sequence[int]],
    passed: Sequence[tuple[int, str]],
) -> tuple[list[list[int]], list[Succession]]:
    """Who stands in the end, step by step, when those in `passed` (number, reason) give way in this sequence.

    Raises DrawError for somebody who has no place to give.
    """
    standing = [list(step) for step in chosen]
    used = [number for step in standing for number in step]
    told = []
    for number, reason in passed:
        place = next((at for at, step in enumerate(standing) if number in step), None)
        if place is None:
            raise DrawError(f"number {number} gives up a place that it does not have")
        successor = next(in_line(items, in_order, plan[place], used), None)
        at = standing[place].index(number)
        standing[place][at : at + 1] = [] if successor is None else [successor]
        used += [] if successor is None else [successor]
        told.append(Succession(number, successor, reason))
    return standing, told
