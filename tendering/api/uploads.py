"""tus 1.0.0 at /uploads/ as a raw ASGI application: bodies of any size pass through in blocks, none is held in memory.

Stock tuspy and tus-js-client deliver here. `Upload-Metadata` names the section (`section`). A finished upload is not yet
a bid: `POST /api/v1/sections/{code}/bids` makes it one.
"""

import asyncio
import datetime as dt
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.conf import settings
from django.db import close_old_connections
from django.utils import translation
from django.utils.http import http_date

from prequalified.models import Party
from prequalified.permissions import demand
from prequalified.queries.actors import for_scope
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import answer
from tendering.actions.begin_upload import begin_upload
from tendering.actions.end_upload import terminate_upload
from tendering.actions.hash_upload import Follower, complete, follower_of, forget
from tendering.actions.receive_bytes import Writer, received, writing
from tendering.models import Upload
from tendering.queries.bids import own_upload
from tendering.queries.sections import section_by_code
from tendering.queries.store import upload_path
from tendering.rules import tus
from tendering.rules.tus import Piece

PREFIX = "/uploads/"
BLOCK = 2 << 20  # bytes handed to the writing thread at once
PARTS = 512  # parts of a block at most: writev takes 1,024
SLOW = 1.0  # seconds of silence after which what came is written though it is less
IDLE = 30.0  # seconds without a byte after which a dead line gives the upload free again
LOOK = 5.0  # seconds that a look at caller and upload serves the pieces that follow
_looked_at: dict[tuple[str, str, str], tuple[float, tuple[Actor, Upload]]] = {}
_KEY = re.compile(r"[0-9a-f]{32}")
_writers = ThreadPoolExecutor(4, thread_name_prefix="intake-write")
_askers = ThreadPoolExecutor(8, thread_name_prefix="intake-ask")
T = TypeVar("T")
Headers = dict[str, str]


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Any) -> None:
    """One request. Every refusal is answered like the API's: `{"refused": true, "blockers": […]}`."""
    headers = tus.headers_of(scope["headers"])
    request = Request(scope, receive, headers)
    try:
        status, found = await request.answer()
        body = b""
    except Refusal as refusal:
        status, found = refusal.status, {"content-type": "application/json"}
        with translation.override(_language(headers)):
            body = json.dumps(answer(refusal), ensure_ascii=False).encode()
        await request.drain()
    found = {"tus-resumable": tus.VERSION, "cache-control": "no-store", "x-content-type-options": "nosniff", **found}
    if status == 412:
        found["tus-version"] = tus.VERSION
    if request.method == "HEAD":
        body = b""
    elif status != 204:
        found["content-length"] = str(len(body))
    raw = [(name.encode(), value.encode("latin-1")) for name, value in found.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _language(headers: Mapping[str, str]) -> str:
    return "en" if headers.get("accept-language", "").lower().startswith("en") else "zh-hans"


class Request:
    """One tus request, from its headers to its status and headers."""

    def __init__(self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], headers: Headers) -> None:
        self.scope, self._receive, self.headers = scope, receive, headers
        self.method = tus.method_of(scope["method"], headers)
        self._read_all = False  # the body came to its end
        self._over = False  # nothing more comes, whether it did or not

    async def answer(self) -> tuple[int, Headers]:
        """(status, headers); raises Refusal."""
        key = self.scope["path"].removeprefix(PREFIX).strip("/")
        if self.method == "OPTIONS":
            return 204, _abilities()
        tus.demand_version(self.headers)
        if self.method == "POST" and not key:
            return await self._create(await self._in_thread(bidder_of, self.scope))
        actor, upload = await self._admitted(key)
        if self.method == "HEAD":
            return 200, _where(upload, received(upload_path(upload))) | _length(upload)
        if self.method == "PATCH":
            piece = tus.read_piece(self.headers)
            return 204, _where(upload, await self._take(upload, piece))
        if self.method == "DELETE":
            await self._in_thread(lambda: terminate_upload(upload=upload, actor=actor))
            return 204, {}
        raise tus.wrong_method(self.method)

    async def _admitted(self, key: str) -> tuple[Actor, Upload]:
        """Who asks, and the upload of that address. Pieces follow one another fast: for them the last look is good enough.

        What a look might have missed in that time shows elsewhere: an upload that ended has no file any more, and the
        delivery asks everything again.
        """
        caller = (self.headers.get("authorization", ""), self.headers.get("cookie", ""), key)
        seen = _looked_at.pop(caller, None)
        if seen and self.method == "PATCH" and time.monotonic() - seen[0] < LOOK:
            _looked_at[caller] = seen
            return seen[1]
        found = await self._in_thread(_admit, self.scope, key)
        if len(_looked_at) > 4096:
            _looked_at.clear()
        _looked_at[caller] = (time.monotonic(), found)
        return found

    async def _create(self, actor: Actor) -> tuple[int, Headers]:
        creation = tus.read_creation(self.headers, settings.BID_BYTES_LIMIT)
        piece = tus.read_first_piece(self.headers)
        upload = await self._in_thread(_begin, creation, actor)
        found = {"location": f"{PREFIX}{upload.id.hex}"} | _where(upload, 0)
        if piece is not None:
            found |= _where(upload, await self._take(upload, piece))
        return 201, found

    async def _take(self, upload: Upload, piece: Piece) -> int:
        """Receive one piece and return the new offset. What a broken line brought is kept, for the client to go on from."""
        follower = follower_of(upload)
        try:
            with writing(upload_path(upload), upload.length) as writer:
                writer.begin(piece)
                whole = await self._write_body(upload, writer, follower)
                writer.finish(whole=whole)
                offset = writer.offset
        except Refusal as refusal:
            if refusal.status in {413, 507}:
                forget(upload)
            raise
        if offset == upload.length:
            await self._in_thread(complete, upload)
        return offset

    async def _write_body(self, upload: Upload, writer: Writer, follower: Follower) -> bool:
        """Blocks go to a thread one behind the other, while the next one is collected. False: the line broke."""
        loop, writing_block = asyncio.get_running_loop(), None
        ends = ends_at(upload)

        def take(parts: list[bytes]) -> None:
            start = writer.offset
            writer.write(parts)
            if not writer.checked:
                follower.feed(start, parts)

        while block := await self._next_block():
            if now() >= ends:
                raise tus.gone()
            if writing_block:
                await writing_block
            writing_block = loop.run_in_executor(_writers, take, block)
        if writing_block:
            await writing_block
        return self._read_all

    async def _next_block(self, patience: float = IDLE) -> list[bytes]:
        """Two megabytes of the body in parts, less on a slow line or at its end; nothing where no more comes."""
        parts: list[bytes] = []
        size, loop = 0, asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience) as idle:
                while not self._over and size < BLOCK and len(parts) < PARTS:
                    part = await self._next_part()
                    size += len(part)
                    if part:
                        parts.append(part)
                    idle.reschedule(loop.time() + SLOW)
        except TimeoutError:
            self._over = not parts
        return parts

    async def _next_part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._over = True
            return b""
        self._read_all = self._over = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        return part

    async def drain(self) -> None:
        """Read what the client is still sending, as far as one piece: many show the answer only after that."""
        taken = 0
        while not self._over and taken < 8 << 20:
            taken += sum(map(len, await self._next_block(patience=5.0)))

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        def work() -> T:
            close_old_connections()
            try:
                return call(*arguments)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(_askers, work)


