"""How people come to the running platform in these tests: log-in by certificate, the API, sockets."""

import asyncio
import base64
import json
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from client.http import Platform
from signing.rules.cades import sign_detached
from tests.factories.parties import PartyKit


class Visitor:
    """A person with a certificate at the real server: `api("POST", "/room/votes", {...})`, `socket()`."""

    def __init__(self, url: str, kit: PartyKit, role: str, code: str) -> None:
        self.url, self.kit, self.code = url, kit, code
        with Platform(url, kit.signing_key, role) as logged_in:
            self.token = logged_in.token
        self.http = httpx.Client(
            base_url=f"{url}/api/v1/sections/{code}", headers={"Authorization": f"Bearer {self.token}"}, timeout=60
        )

    def __del__(self) -> None:
        self.http.close()

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def reads(self, path: str) -> str:
        """An answer as plain text, Chinese unescaped."""
        answer = self.get(path)
        return json.dumps(answer.json(), ensure_ascii=False)

    def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return self.http.post(path, json=body or {})

    def sign(self, data: bytes) -> str:
        return base64.b64encode(sign_detached(data, self.kit.signing_key)).decode()

    def hand_in(self) -> httpx.Response:
        return self.post("/room/hand-in", {"signature": self.sign(self.get("/room/hand-in").content)})

    async def enter(self, query: str = "") -> "Chair":
        address = f"{self.url.replace('http', 'ws', 1)}/live/rooms/{self.code}{query}"
        headers = {"Authorization": f"Bearer {self.token}", "Origin": self.url}
        return Chair(await connect(address, additional_headers=headers, max_size=2**22))


class Chair:
    """An open socket of the room: everything heard is kept, so that leaks can be looked for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []
        self._acts = 0

    async def next(self, timeout: float = 60) -> dict[str, Any]:
        frame = json.loads(await asyncio.wait_for(self.socket.recv(), timeout))
        self.heard.append(frame)
        return frame

    async def until(self, kind: str, timeout: float = 60) -> dict[str, Any]:
        """The next frame of this type, or event of this kind."""
        while True:
            frame = await self.next(timeout)
            if kind in (frame["type"], frame.get("kind")):
                return frame

    async def act(self, **frame: Any) -> dict[str, Any]:
        """Send and wait for the answer to it: `result` of answered, or the refusal."""
        self._acts += 1
        name = f"t{self._acts}"
        await self.socket.send(json.dumps({**frame, "id": name}))
        while True:
            answer = await self.next()
            if answer.get("id") == name:
                return answer.get("result", answer)

    async def settle(self, seconds: float = 0.6) -> None:
        """Hear whatever still comes."""
        try:
            while True:
                await self.next(seconds)
        except TimeoutError:
            pass

    async def leave(self) -> None:
        await self.socket.close()
