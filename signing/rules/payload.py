"""payload.age: the inner container under age v1, streamed both ways; everything is hashed while it passes, once.

Hashing and writing go on beside pyrage on other threads (hashlib and files give up Python's lock), so that opening costs
hardly more than the decryption alone. Memory is constant: a few pieces of 1 MiB.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyrage

from runtime.refusal import Refusal
from signing.rules import bid_faults as faults
from signing.rules.age_file import NotAge
from signing.rules.age_stream import decrypted
from signing.rules.asic_manifest import check_manifest
from signing.rules.container_index import read_index
from signing.rules.containers import Container, ContainerHasher, Limits, pieces_of
from signing.rules.seal import PAYLOAD, SEAL, Seal, inner_salt, read_seal
from signing.rules.strands import PIECE, Strand

FLUSHED = 32 << 20  # bytes after which what was written is sent to the disk, so that the last flush is short

Progress = Callable[[int], object]


class Sink(Protocol):
    def write(self, data: bytes) -> int: ...


class Pull:
    """A readable file over an iterator of pieces, as pyrage wants it. Keeps the error that pyrage would blur."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source, self._piece, self._at = source, b"", 0
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        if self._at == len(self._piece):
            try:
                self._piece, self._at = next(self._source, b""), 0
            except BaseException as error:
                self.error = error
                raise
        part = self._piece[self._at :] if size < 0 else self._piece[self._at : self._at + size]
        self._at += len(part)
        return part


class Push:
    """A writable file that gathers small writes into pieces and hands them on."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take, self._gathered = take, bytearray()
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        self._gathered += data
        if len(self._gathered) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._gathered:
            piece = bytes(self._gathered)
            self._gathered.clear()
            try:
                self._take(piece)
            except BaseException as error:
                self.error = error
                raise


def encrypt_payload(inner: Path, identity: str, sink: Sink, progress: Progress = lambda size: None) -> str:
    """Encrypt the inner container to the bid's own identity into `sink`; returns its salted SHA-256 in hex."""
    recipient = pyrage.x25519.Identity.from_str(identity).to_public()
    salted, strand = hashlib.sha256(inner_salt(identity)), Strand()

    def source() -> Iterator[bytes]:
        for piece in pieces_of(inner):
            strand.put(salted.update, piece)
            progress(len(piece))
            yield piece

    push = Push(sink.write)
    pyrage.encrypt_io(Pull(source()), push, [recipient])
    push.flush()
    strand.wait()
    return salted.hexdigest()


class _Sealed:
    """The container being read again: against its hash as received, or by its own manifest where that is not known.

    The former is cheaper and says more: bytes with that hash were checked on arrival.
    """

    def __init__(self, path: Path, seal: Seal, sha256: str, limits: Limits | None) -> None:
        self._path, self._seal, self._expected = path, seal, sha256
        self._whole, self._strand = hashlib.sha256(), Strand()
        self._hasher = None if sha256 else ContainerHasher(limits)

    def payload(self, progress: Progress) -> Iterator[bytes]:
        """Reads all; the bytes of payload.age come out."""
        start, size = read_index(self._path).get(PAYLOAD, (0, 0))
        position = 0
        for piece in pieces_of(self._path):
            if self._hasher:
                self._hasher.feed_beside(piece)
            else:
                self._strand.put(self._whole.update, piece)
            part = piece[max(0, start - position) : max(0, start + size - position)]
            position += len(piece)
            progress(len(piece))
            if part:
                yield part

    def check(self, rest: Iterator[bytes]) -> None:
        """Read to the end; raises Refusal `bid.stored_differs`."""
        try:
            for _ in rest:
                pass
            same = self._manifest_holds(self._hasher) if self._hasher else self._hash_is_expected()
        except Refusal as refusal:
            raise faults.refusal("bid.stored_differs", PAYLOAD) from refusal
        if not same:
            raise faults.refusal("bid.stored_differs", PAYLOAD)

    def _hash_is_expected(self) -> bool:
        self._strand.wait()
        return self._whole.hexdigest() == self._expected

    def _manifest_holds(self, hasher: ContainerHasher) -> bool:
        container = hasher.finish()
        check_manifest(container)
        payload = container.members.get(PAYLOAD)
        return read_seal(container.content(SEAL)) == self._seal and (
            payload is not None and payload.sha256 == self._seal.payload_sha256
        )


def open_payload(
    path: Path,
    identity: str,
    out_path: Path,
    seal: Seal,
    sha256: str = "",
    limits: Limits | None = None,
    progress: Progress = lambda size: None,
) -> Container:
    """Decrypt payload.age of the container at `path` to `out_path`; returns the inner container as read on the way.

    `identity` was compared with the seal before (`rebuild_identity`). `sha256`: the container's hash when it was received
    and checked; without it the container is checked by its manifest again (the signature is the caller's affair).
    `out_path` appears only when everything held; after a crash, call again.
    Raises Refusal: `bid.stored_differs` (the store is at fault), `payload.not_openable`, `payload.other_content` or
    `container.*` of the inner container (the bidder is at fault); OSError where the disk is full.
    """
    part = out_path.with_name(out_path.name + ".part")
    sealed = _Sealed(path, seal, sha256, limits)
    source = sealed.payload(progress)
    fault: Refusal | None = None
    try:
        try:
            inner = _decrypt(source, identity, part, limits)
        except Refusal as refusal:
            fault = refusal  # whose it is shows only when all of the container has been read again
        sealed.check(source)
        if fault:
            raise fault
        if inner.sha256 != seal.inner_sha256:
            raise faults.refusal("payload.other_content", PAYLOAD)
        part.replace(out_path)
    finally:
        part.unlink(missing_ok=True)
    return inner


def _decrypt(source: Iterator[bytes], identity: str, part: Path, limits: Limits | None) -> Container:
    inner, writing, written = ContainerHasher(limits, prefix=inner_salt(identity)), Strand(), 0
    with part.open("wb") as file:  # buffered: a short write, as on a disk that fills up, is then an error

        def store(piece: memoryview) -> None:
            nonlocal written
            file.write(piece)
            written += len(piece)
            if written >= FLUSHED:
                os.fdatasync(file.fileno())
                written = 0

        try:
            for piece in decrypted(source, identity):
                inner.feed_beside(piece)
                writing.put(store, piece)
            container = inner.finish()
            writing.wait()
        except NotAge as error:
            raise faults.refusal("payload.not_openable", PAYLOAD) from error
        finally:
            writing.settle()
        file.flush()
        os.fsync(file.fileno())
    return container
