"""A real file system that can really be full."""

import subprocess
from pathlib import Path

import pytest


class SmallDisk:
    """24 MiB and 200 files; `fill()` leaves no byte, `fill_names()` no name; `free()` gives back what was filled."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._names: list[Path] = []

    def fill(self) -> None:
        filler = self.place / "filler"
        self._names.append(filler)
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                return

    def fill_names(self) -> None:
        for number in range(10_000):
            name = self.place / f"name-{number}"
            try:
                name.touch(exist_ok=False)
            except OSError:
                return
            self._names.append(name)

    def free(self) -> None:
        for name in self._names:
            name.unlink()
        self._names.clear()

    def files(self) -> list[str]:
        """Every file that is not of the filling, below the disk's root."""
        found = (path for path in self.place.rglob("*") if path.is_file() and path not in self._names)
        return sorted(str(path.relative_to(self.place)) for path in found)


@pytest.fixture
def small_disk(tmp_path):
    """Needs the right to mount, as in CI."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,nr_inodes=200", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system")
    yield SmallDisk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)
