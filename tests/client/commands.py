"""Runs the real command line in a folder, as a person would: a process of its own, its exit status, its JSON."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "投标 secret 1"


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        return [blocker["code"] for blocker in self.data["blockers"]]


def yangguang(folder: Path, *words: object, stdin: str = PASSPHRASE + "\n", room: int = 0) -> Done:
    """`yangguang …` with the passphrase as the first line of standard input.

    `room`: no file may grow beyond so many bytes, as on a disk that is full.
    """
    done = subprocess.run(
        [sys.executable, "-m", "client", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))) if room else None,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)
