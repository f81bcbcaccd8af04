"""The evidence bundle (证据包) of a section as a file: an ASiC-E container that the platform signed (docs/protocol/bundle.md).

Read here, written by `supervision.actions.export_bundle`, judged by `supervision.rules.verification`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from runtime.refusal import Refusal
from signing.rules.canonical import canonical, read_strict
from signing.rules.containers import Container, Limits, pieces_of, read_container
from supervision.rules import faults

FORMAT = "yangguang-bundle/1"
ABOUT = "bundle.json"
LIMITS = Limits(size=(1 << 32) - 1, members=60_000)  # the ends of the container format: 4 GiB, 65,535 members
INTO_MEMORY = 64 << 20  # bytes of a member that is read whole; sealed and opened bids are streamed
NOT_PAPERS = ("META-INF/", "journal/", "mimetype")


class NotABundle(ValueError):
    """The file cannot be a bundle at all: another kind of container, or of a format that is not known here."""


class Bundle:
    """Members of a bundle by name. Nothing is believed here; each verification step checks what it uses."""

    def __init__(self, path: Path, container: Container) -> None:
        self.path, self.container = path, container
        if not self.has(ABOUT):
            raise NotABundle(f"no {ABOUT}")
        about = self.json(ABOUT)
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            raise NotABundle(f"{ABOUT} is no {FORMAT}")
        self.about: dict[str, Any] = about

    @classmethod
    def read(cls, path: Path) -> "Bundle":
        """Hash and index the whole file. Raises Refusal for a file whose form is wrong, NotABundle for another kind."""
        return cls(path, read_container(path, LIMITS))

    def names(self, prefix: str = "", suffix: str = "") -> list[str]:
        return sorted(n for n in self.container.members if n.startswith(prefix) and n.endswith(suffix))

    def has(self, name: str) -> bool:
        return name in self.container.members

    def pieces(self, name: str) -> Iterator[bytes]:
        """Raises Refusal `bundle.member_missing`."""
        if not self.has(name):
            raise Refusal(faults.missing(name))
        member = self.container.members[name]
        return pieces_of(self.path, member.size, member.offset)

    def bytes(self, name: str) -> bytes:
        """A member's content. Raises Refusal where it is missing or too large to be what is asked for."""
        pieces = self.pieces(name)
        member = self.container.members[name]
        if member.size > INTO_MEMORY:
            raise Refusal(faults.too_large(name))
        return member.content if member.content is not None else b"".join(pieces)

    def text(self, name: str) -> str:
        return self.bytes(name).decode()

    def json(self, name: str) -> Any:
        """Canonical JSON, to the byte; raises Refusal for anything else."""
        content = self.bytes(name)
        try:
            data = read_strict(content)
            spelled = canonical(data)
        except (ValueError, RecursionError) as error:
            raise Refusal(faults.not_canonical(name)) from error
        if spelled != content:
            raise Refusal(faults.not_canonical(name))
        return data

    def sha256(self, name: str) -> str:
        """Hex. Raises Refusal where the member is missing."""
        if not self.has(name):
            raise Refusal(faults.missing(name))
        return self.container.members[name].sha256

    def copy(self, name: str, target: Path) -> Path:
        """Write a member to a file of its own, for readers that want one."""
        with target.open("wb") as out:
            for piece in self.pieces(name):
                out.write(piece)
        return target


def is_paper(name: str) -> bool:
    """Whether a member is evidence itself: neither the container's own nor the journal's part."""
    return not name.startswith(NOT_PAPERS)


def papers_digest(digests: Mapping[str, str]) -> str:
    """What the journal keeps of a bundle's papers: SHA-256 (hex) of the canonical JSON `{name: SHA-256}` of all of them."""
    papers = {name: digest for name, digest in digests.items() if is_paper(name)}
    return hashlib.sha256(canonical(papers)).hexdigest()


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Sorted numbers as `[first, last]` pairs: 3, 4, 5, 9 → [[3, 5], [9, 9]]."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
