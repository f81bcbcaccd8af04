"""What a draw announces while it runs, and the room in which it does. Everything said here is public (protocol §6)."""

from typing import Final

FROZEN: Final = "draw.frozen"  # {pool_sha256, size}
COMMITTED: Final = "draw.committed"  # {party {number, name, role}, commitment, at}
CLOSED: Final = "draw.closed"  # {}
OPENED: Final = "draw.opened"  # {party (number), salt, value, origin, at}
FINISHED: Final = "draw.finished"  # {seed, chosen}
FAILED: Final = "draw.failed"  # {reason}
GAVE_WAY: Final = "draw.gave_way"  # {passed, successor, name, reason}: said by whoever acts on the outcome


def draw_room(number: str) -> str:
    return f"draw:{number}"
