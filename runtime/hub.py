"""The fan-out: one hub per process follows the outbox and hands each event to everybody who watches its room.

Why not channels' group_send: its layers lose messages in a burst and hop to a thread for every message (limits.md).
Here an event is read from the database once per process and serialised once. A watcher costs one number, its position
in the room's ring of recent frames; a slow one falls behind without costing memory and catches up from the ring, or
from the database when it fell out of it; one that reads nothing for long is dropped.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from runtime import outbox
from runtime.clock import stamp
from runtime.models import Event
from runtime.tail import Tail, in_database, tail_for_database

log = logging.getLogger(__name__)
RING = 512  # recent frames kept per room that somebody watches,
RING_BYTES = 4 << 20  # and never more than this of them
PAGE = 50  # events read from the database at once for a watcher that fell out of the ring
SLICE = 250  # watchers served before the event loop may do something else


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it goes over the wire: an unmasked websocket text frame (RFC 6455 §5.2), its payload after `head` bytes."""

    seq: int
    wire: bytes
    head: int

    @property
    def text(self) -> str:
        return self.wire[self.head :].decode()


def frame_of(event: Event) -> Frame:
    text = json.dumps(
        {"type": "event", "seq": event.seq, "kind": event.kind, "body": event.body, "at": stamp(event.at)},
        ensure_ascii=False,
    )
    payload = text.encode()
    if len(payload) < 126:
        head = bytes([0x81, len(payload)])
    elif len(payload) < 65536:
        head = b"\x81\x7e" + len(payload).to_bytes(2, "big")
    else:
        head = b"\x81\x7f" + len(payload).to_bytes(8, "big")
    return Frame(event.seq, head + payload, len(head))


class Outlet(Protocol):
    """How a watcher's frames leave (runtime.outlets)."""

    def offer(self) -> None: ...
    def close(self) -> None: ...


@dataclass(eq=False)
class Watcher:
    """One connection's place in a room: everything up to `sent` has left."""

    feed: "Feed"
    sent: int
    outlet: Outlet | None = None
    backlog: deque[Frame] = field(default_factory=deque)  # from the database, for who fell out of the ring
    fetching: bool = False

    def next(self) -> Frame | None:
        """The frame to send now, or None: everything is sent, or the database is being asked."""
        if self.backlog:
            return self.backlog.popleft()
        frame = self.feed.after(self.sent)
        if frame is None and self.sent < self.feed.seq and not self.fetching:
            self.fetching = True
            self.feed.hub.spawn(self._fetch())
        return frame

    async def _fetch(self) -> None:
        try:
            events = await in_database(outbox.since, self.feed.name, self.sent, PAGE)
        finally:
            self.fetching = False
        self.backlog.extend(frame_of(event) for event in events if event.seq > self.sent)
        if not self.backlog:
            self.sent = self.feed.seq  # swept from the database: the present is all there is
        elif self.outlet:
            self.outlet.offer()

    def resume(self, seq: int) -> None:
        """Go on after number `seq`, which the other side has seen; numbers of the future are the present."""
        self.backlog.clear()
        self.sent = max(0, min(seq, self.feed.seq))
        if self.outlet:
            self.outlet.offer()

    def leave(self) -> None:
        self.feed.hub.leave(self)


@dataclass(eq=False)
class Feed:
    """A room somebody watches: its last number, its recent frames, its watchers."""

    hub: "Hub"
    name: str
    seq: int
    ring: deque[Frame] = field(default_factory=deque)
    held: int = 0  # bytes in the ring
    watchers: set[Watcher] = field(default_factory=set)

    def after(self, seq: int) -> Frame | None:
        """The frame following `seq` if the ring still has it. Numbers have no gaps, so its place is known."""
        if not self.ring or seq >= self.seq:
            return None
        place = seq + 1 - self.ring[0].seq
        return self.ring[place] if place >= 0 else None

    def take(self, events: Iterable[Event]) -> bool:
        """Add what is new, in order; True if there was any. A gap (events swept meanwhile) empties the ring."""
        before = self.seq
        for event in events:
            if event.seq <= self.seq:
                continue
            if self.ring and event.seq != self.seq + 1:
                self.ring.clear()
                self.held = 0
            self._keep(frame_of(event))
            self.seq = event.seq
        return self.seq > before

    def _keep(self, frame: Frame) -> None:
        """The newest stays, whatever its size."""
        self.ring.append(frame)
        self.held += len(frame.wire)
        while len(self.ring) > 1 and (len(self.ring) > RING or self.held > RING_BYTES):
            self.held -= len(self.ring.popleft().wire)


class Hub:
    """Lives on one event loop; `watch` starts it, the last `leave` stops its tail."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.feeds: dict[str, Feed] = {}
        self.tail: Tail | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._joining: dict[str, asyncio.Task[Feed]] = {}

    def spawn(self, work: Awaitable[None]) -> None:
        """A task that nobody awaits, kept from the garbage collector, whose error is logged."""
        task = asyncio.ensure_future(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def watch(self, room: str, seq: int | None = None) -> Watcher:
        """Join a room after number `seq` (None: from now on). The caller sets `watcher.outlet` and offers once."""
        while (feed := self.feeds.get(room)) is None:
            if room not in self._joining:
                self._joining[room] = asyncio.ensure_future(self._open(room))
            await asyncio.shield(self._joining[room])
        watcher = Watcher(feed, feed.seq if seq is None else max(0, min(seq, feed.seq)))
        feed.watchers.add(watcher)
        return watcher

    async def _open(self, room: str) -> Feed:
        try:
            if self.tail is None:
                self.tail = tail_for_database(self._arrived, self._positions)
            await self.tail.ready()
            feed = Feed(self, room, await in_database(outbox.last_seq, room))
            self.feeds[room] = feed
            self.tail.changed(room)  # whatever was committed between the look and now
            return feed
        finally:
            del self._joining[room]

    def leave(self, watcher: Watcher) -> None:
        feed = watcher.feed
        feed.watchers.discard(watcher)
        if watcher.outlet:
            watcher.outlet.close()
        if not feed.watchers and self.feeds.get(feed.name) is feed:
            del self.feeds[feed.name]
        if not self.feeds and not self._joining and self.tail:
            self.tail.stop()
            self.tail = None

    def _positions(self) -> dict[str, int]:
        return {name: feed.seq for name, feed in self.feeds.items()}

    async def _arrived(self, room: str, events: list[Event]) -> None:
        feed = self.feeds.get(room)
        if feed is None or not feed.take(events):
            return
        for count, watcher in enumerate(list(feed.watchers), 1):
            if watcher.outlet:
                watcher.outlet.offer()
            if count % SLICE == 0:
                await asyncio.sleep(0)


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("a task of the hub failed")


_hub: Hub | None = None


def current() -> Hub:
    """The hub of the running event loop; a new loop (a test) gets a new hub."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub


def wake(room: str) -> None:
    """Called after a commit in this process, from any thread: the hub need not wait for its next look."""
    hub = _hub
    if hub is None or hub.tail is None or hub.loop.is_closed():
        return
    hub.loop.call_soon_threadsafe(hub.tail.changed, room)


outbox.wakers.append(wake)
