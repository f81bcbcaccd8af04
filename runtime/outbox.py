"""The database outbox of the live rooms: what an act announces stands here, numbered, before any socket hears of it.

The row is the truth and the socket carries it (runtime.hub); who missed something asks from its last number on.
"""

from collections.abc import Callable

from django.db import connection

from runtime import dispatch
from runtime.clock import now
from runtime.models import Event, Room

CHANNEL = "yangguang_outbox"  # PostgreSQL's NOTIFY; its payload is the room's name
wakers: list[Callable[[str], None]] = []  # called with the room's name after a commit in this process (the hub's)

# One statement takes the row's lock and the next number; both engines know it. The lock lasts until commit, so that
# within a room the numbers become visible in order and without gaps.
_NEXT = """
    INSERT INTO runtime_room (name, seq) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET seq = runtime_room.seq + 1
    RETURNING id, seq
"""


def announce(room: str, kind: str, body: dict[str, object]) -> int:
    """Number and keep an event in the open transaction; watchers hear of it after the commit. Returns its number."""
    dispatch.demand_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [room])
        room_id, seq = cursor.fetchone()
        Event.objects.create(room_id=room_id, seq=seq, kind=kind, body=body, at=now())
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, room])
    for waker in wakers:
        dispatch.after_commit(waker, room)
    return int(seq)


def since(room: str, seq: int, limit: int = 500) -> list[Event]:
    """The room's events after number `seq`, oldest first, at most `limit`."""
    return list(Event.objects.filter(room__name=room, seq__gt=seq).order_by("seq")[:limit])


def last_seq(room: str) -> int:
    """The number of the room's last event; 0 before the first. Pages hand it to `LiveRoom` as where to go on from."""
    return Room.objects.filter(name=room).values_list("seq", flat=True).first() or 0
