"""ASiC-E containers (ETSI EN 319 162-1) as we write and read them: a strict ZIP, hashed in one pass.

Reading is `ContainerHasher`: fed by a socket while a bid arrives, or by `read_container` from a file.
Writing is `signing.rules.container_writer`. The signed list of members is `signing.rules.asic_manifest`.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.refusal import Refusal
from signing.rules import container_faults as faults
from signing.rules.container_layout import Layout, Limits, Member
from signing.rules.strands import PIECE, WORTHWHILE, Strand, pieces

__all__ = ["Container", "ContainerHasher", "Limits", "Member", "copy_members", "pieces_of", "read_container"]


def keep_small(name: str) -> bool:
    """Members that are read whole while they pass by: JSON at the top, shares, manifest and signature."""
    return name.startswith(("META-INF/", "shares/")) or ("/" not in name and name.endswith(".json"))


@dataclass(frozen=True, slots=True)
class Container:
    """A container whose form is right and whose bytes match its checksums; nothing is said of its signature yet.

    `sha256` is hex, over the prefix given to the hasher (if any) and all bytes; `members` are in the file's order.
    """

    size: int
    sha256: str
    members: dict[str, Member]

    def content(self, name: str) -> bytes:
        """The bytes of a small member; raises Refusal where it is missing or was too large to keep."""
        member = self.members.get(name)
        if member is None:
            raise Refusal(faults.missing(name))
        if member.content is None:
            raise Refusal(faults.too_large(member.size))
        return member.content


class ContainerHasher:
    """Checks the form and hashes, while bytes arrive: `feed` them in order, then `finish`.

    Two hashes are taken at once, of the whole and of each member, the former on another thread where pieces are large.
    After a Refusal every further call raises the same one. Not for use from a strand's job.
    """

    def __init__(
        self, limits: Limits | None = None, keep: Callable[[str], bool] = keep_small, prefix: bytes = b""
    ) -> None:
        self._layout = Layout(limits or Limits(), keep)
        self._whole = hashlib.sha256(prefix)
        self._whole_strand, self._layout_strand = Strand(), Strand()
        self._refusal: Refusal | None = None
        self.size = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Check and hash the next bytes; they must not be changed by the caller afterwards."""
        with self._guard():
            self.size += len(data)
            self._hash_whole(data)
            self._layout_strand.wait()
            self._layout.feed(data)

    def feed_beside(self, data: bytes | memoryview) -> None:
        """As `feed`, but leaves all work to other threads; a Refusal may come only at a later call."""
        with self._guard():
            self.size += len(data)
            self._hash_whole(data)
            for piece in pieces(data):
                self._layout_strand.put(self._layout.feed, piece)

    def feed_file(self, path: Path, size: int | None = None) -> None:
        """Feed the first `size` bytes of a file (all of it by default), as after a restart."""
        for piece in pieces_of(path, size):
            self.feed(piece)

    def finish(self) -> Container:
        """What was read; raises Refusal where the end is missing."""
        with self._guard():
            self._layout_strand.wait()
            self._whole_strand.wait()
            self._layout.finish()
            return Container(self.size, self._whole.hexdigest(), self._layout.members)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        if self._refusal:
            raise self._refusal
        try:
            yield
        except Refusal as refusal:
            self._refusal = refusal
            raise

    def _hash_whole(self, data: bytes | memoryview) -> None:
        if len(data) < WORTHWHILE and not self._whole_strand.busy:
            self._whole.update(data)
            return
        for piece in pieces(data):
            self._whole_strand.put(self._whole.update, piece)


def pieces_of(path: Path, size: int | None = None, start: int = 0) -> Iterator[bytes]:
    """The bytes of a file, piece by piece; raises Refusal where it is shorter than `size`."""
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        left = size
        while left is None or left > 0:
            piece = file.read(PIECE if left is None else min(PIECE, left))
            if not piece:
                break
            left = None if left is None else left - len(piece)
            yield piece
    if left:
        raise Refusal(faults.truncated())


def read_container(
    path: Path,
    limits: Limits | None = None,
    keep: Callable[[str], bool] = keep_small,
    progress: Callable[[int], object] = lambda size: None,
) -> Container:
    """Read a container from a file in one pass; `progress` is told the size of each piece."""
    hasher = ContainerHasher(limits, keep)
    for piece in pieces_of(path):
        hasher.feed(piece)
        progress(len(piece))
    return hasher.finish()


def copy_members(path: Path, container: Container, folder: Path) -> dict[str, Path]:
    """Write the members of a container that was read to files below `folder`; names are safe by then."""
    written = {}
    for member in container.members.values():
        target = folder.joinpath(*member.name.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            for piece in pieces_of(path, member.size, member.offset):
                file.write(piece)
        written[member.name] = target
    return written
