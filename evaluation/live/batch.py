"""Group commit: changes of many members wait a moment for one another and are committed together (limits.md).

One writer per event loop. A change's future is done after the commit that made it durable, never before.
"""

import asyncio
from collections import deque

from evaluation.actions.save_drafts import Change, Outcome, save_drafts
from runtime.tail import in_database

MOST = 300  # changes in one transaction
PATIENCE = 0.004  # seconds to wait for company before a commit


class BatchWriter:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[Change, asyncio.Future[Outcome]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def save(self, change: Change) -> Outcome:
        """What became of the change, once it is durable. Raises what the database raised."""
        future: asyncio.Future[Outcome] = self.loop.create_future()
        self._waiting.append((change, future))
        if self._running is None:
            self._running = self.loop.create_task(self._run())
        return await asyncio.shield(future)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(PATIENCE)
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                await self._commit(batch)
        finally:
            self._running = None

    async def _commit(self, batch: list[tuple[Change, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await in_database(save_drafts, [change for change, _ in batch])
        except Exception as error:  # noqa: BLE001  (each waiter gets it and says so to its client)
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)


_writer: BatchWriter | None = None


def writer() -> BatchWriter:
    """The writer of the running event loop; a new loop (a test) gets a new one."""
    global _writer
    if _writer is None or _writer.loop is not asyncio.get_running_loop():
        _writer = BatchWriter()
    return _writer
