"""The demonstration's progress lines: what was done, by which way, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.begun = steps, 0, time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """One numbered line when the block ends; what is put into the list stands behind it."""
        self.done += 1
        found: list[str] = []
        start = time.monotonic()
        yield found
        remark = f": {'; '.join(found)}" if found else ""
        self.say(f"[{self.done:2}/{self.steps}] {title}{remark} ({time.monotonic() - start:.1f} s)")

    def part(self, number: int, of: int, what: str) -> None:
        if sys.stdout.isatty():
            print(f"\r        {number}/{of} {what}\x1b[K", end="", flush=True)
            if number == of:
                print("\r\x1b[K", end="")

    def say(self, line: str) -> None:
        print(f"    {line}", flush=True)
