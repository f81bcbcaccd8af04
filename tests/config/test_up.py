"""`manage.py up`: one command up, one signal down; what dies comes back; what cannot start says why."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.running import ROOT, free_port

pytestmark = pytest.mark.xdist_group("up")


class Up:
    """A run of the command, with its screen in a file."""

    def __init__(self, home: Path, port: int, *arguments: str) -> None:
        self.port, self.screen = port, home / f"screen-{time.monotonic_ns()}"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))
        }
        environment |= {"YANGGUANG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        with self.screen.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(port), "--no-demonstration", *arguments],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip

    def said(self, words: str, within: float = 90) -> bool:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if words in self.screen.read_text():
                return True
            if self.process.poll() is not None:
                return words in self.screen.read_text()
            time.sleep(0.05)
        return False

    def children(self) -> dict[str, int]:
        """Number of each process started by this one, by the word it is known by."""
        found = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if int(entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1]) == self.process.pid:
                    command = entry.joinpath("cmdline").read_text()
                    found["worker" if "celery" in command else "server"] = int(entry.name)
        return found

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@pytest.fixture
def up(tmp_path):
    runs = []

    def start(*arguments: str, port: int | None = None) -> Up:
        runs.append(Up(tmp_path, port or free_port(), *arguments))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()


def test_it_comes_up_keeps_its_children_running_and_goes_down_cleanly(up):
    run = up()
    assert run.said("ready: http://127.0.0.1"), run.screen.read_text()
    assert httpx.get(f"http://127.0.0.1:{run.port}/clock/").status_code == 200
    before = run.children()
    assert set(before) == {"server", "worker"}
    os.kill(before["server"], signal.SIGKILL)
    assert run.said("the server stopped (exit -9); starting it again")
    for _ in range(300):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{run.port}/clock/").status_code == 200:
                break
        time.sleep(0.1)
    after = run.children()
    assert after["server"] != before["server"] and after["worker"] == before["worker"]
    assert run.end() == 0
    assert "stopped; nothing is lost" in run.screen.read_text()
    assert not any(Path(f"/proc/{number}").exists() for number in after.values())

    again = up()
    assert again.said("ready:")
    assert "migrations" in run.screen.read_text()
    assert "migrations" not in again.screen.read_text()
    second = up()
    assert second.process.wait(30) == 1
    assert "already running on the data in" in second.screen.read_text()


def test_a_port_in_use_is_said_and_another_proposed(up):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = up(port=port)
        assert run.process.wait(30) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)" in run.screen.read_text()
    assert f"--port {port + 1}" in run.screen.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells the children on Linux only")
def test_a_killed_up_leaves_nothing_on_the_port(up):
    run = up()
    assert run.said("ready:")
    left = run.children()
    run.process.kill()
    run.process.wait()
    until = time.monotonic() + 30
    while time.monotonic() < until and any(Path(f"/proc/{number}").exists() for number in left.values()):
        time.sleep(0.1)
    assert not any(Path(f"/proc/{number}").exists() for number in left.values())
