"""Where a journal is read from: its address, or a folder with the same files (c2sp.org/tlog-tiles)."""

from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import httpx

from client.output import Unusable
from signing.rules.notes import LARGEST_NOTE
from signing.rules.tiles import LONGEST_ENTRY, WIDTH, Tile

_LARGEST_BUNDLE = WIDTH * (LONGEST_ENTRY + 2)
_LARGEST_DOCUMENT = 64 * 1024 * 1024


class Missing(Unusable):
    """The source has no such file."""


class Source(Protocol):
    """`read` raises Missing for what is not there, Unusable where the source cannot be reached or answers too much."""

    def read(self, path: str, limit: int) -> bytes: ...

    def close(self) -> None: ...


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def read(self, path: str, limit: int) -> bytes:
        try:
            with (self.path / path).open("rb") as file:
                data = file.read(limit + 1)
        except FileNotFoundError as error:
            raise Missing(f"{self.path / path}：没有这个文件") from error
        except OSError as error:
            raise Unusable(f"{self.path / path}：{error.strerror}") from error
        return _limited(data, limit, f"{self.path / path}")

    def close(self) -> None:
        """Nothing is kept open."""


class Address:
    """`url` is the platform's or the log's own (…/log)."""

    def __init__(self, url: str, http: httpx.Client | None = None) -> None:
        url = url.rstrip("/")
        self.platform = url.removesuffix("/log")
        self.log = f"{self.platform}/log"
        self.http = http or httpx.Client(timeout=httpx.Timeout(60, connect=10), follow_redirects=False)

    def __str__(self) -> str:
        return self.log

    def close(self) -> None:
        self.http.close()

    def read(self, path: str, limit: int) -> bytes:
        if path.startswith("disclosures/"):
            section, _dot, number = path.removeprefix("disclosures/").removesuffix(".json").rpartition(".")
            return self._get(f"{self.platform}/api/v1/journal/disclosures/{section}/{number}", limit)
        return self._get(f"{self.log}/{path}", limit)

    def _get(self, url: str, limit: int) -> bytes:
        try:
            with self.http.stream("GET", url) as answer:
                if answer.status_code == 404:
                    raise Missing(f"{url}：没有")
                if not answer.is_success:
                    raise Unusable(f"{url}：回答 {answer.status_code}")
                data = bytearray()
                for chunk in answer.iter_bytes():
                    data += chunk
                    if len(data) > limit:
                        break
        except httpx.HTTPError as error:
            raise Unusable(f"{url}：无法连接：{error}") from error
        return _limited(bytes(data), limit, url)

    def post_cosignature(self, note: str) -> None:
        """Hand a cosigned checkpoint to the platform; raises its Refusal, or Unusable."""
        from client.http import refusal_of

        try:
            answer = self.http.post(f"{self.log}/cosignatures", content=note.encode())
        except httpx.HTTPError as error:
            raise Unusable(f"{self.log}：无法连接：{error}") from error
        if not answer.is_success:
            raise refusal_of(answer)


def _limited(data: bytes, limit: int, what: str) -> bytes:
    if len(data) > limit:
        raise Unusable(f"{what}：超过 {limit} 字节")
    return data


def open_source(text: str) -> Folder | Address:
    """The argument DIR_OR_URL."""
    if urlsplit(text).scheme in ("http", "https"):
        return Address(text)
    if not Path(text).is_dir():
        raise Unusable(f"{text}：既不是网址也不是目录")
    return Folder(Path(text))


def read_checkpoint(source: Source) -> str:
    try:
        return source.read("checkpoint", LARGEST_NOTE).decode()
    except UnicodeDecodeError as error:
        raise Unusable(f"{source}：检查点不是文本") from error


def read_tile(source: Source, tile: Tile) -> bytes:
    """A tile or bundle; a partial one that is gone may have grown full meanwhile, then its beginning is taken."""
    limit = _LARGEST_BUNDLE if tile.level is None else WIDTH * 32
    try:
        return source.read(f"tile/{tile.path}", limit)
    except Missing:
        if tile.width == WIDTH or tile.level is None:
            raise
        return source.read(f"tile/{Tile(tile.level, tile.number).path}", limit)[: tile.width * 32]


def disclosure_path(section: str, number: int) -> str:
    """The file that opens the commitments for a section; no section's name can lead out of the folder."""
    return f"disclosures/{quote(section, safe='')}.{number}.json"


def read_document(source: Source, path: str) -> bytes:
    return source.read(path, _LARGEST_DOCUMENT)
