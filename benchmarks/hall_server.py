"""The two halls of bench_hub: ours on daphne, and `websockets.broadcast()`. `python -m benchmarks.hall_server ours|peer PORT`"""

import asyncio
import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def ours(port: int) -> None:
    import django

    django.setup()
    from channels.db import database_sync_to_async
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.db import transaction
    from django.urls import path

    from config.serving import Server
    from runtime.live import LiveConsumer
    from runtime.outbox import announce

    def read_out(number: int) -> None:
        """An act as it is: in a transaction, then through outbox and hub; the clock starts before it."""
        start = time.monotonic_ns()
        with transaction.atomic():
            announce(
                "hall:bench", "bid.read_out", {"mark": f"#{number}#", "start": start, "bidder": "第七建设集团有限公司"}
            )

    class Hall(LiveConsumer):
        async def admit(self) -> str:
            return "hall:bench"

        async def receive_act(self, frame):
            await database_sync_to_async(read_out)(frame["number"])

    application = ProtocolTypeRouter({"websocket": URLRouter([path("hall", Hall.as_asgi())])})
    Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1:backlog=4096"], websocket_timeout=-1).run()


def peer(port: int) -> None:
    from websockets.asyncio.server import broadcast, serve
    from websockets.exceptions import ConnectionClosed

    watching = set()

    async def hall(socket) -> None:
        watching.add(socket)
        await socket.send(json.dumps({"type": "welcome"}))
        try:
            async for text in socket:
                number = json.loads(text)["number"]
                frame = {
                    "type": "event",
                    "mark": f"#{number}#",
                    "start": time.monotonic_ns(),
                    "bidder": "第七建设集团有限公司",
                }
                broadcast(watching, json.dumps(frame, ensure_ascii=False))
        except ConnectionClosed:
            pass  # the figure is taken, the watchers leave without a word
        finally:
            watching.discard(socket)

    async def run() -> None:
        async with serve(hall, "127.0.0.1", port, compression=None, backlog=4096, ping_interval=None) as server:
            await server.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    {"ours": ours, "peer": peer}[sys.argv[1]](int(sys.argv[2]))