def ends_at(upload: Upload) -> dt.datetime:
    """Bytes are taken until the upload expires or its section's deadline comes, whichever is first."""
    return min(upload.expires_at, upload.section.deadline or upload.expires_at)


def bidder_of(scope: dict[str, Any]) -> Actor:
    """The bidder who asks; anybody else hears 401 or 403, whatever the address, so that addresses tell nothing."""
    actor = for_scope(scope)
    demand(actor, {"bidder"}, certificate=True)
    return actor


def _admit(scope: dict[str, Any], key: str) -> tuple[Actor, Upload]:
    actor = bidder_of(scope)
    return actor, _find(key, actor)


def _find(key: str, actor: Actor) -> Upload:
    """The caller's own upload: 404 for anything else, 410 once it is over."""
    upload = own_upload(uuid.UUID(key), actor.party_id) if _KEY.fullmatch(key) else None
    if upload is None:
        raise tus.unknown()
    if upload.state == Upload.State.TERMINATED:
        raise tus.unknown()
    if upload.state != Upload.State.RECEIVING or now() >= ends_at(upload):
        raise tus.gone()
    return upload


def _begin(creation: tus.Creation, actor: Actor) -> Upload:
    section = section_by_code(creation.metadata.get("section", ""))
    bidder = Party.objects.get(number=actor.number)
    return begin_upload(section=section, bidder=bidder, length=creation.length, metadata=creation.text, actor=actor)


def _abilities() -> Headers:
    return {
        "tus-version": tus.VERSION,
        "tus-extension": tus.EXTENSIONS,
        "tus-max-size": str(settings.BID_BYTES_LIMIT),
        "tus-checksum-algorithm": ",".join(tus.ALGORITHMS),
    }


def _where(upload: Upload, offset: int) -> Headers:
    return {"upload-offset": str(offset), "upload-expires": http_date(ends_at(upload).timestamp())}


def _length(upload: Upload) -> Headers:
    found = {"upload-length": str(upload.length)}
    return found | ({"upload-metadata": upload.metadata} if upload.metadata else {})
