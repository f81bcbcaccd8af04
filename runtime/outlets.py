"""The two ways out for a watcher's frames: straight into daphne's transport, or through the server's own `send`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from runtime.hub import Watcher

log = logging.getLogger(__name__)
PATIENCE = 20.0  # seconds a connection may stand still before it is dropped


class Pipe(Protocol):
    """What our daphne hands over in `scope["extensions"]["yangguang.pipe"]` (config.serving)."""

    full: bool
    drained: Callable[[], None] | None

    def write(self, wire: bytes) -> None: ...
    def drop(self) -> None: ...


class PipeOutlet:
    """Writes the shared bytes of a frame straight to the transport and stops as soon as that is full."""

    def __init__(self, watcher: Watcher, pipe: Pipe) -> None:
        self.watcher, self.pipe = watcher, pipe
        self._full_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        pipe.drained = self._drained

    def offer(self) -> None:
        while not self.pipe.full:
            frame = self.watcher.next()
            if frame is None:
                return
            self.pipe.write(frame.wire)
            self.watcher.sent = frame.seq
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._give_up)

    def _drained(self) -> None:
        self._stop_timer()
        self.offer()

    def _give_up(self) -> None:
        log.info("a watcher that reads nothing was dropped")
        self.pipe.drop()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        self._stop_timer()
        self.pipe.drained = None


class TaskOutlet:
    """One writer task that waits for the server's `send`, which holds it back while the connection is full."""

    def __init__(
        self,
        watcher: Watcher,
        send: Callable[[dict[str, object]], Awaitable[None]],
        drop: Callable[[], Awaitable[None]],
    ) -> None:
        self.watcher, self._send, self._drop = watcher, send, drop
        self._news = asyncio.Event()
        self._task = asyncio.ensure_future(self._write())

    def offer(self) -> None:
        self._news.set()

    async def _write(self) -> None:
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                while frame := self.watcher.next():
                    self.watcher.sent = frame.seq
                    async with asyncio.timeout(PATIENCE):
                        await self._send({"type": "websocket.send", "text": frame.text})
        except TimeoutError:
            log.info("a watcher that reads nothing was dropped")
            await self._drop()
        except OSError:
            return  # the connection went away; its consumer leaves the hub

    def close(self) -> None:
        self._task.cancel()
