"""A party at the API: logged in, JSON in and out."""

import base64
from typing import Any

from django.test import Client

from signing.rules.cades import sign_detached
from tests.factories.parties import PartyKit, log_in


class Caller:
    """`status, data = Caller(kit).post("/sections", {...})`; without a kit: anybody."""

    def __init__(
        self, kit: PartyKit | None = None, role: str = "", certificate: bool = True, language: str = ""
    ) -> None:
        self.kit = kit
        headers = {"accept-language": language} if language else {}
        self.client = Client(headers=headers)
        if kit:
            log_in(self.client, kit, role, certificate)

    def _call(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        call = getattr(self.client, method)
        more = {"data": body if body is not None else {}, "content_type": "application/json"} if method != "get" else {}
        response = call(f"/api/v1{path}", **more)
        json = response.headers.get("Content-Type", "").startswith("application/json")
        if json and not response.streaming and response.content:
            return response.status_code, response.json()
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return response.status_code, content

    def get(self, path: str) -> tuple[int, Any]:
        return self._call("get", path, None)

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return self._call("post", path, body)

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        return self._call("put", path, body)

    def delete(self, path: str) -> tuple[int, Any]:
        return self._call("delete", path, None)

    def sign(self, data: bytes) -> str:
        assert self.kit
        return base64.b64encode(sign_detached(data, self.kit.signing_key)).decode()


def codes(data: dict[str, Any]) -> list[str]:
    """The reasons of a refusal."""
    assert data["refused"] is True
    return [blocker["code"] for blocker in data["blockers"]]
