"""A second platform on a database and home of its own, and what its staff do there over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.whole_platform import own_database
from tests.running import ROOT, RunningPlatform

# What an operator does on a bare machine, and a log-in of its staff (which has tests of its own).
SEED = """
import django; django.setup()
from prequalified.actions.open_access import Admission, open_access
from signing.rules.certificates import fingerprint
from tests.factories.parties import make_centre, make_party
staff = make_party("对端交易中心", 99, ["staff"], centre=make_centre("theirs"))
admission = Admission(staff.account, fingerprint(staff.cert_der))
print(open_access(admission=admission, role="staff", address="127.0.0.1")[0])
"""


class SecondPlatform:
    def __init__(self, home: Path, database: dict[str, str]) -> None:
        self.home = home
        address = database["DATABASE_URL"] or f"sqlite://{home / 'second.sqlite3'}"
        own = {"YANGGUANG_HOME": str(home), "STORE_DIR": str(home / "store"), "DATABASE_URL": address}
        self.environment = {**os.environ, "YANGGUANG_TESTING": "1", "DJANGO_SETTINGS_MODULE": "config.settings", **own}
        self.manage("migrate", "--verbosity", "0")
        self.server = RunningPlatform(**own)
        self.server.start()
        token = self.run("-c", SEED).strip().splitlines()[-1]
        self.http = httpx.Client(base_url=self.server.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    @property
    def address(self) -> str:
        return f"{self.server.url}/api/v1/exchange/records"

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *words: str) -> str:
        return self.run("manage.py", *words)

    def get(self, path: str) -> Any:
        answer = self.http.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.http.request(method, f"/api/v1{path}", json=body or {})

    def records(self, key: str) -> list[dict[str, Any]]:
        return self.get(f"/staff/exchange/records?q={key}")["items"]

    def certificate(self) -> bytes:
        return self.http.get("/api/v1/exchange/certificate").content

    def parties(self, words: str) -> list[dict[str, Any]]:
        return self.get(f"/staff/roles?q={words}")["items"]

    def rows(self, code: str) -> Any:
        """What stands in its database, as JSON printed by `code`."""
        return json.loads(self.run("-c", f"import django; django.setup(); import json\n{code}"))


@contextmanager
def second_platform(home: Path) -> Iterator[SecondPlatform]:
    home.mkdir()
    with own_database(f"second_{os.getpid()}") as database:
        platform = SecondPlatform(home, database)
        try:
            yield platform
        finally:
            platform.http.close()
            platform.server.stop()
