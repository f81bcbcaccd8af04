"""A bid of 512 MB through tus into the store, on daphne and on uvicorn, against writing and hashing the same file locally.

    python -m benchmarks.bench_intake [MiB]

The client sends pieces of 8 MiB over one connection. The time ends when the last piece is answered: then all bytes are
written and the digest of the whole is known. The peer overlaps writing the file and one SHA-256 over it. The three take
turns. For information, the same until every member's digest is known too, which the delivery waits for. Last, how much the servers' memory grew from a bid of 10 MB
to one of 1 GB.
"""

import base64
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from benchmarks.figures import Goal, report
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import pieces_of
from signing.rules.strands import Strand
from tests.running import free_port

SIZE, PIECE, MIB = 512, 8 << 20, 1 << 20
ROUNDS = 7
SERVERS = {
    "daphne": ("manage.py", "serve", "--port"),
    "uvicorn": ("-m", "uvicorn", "config.asgi:application", "--log-level", "error", "--lifespan", "off", "--port"),
}


def container(path: Path, size: int) -> Path:
    """A file of the sealed bid's form, `size` bytes of it random."""
    with ContainerWriter(path) as writer, writer.member("payload.age") as payload:
        for _ in range(size // MIB):
            payload.write(os.urandom(MIB))
    return path


def section_and_token() -> tuple[str, str]:
    """A published section and a bidder's bearer token, in a database of this run."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.factories.tendering import make_published_section
    from tests.tendering.delivering import new_bidder, token_of

    return make_published_section().section.code, token_of(new_bidder())


class Server:
    """One of ours, on the same database and store."""

    def __init__(self, name: str, section: str, token: str) -> None:
        self.name, self.section, self.port = name, section, free_port()
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        self.headers = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {token}"}
        self.process = subprocess.Popen([sys.executable, *SERVERS[name], str(self.port)])
        until = time.monotonic() + 60
        while not self._up():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.2)

    def _up(self) -> bool:
        try:
            return self.call("OPTIONS", "/uploads/").status == 204
        except (OSError, http.client.HTTPException):
            self.line.close()
            return False

    def call(self, method: str, path: str, body: object = None, **more: str) -> http.client.HTTPResponse:
        self.line.request(method, path, body, {**self.headers, **{k.replace("_", "-"): v for k, v in more.items()}})
        answer = self.line.getresponse()
        answer.read()
        return answer

    def receive(self, path: Path) -> tuple[float, float]:
        """Seconds until the file is in the store and hashed, and until its members are known too."""
        size, metadata = path.stat().st_size, f"section {base64.b64encode(self.section.encode()).decode()}"
        self.line.close()  # uvicorn ends idle connections; the next call opens a new one
        start = time.perf_counter()
        created = self.call("POST", "/uploads/", Upload_Length=str(size), Upload_Metadata=metadata)
        assert created.status == 201, created.status
        address, offset = created.headers["Location"], 0
        with path.open("rb", buffering=0) as file:
            while piece := file.read(PIECE):
                kind = "application/offset+octet-stream"
                answer = self.call("PATCH", address, piece, Upload_Offset=str(offset), Content_Type=kind)
                assert answer.status == 204, answer.status
                offset = int(answer.headers["Upload-Offset"])
        spent = time.perf_counter() - start
        wait_for_members(address)
        known = time.perf_counter() - start
        assert self.call("DELETE", address).status == 204
        return spent, known

    def peak(self) -> float:
        """MiB of memory at most since the last look."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def wait_for_members(address: str) -> None:
    from tendering.models import Upload

    key = address.rpartition("/")[2]
    until = time.monotonic() + 120
    while "members" not in Upload.objects.get(pk=key).digests:
        assert time.monotonic() < until, "the members were never read"
        time.sleep(0.005)


def local(source: Path, target: Path) -> float:
    """Seconds to write the file and hash it, both at once."""
    start, hasher, strand = time.perf_counter(), sha256(), Strand()
    with target.open("wb", buffering=0) as file:
        for piece in pieces_of(source):
            strand.put(hasher.update, piece)
            file.write(piece)
    strand.wait()
    spent = time.perf_counter() - start
    target.unlink()
    return spent


def main() -> bool:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory(dir=os.environ.get("YANGGUANG_HOME")) as home:
        os.environ |= {"YANGGUANG_HOME": home, "LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "config.settings"}
        folder = Path(home)
        bid = container(folder / "x.bid", size * MIB)
        section, token = section_and_token()
        servers = [Server(name, section, token) for name in SERVERS]
        spent = []
        for _ in range(ROUNDS):
            spent.append((local(bid, folder / "local"), *(server.receive(bid) for server in servers)))
        bid.unlink()
        reached = rates(size, spent[1:]) & memory(folder, servers)
        for server in servers:
            server.stop()
    return reached


def rates(size: int, spent: list[tuple]) -> bool:
    peers, *ours = zip(*spent, strict=True)
    reached, peer = True, size * 1.048576 / statistics.median(peers)
    for name, limit, times in zip(SERVERS, (0.45, 0.67), ours, strict=True):
        stored, known = zip(*times, strict=True)
        ratio = statistics.median(a / b for a, b in zip(peers, stored, strict=True))
        figures = (size * 1.048576 / statistics.median(stored), peer)
        goal = Goal(limit, at_most=False, later=0.9)
        whole = statistics.median(a / b for a, b in zip(peers, known, strict=True))
        print(f"  {name}: ratio {whole:.2f} until its members' digests are known too, for information")
        reached &= report(
            f"intake of a bid of {size} MB by tus, {name}", *figures, ratio, goal, "MB/s", "write + SHA-256"
        )
    return reached


def memory(folder: Path, servers: list[Server]) -> bool:
    small, large = container(folder / "small.bid", 10 * MIB), container(folder / "large.bid", 1024 * MIB)
    reached = True
    for server in servers:
        server.receive(small)
        before = (server.peak(), server.receive(small), server.peak())[2]
        server.receive(large)
        after = server.peak()
        reached &= after - before < 64
        print(f"memory of {server.name}: {before:.0f} MiB with 10 MB, {after:.0f} MiB with 1 GB, goal < 64 MiB more")
    return reached


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
