"""The only writer of `Committee.phase`."""

from evaluation.events import PHASE, room_name
from evaluation.models import Committee, PhaseEntry
from evaluation.rules.phases import Phase, may_move
from runtime.clock import now
from runtime.outbox import announce


class NoSuchMove(RuntimeError):
    """The table of rules/phases.py has no such move: a bug of ours, never of a user."""


def move_phase(committee: Committee, entered: Phase, act: str, reason: str = "") -> PhaseEntry:
    """Moves a locked committee along the table, keeps the move, tells the room. The journal entry is the calling act's."""
    left = committee.phase
    if not may_move(left, entered, act):
        raise NoSuchMove(f"{act}: {left} → {entered}")
    committee.phase = entered.value
    committee.save(update_fields=["phase"])
    announce(room_name(committee.section.code), PHASE, {"phase": entered.value, "act": act})
    return PhaseEntry.objects.create(
        committee=committee, left=left, entered=entered.value, act=act, reason=reason, at=now()
    )
