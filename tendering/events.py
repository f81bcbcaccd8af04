"""Rooms that people watch, and what is said in them. A room says nothing before its section's deadline."""

from typing import Final

STARTED: Final = "opening.started"
MOVED: Final = "opening.moved"
SIGNED_IN: Final = "opening.signed_in"
RELEASED: Final = "opening.released"
PROGRESS: Final = "opening.progress"
DECIDED: Final = "opening.decided"
CONFIRMED: Final = "opening.confirmed"
OBJECTED: Final = "opening.objected"
ANSWERED: Final = "opening.answered"
RECORD_SIGNED: Final = "opening.record_signed"
PUBLISHED: Final = "opening.published"


def hall_room(section: str, round_: int) -> str:
    """The opening hall of one round of a section."""
    return f"hall:{section}/{round_}"
