"""`manage.py serve`: daphne alone, in the foreground (`manage.py up` starts it together with the worker)."""

from typing import Any

from config.serving import Server  # isort: skip  (Twisted's reactor comes before everything)

from argparse import ArgumentParser

from daphne.endpoints import build_endpoint_description_strings
from django.core.management.base import BaseCommand
from django.urls import get_resolver

from config.asgi import application


class Command(BaseCommand):
    help = "pages, API, uploads and sockets, by daphne"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        _ = get_resolver().url_patterns  # a page that cannot be imported stops the start, not the first visitor
        Server(
            application=application,
            endpoints=build_endpoint_description_strings(host=options["host"], port=options["port"]),
            signal_handlers=True,
            ping_interval=20,
            ping_timeout=30,
            websocket_timeout=-1,  # a watcher may stay
            request_buffer_size=64 * 1024,
            server_name="yangguang",
            verbosity=1,
        ).run()
