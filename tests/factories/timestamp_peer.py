"""An RFC 3161 authority on a socket of its own, which can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from signing.rules.timestamps import issue_timestamp
from tests.factories.certificates import NOW, authority


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, data = self.server.answer(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        pass


class Peer(HTTPServer):
    """`answer(request) -> (status, body)` may be replaced; `url` is where it listens."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        tsa = authority("ecdsa").timestamp_authority()
        self.answer = lambda request: (200, issue_timestamp(request, tsa, 99, NOW))
        self.url = f"http://127.0.0.1:{self.server_port}/"


@contextmanager
def timestamp_peer() -> Iterator[Peer]:
    with Peer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
