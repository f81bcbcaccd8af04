"""Tests that run a program of the machine say so (`needs`); where it is missing they are left out, loudly, or fail in CI."""

import os
import shutil
from collections import Counter
from collections.abc import Sequence

import pytest
from django.conf import settings

PROGRAMS = {"chromium": ("chromium", "chromium-browser", "google-chrome")}
MARK = "LEFT OUT"


def program(name: str) -> str | None:
    """The path of a program, by any of its names."""
    return next((path for known in PROGRAMS.get(name, (name,)) if (path := shutil.which(known))), None)


def nothing_may_be_left_out() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"} and os.environ.get("YANGGUANG_NOTHING_LEFT_OUT") == "1"


def leave_out(items: Sequence[pytest.Item]) -> None:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    for item in items:
        for marker in item.iter_markers("engine"):
            if engine not in marker.args:  # the other run of .ci/run has it
                item.add_marker(pytest.mark.skip(reason=f"for {' '.join(marker.args)} only"))
        missing = [name for marker in item.iter_markers("needs") for name in marker.args if program(name) is None]
        if missing and nothing_may_be_left_out():
            item.add_marker(pytest.mark.usefixtures("nothing_left_out"))
        elif missing:
            item.add_marker(pytest.mark.skip(reason=f"{MARK}: {', '.join(missing)} is not on this machine"))


def summary(terminalreporter) -> None:
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and MARK in report.longrepr[2]
    )
    if not reasons:
        return
    terminalreporter.section("TESTS LEFT OUT", sep="!", red=True, bold=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(
            f"{count} test{'s' if count > 1 else ''}: {reason.removeprefix(MARK + ': ')}", red=True
        )
    terminalreporter.write_line("Install what is missing and run again; .ci/run does so.", red=True)
