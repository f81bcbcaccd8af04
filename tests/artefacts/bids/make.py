"""Writes the bad containers of this folder and `expected.json` (file → code of the refusal), the same bytes each time.

Each is one small deviation from a container that is right but for its signature, which nobody gets to look at here.

    python tests/artefacts/bids/make.py

Run it from the root of the project.
"""

import hashlib
import json
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))

from signing.rules.asic_manifest import MANIFEST, SIGNATURE, write_manifest  # noqa: E402

MIMETYPE = b"application/vnd.etsi.asic-e+zip"


@dataclass
class Raw:
    """A member as its two headers tell of it; a field of the directory is the local one's unless given."""

    name: bytes
    data: bytes
    flags: int = 0x0800
    method: int = 0
    crc: int | None = None
    size: int | None = None
    packed: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    attributes: int = 0
    listed: bool = True
    written: bool = True
    directory: dict = field(default_factory=dict)

    def numbers(self) -> tuple[int, int, int]:
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        size = len(self.data) if self.size is None else self.size
        return crc, size if self.packed is None else self.packed, size

    def local(self) -> bytes:
        head = struct.pack(
            "<4s5H3I2H",
            b"PK\3\4",
            20,
            self.flags,
            self.method,
            0,
            0x21,
            *self.numbers(),
            len(self.name),
            len(self.extra),
        )
        return head + self.name + self.extra + self.data

    def central(self, offset: int) -> bytes:
        told = replace(self, **{name: value for name, value in self.directory.items() if name != "offset"})
        offset = self.directory.get("offset", offset)
        lengths = (len(told.name), len(told.extra), len(told.comment))
        head = struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2",
            20,
            20,
            told.flags,
            told.method,
            0,
            0x21,
            *told.numbers(),
            *lengths,
            0,
            0,
            told.attributes,
            offset,
        )
        return head + told.name + told.extra + told.comment


def good() -> list[Raw]:
    members = {"seal.json": b"{}", "payload.age": b"age-encryption.org/v1\n", "shares/trustee-1.age": b"share"}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    raw = [Raw(b"mimetype", MIMETYPE), *(Raw(name.encode(), data) for name, data in members.items())]
    return [*raw, Raw(MANIFEST.encode(), write_manifest(digests)), Raw(SIGNATURE.encode(), b"signature")]


def pack(members: list[Raw], comment: bytes = b"", before: bytes = b"", after: bytes = b"") -> bytes:
    body, offsets = b"", []
    for member in members:
        offsets.append(len(body))
        body += member.local() if member.written else b""
    listed = [(member, offset) for member, offset in zip(members, offsets, strict=True) if member.listed]
    directory = b"".join(member.central(offset) for member, offset in listed)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(listed), len(listed), len(directory), len(body), len(comment))
    return before + body + directory + end + comment + after


def changed(place: int, **fields: object) -> list[Raw]:
    members = good()
    members[place] = replace(members[place], **fields)
    return members


def added(name: bytes, **fields: object) -> list[Raw]:
    return [*good(), Raw(name, b"x", **fields)]


def bomb() -> list[Raw]:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = press.compress(bytes(4 << 20)) + press.flush()
    return [*good(), Raw(b"documents/bomb.pdf", packed, method=8, size=4 << 20, packed=len(packed))]


def manifest_of(edit: Callable[[bytes], bytes]) -> list[Raw]:
    members = good()
    members[4] = replace(members[4], data=edit(members[4].data))
    return members


def second(data: bytes) -> bytes:
    """The manifest with its second entry once more."""
    start, end = (
        data.index(b'<asic:DataObjectReference URI="payload'),
        data.index(b"</asic:DataObjectReference>\n", 600) + 28,
    )
    return data[:end] + data[start:end] + data[end:]


XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def cases() -> dict[str, tuple[str, bytes]]:
    whole = pack(good())
    first, last = Raw(b"mimetype", MIMETYPE), good()[1:]
    built: dict[str, tuple[str, list[Raw]]] = {
        "duplicate": ("container.duplicate", added(b"seal.json")),
        "same-but-for-case": ("container.duplicate", added(b"SEAL.json")),
        "absolute": ("container.absolute", added(b"/etc/passwd")),
        "drive": ("container.absolute", added(b"C:/windows.pdf")),
        "parent": ("container.parent", added(b"documents/../../seal.json")),
        "dot": ("container.parent", added(b"./a.pdf")),
        "backslash": ("container.backslash", added(b"..\\seal.json")),
        "folder": ("container.directory", added(b"documents/")),
        "not-utf-8": ("container.name", added(b"\xb1\xea.pdf")),
        "nul": ("container.name", added(b"a.pdf\0.exe")),
        "not-nfc": ("container.name", added("e\u0301.pdf".encode())),
        "empty-segment": ("container.name", added(b"a//b.pdf")),
        "long-name": ("container.name", added(b"a" * 300)),
        "trailing-dot": ("container.name", added(b"seal.json.")),
        "symlink": ("container.symlink", added(b"link", directory={"attributes": 0o120777 << 16})),
        "attributes": ("container.header", added(b"run", directory={"attributes": 0o100755 << 16})),
        "encrypted": ("container.encrypted", added(b"a.pdf", flags=0x0801)),
        "encrypted-in-directory-only": ("container.encrypted", added(b"a.pdf", directory={"flags": 0x0801})),
        "compressed": ("container.compressed", bomb()),
        "descriptor": ("container.data_descriptor", added(b"a.pdf", flags=0x0808, crc=0, size=0)),
        "zip64": ("container.zip64", added(b"a.pdf", size=0xFFFFFFFF, packed=0xFFFFFFFF)),
        "two-sizes": ("container.size_lies", added(b"a.pdf", packed=2)),
        "size-too-small": ("container.checksum", changed(3, size=3, packed=3)),
        "size-too-large": ("container.checksum", changed(3, size=50, packed=50)),
        "size-beyond-limit": ("container.too_large", added(b"a.pdf", size=0xFFFFFFF0)),
        "directory-other-size": ("container.directory_differs", changed(3, directory={"size": 4})),
        "directory-other-name": (
            "container.directory_differs",
            changed(3, directory={"name": b"shares/trustee-2.age"}),
        ),
        "wrong-crc": ("container.checksum", changed(3, crc=1)),
        "overlap": ("container.overlap", changed(3, directory={"offset": 0})),
        "hidden": ("container.directory_differs", added(b"hidden.pdf", listed=False)),
        "ghost": ("container.directory_differs", added(b"ghost.pdf", written=False)),
        "extra-field": ("container.extra_field", added(b"a.pdf", extra=b"up\x03\0abc")),
        "extra-field-in-directory": ("container.extra_field", added(b"a.pdf", directory={"extra": b"up\x03\0abc"})),
        "member-comment": ("container.comment", added(b"a.pdf", directory={"comment": b"hello"})),
        "other-date": ("container.header", added(b"a.pdf", flags=0)),
        "mimetype-not-first": ("container.mimetype", [last[0], first, *last[1:]]),
        "mimetype-missing": ("container.mimetype", last),
        "mimetype-other": ("container.mimetype", changed(0, data=b"application/vnd.etsi.asic-s+zip")),
        "mimetype-extra-field": ("container.mimetype", changed(0, extra=b"ux\x01\0a")),
        "unlisted": ("container.unlisted", added(b"documents/late.pdf")),
        "missing": ("container.missing", [member for member in good() if member.name != b"seal.json"]),
        "no-signature": ("container.missing", good()[:-1]),
        "no-manifest": ("container.missing", [*good()[:4], good()[5]]),
        "altered": ("container.digest", changed(2, data=b"age-encryption.org/v2\n")),
        "manifest-entity": ("container.manifest", manifest_of(lambda data: XXE + data.partition(b"\n")[2])),
        "manifest-twice": ("container.manifest", manifest_of(second)),
        "manifest-weak-digest": (
            "container.manifest",
            manifest_of(lambda data: data.replace(b"xmlenc#sha256", b"xmlenc#sha1")),
        ),
        "manifest-other-signature": (
            "container.manifest",
            manifest_of(lambda data: data.replace(b"signature.p7s", b"other.p7s")),
        ),
        "manifest-not-xml": ("container.manifest", manifest_of(lambda data: b"digest;member")),
        "too-many": ("container.too_many", [*good(), *(Raw(f"d/{n}".encode(), b"") for n in range(1000))]),
    }
    files = {name: (code, pack(members)) for name, (code, members) in built.items()}
    return files | {
        "comment": ("container.comment", pack(good(), comment=b"hello")),
        "trailing": ("container.trailing", pack(good(), after=b"\0")),
        "two-archives": ("container.trailing", whole + whole),
        "program-before": ("container.prepended", pack(good(), before=b"#!/bin/sh\nexit\n")),
        "zeros-before": ("container.not_zip", pack(good(), before=bytes(16))),
        "cut-off": ("container.truncated", whole[:-30]),
        "cut-in-member": ("container.truncated", whole[:300]),
        "empty": ("container.not_zip", b""),
        "text": ("container.not_zip", "投标文件".encode()),
    }


def main() -> None:
    for old in FOLDER.glob("*.bid"):
        old.unlink()
    expected = {}
    for name, (code, data) in sorted(cases().items()):
        (FOLDER / f"{name}.bid").write_bytes(data)
        expected[f"{name}.bid"] = code
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
