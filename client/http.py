"""The platform over HTTP, for the command line: log in with a certificate, then act with a bearer token."""

import base64
from typing import Any
from urllib.parse import urlsplit

import httpx

from client.output import Unusable
from prequalified.rules import challenge as challenges
from runtime.refusal import Blocker, Refusal
from signing.rules.cades import sign_detached
from signing.rules.signing_key import SigningKey

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
TIMEOUT = httpx.Timeout(60, connect=10)


class Platform:
    """A logged-in connection. `role` is the one role to act in; the first one held when empty."""

    def __init__(self, url: str, signer: SigningKey, role: str = "") -> None:
        self.url, self.signer = url.rstrip("/"), signer
        self.http = httpx.Client(base_url=self.url, timeout=TIMEOUT, follow_redirects=False)
        self.session = self._log_in(role)
        self.token: str = self.session["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def _log_in(self, role: str) -> dict[str, Any]:
        challenge = self.call("POST", "/api/v1/challenges")
        demand_own_challenge(challenge["text"], self.url)
        signature = sign_detached(challenge["text"].encode(), self.signer)
        body = {"challenge": challenge["id"], "signature": base64.b64encode(signature).decode(), "role": role}
        session: dict[str, Any] = self.call("POST", "/api/v1/sessions", json=body)
        return session

    def call(self, method: str, path: str, **more: Any) -> Any:
        """The JSON answer, None for none, bytes for a file. Raises Refusal with the platform's own reasons, Unusable when it cannot be reached."""
        try:
            answer = self.http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Unusable(f"平台 {self.url} 无法连接:{error}") from error
        if not answer.is_success:
            raise refusal_of(answer)
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return answer.content
        try:
            return answer.json() if answer.content else None  # 204
        except ValueError as error:
            raise Unusable(f"平台 {self.url} 的回答不是 JSON") from error

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> "Platform":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def demand_own_challenge(words: str, url: str) -> None:
    """Sign nothing but a log-in to the platform that was asked for: a false one could pass on another's challenge.

    Raises Unusable otherwise.
    """
    try:
        named = challenges.platform_of(words, "log-in")
    except ValueError as error:
        raise Unusable(f"{url} 给出的不是登录挑战码，未签名") from error
    if _place(named) != _place(url):
        raise Unusable(f"挑战码属于平台 {named}，不是 {url}，未签名")


def _place(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, "localhost" if host in _LOOPBACK else host, port


def refusal_of(answer: httpx.Response) -> Refusal | Unusable:
    """The platform's refusal as one of ours; anything else it answered is unusable."""
    try:
        data = answer.json()
        blockers = [
            Blocker(
                one["code"],
                one["message"].replace("%", "%%"),
                one["rule"],
                one["remedy"].replace("%", "%%"),
                place=one["place"],
            )
            for one in data["blockers"]
        ]  # the sentences come filled in
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unusable(f"平台回答 {answer.status_code}:{answer.text[:300]}")
    return Refusal(blockers, answer.status_code)
