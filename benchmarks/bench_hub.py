"""A message of the opening hall, from the act to the last of 2,000 watchers, against `websockets.broadcast()` to as many.

    python -m benchmarks.bench_hub [watchers]

Ours includes the act's durable row in the outbox; the peer only sends. Watchers are bare sockets in this process, the
same for both; both servers run, and take turns message by message.
"""

import json
import os
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.figures import Goal, report
from tests.running import free_port

WATCHERS = 2_000
MESSAGES = 41
HELLO = (
    "GET /hall HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Hall:
    """A server process and everybody who watches it."""

    def __init__(self, which: str, watchers: int) -> None:
        self.port = free_port()
        self.server = subprocess.Popen([sys.executable, "-m", "benchmarks.hall_server", which, str(self.port)])
        self.selector = selectors.EpollSelector()
        self._wait_until_up()
        self.lines = [self._enter() for _ in range(watchers)]
        self._gather(b"welcome")

    def _wait_until_up(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.server.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def _enter(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), 30)
        line.sendall(HELLO.format(port=self.port).encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 101")
        line.setblocking(False)
        self.selector.register(line, selectors.EVENT_READ)
        return line

    def _gather(self, mark: bytes) -> bytes:
        """Read until every line has got something with `mark` in it; returns the last such."""
        waiting, last = {line.fileno() for line in self.lines}, b""
        if mark == b"welcome":  # may have come with the handshake's answer
            time.sleep(2)
            for key, _ in self.selector.select(0):
                key.fileobj.recv(65536)
            return last
        until = time.monotonic() + 30
        while waiting and time.monotonic() < until:
            for key, _ in self.selector.select(1):
                data = key.fileobj.recv(65536)
                if mark in data:
                    waiting.discard(key.fd)
                    last = data
        assert not waiting, f"{len(waiting)} watchers got nothing"
        return last

    def message(self, number: int) -> float:
        """Milliseconds from the act to the last watcher."""
        text = json.dumps({"type": "read_out", "number": number}).encode()
        self.lines[0].sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)  # masked with zeros
        last = self._gather(f"#{number}#".encode())
        end = time.monotonic_ns()
        start = int(last.split(b'"start": ')[1].split(b",")[0])
        return (end - start) / 1e6

    def close(self) -> None:
        for line in self.lines:
            line.close()
        self.server.terminate()
        self.server.wait(10)


def main() -> bool:
    watchers = int(sys.argv[1]) if len(sys.argv) > 1 else WATCHERS
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"YANGGUANG_HOME": home, "LOG_LEVEL": "ERROR"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
        ours, peer = Hall("ours", watchers), Hall("peer", watchers)
        spent = [(ours.message(number), peer.message(number)) for number in range(MESSAGES)][1:]
        ours.close()
        peer.close()
    mine, theirs = (statistics.median(column) for column in zip(*spent, strict=True))
    ratio = statistics.median(a / b for a, b in spent)
    name = f"hall, act to the last of {watchers:,} watchers, daphne"
    return report(name, mine, theirs, ratio, Goal(5, later=4), against="websockets.broadcast()")


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
