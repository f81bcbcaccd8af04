"""Reads a container from its first byte to its last, once, in whatever pieces it arrives.

Every byte is accounted for: local headers and contents follow one another, then the directory, then the end record, then
nothing. So there is no room for members that overlap, hide or come twice, and nothing has to be read again.
"""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from runtime.refusal import Blocker, Refusal
from signing.rules import container_faults as faults
from signing.rules import zip_profile as profile
from signing.rules.member_names import folded, name_fault, shown

KEPT = 1 << 20  # bytes of a member that may be kept in memory
KEPT_IN_ALL = 8 << 20
_MIMETYPE_SHA256 = hashlib.sha256(profile.MIMETYPE).digest()


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes. 2 GiB and 1,000 members unless a tender says otherwise; 4 GiB is the end of the format."""

    size: int = 2 << 30
    members: int = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """`offset`: where the content begins in the container; `sha256` hex; `head`: its first bytes (at most 16);
    `content` only where the reader was told to keep it."""

    name: str
    offset: int
    size: int
    sha256: str
    head: bytes
    content: bytes | None = None


class Layout:
    """Feed it all bytes in order, then `finish`. Raises Refusal at the first byte that does not belong."""

    def __init__(self, limits: Limits, keep: Callable[[str], bool]) -> None:
        self._limits, self._keep = limits, keep
        self.members: dict[str, Member] = {}
        self._entries: list[profile.Entry] = []
        self._names: set[str] = set()
        self._position = 0
        self._record = bytearray()
        self._need, self._step = 4, self._signature
        self._entry: profile.Entry | None = None
        self._left = self._listed = self._directory = self._kept = 0
        self._done = False

    def feed(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        if self._position + len(view) > self._limits.size:
            raise Refusal(faults.too_large(self._limits.size))
        while view:
            if self._done:
                raise Refusal(faults.trailing())
            if self._entry is not None:
                view = self._take_content(view)
                continue
            part = view[: self._need - len(self._record)]
            self._record += part
            self._position += len(part)
            view = view[len(part) :]
            if len(self._record) == self._need:
                self._step()

    def finish(self) -> None:
        if not self._done:
            raise Refusal(faults.truncated() if self._position else faults.not_zip())

    def _await(self, need: int, step: Callable[[], None]) -> None:
        self._need, self._step = need, step

    def _signature(self) -> None:
        kind = bytes(self._record)
        if kind == profile.LOCAL and not self._directory:
            self._await(profile.LOCAL_SIZE, self._local_head)
        elif kind == profile.CENTRAL and self._entries and self._listed < len(self._entries):
            self._directory = self._directory or self._position - 4
            self._await(profile.CENTRAL_SIZE, self._central_head)
        elif kind == profile.END and self._entries and self._listed == len(self._entries):
            self._await(profile.END_SIZE, self._end)
        elif not self._entries:
            raise Refusal(faults.prepended() if self._may_be_prepended(kind) else faults.not_zip())
        elif self._directory or kind in (profile.LOCAL, profile.END):
            raise Refusal(faults.directory_differs(self._last_name()))
        else:
            raise Refusal(faults.garbage(self._last_name()))

    @staticmethod
    def _may_be_prepended(kind: bytes) -> bool:
        """A program, a script or another archive before the ZIP, as self-extracting files have it."""
        return kind[:2] in (b"MZ", b"#!") or kind == b"\x7fELF"

    def _last_name(self) -> str:
        return shown(self._entries[-1].name)

    def _local_head(self) -> None:
        name, extra = profile.local_lengths(bytes(self._record))
        if name > 1024:
            raise Refusal(faults.name(""))
        if not self._entries and extra:
            raise Refusal(faults.mimetype())
        self._await(profile.LOCAL_SIZE + name + extra, self._local)

    def _local(self) -> None:
        record, offset = bytes(self._record), self._position - len(self._record)
        entry = profile.read_local(record)
        place = shown(entry.name)
        self._refuse(profile.local_fault(record, place))
        self._refuse(name_fault(entry.name))
        self._refuse(self._fault_of(entry, place))
        self._entries.append(profile.Entry(entry.name, entry.crc, entry.size, offset))
        self._names.add(folded(entry.name.decode()))
        self._open(self._entries[-1])

    def _fault_of(self, entry: profile.Entry, place: str) -> Blocker | None:
        name = entry.name.decode()
        if not self._entries and (name != profile.MIMETYPE_NAME or entry.size != len(profile.MIMETYPE)):
            return faults.mimetype()
        if folded(name) in self._names:
            return faults.duplicate(place)
        if len(self._entries) >= self._limits.members:
            return faults.too_many(self._limits.members)
        return faults.too_large(self._limits.size) if self._position + entry.size > self._limits.size else None

    def _open(self, entry: profile.Entry) -> None:
        self._entry, self._left, self._start = entry, entry.size, self._position
        self._sha, self._crc, self._head = hashlib.sha256(), 0, b""
        kept = self._keep(entry.name.decode()) and entry.size <= KEPT and self._kept + entry.size <= KEPT_IN_ALL
        self._content: bytearray | None = bytearray() if kept else None
        self._kept += entry.size if kept else 0
        if not self._left:
            self._close(entry)

    def _take_content(self, view: memoryview) -> memoryview:
        part = view[: self._left]
        self._sha.update(part)
        self._crc = zlib.crc32(part, self._crc)
        if len(self._head) < 16:
            self._head = (self._head + bytes(part[:16]))[:16]
        if self._content is not None:
            self._content += part
        self._left -= len(part)
        self._position += len(part)
        if not self._left and self._entry:
            self._close(self._entry)
        return view[len(part) :]

    def _close(self, entry: profile.Entry) -> None:
        name = entry.name.decode()
        if name == profile.MIMETYPE_NAME and self._sha.digest() != _MIMETYPE_SHA256:
            raise Refusal(faults.mimetype())
        if self._crc != entry.crc:
            raise Refusal(faults.checksum(shown(entry.name)))
        content = None if self._content is None else bytes(self._content)
        self.members[name] = Member(name, self._start, entry.size, self._sha.hexdigest(), self._head, content)
        self._entry, self._content = None, None
        self._next_record()

    def _next_record(self) -> None:
        self._record = bytearray()
        self._await(4, self._signature)

    def _central_head(self) -> None:
        lengths = profile.central_lengths(bytes(self._record))
        if sum(lengths) > 4096:
            raise Refusal(faults.directory_differs(self._last_name()))
        self._await(profile.CENTRAL_SIZE + sum(lengths), self._central)

    def _central(self) -> None:
        expected = self._entries[self._listed]
        self._refuse(profile.central_fault(bytes(self._record), expected, shown(expected.name)))
        self._listed += 1
        self._next_record()

    def _end(self) -> None:
        size = self._position - profile.END_SIZE - self._directory
        expected = profile.end_record(len(self._entries), size, self._directory)
        self._refuse(profile.end_fault(bytes(self._record), expected))
        self._done = True

    @staticmethod
    def _refuse(blocker: Blocker | None) -> None:
        if blocker:
            raise Refusal(blocker)
