"""Work on bytes beside the caller: hashing gives up Python's lock, so a second thread nearly doubles the speed.

A strand runs its jobs one after the other, in order, on a small pool shared by the whole process; so a thousand
uploads at once need no thousand threads. At most `DEPTH` jobs wait in a strand: a fast reader is held back, which keeps
memory constant. Never give a strand's job another strand to feed: both could wait for the same threads.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

DEPTH = 4
PIECE = 1 << 20  # bytes handed to a strand at once
WORTHWHILE = 1 << 17  # below this many bytes another thread costs more than it saves

_pool: ThreadPoolExecutor | None = None
_pool_owner = 0
_pool_lock = threading.Lock()


def _shared_pool() -> ThreadPoolExecutor:
    """The pool of this process; a forked child makes its own, for threads do not survive a fork."""
    global _pool, _pool_owner
    with _pool_lock:
        if _pool is None or _pool_owner != os.getpid():
            _pool = ThreadPoolExecutor(max(4, os.cpu_count() or 1), thread_name_prefix="strand")
            _pool_owner = os.getpid()
        return _pool


class Strand:
    """Jobs in order, beside the caller. The first error of a job is raised at the caller's next `put` or `wait`."""

    def __init__(self) -> None:
        self._jobs: deque[tuple[Callable[..., object], Any]] = deque()
        self._room = threading.Semaphore(DEPTH)
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._error: BaseException | None = None

    @property
    def busy(self) -> bool:
        return not self._idle.is_set()

    def put(self, job: Callable[[Any], object], piece: Any) -> None:
        """Run `job(piece)` after what was put before; `piece` must not change afterwards."""
        self._raise_error()
        self._room.acquire()
        with self._lock:
            self._jobs.append((job, piece))
            if not self._idle.is_set():
                return
            self._idle.clear()
        _shared_pool().submit(self._run)

    def settle(self) -> None:
        """Return when no job is running any more, whether or not one failed."""
        self._idle.wait()

    def wait(self) -> None:
        """Return when all jobs are done; raises the first error of one."""
        self.settle()
        self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._idle.set()
                    return
                job, piece = self._jobs.popleft()
            try:
                if self._error is None:
                    job(piece)
            except BaseException as error:  # noqa: BLE001  (handed to the caller, whatever it is)
                self._error = error
            finally:
                del job, piece
                self._room.release()


def pieces(data: bytes | memoryview) -> list[memoryview]:
    """`data` in parts small enough for a strand, without copying."""
    view = memoryview(data)
    return [view[start : start + PIECE] for start in range(0, len(view), PIECE)]
