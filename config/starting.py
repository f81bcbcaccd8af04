"""The processes of the embedded default and who watches over them: one server, one worker with its clock (beat)."""

import ctypes
import ctypes.util
import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

GRACE = 15.0  # seconds a child has to stop by itself
OFTEN = 5  # deaths within a minute after which a child is restarted slowly


def _die_with_parent() -> None:
    """In the child, before it becomes the program: a killed `up` must not leave a server behind on the port (Linux)."""
    libc = ctypes.util.find_library("c")
    if sys.platform == "linux" and libc:
        ctypes.CDLL(libc).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """One process that must run; its output goes to a file."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=OFTEN))
    not_before: float = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl+C reaches `up` alone, which stops them in order
                preexec_fn=_die_with_parent,
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def died(self) -> int | None:
        """The exit code if it died since it was looked at last; it is then due for a new start."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        self.process = None
        now = time.monotonic()
        self.deaths.append(now)
        often = len(self.deaths) == OFTEN and now - self.deaths[0] < 60
        self.not_before = now + (10 if often else 0.5)
        return code

    def due(self) -> bool:
        return self.process is None and time.monotonic() >= self.not_before

    def stop(self) -> None:
        if self.running and self.process:
            self.process.terminate()
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def last_lines(self, count: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except FileNotFoundError:
            return ""


def children(home: Path, host: str, port: int) -> list[Child]:
    """Server and worker, on this interpreter."""
    python = sys.executable
    environment = {"PYTHONUNBUFFERED": "1", "PUBLIC_URL": os.environ.get("PUBLIC_URL") or f"http://{host}:{port}"}
    worker = [python, "-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "4", "-l", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Child(
            "server",
            [python, "manage.py", "serve", "--host", host, "--port", str(port)],
            home / "log" / "server.log",
            environment,
        ),
        Child("worker", worker + quiet, home / "log" / "worker.log", environment),
    ]
