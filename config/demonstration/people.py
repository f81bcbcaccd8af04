"""People of the demonstration at work: over HTTP with their certificates, and with the command line client."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from client.http import Platform, refusal_of
from config.demonstration.cast import PASSPHRASE, Part
from runtime.refusal import Refusal
from signing.rules.cades import sign_detached
from signing.rules.certificates import fingerprint
from signing.rules.signing_key import SigningKey


class Failed(RuntimeError):
    """Something the demonstration relies on did not happen."""


class Person:
    """One player with a certificate; a connection for each role, opened when it is first needed."""

    def __init__(self, url: str, part: Part, p12: Path, key: SigningKey) -> None:
        self.url, self.part, self.p12, self.key = url, part, p12, key
        self._platforms: dict[str, Platform] = {}

    def as_role(self, role: str = "") -> Platform:
        role = role or self.part.roles[0]
        if role not in self._platforms:
            self._platforms[role] = Platform(self.url, self.key, role)
        return self._platforms[role]

    def get(self, path: str, role: str = "", **more: Any) -> Any:
        return self.as_role(role).call("GET", f"/api/v1{path}", **more)

    def post(self, path: str, body: Mapping[str, Any] | None = None, role: str = "") -> Any:
        return self.as_role(role).call("POST", f"/api/v1{path}", json=body or {})

    def put(self, path: str, body: Mapping[str, Any], role: str = "") -> Any:
        return self.as_role(role).call("PUT", f"/api/v1{path}", json=body)

    def signed(self, content: bytes) -> str:
        return base64.b64encode(sign_detached(content, self.key)).decode()


def yangguang(*words: str | Path, refused: bool | None = False) -> dict[str, Any]:
    """Run the command line client; its JSON. With `refused` it must end with 1, otherwise with 0; None: with either."""
    command = [sys.executable, "-m", "client", *map(str, words), "--json"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, input=f"{PASSPHRASE}\n")
    if done.returncode not in {None: (0, 1), True: (1,), False: (0,)}[refused]:
        raise Failed(f"yangguang {' '.join(map(str, words[:2]))}: {done.returncode}\n{done.stdout}{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


class Newcomer:
    """Somebody without an account: registers, and is then logged in with the password until a certificate is bound."""

    def __init__(self, url: str, part: Part, key: SigningKey) -> None:
        self.part, self.key = part, key
        self.http = httpx.Client(base_url=url, timeout=60)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = self.http.request(method, f"/api/v1{path}", json=body or {})
        if answer.is_success:
            return answer.json() if answer.content else None
        raise refusal_of(answer)

    def register(self, centre: str, details: Mapping[str, Mapping[str, str]]) -> list[int]:
        """In every role, with the certificate bound; the applications that wait for verification.

        Goes on where a demonstration before this one was cut short.
        """
        self._log_in(centre, details)
        known = {application["role"]: application for application in self.call("GET", "/applications")}
        for role in self.part.roles:
            application = known.get(role) or self.call("POST", "/applications", {"role": role})
            if application["status"] == "draft":
                self.call("PUT", f"/applications/{application['id']}", {"details": dict(details[role])})
                self.call("POST", f"/applications/{application['id']}/submission")
        self.bind(self.key)
        return [row["id"] for row in self.call("GET", "/applications") if row["status"] == "submitted"]

    def _log_in(self, centre: str, details: Mapping[str, Mapping[str, str]]) -> None:
        part = self.part
        form = {
            "kind": part.kind, "name": part.name, "number": part.number, "role": part.roles[0], "centre": centre,
            "username": part.key, "password": PASSPHRASE, "contact": part.name, "terms_accepted": True,
            "details": details[part.roles[0]],
        }  # fmt: skip
        try:
            self.call("POST", "/registrations", form)
        except Refusal as refusal:
            if "username.taken" not in {blocker.code for blocker in refusal.blockers}:
                raise
        session = self.call("POST", "/sessions", {"username": part.key, "password": PASSPHRASE})
        self.http.headers["Authorization"] = f"Bearer {session['token']}"

    def bind(self, key: SigningKey) -> None:
        bound = {row["fingerprint"] for row in self.call("GET", "/certificates") if not row["unbound_at"]}
        if fingerprint(key.cert_der) in bound:
            return
        challenge = self.call("POST", "/certificates/challenges")
        signature = base64.b64encode(sign_detached(challenge["text"].encode(), key)).decode()
        self.call("POST", "/certificates", {"challenge": challenge["id"], "signature": signature})


def expect_refusal(code: str, refusal: Refusal) -> str:
    """The refusal's own words if it is the expected one; raises Failed otherwise."""
    codes = [blocker.code for blocker in refusal.blockers]
    if code not in codes:
        raise Failed(f"refused with {codes}, not with {code}") from refusal
    blocker = refusal.blockers[codes.index(code)]
    return f"{blocker.told()} [{blocker.rule}]"
