"""A socket on a room: events in order and without gaps from where the client left off, acts in, refusals out.

Frames to the client: `welcome {seq, now}`, `event {seq, kind, body, at}`, `pong {now, seq}`, `answered {id, result}`,
`refused {id, blockers}`. Frames from it: `resume {seq}`, `ping`, and whatever acts the room knows.
"""

import json
import logging
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from runtime import hub, tickets
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.full_disk import full_disk
from runtime.outlets import PipeOutlet, TaskOutlet
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken

log = logging.getLogger(__name__)
FRAME_LIMIT = 256 * 1024  # characters of one frame from a client
MALFORMED_LIMIT = 20  # a client that talks nonsense this often is shown out
REFUSED, BAD_CLIENT = 4403, 4400  # close codes


class LiveConsumer(AsyncWebsocketConsumer):
    """Subclasses say who may enter (`admit`) and what may be done (`receive_act`)."""

    channel_layer_alias = ""  # no channel layer: nothing here is sent through groups
    watcher: hub.Watcher | None = None
    room = ""
    language = "zh-hans"
    _malformed = 0

    async def admit(self) -> str | None:
        """The room's name, or None (or a Refusal) for somebody who may not enter: nobody, until a subclass says who."""
        return None

    async def receive_act(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        """Do what the frame asks; what is returned goes back as `answered`. Raise Refusal to refuse."""
        raise Refusal(Blocker("frame.unknown", gettext_noop("这里不接受这种消息。")))

    async def left(self) -> None:
        """The connection is gone. Override to tell the others."""

    async def dispatch(self, message: dict[str, Any]) -> None:
        """channels would hop to a thread for each message to close old database connections; our acts do that."""
        handler = {
            "websocket.connect": self.websocket_connect,
            "websocket.receive": self.websocket_receive,
            "websocket.disconnect": self.websocket_disconnect,
        }[message["type"]]
        await handler(message)

    # -- coming and going

    async def connect(self) -> None:
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        self.ticket = query.get("ticket", [""])[0]
        self.language = _language(self.scope, query)
        await self.accept()
        try:
            room = await self.admit()
            if room is None:
                raise Refusal(Blocker("room.not_admitted", gettext_noop("您不能进入这里。")), 403)
        except Refusal as refusal:
            await self.refuse(refusal)
            await self.close(code=REFUSED)
            return
        since = query.get("seq", [""])[0]
        await self._enter(room, int(since) if since.isdecimal() and len(since) < 19 else None)

    async def _enter(self, room: str, seq: int | None) -> None:
        self.room = room
        self.watcher = await hub.current().watch(room, seq)
        await self.say({"type": "welcome", "seq": self.watcher.feed.seq, "now": stamp(now())})
        pipe = self.scope.get("extensions", {}).get("yangguang.pipe")
        self.watcher.outlet = (
            PipeOutlet(self.watcher, pipe) if pipe else TaskOutlet(self.watcher, self.base_send, self._drop)
        )
        self.watcher.outlet.offer()

    async def _drop(self) -> None:
        await self.close(code=1013)

    async def disconnect(self, code: int) -> None:
        if self.watcher:
            self.watcher.leave()
            self.watcher = None
            await self.left()

    def ticket_actor(self, room: str) -> Actor | None:
        """The actor of the `?ticket=` in the address, without the database; None when there is none."""
        return tickets.read(self.ticket, room) if self.ticket else None

    # -- frames

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        frame = _parse(text_data)
        if frame is None:
            return await self._nonsense()
        kind = frame["type"]
        if kind == "ping":
            seq = self.watcher.sent if self.watcher else 0
            return await self.say({"type": "pong", "now": stamp(now()), "seq": seq, "id": frame.get("id")})
        if self.watcher is None:
            return None
        if kind == "resume":
            seen = frame.get("seq")
            if type(seen) is not int:
                return await self._nonsense()
            return self.watcher.resume(seen)
        return await self._act(frame)

    async def _act(self, frame: dict[str, Any]) -> None:
        try:
            result = await self.receive_act(frame)
        except Refusal as refusal:
            return await self.refuse(refusal, frame.get("id"))
        except Exception as error:
            if full := full_disk(error):
                return await self.refuse(full, frame.get("id"))
            log.exception("an act over a socket failed")
            broken = Blocker(
                "server.error", gettext_noop("服务器出错，这一步没有办理。"), remedy=gettext_noop("请稍后再试。")
            )
            return await self.refuse(Refusal(broken, 500), frame.get("id"))
        if result is not None:
            await self.say({"type": "answered", "id": frame.get("id"), "result": result})
        return None

    async def _nonsense(self) -> None:
        self._malformed += 1
        await self.refuse(Refusal(Blocker("frame.malformed", gettext_noop("消息格式不正确。")), 400))
        if self._malformed >= MALFORMED_LIMIT:
            await self.close(code=BAD_CLIENT)

    async def say(self, frame: dict[str, Any]) -> None:
        """One frame to this client alone."""
        await self.send(text_data=json.dumps(frame, ensure_ascii=False, default=str))

    async def refuse(self, refusal: Refusal, to: object = None) -> None:
        with translation.override(self.language):
            blockers = spoken(refusal)
        await self.say({"type": "refused", "id": to, "blockers": blockers})


def _parse(text: str | None) -> dict[str, Any] | None:
    """An object with a string `type`, or None. Constants JSON does not know (NaN) are refused like any nonsense."""
    if text is None or len(text) > FRAME_LIMIT:
        return None
    try:
        frame = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        return None
    return frame


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _language(scope: dict[str, Any], query: dict[str, list[str]]) -> str:
    """`?language=en`, else the page's language cookie, else what the program prefers (Accept-Language), else Chinese."""
    headers = dict(scope.get("headers", []))
    asked = query.get("language", [""])[0] or (scope.get("cookies") or {}).get("django_language", "")
    if not asked:
        cookie = headers.get(b"cookie", b"").decode("latin-1")
        asked = next((part.split("=", 1)[1] for part in cookie.split("; ") if part.startswith("django_language=")), "")
    if not asked and headers.get(b"accept-language", b"").lower().startswith(b"en"):
        asked = "en"
    return asked if asked in {"en", "zh-hans"} else "zh-hans"
