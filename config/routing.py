"""Who answers what. Raw ASGI applications and sockets of the apps are mounted here and nowhere else."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import URLPattern

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[Scope, Receive, Any], Awaitable[None]]

BODY_LIMIT = 9 * 1024 * 1024  # a page or API call; Django refuses what a form may not be before that

# (prefix, module:attribute) of ASGI applications that read the body themselves, chunk by chunk.
RAW: tuple[tuple[str, str], ...] = (("/uploads/", "tendering.api.uploads:application"),)
# Apps with sockets; a line an app.
SOCKETS: tuple[str, ...] = ("prequalified", "tendering", "evaluation")


def build(pages: Application) -> ProtocolTypeRouter:
    raw = [(prefix, _load(place)) for prefix, place in RAW]
    small = _limited(pages)

    async def http(scope: Scope, receive: Receive, send: Any) -> None:
        for prefix, application in raw:
            if scope["path"].startswith(prefix):
                return await application(scope, receive, send)
        return await small(scope, receive, send)

    sockets: list[URLPattern] = [pattern for app in SOCKETS for pattern in import_module(f"{app}.live.routing").sockets]
    return ProtocolTypeRouter(
        {"http": http, "websocket": AllowedHostsOriginValidator(_unknown_refused(URLRouter(sockets)))}
    )


def _load(place: str) -> Application:
    module, name = place.split(":")
    application: Application = getattr(import_module(module), name)
    return application


def _limited(pages: Application) -> Application:
    """Pages never see a body over the limit: they get an empty one and `yangguang.too_large`, and answer 413."""

    async def limited(scope: Scope, receive: Receive, send: Any) -> None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            if len(body) <= BODY_LIMIT:
                body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        if len(body) > BODY_LIMIT:
            scope["yangguang.too_large"] = True
            body.clear()
        return await pages(scope, _replay(bytes(body), receive), send)

    return limited


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _unknown_refused(router: Application) -> Application:
    """A socket address that does not exist is refused at the handshake instead of ending in a traceback."""

    async def routed(scope: Scope, receive: Receive, send: Any) -> None:
        try:
            await router(scope, receive, send)
        except ValueError as error:
            if "No route found" not in str(error):
                raise
            await send({"type": "websocket.close"})

    return routed
