"""pytest plugin, loaded before Django's settings: every run and every worker has a home of its own, thrown away after."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_owner = "YANGGUANG_TEST_HOME"


def _prepare() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    base = os.environ.get(_owner)
    if base is None:
        base = tempfile.mkdtemp(prefix="yangguang-test-")
        os.environ[_owner] = base
        if not os.environ.get("YANGGUANG_KEEP_TEST_HOME"):
            atexit.register(shutil.rmtree, base, ignore_errors=True)
    os.environ["YANGGUANG_HOME"] = str(Path(base) / (worker or "main"))
    # Playwright's synchronous API keeps a loop running in the test's thread; Django would refuse the ORM there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


_prepare()
