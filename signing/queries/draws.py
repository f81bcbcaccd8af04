"""Reading draws: the file that anybody replays, and the next in line for a place."""

from collections.abc import Iterable
from typing import Any

from runtime import clock
from signing.models import Draw, DrawCommitment, DrawOpening
from signing.rules.draws import FORMAT, DrawError, Step, next_in_line, read_plan, read_pool


def draw_file(draw: Draw, names: Iterable[int] = ()) -> dict[str, Any]:
    """The draw as `yangguang-draw/1`, whole once it is finished; `names` are the numbers whose identity is shown.

    Before the end `outcome` is null and openings appear as they are made.
    """
    shown = set(names)
    commitments = draw.commitments.select_related("opening").order_by("id")
    return {
        "format": FORMAT,
        "number": draw.number,
        "purpose": draw.purpose,
        "subject": draw.subject,
        "state": draw.state,
        "replaces": draw.replaces.number if draw.replaces else "",
        "reason": draw.reason,
        "pool": {"sha256": draw.pool_sha256, "items": draw.pool},
        "plan": draw.plan,
        "trustees": {"k": draw.k, "recipients": draw.recipients},
        "commitments": [_commitment(row) for row in commitments],
        "outcome": draw.outcome,
        "names": [entry for entry in draw.names if entry["number"] in shown],
        "times": {
            "frozen": clock.stamp(draw.frozen_at),
            "closed": clock.stamp(draw.closed_at) if draw.closed_at else "",
            "finished": clock.stamp(draw.finished_at) if draw.finished_at else "",
        },
    }


def _commitment(row: DrawCommitment) -> dict[str, Any]:
    opening = opening_of(row)
    given = {"salt": opening.salt, "value": opening.value, "origin": opening.origin} if opening else None
    return {
        "party": {"number": row.party_number, "name": row.party_name, "role": row.role},
        "commitment": row.value,
        "escrow": row.escrow,
        "at": clock.stamp(row.at),
        "opening": given,
    }


def opening_of(row: DrawCommitment) -> DrawOpening | None:
    try:
        return row.opening
    except DrawOpening.DoesNotExist:
        return None


def chosen(draw: Draw) -> list[list[dict[str, Any]]]:
    """For each step of the plan, the identities of those chosen; an empty list while the draw is not finished."""
    if not draw.outcome:
        return []
    identities = {entry["number"]: entry for entry in draw.names}
    return [[identities[number] for number in step] for step in draw.outcome["chosen"]]


def substitute(draw: Draw, step: int, passed: Iterable[int]) -> dict[str, Any]:
    """The identity next in line for step `step` of the plan, with `passed` (all numbers used so far) left out.

    Raises DrawError where nobody is left, or before the draw is finished.
    """
    if draw.outcome is None:
        raise DrawError(f"the draw {draw.number} is not finished")
    plan: list[Step] = read_plan(draw.plan)
    number = next_in_line(read_pool(draw.pool), draw.outcome["order"], plan[step], list(passed))
    found: dict[str, Any] = next(entry for entry in draw.names if entry["number"] == number)
    return found
