"""Finds single members of a container by its directory, without reading all of it.

Only for containers that were (or are about to be) read whole: what the directory says is not compared with anything here.
"""

from collections.abc import Iterable
from pathlib import Path

from runtime.refusal import Refusal
from signing.rules import container_faults as faults
from signing.rules import zip_profile as profile
from signing.rules.container_layout import KEPT


def read_index(path: Path) -> dict[str, tuple[int, int]]:
    """Name → (where its content begins, its size), both in bytes. Raises Refusal where there is no directory."""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - profile.END_SIZE))
        record = file.read()
        if len(record) != profile.END_SIZE or not record.startswith(profile.END):
            raise Refusal(faults.truncated())
        _, size, offset = profile.read_end(record)
        if offset + size + profile.END_SIZE != length or size > KEPT:
            raise Refusal(faults.directory_differs(""))
        file.seek(offset)
        return _entries(file.read(size))


def _entries(directory: bytes) -> dict[str, tuple[int, int]]:
    found, position = {}, 0
    while position < len(directory):
        head = directory[position : position + profile.CENTRAL_SIZE]
        if len(head) < profile.CENTRAL_SIZE or not head.startswith(profile.CENTRAL):
            raise Refusal(faults.directory_differs(""))
        length = profile.CENTRAL_SIZE + sum(profile.central_lengths(head))
        entry = profile.read_central(directory[position : position + length])
        start = entry.offset + profile.LOCAL_SIZE + len(entry.name)
        found[entry.name.decode("utf-8", "replace")] = (start, entry.size)
        position += length
    return found


def read_small(path: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The contents of small members, by name; raises Refusal `container.missing` or `container.too_large`."""
    index, contents = read_index(path), {}
    with path.open("rb") as file:
        for name in names:
            if name not in index:
                raise Refusal(faults.missing(name))
            start, size = index[name]
            if size > KEPT:
                raise Refusal(faults.too_large(KEPT))
            file.seek(start)
            contents[name] = file.read(size)
    return contents
