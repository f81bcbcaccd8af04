"""Following the outbox, once per process: LISTEN on PostgreSQL, a look at the last row's number on SQLite.

Neither can miss an event. SQLite has one writer at a time, so row numbers appear in order and a number seen means that
all smaller ones were seen. On PostgreSQL row numbers of two transactions may appear out of order, so there the tail goes
by room: the room's row is locked until commit, hence its sequence appears in order.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, Protocol, TypeVar

import psycopg
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from runtime.models import Event
from runtime.outbox import CHANNEL, since

log = logging.getLogger(__name__)
POLL = 0.1  # seconds between looks on SQLite when nothing in this process woke the tail
BATCH = 50  # events read at once: a batch of large ones must stay small in memory
Arrived = Callable[[str, list[Event]], Awaitable[None]]
Positions = Callable[[], dict[str, int]]
T = TypeVar("T")

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="hub-database")


async def in_database(call: Callable[..., T], *args: Any) -> T:
    """Run `call` in a thread of its own, so that the hub never waits behind slow pages; leaves no connection open."""

    def work() -> T:
        try:
            return call(*args)
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(_threads, work)


class Tail(Protocol):
    """Calls `arrived(room, events)` for each batch of new events, in order within a room."""

    async def ready(self) -> None: ...
    def changed(self, room: str) -> None: ...
    def stop(self) -> None: ...


def tail_for_database(arrived: Arrived, positions: Positions) -> Tail:
    return NotifyTail(arrived, positions) if connection.vendor == "postgresql" else PollTail(arrived)


class PollTail:
    """SQLite: looks for rows above the last number seen, at once when woken, else ten times a second."""

    def __init__(self, arrived: Arrived) -> None:
        self._arrived = arrived
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox-tail")
        self._woken = asyncio.Event()
        self._started = asyncio.ensure_future(self._start())
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    async def _start(self) -> None:
        self._last = await self._run(_last_id)
        self._task = asyncio.ensure_future(self._follow())

    async def _run(self, call: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    async def ready(self) -> None:
        await asyncio.shield(self._started)

    def changed(self, room: str) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._started.cancel()
        if self._task:
            self._task.cancel()
        self._thread.submit(connections.close_all)
        self._thread.shutdown(wait=False)

    async def _follow(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), POLL)
            except TimeoutError:
                pass
            self._woken.clear()
            try:
                await self._look()
            except Exception:  # a locked or vanished file: go on, nothing is lost, the number stands
                log.exception("the outbox could not be read")
                await self._run(connections.close_all)
                await asyncio.sleep(1)

    async def _look(self) -> None:
        events = await self._run(_newer, self._last)
        for room, batch in groupby(events, key=lambda event: event.room.name):
            await self._arrived(room, list(batch))
        if events:
            self._last = events[-1].id
        if len(events) == BATCH:
            self._woken.set()


class NotifyTail:
    """PostgreSQL: one connection listens; the rooms it names are read from where the hub stands."""

    def __init__(self, arrived: Arrived, positions: Positions) -> None:
        self._arrived, self._positions = arrived, positions
        self._dirty: set[str] = set()
        self._woken = asyncio.Event()
        self._listening = asyncio.Event()
        self._tasks = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._follow())]

    async def ready(self) -> None:
        await self._listening.wait()

    def changed(self, room: str) -> None:
        self._dirty.add(room)
        self._woken.set()

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    self._listening.set()
                    for room in self._positions():  # what was announced while nobody listened
                        self.changed(room)
                    async for notice in listener.notifies():
                        self.changed(notice.payload)
            except psycopg.Error:
                log.exception("the outbox's listener lost its connection")
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            dirty, self._dirty = self._dirty, set()
            for room in dirty:
                try:
                    await self._look(room)
                except Exception:
                    log.exception("the outbox could not be read")
                    self._dirty.add(room)
            if self._dirty:
                await asyncio.sleep(1)
                self._woken.set()

    async def _look(self, room: str) -> None:
        seq = self._positions().get(room)
        while seq is not None:
            events = await in_database(since, room, seq, BATCH)
            if not events:
                return
            await self._arrived(room, events)
            seq = self._positions().get(room)


def _last_id() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _newer(last: int) -> list[Event]:
    return list(Event.objects.filter(id__gt=last).select_related("room").order_by("id")[:BATCH])


def _conninfo() -> str:
    settings = connection.settings_dict
    return make_conninfo(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        application_name="yangguang outbox",
    )
