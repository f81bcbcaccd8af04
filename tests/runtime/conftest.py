import json

import pytest
from websockets.asyncio.client import connect

from tests.running import RunningPlatform


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def _hall_server(request, django_db_setup, django_db_blocker):
    extra = ["--uvicorn"] if request.param == "uvicorn" else []
    running = RunningPlatform("-m", "tests.runtime.hall", *extra)
    yield running
    running.stop()


@pytest.fixture
def hall(transactional_db, _hall_server):
    """A server with the room `hall:<name>` at /live/halls/<name>, on daphne and on uvicorn."""
    _hall_server.start()
    return _hall_server


class Line:
    """One client connection that speaks JSON."""

    def __init__(self, socket):
        self.socket = socket

    async def send(self, frame):
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def next(self, kind):
        """The next frame of that type; frames before it are passed over."""
        import asyncio

        async with asyncio.timeout(60):
            while True:
                frame = json.loads(await self.socket.recv())
                if frame["type"] == kind:
                    return frame

    async def events(self, count):
        return [await self.next("event") for _ in range(count)]


@pytest.fixture
def enter(hall):
    """`async with enter("name", "?seq=3") as line`"""
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def entering(name, query=""):
        async with connect(f"ws://127.0.0.1:{hall.port}/live/halls/{name}{query}", compression=None) as socket:
            yield Line(socket)

    return entering
