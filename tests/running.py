"""The platform as a process of its own, for tests that need real sockets, uploads, browsers or a kill -9."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT = 60.0  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url() -> str:
    """The test database of this process, as another process must name it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{known['NAME']}"
    login = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
    return f"postgresql://{login}@{known['HOST']}:{known['PORT'] or 5432}/{known['NAME']}"


class RunningPlatform:
    """`manage.py serve` on this test run's database and home."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.command = command or ("manage.py", "serve")
        self.environment = environment
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.log = Path(settings.HOME) / f"serve-{self.port}.log"

    def start(self) -> None:
        if self.process and self.process.poll() is None:
            return
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "YANGGUANG_HOME": str(settings.HOME),
            "YANGGUANG_TESTING": "1",
            "PUBLIC_URL": self.url,
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command, "--port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + START_LIMIT
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/clock/", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """kill -9: no handler runs, nothing is tidied."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def restart(self) -> None:
        self.stop()
        self.start()
