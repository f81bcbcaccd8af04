"""Hashing an upload once, while it arrives (docs/decisions/0161).

Two things must be known of a container: the digest of the whole, which is on the receipt, and its form with the digest of
every member, which the signature is over. The whole is hashed by the thread that writes; the members by a reader behind
it, in the pauses of the line, so that a fast line is not slowed and a slow one ends with both known.

hashlib's state cannot be stored, so a process that was not there from the first byte reads what lies on disk and then
keeps up. Only bytes that count (verified, not taken back) are ever hashed.
"""

import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from runtime.refusal import Blocker, Refusal
from signing.rules.container_layout import Layout, Limits
from signing.rules.containers import Container, keep_small, pieces_of
from signing.rules.strands import Strand
from tendering.models import Upload
from tendering.queries.store import upload_path
from tendering.rules.digests import as_data, from_data

KEPT = 64  # uploads whose hashing a process keeps under way; more are read again from disk when they end
PAUSE = 0.01  # seconds without new bytes in which the members may be read
ELSEWHERE = 2.0  # seconds, and one more for each 64 MiB, that another process is given to finish its reading
_readers = ThreadPoolExecutor(8, thread_name_prefix="upload-read")
_keepers = ThreadPoolExecutor(8, thread_name_prefix="upload-keep")  # apart: a keeper waits for its reader
_under_way: dict[uuid.UUID, "Follower"] = {}
_guard = threading.Lock()


class Follower:
    """What is known of a growing file. `feed` and `catch_up` hash the whole, a reader of its own the members."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole, self._hashed = sha256(), 0
        self._layout, self._read = Layout(Limits(size=settings.BID_BYTES_LIMIT), keep_small), 0
        self._goal, self._fed_at, self._ended = 0, 0.0, False
        self._reading = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._hashing = threading.Lock()
        self._strand = Strand()

    def feed(self, start: int, parts: Sequence[bytes]) -> None:
        """Bytes that were just written at `start`, to be hashed beside the caller.

        A piece is answered once it is written, so the next one arrives while this one is hashed; a few blocks may wait,
        then the line is held back.
        """
        self._strand.put(self._take_in, (start, parts))

    def _take_in(self, block: tuple[int, Sequence[bytes]]) -> None:
        """Passed over where what lies before it was not hashed here: `catch_up` reads it from disk."""
        start, parts = block
        with self._hashing:
            if start != self._hashed:
                return
            for part in parts:
                self._whole.update(part)
                self._hashed += len(part)
        self._grown(self._hashed)

    def catch_up(self, goal: int) -> None:
        """The file's first `goal` bytes count: hash what is missing from disk."""
        self._strand.wait()
        with self._hashing:
            for piece in pieces_of(self._path, goal - self._hashed, self._hashed):
                self._whole.update(piece)
                self._hashed += len(piece)
        self._grown(goal)

    def whole(self, length: int) -> str:
        """SHA-256 (hex) of all `length` bytes; from now on the members' reader waits for no pause."""
        self.catch_up(length)
        self._ended = True
        self._grown(length)
        return self._whole.hexdigest()

    def container(self, length: int) -> Container:
        """Waits for the members; raises the Refusal of the container's form, or what went wrong in reading."""
        digest = self.whole(length)
        with self._changed:
            self._changed.wait_for(lambda: self._error is not None or self._read >= length)
            if self._error:
                raise self._error
        self._layout.finish()
        return Container(length, digest, self._layout.members)

    def _grown(self, goal: int) -> None:
        with self._changed:
            self._goal, self._fed_at = max(self._goal, goal), time.monotonic()
            self._changed.notify_all()
            if self._reading or self._error:
                return
            self._reading = True
        _readers.submit(self._read_members)

    def _read_members(self) -> None:
        try:
            while self._may_read():
                piece = next(pieces_of(self._path, min(self._goal - self._read, 1 << 20), self._read))
                self._layout.feed(piece)
                self._read += len(piece)
        except BaseException as error:  # noqa: BLE001  (raised again in `container`)
            self._error = error
        with self._changed:
            self._reading = False
            self._changed.notify_all()

    def _may_read(self) -> bool:
        """Waits for a pause of the line; False when all that came was read."""
        with self._changed:
            while self._read < self._goal:
                rest = self._fed_at + PAUSE - time.monotonic()
                if self._ended or rest <= 0:
                    return True
                self._changed.wait(rest)
            return False


def follower_of(upload: Upload) -> Follower:
    with _guard:
        found = _under_way.pop(upload.id, None) or Follower(upload_path(upload))
        _under_way[upload.id] = found
        while len(_under_way) > KEPT:
            del _under_way[next(iter(_under_way))]
        return found


def forget(upload: Upload) -> None:
    """Bytes were taken back, or the upload is over: what was hashed of it means nothing."""
    with _guard:
        _under_way.pop(upload.id, None)


def complete(upload: Upload) -> str:
    """The last byte is in: SHA-256 of the whole. The members follow in the background and are kept in the row."""
    digest = follower_of(upload).whole(upload.length)
    _keep(upload, {"sha256": digest, "reading": True})
    _keepers.submit(_keep_members_quietly, upload)
    return digest


def container_of(upload: Upload) -> Container:
    """The container as it was hashed while it arrived; raises the Refusal of its form.

    Where another process is still reading it is waited for; where reading was cut short, it is read here.
    """
    with _guard:
        here = upload.id in _under_way
    until = time.monotonic() + ELSEWHERE + upload.length / (64 << 20)
    while not here and upload.digests.get("reading") and time.monotonic() < until:
        time.sleep(0.05)
        upload.refresh_from_db(fields=["digests"])
    if not upload.digests or upload.digests.get("reading"):
        _keep_members(upload)
    if "refused" in upload.digests:
        raise Refusal([Blocker(**data) for data in upload.digests["refused"]])
    return from_data(upload.digests)


def _keep_members_quietly(upload: Upload) -> None:
    close_old_connections()
    try:
        _keep_members(upload)
    finally:
        close_old_connections()


def _keep_members(upload: Upload) -> None:
    try:
        found = as_data(follower_of(upload).container(upload.length))
    except Refusal as refusal:
        found = {"refused": [blocker.as_data() for blocker in refusal.blockers]}
    _keep(upload, found)
    forget(upload)


def _keep(upload: Upload, digests: dict[str, object]) -> None:
    Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING).update(digests=digests)
    upload.digests = digests
