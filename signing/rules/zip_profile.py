"""The one ZIP layout that our containers have: every byte of every header follows from names, sizes, checksums.

APPNOTE 6.3.10 leaves freedom that attackers use (compression, descriptors, extra fields, comments, gaps, two
directories that disagree). We write one form and demand it byte for byte, so nothing can hide and no header can be
altered unseen: version 2.0, flag 11 (UTF-8), stored, 1980-01-01, no extra field, no comment, no attributes, local
entries back to back in the directory's order, nothing before, between or after. See docs/decisions/0110.
"""

import struct
from dataclasses import dataclass

from runtime.refusal import Blocker
from signing.rules import container_faults as faults

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
LOCAL_SIZE, CENTRAL_SIZE, END_SIZE = 30, 46, 22
MIMETYPE_NAME = "mimetype"
MIMETYPE = b"application/vnd.etsi.asic-e+zip"

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _UTF8, _STORED, _TIME, _DATE = 20, 0x0800, 0, 0, 0x0021
_ENCRYPTED, _DESCRIPTOR = 0x2041, 0x0008  # flags 0, 6 and 13; flag 3
_SYMLINK = 0o120000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a header says of a member; `offset` is where its local header begins."""

    name: bytes
    crc: int
    size: int
    offset: int = 0


def local_header(entry: Entry) -> bytes:
    return (
        _LOCAL.pack(
            LOCAL, _VERSION, _UTF8, _STORED, _TIME, _DATE, entry.crc, entry.size, entry.size, len(entry.name), 0
        )
        + entry.name
    )


def central_header(entry: Entry) -> bytes:
    fixed = (_VERSION, _VERSION, _UTF8, _STORED, _TIME, _DATE)
    sizes = (entry.crc, entry.size, entry.size, len(entry.name))
    return _CENTRAL.pack(CENTRAL, *fixed, *sizes, 0, 0, 0, 0, 0, entry.offset) + entry.name


def end_record(count: int, size: int, offset: int) -> bytes:
    """`size` and `offset` of the central directory."""
    return _END.pack(END, 0, 0, count, count, size, offset, 0)


def local_lengths(head: bytes) -> tuple[int, int]:
    """Lengths of the name and the extra field that follow the 30 bytes of a local header."""
    return struct.unpack_from("<HH", head, 26)


def central_lengths(head: bytes) -> tuple[int, int, int]:
    """Lengths of name, extra field and comment that follow the 46 bytes of a directory entry."""
    return struct.unpack_from("<HHH", head, 28)


def read_local(record: bytes) -> Entry:
    """The entry of a whole local header; its offset is not known here."""
    fields = _LOCAL.unpack_from(record)
    return Entry(record[LOCAL_SIZE : LOCAL_SIZE + fields[9]], fields[6], fields[8])


def read_central(record: bytes) -> Entry:
    fields = _CENTRAL.unpack_from(record)
    return Entry(record[CENTRAL_SIZE : CENTRAL_SIZE + fields[10]], fields[7], fields[9], fields[16])


def read_end(record: bytes) -> tuple[int, int, int]:
    """Count of members, size and offset of the central directory."""
    fields = _END.unpack(record)
    return fields[4], fields[5], fields[6]


def local_fault(record: bytes, place: str) -> Blocker | None:
    """Why a local header is not the one its own name, size and checksum give, or None."""
    if record == local_header(read_local(record)) and record[18:22] != b"\xff\xff\xff\xff":
        return None
    _, _, flags, method, _, _, _, packed, size, _, extra = _LOCAL.unpack_from(record)
    return _trick(flags, method, packed, size, extra, place) or faults.header(place)


def central_fault(record: bytes, expected: Entry, place: str) -> Blocker | None:
    """Why a directory entry is not the one that the member's local header gives, or None."""
    if record == central_header(expected):
        return None
    fields = _CENTRAL.unpack_from(record)
    trick = _trick(fields[3], fields[4], fields[8], fields[9], fields[11], place)
    if trick:
        return trick
    if fields[12]:
        return faults.comment(place)
    if fields[15] >> 16 & 0o170000 == _SYMLINK:
        return faults.symlink(place)
    entry = read_central(record)
    if (entry.name, entry.crc, entry.size) != (expected.name, expected.crc, expected.size):
        return faults.directory_differs(place)
    if entry.offset != expected.offset:
        return faults.overlap(place)
    return faults.header(place)


def _trick(flags: int, method: int, packed: int, size: int, extra: int, place: str) -> Blocker | None:
    if flags & _ENCRYPTED:
        return faults.encrypted(place)
    if flags & _DESCRIPTOR:
        return faults.data_descriptor(place)
    if 0xFFFFFFFF in (packed, size):
        return faults.zip64(place)
    if method != _STORED:
        return faults.compressed(place)
    if packed != size:
        return faults.size_lies(place)
    return faults.extra_field(place) if extra else None


def end_fault(record: bytes, expected: bytes) -> Blocker | None:
    """Why the end record is not the one that the members give, or None."""
    if record == expected:
        return None
    if record[20:22] != b"\x00\x00":
        return faults.comment("")
    return faults.directory_differs("")
