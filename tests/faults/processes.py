"""A process of the platform's own code on the test's database and store, to be killed or starved of disk."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from tests.running import ROOT, database_url

SETUP = "import os, signal, sys\nimport django\ndjango.setup()\ndef die(*_args, **_more):\n    os.kill(os.getpid(), signal.SIGKILL)\n"


def platform_process(code: str, *arguments: object, room: int = 0, **more: Any) -> subprocess.Popen[str]:
    """Run `code` after django.setup(); `die()` in it is kill -9 at that line. `room`: no file may grow beyond so many bytes."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "YANGGUANG_HOME": str(settings.HOME),
        "STORE_DIR": str(settings.STORE),
        "YANGGUANG_TESTING": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more.pop("environment", {}),
    }
    return subprocess.Popen(
        [sys.executable, "-c", SETUP + code, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=(lambda: _limit(room)) if room else None,
        **more,
    )


def _limit(room: int) -> None:
    """As on a full disk: a write beyond it fails with EFBIG instead of killing the process."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def ended(process: subprocess.Popen[str], within: float = 180) -> tuple[int, str, str]:
    """Exit status (-9 where it was killed), what it said, and its errors."""
    out, err = process.communicate(timeout=within)
    return process.returncode, out, err


def kill_when(process: subprocess.Popen[str], holds: Callable[[], bool], within: float = 120) -> None:
    """kill -9 as soon as `holds`."""
    wait_until(lambda: holds() or process.poll() is not None, within)
    assert process.poll() is None, f"it ended by itself: {process.communicate()}"
    process.kill()
    process.communicate()


def wait_until(holds: Callable[[], Any], within: float = 60) -> None:
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.005)
