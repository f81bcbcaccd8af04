"""The whole platform as a person has it: `manage.py up` in a terminal of its own, Ctrl+C to stop it.

On the engine of this test run: SQLite and files, or a PostgreSQL database of its own and Redis where those are set.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from tests.running import ROOT, free_port


@contextlib.contextmanager
def own_database(name: str) -> Iterator[dict[str, str]]:
    """What the environment must say for a database that nobody else has."""
    if connection.vendor != "postgresql":
        yield {"DATABASE_URL": ""}
        return
    import psycopg

    known = connection.settings_dict
    place = {"host": known["HOST"], "port": known["PORT"] or 5432, "user": known["USER"], "password": known["PASSWORD"]}
    with psycopg.connect(**place, dbname="postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            login = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
            yield {"DATABASE_URL": f"postgresql://{login}@{place['host']}:{place['port']}/{name}"}
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Terminal:
    """A home, its port, and runs of `manage.py up` in it one after the other; `screen` is what the last one printed."""

    def __init__(self, home: Path, database: dict[str, str]) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name not in {"PUBLIC_URL", "STORE_DIR"}}
        # Runs on a shared Redis are kept apart by their home, as those of all tests are.
        apart = {"YANGGUANG_TESTING": "1"} if os.environ.get("REDIS_URL") else {}
        self.environment = {**kept, **database, **apart, "YANGGUANG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self._runs = 0
        self.process: subprocess.Popen[bytes] | None = None

    def up(self, *arguments: str) -> None:
        self._runs += 1
        with self._file.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), *arguments],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    @property
    def _file(self) -> Path:
        return self.home.parent / f"screen-{self._runs}"

    @property
    def screen(self) -> str:
        return self._file.read_text()

    def said(self, *words: str, within: float) -> str:
        """The first of `words` to appear on the screen; fails with the screen where none does."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            found = next((word for word in words if word in self.screen), "")
            if found or self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.2)
        assert found, f"none of {words} on the screen:\n{self.screen[-6000:]}\n{self.logs()}"
        return found

    def logs(self) -> str:
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-2500:]}" for log in (self.home / "log").glob("*.log")
        )

    def control_c(self) -> int:
        """Ctrl+C as a terminal sends it: to every process of the foreground group. The exit status."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def give_up(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
            self.process.kill()

    def yangguang(self, *words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "client", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
