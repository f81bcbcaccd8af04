"""Resumable upload (tus 1.0.0): pieces of 8 MiB with a checksum each; after a break it goes on where the server stands.

A small state file beside the bid remembers the upload, so that a new start of the program resumes too.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from client.http import refusal_of
from client.output import Unusable, write_whole

PIECE = 8 << 20  # bytes of a PATCH; the server under daphne holds one in memory
STEP = 128 << 10  # bytes handed to the connection at once, so that progress is seen within a piece
PATIENCE = (0.5, 1, 2, 4, 8, 15, 30)  # seconds between tries without progress; then the program gives up for now
_TUS = {"Tus-Resumable": "1.0.0"}
_AGAIN = {409, 423, 460}  # the server stands elsewhere, still holds the broken line, or the checksum did not hold
_FULL = 507
_MEDIA = "application/offset+octet-stream"

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Source:
    """What is uploaded: `sha256` of the whole file names it across restarts."""

    path: Path
    size: int
    sha256: str
    section: str

    @property
    def state_path(self) -> Path:
        return self.path.with_name(self.path.name + ".upload.json")


class Interrupted(Unusable):
    """The line broke and did not come back; the same command resumes."""


def upload(http: httpx.Client, source: Source, at: Progress, resumed_at: Progress) -> str:
    """Upload the whole file and return the upload's address on the server (`/uploads/…`).

    `resumed_at` hears once what the server had already, `at` how many bytes have gone out so far. Raises Refusal where
    the server refuses, `Interrupted` where the connection does not come back.
    """
    location, offset = _resume(http, source)
    if not location:
        location, offset = _create(http, source), 0
    resumed_at(offset)
    tries = 0
    while offset < source.size:
        reached = _try_piece(http, source, location, offset, at)
        if reached > offset:
            offset, tries = reached, 0
            continue
        if tries == len(PATIENCE):
            raise Interrupted("上传中断，平台没有回应；再次运行同一命令即可从断点继续")
        time.sleep(PATIENCE[tries])
        tries += 1
    return location


def _try_piece(http: httpx.Client, source: Source, location: str, offset: int, at: Progress) -> int:
    """The server's offset after one piece, or after asking where it stands when the line broke; -1 while it is silent."""
    try:
        return _send_piece(http, source, location, offset, at)
    except httpx.TransportError:
        pass
    try:
        reached = _offset(http, location)
    except httpx.TransportError:
        return -1
    return -1 if reached is None else reached


def forget(source: Source) -> None:
    source.state_path.unlink(missing_ok=True)


def _resume(http: httpx.Client, source: Source) -> tuple[str, int]:
    """The address and offset of an earlier upload of the same file to the same platform, or ("", 0)."""
    try:
        state = json.loads(source.state_path.read_bytes())
        same = (state["sha256"], state["platform"], state["section"]) == (
            source.sha256,
            str(http.base_url),
            source.section,
        )
        location = str(state["location"]) if same else ""
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0
    try:
        offset = _offset(http, location) if location else None
    except httpx.TransportError as error:
        raise Interrupted(f"平台无法连接：{error}") from error
    return (location, offset) if offset is not None else ("", 0)


def _create(http: httpx.Client, source: Source) -> str:
    metadata = {"section": source.section, "filename": source.path.name, "sha256": source.sha256}
    pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items())
    try:
        answer = http.post("/uploads/", headers={**_TUS, "Upload-Length": str(source.size), "Upload-Metadata": pairs})
    except httpx.TransportError as error:
        raise Interrupted(f"平台无法连接：{error}") from error
    if answer.status_code != 201:
        raise refusal_of(answer)
    location = httpx.URL(answer.headers["location"]).path
    state = {
        "platform": str(http.base_url),
        "location": location,
        "section": source.section,
        "sha256": source.sha256,
    }
    write_whole(source.state_path, json.dumps(state, ensure_ascii=False, indent=1).encode())
    return location


def _offset(http: httpx.Client, location: str) -> int | None:
    """Where the server stands; None where the upload is gone, or cannot be asked for just now."""
    answer = http.head(location, headers=_TUS)
    if answer.status_code != 200:
        return None
    return int(answer.headers["upload-offset"])


def _send_piece(http: httpx.Client, source: Source, location: str, offset: int, at: Progress) -> int:
    with source.path.open("rb") as file:
        file.seek(offset)
        piece = file.read(PIECE)
    digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    headers = {
        **_TUS,
        "Upload-Offset": str(offset),
        "Content-Type": _MEDIA,
        "Content-Length": str(len(piece)),
        "Upload-Checksum": f"sha256 {digest}",
    }
    answer = http.patch(location, headers=headers, content=_steps(piece, offset, at))
    if answer.status_code in _AGAIN or 500 <= answer.status_code < _FULL:
        raise httpx.RemoteProtocolError(f"tus {answer.status_code}")
    if answer.status_code != 204:
        raise refusal_of(answer)
    return int(answer.headers["upload-offset"])


def _steps(piece: bytes, offset: int, at: Progress) -> Iterator[bytes]:
    for start in range(0, len(piece), STEP):
        step = piece[start : start + STEP]
        yield step
        at(offset + start + len(step))
