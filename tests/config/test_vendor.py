"""What is vendored is what was fetched, with its licence."""

import hashlib

from tests.running import ROOT

VENDOR = ROOT / "static" / "vendor"


def _listed() -> dict[str, str]:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def test_every_vendored_file_is_listed_with_its_digest():
    there = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in {"SHA256SUMS", "README.md"}
    }
    assert there == _listed(), "make vendor-sums"


def test_every_vendored_library_has_its_licence():
    for folder in VENDOR.iterdir():
        if folder.is_dir():
            names = " ".join(path.name for path in folder.iterdir())
            assert "LICENSE" in names or "OFL" in names, folder


def test_the_lock_names_no_place():
    lock = (ROOT / "requirements.txt").read_text()
    assert "://" not in lock
    pinned = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert all("==" in line for line in pinned)
    assert lock.count("--hash=sha256:") >= len(pinned)
