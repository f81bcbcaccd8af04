"""Writes a container (ASiC-E, our strict ZIP) member by member with constant memory; appears under its name only when whole."""

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from runtime.refusal import Refusal
from signing.rules import container_faults as faults
from signing.rules import zip_profile as profile
from signing.rules.asic_manifest import MANIFEST, SIGNATURE, write_manifest
from signing.rules.container_layout import Limits
from signing.rules.containers import pieces_of
from signing.rules.member_names import folded, name_fault
from signing.rules.strands import PIECE, WORTHWHILE, Strand


class MemberWriter:
    """Bytes of one member on their way into the container; `sha256` and `size` are final once the member is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._sha, self._strand = file, hashlib.sha256(), Strand()
        self._gathered = bytearray()
        self.crc = self.size = 0

    @property
    def sha256(self) -> str:
        self._strand.wait()
        return self._sha.hexdigest()

    def write(self, data: bytes) -> int:
        """Small writes are gathered, so that hashing beside the caller is worth its while."""
        self._gathered += data
        if len(self._gathered) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        piece = bytes(self._gathered)
        self._gathered.clear()
        self.size += len(piece)
        if len(piece) < WORTHWHILE:
            self._strand.wait()
            self._hash(piece)
        else:
            self._strand.put(self._hash, piece)
        self._file.write(piece)

    def _hash(self, piece: bytes) -> None:
        self._sha.update(piece)
        self.crc = zlib.crc32(piece, self.crc)

    def finish(self) -> None:
        self.flush()
        self._strand.wait()


class ContainerWriter:
    """`with ContainerWriter(path) as container: container.add(...); container.sign(...)`.

    Written to `<path>.part` and moved to `path` at the end of the block; an error leaves neither behind.
    `sign` is called with the manifest's bytes and returns the detached signature (DER).
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.path, self._part = path, path.with_name(path.name + ".part")
        self._limits = limits or Limits()
        self._entries: list[profile.Entry] = []
        self.digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._part.open("wb")
        self.add(profile.MIMETYPE_NAME, profile.MIMETYPE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            self._give_up()
            return
        try:
            self._write_directory()
            self._file.close()
            self._part.replace(self.path)
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        try:
            self._file.close()
        except OSError:
            pass  # what is still in the buffer finds no room either
        self._part.unlink(missing_ok=True)

    @contextmanager
    def member(self, name: str) -> Iterator[MemberWriter]:
        """A member whose size is not known yet: its header is put right at the end."""
        raw = name.encode()
        blocker = name_fault(raw)
        if not blocker and folded(name) in {folded(known) for known in self.digests}:
            blocker = faults.duplicate(name)
        if blocker:
            raise Refusal(blocker)
        offset = self._file.tell()
        self._file.write(profile.local_header(profile.Entry(raw, 0, 0)))
        writer = MemberWriter(self._file)
        yield writer
        writer.finish()
        self._file.flush()
        if self._file.tell() > self._limits.size:
            raise Refusal(faults.too_large(self._limits.size))
        entry = profile.Entry(raw, writer.crc, writer.size, offset)
        self._file.seek(offset)
        self._file.write(profile.local_header(entry))
        self._file.seek(0, os.SEEK_END)
        self._entries.append(entry)
        self.digests[name] = writer.sha256

    def add(self, name: str, data: bytes) -> None:
        with self.member(name) as member:
            member.write(data)

    def add_file(self, name: str, path: Path, progress: Callable[[int], object] = lambda size: None) -> None:
        """`progress` is told the size of each piece."""
        with self.member(name) as member:
            for piece in pieces_of(path):
                member.write(piece)
                progress(len(piece))

    def manifest(self) -> bytes:
        """What is to be signed: the list of the members added so far."""
        return write_manifest(self.digests)

    def sign(self, sign: Callable[[bytes], bytes]) -> None:
        """The last members: the manifest and its signature."""
        manifest = self.manifest()
        self.add(MANIFEST, manifest)
        self.add(SIGNATURE, sign(manifest))

    def _write_directory(self) -> None:
        start = self._file.tell()
        for entry in self._entries:
            self._file.write(profile.central_header(entry))
        size = self._file.tell() - start
        self._file.write(profile.end_record(len(self._entries), size, start))
        self._file.flush()
        os.fsync(self._file.fileno())
