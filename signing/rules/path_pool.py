"""A few warm validating processes, each used by one caller at a time; one that hangs is killed and replaced.

Started with `subprocess` (never a fork of a threaded Django process), by file name, so that they import neither Django
nor this project. Safe for threads (daphne), forked children (celery) and interpreters that end.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO, cast

WORKER = Path(__file__).with_name("path_worker.py")
LARGEST = min(4, os.cpu_count() or 1)
QUEUE_LIMIT = 60.0


class TookTooLong(Exception):
    """The process was killed because it did not answer in time."""


class _Worker:
    def __init__(self) -> None:
        # Unbuffered: closing a copy in a forked child must not write anything.
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._to = cast(BinaryIO, self.process.stdin)
        self._from = cast(BinaryIO, self.process.stdout)

    def ask(self, frame: bytes) -> dict[str, Any]:
        """Raises EOFError or OSError when the process is gone."""
        view = memoryview(struct.pack(">I", len(frame)) + frame)
        while view:
            view = view[self._to.write(view) :]
        (length,) = struct.unpack(">I", self._exactly(4))
        answer: dict[str, Any] = json.loads(self._exactly(length))
        return answer

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._from.read(size - len(parts))
            if not part:
                raise EOFError("the validating process has ended")
            parts += part
        return bytes(parts)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close our ends of the pipes, which ends an idle process by itself."""
        self._to.close()
        self._from.close()


class Pool:
    def __init__(self, largest: int = LARGEST) -> None:
        self._places = threading.BoundedSemaphore(largest)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []

    def ask(self, frame: bytes, whole: bytes, time_limit: float) -> dict[str, Any]:
        """Answer to `frame`; when the process does not hold the trust store, the answer to `whole`.

        Raises TookTooLong after `time_limit` seconds of work, OSError when no process was free for QUEUE_LIMIT seconds
        or two of them ended, EOFError likewise. A process found dead is replaced once: it may have been ended from outside.
        """
        if not self._places.acquire(timeout=QUEUE_LIMIT):
            raise OSError("no validating process is free")
        try:
            try:
                return self._once(frame, whole, time_limit)
            except (EOFError, OSError, ValueError):
                return self._once(frame, whole, time_limit)
        finally:
            self._places.release()

    def _once(self, frame: bytes, whole: bytes, time_limit: float) -> dict[str, Any]:
        worker = self._take()
        try:
            answer = self._within(worker, frame, whole, time_limit)
        except BaseException:
            worker.end()
            raise
        self._give_back(worker)
        return answer

    def _within(self, worker: _Worker, frame: bytes, whole: bytes, time_limit: float) -> dict[str, Any]:
        late = threading.Event()

        def kill() -> None:
            late.set()
            worker.process.kill()

        timer = threading.Timer(time_limit, kill)
        timer.daemon = True
        timer.start()
        try:
            answer = worker.ask(frame)
            if answer.get("need"):
                answer = worker.ask(whole)
        except (EOFError, OSError, ValueError) as error:
            if late.is_set():
                raise TookTooLong from error
            raise
        finally:
            timer.cancel()
        if late.is_set():  # answered in the very moment of the kill: the process is gone, the time was up
            raise TookTooLong
        return answer

    def _take(self) -> _Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.process.poll() is None:
                    return worker
                worker.let_go()
        return _Worker()

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def forget(self) -> list[_Worker]:
        """In a forked child: the processes belong to the parent; only drop our copies of the pipes."""
        for worker in self._idle:
            worker.let_go()
        return self._idle


_pool = Pool()
_not_ours: list[_Worker] = []  # kept, so that no destructor of a child waits for its parent's processes


def pool() -> Pool:
    return _pool


def _after_fork() -> None:
    global _pool
    _not_ours.extend(_pool.forget())
    _pool = Pool()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(lambda: _pool.close())
