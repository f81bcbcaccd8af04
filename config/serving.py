"""daphne with three changes, each for a measured reason (limits.md).

- Twisted parses a multipart POST with the e-mail parser on the event loop: a 50 MB form froze everybody for seconds.
  Django parses forms itself, so Twisted must not.
- daphne takes a whole body before anybody may refuse it: a length over the limit is refused while it arrives.
- daphne has no backpressure on websockets: what a client does not read piles up. Our protocol tells when the transport
  is full, and hands the hub a pipe that writes the shared bytes of a frame without encoding them for each client.
"""

import logging
from collections.abc import Callable
from typing import Any

import daphne.server  # installs Twisted's asyncio reactor; first, before anything imports the reactor
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from config.streaming import StreamedBody, counting

log = logging.getLogger(__name__)
BODY_LIMIT = 9 * 1024 * 1024  # the largest body of all: a tus PATCH of 8 MiB
_TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Request(WebRequest):
    """A request whose form Twisted does not parse and whose body has an end."""

    _taken = 0
    _refused = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parsePOSTFormSubmission = False  # Twisted sets it to true on each request

    def gotLength(self, length: int | None) -> None:
        if length is not None and length > BODY_LIMIT:
            self._refuse()
        super().gotLength(0 if self._refused else length)

    def handleContentChunk(self, data: bytes) -> None:
        self._taken += len(data)
        if self._refused:
            return
        if self._taken > BODY_LIMIT:
            self._refuse()
            return
        super().handleContentChunk(data)

    def _refuse(self) -> None:
        self._refused = True
        self.channel.transport.write(_TOO_LARGE)
        self.channel.loseConnection()

    def process(self) -> Any:
        return None if self._refused else super().process()


class StreamedRequest(StreamedBody, Request):
    """A request whose body goes to a raw application while it arrives (config.streaming)."""


@implementer(IPushProducer)
class Socket(WebSocketProtocol):
    """A websocket that knows when its transport is full. It is the hub's `Pipe` (runtime.outlets)."""

    full = False
    drained: Callable[[], None] | None = None

    def onOpen(self) -> None:
        self.transport.unregisterProducer()  # the HTTP channel's, from before the upgrade
        self.transport.registerProducer(self, True)
        super().onOpen()

    def pauseProducing(self) -> None:
        self.full = True

    def resumeProducing(self) -> None:
        self.full = False
        if self.drained:
            self.drained()

    def stopProducing(self) -> None:
        self.full = True

    def write(self, wire: bytes) -> None:
        """A whole unmasked frame, as it goes over the wire: no extension is ever agreed on with daphne."""
        if self.state == self.STATE_OPEN:
            self.transport.write(wire)

    def drop(self) -> None:
        self.dropConnection(abort=True)


class SocketFactory(WebSocketFactory):
    protocol = Socket


class PageFactory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = StreamedRequest
        return protocol


class Server(daphne.server.Server):
    """daphne's server with our request and websocket classes."""

    def __init__(self, application: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(counting(application), *args, **kwargs)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, Socket):
            scope["extensions"] = {**scope.get("extensions", {}), "yangguang.pipe": protocol}
        elif protocol.streamed:
            scope["extensions"] = {**scope.get("extensions", {}), "yangguang.body": protocol}
        return super().create_application(protocol, scope)


# daphne's `run` makes its factories by these names.
daphne.server.HTTPFactory = PageFactory
daphne.server.WebSocketFactory = SocketFactory
