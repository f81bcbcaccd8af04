"""Bodies for the raw applications (config.routing.RAW) go to them while they arrive, instead of after they did.

daphne takes a whole body into a temporary file and then into memory before its application sees a byte. An upload would
be written twice, nothing of a broken PATCH would be kept, and a slow line would hold its megabytes for minutes. Here the
application starts with the headers, and a peer that sends faster than the disk takes is held back.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from config.routing import RAW

READ = 1 << 18  # bytes taken from the socket at once; Twisted's 64 KiB cost more calls than copying
AHEAD = 4 << 20  # bytes that may wait for the application before the connection is read no further
DISCARDED = 16 << 20  # bytes read and thrown away so that a client hears a refusal instead of a broken line
Message = dict[str, Any]


class StreamedBody:
    """Mixin for daphne's WebRequest. `streamed` is decided when the headers are in."""

    streamed = False
    _whole = False  # the body has ended
    _waiting = 0
    _paused = False
    _rest: int | None = None  # bytes of the body still to come, where its length was said

    def gotLength(self, length: int | None) -> None:
        channel: Any = self.channel  # type: ignore[attr-defined]
        prefixes = tuple(prefix.encode() for prefix, _ in RAW)
        self.streamed = length != 0 and channel._path.startswith(prefixes)
        if not self.streamed:
            return super().gotLength(length)  # type: ignore[misc,no-any-return]
        super().gotLength(0)  # type: ignore[misc]
        self._rest = length
        self._start(channel._command, channel._path, channel._version)
        return None

    def _start(self: Any, command: bytes, uri: bytes, version: bytes) -> None:
        """What Twisted does when a body is complete, and daphne's `process`, before the body has come."""
        self.method, self.uri, self.clientproto = command, uri, version
        self.path = uri.partition(b"?")[0]
        self._held: list[Message] = []
        self.transport.bufferSize = READ
        channel, persistent = self.channel, self.channel.persistent
        channel.persistent = False  # if daphne refuses the headers, the rest of this body is nobody's request
        self.process()
        if self.application_queue is not None:
            channel.persistent = persistent
            self.application_queue.get_nowait()  # the empty body that `process` read

    def handleContentChunk(self: Any, data: bytes) -> None:
        if not self.streamed:
            return super().handleContentChunk(data)  # type: ignore[misc,no-any-return]
        if self._rest is not None:
            self._rest -= len(data)
        if self.application_queue is None or self._answered:
            return None
        self.application_queue.put_nowait({"type": "http.request", "body": data, "more_body": True})
        self._waiting += len(data)
        if self._waiting > AHEAD and not self._paused:
            self._paused = True
            self.channel._networkProducer.pauseProducing()
        return None

    def requestReceived(self: Any, command: bytes, path: bytes, version: bytes) -> None:
        if not self.streamed:
            return super().requestReceived(command, path, version)  # type: ignore[misc,no-any-return]
        self._whole = True
        if self.application_queue is not None:
            self.application_queue.put_nowait({"type": "http.request", "body": b"", "more_body": False})
            for message in self._held:
                super().handle_reply(message)  # type: ignore[misc]
        return None

    @property
    def _answered(self: Any) -> bool:
        return any(m["type"] == "http.response.body" and not m.get("more_body") for m in self._held)

    def handle_reply(self: Any, message: Message) -> None:
        """An answer before the end of the body waits for that end: only then may the next request follow."""
        if not self.streamed or self._whole or self.application_queue is None:
            return super().handle_reply(message)  # type: ignore[misc,no-any-return]
        self._held.append(message)
        if self._answered:
            self._resume()
            if self._rest is None or self._rest > DISCARDED:
                self._whole, self.channel.persistent = True, False
                for held in self._held:
                    super().handle_reply(held)  # type: ignore[misc]
        return None

    def counted(self, receive: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
        """The application's `receive`; taking a message lets the next bytes in."""

        async def taken() -> Message:
            message = await receive()
            self._waiting -= len(message.get("body", b""))
            if self._paused and self._waiting <= AHEAD // 2:
                self._resume()
            return message

        return taken

    def _resume(self: Any) -> None:
        if self._paused:
            self._paused = False
            if self.channel is not None:
                self.channel._networkProducer.resumeProducing()


def counting(application: Any) -> Any:
    """The ASGI application, with `receive` counted for requests whose body is streamed."""

    async def run(scope: Message, receive: Any, send: Any) -> Any:
        body = scope.get("extensions", {}).get("yangguang.body")
        return await application(scope, body.counted(receive) if body else receive, send)

    return run
