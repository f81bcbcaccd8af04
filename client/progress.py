"""Long work shows on standard error how far it is, how fast, and how long it still takes."""

import sys
import time

_WIDTH = 30
_LONG = 16 << 20  # bytes; less is done before anybody asks


class Progress:
    """Call it with the size in bytes of each piece done. A bar on a terminal, a line at each quarter elsewhere."""

    def __init__(self, title: str, total: int, *, quiet: bool = False) -> None:
        self._title, self._total, self._done, self._quiet = title, max(1, total), 0, quiet
        self._start = time.monotonic()
        self._from = 0
        self._shown, self._quarter = 0.0, 0
        self._terminal = sys.stderr.isatty()

    def start_at(self, done: int) -> None:
        """What was done earlier, as in a resumed upload, and does not count for the speed."""
        self._done = self._from = done

    def __call__(self, size: int) -> None:
        self.at(self._done + size)

    def at(self, done: int) -> None:
        """How much is done in all."""
        self._done = min(self._total, done)
        now = time.monotonic()
        if self._quiet:
            return
        if self._terminal:
            if now - self._shown >= 0.1 or self._done == self._total:
                self._shown = now
                self._bar(now)
        elif self._total >= _LONG and self._done * 4 // self._total > self._quarter:
            self._quarter = self._done * 4 // self._total
            print(f"{self._title} {self._words(now)}", file=sys.stderr, flush=True)

    def _bar(self, now: float) -> None:
        full = _WIDTH * self._done // self._total
        end = "\n" if self._done == self._total else ""
        bar = "█" * full + "░" * (_WIDTH - full)
        print(f"\r{self._title} {bar} {self._words(now)} ", end=end, file=sys.stderr, flush=True)

    def _words(self, now: float) -> str:
        seconds = max(now - self._start, 1e-6)
        speed = (self._done - self._from) / seconds
        left = (self._total - self._done) / speed if speed else 0
        percent = 100 * self._done // self._total
        return f"{percent:3d}%  {size_words(self._done)}/{size_words(self._total)}  {size_words(speed)}/s  剩余 {left:.0f} 秒"


def size_words(size: float) -> str:
    """1536 → "1.5 KiB"."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
