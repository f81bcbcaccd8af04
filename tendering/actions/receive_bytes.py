"""Writing an upload's bytes: one writer at a time, in order, never half a checksummed piece (protocol §3).

How far an upload has come is the length of its file. So there is no row to keep in step with it, a kill -9 loses nothing
that was written, and the lock is the file's own (flock), which a dead process gives back by dying.
Durability: bytes are flushed when the bid is accepted (actions/submit_bid.py), not per piece; whatever a power cut takes
before that shows in the offset, and the signed digests are checked against what was really read back.
"""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tendering.rules import tus
from tendering.rules.tus import Piece

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def create_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def received(path: Path) -> int:
    """Bytes that count: the file's length, or where a checksummed piece under way began. Raises 410 where it is gone."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise tus.gone() from error
    return min(size, _floor(path, size))


def destroy_file(path: Path) -> None:
    """A writer that still holds the file writes into nothing: the name is gone at once, the bytes with its descriptor."""
    _mark(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _mark(path: Path) -> Path:
    return path.with_name(path.name + ".unverified")


def _floor(path: Path, size: int) -> int:
    """Where the bytes that nobody has verified yet begin, if a checksummed piece was interrupted."""
    try:
        return int(_mark(path).readlink().name)
    except FileNotFoundError:
        return size


def _set_mark(path: Path, offset: int) -> None:
    """A symbolic link, for it comes into being with its content or not at all."""
    try:
        _mark(path).symlink_to(str(offset))
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise tus.full() from error


class Writer:
    """The open, locked file of one upload during one PATCH. `write` may run in a thread that outlives its request."""

    def __init__(self, descriptor: int, path: Path, length: int) -> None:
        self._file, self._path, self._length = descriptor, path, length
        self.start = self.offset = os.fstat(descriptor).st_size
        self._hasher: Any = None
        self._piece: Piece | None = None
        self._closing = threading.Lock()
        self._closed = False

    @property
    def checked(self) -> bool:
        """Whether what is written counts only once the whole piece was verified."""
        return self._hasher is not None

    def begin(self, piece: Piece) -> None:
        """Raises 409 or 413 where the piece does not fit; after this, `write` its blocks and `finish`."""
        tus.check_place(piece, self.offset, self._length)
        self._piece, self._hasher = piece, piece.hasher()
        if self._hasher:
            _set_mark(self._path, self.offset)

    def write(self, parts: Sequence[bytes]) -> None:
        """Append; raises 413 beyond the announced length and 507 where no byte more fits, with the piece taken back."""
        with self._closing:
            if not self._closed:
                self._write(parts)

    def _write(self, parts: Sequence[bytes]) -> None:
        if self.offset + sum(map(len, parts)) > self._length:
            self.take_back()
            raise tus.overlong(self._length)
        if self._hasher:
            for part in parts:
                self._hasher.update(part)
        try:
            self._write_out(parts)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            self.take_back()
            raise tus.full() from error

    def _write_out(self, parts: Sequence[bytes]) -> None:
        """The parts as they came, without joining them first: a copy less of every byte."""
        written = os.pwritev(self._file, parts, self.offset)
        self.offset += written
        size = sum(map(len, parts))
        if written < size:
            left = memoryview(b"".join(parts))[written:]
            while left:
                written = os.pwrite(self._file, left, self.offset)
                self.offset += written
                left = left[written:]

    def finish(self, *, whole: bool) -> None:
        """The end of the body. `whole` False: the line broke; without a checksum what came is kept, with one it goes."""
        if self._hasher is None or self._piece is None:
            return
        verified = self._hasher.digest() == self._piece.digest
        if not (whole and verified):
            self.take_back()
        _mark(self._path).unlink(missing_ok=True)
        if whole and not verified:
            raise tus.mismatch()

    def take_back(self) -> None:
        os.ftruncate(self._file, self.start)
        self.offset = self.start
        _mark(self._path).unlink(missing_ok=True)

    def close(self) -> None:
        """Waits for a block being written: a descriptor closed under it could already be another file's."""
        with self._closing:
            self._closed = True
            os.close(self._file)


@contextmanager
def writing(path: Path, length: int) -> Iterator[Writer]:
    """The upload's only writer; raises 423 while another request writes, 410 where the file is gone."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError as error:
        raise tus.gone() from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _drop_unverified(descriptor, path)
    except BlockingIOError as error:
        os.close(descriptor)
        raise tus.busy() from error
    writer = Writer(descriptor, path, length)
    try:
        yield writer
    finally:
        writer.close()


def _drop_unverified(descriptor: int, path: Path) -> None:
    """After a kill -9 in the middle of a checksummed piece: nobody vouched for its bytes."""
    size = os.fstat(descriptor).st_size
    floor = _floor(path, size)
    if floor < size:
        os.ftruncate(descriptor, floor)
    _mark(path).unlink(missing_ok=True)
