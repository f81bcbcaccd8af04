"""A server with one plain live room, for the tests of runtime: `python -m tests.runtime.hall --port N [--uvicorn]`."""

import argparse
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def application():
    import django

    django.setup()
    from channels.db import database_sync_to_async
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.core.asgi import get_asgi_application
    from django.db import transaction
    from django.urls import path

    from config.routing import _unknown_refused
    from runtime.live import LiveConsumer
    from runtime.outbox import announce
    from runtime.refusal import Blocker, Refusal

    class Hall(LiveConsumer):
        async def admit(self):
            name = self.scope["url_route"]["kwargs"]["name"]
            if name == "closed":
                raise Refusal(Blocker("hall.closed", "%(hall)s已关闭。", rule="20号令 29", params={"hall": name}), 403)
            return None if name == "nobody" else f"hall:{name}"

        async def receive_act(self, frame):
            if frame["type"] == "say":
                return {"seq": await database_sync_to_async(self._say)(frame["words"])}
            if frame["type"] == "break":
                raise RuntimeError("a bug")
            return await super().receive_act(frame)

        def _say(self, words):
            with transaction.atomic():
                return announce(self.room, "said", {"words": words})

    sockets = [path("live/halls/<name>", Hall.as_asgi())]
    return ProtocolTypeRouter({"http": get_asgi_application(), "websocket": _unknown_refused(URLRouter(sockets))})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--uvicorn", action="store_true")
    parser.add_argument("--patience", type=float, default=300.0)
    options = parser.parse_args()
    halls = application()
    from runtime import outlets

    outlets.PATIENCE = options.patience
    if options.uvicorn:
        import uvicorn

        config = uvicorn.Config(
            halls, port=options.port, log_level="warning", ws="websockets-sansio", ws_per_message_deflate=False
        )
        uvicorn.Server(config).run()
        return
    from config.serving import Server

    Server(
        application=halls,
        endpoints=[f"tcp:port={options.port}:interface=127.0.0.1"],
        ping_interval=20,
        ping_timeout=30,
        websocket_timeout=-1,
    ).run()


if __name__ == "__main__":
    main()
