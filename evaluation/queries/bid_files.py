"""The files of an opened bid, and the pages of its PDFs as pictures."""

import hashlib
import json
import subprocess
import sys
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings

from evaluation.rules.pdf_pages import WIDTHS
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import OpenedBid
from tendering.queries import bid_member, document_in_force

TIME_LIMIT = 60  # seconds for one run of the child
AHEAD = 8  # pages drawn at once: the next ones will be asked for


def files_of(bid: OpenedBid, hidden: Collection[str] = ()) -> list[dict[str, Any]]:
    """The parts the tender document asks for, as far as the bid has them: {path, title, media, size}."""
    rows = []
    for part in document_in_force(bid.bid.section).content.get("parts", []):
        if part["path"] in hidden:
            continue
        try:
            size = bid_member(bid, part["path"]).stat().st_size
        except FileNotFoundError:
            continue
        rows.append({"path": part["path"], "title": part["title"], "media": part.get("media", ""), "size": size})
    return rows


def file_of(bid: OpenedBid, path: str, hidden: Collection[str] = ()) -> Path:
    """Raises Refusal 404 for what the bid has not, or what is hidden for now."""
    if path in {row["path"] for row in files_of(bid, hidden)}:
        return bid_member(bid, path)
    raise Refusal(Blocker("file.not_found", gettext_noop("这份投标文件没有这个文件，或者现在还不能查看")), status=404)


def contents_of(bid: OpenedBid, path: Path) -> dict[str, Any]:
    """Number of pages and chapters, kept beside the pictures. Raises Refusal for what is no readable PDF."""
    kept = _folder(bid, path) / "contents.json"
    if not kept.is_file():
        text = _child("contents", str(path))
        beside = kept.with_name(f".contents-{uuid.uuid4().hex}.part")  # two readers may come at once
        beside.write_text(text, encoding="utf-8")
        beside.replace(kept)
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def page_of(bid: OpenedBid, path: Path, page: int, width: int) -> Path:
    """The picture of one page (WebP), drawn with the pages after it and kept."""
    pages = contents_of(bid, path)["pages"]
    if not 1 <= page <= pages or width not in WIDTHS:
        raise Refusal(Blocker("file.no_such_page", gettext_noop("没有这一页")), status=404)
    folder = _folder(bid, path)
    picture = folder / f"{page}-{width}.webp"
    if not picture.is_file():
        missing = [n for n in range(page, min(page + AHEAD, pages + 1)) if not (folder / f"{n}-{width}.webp").is_file()]
        wanted = ",".join(map(str, missing))
        _child("draw", str(path), "--folder", str(folder), "--pages", wanted, "--width", str(width))
    return picture


def found_in(path: Path, words: str) -> list[dict[str, Any]]:
    """[{page, text}] where the words stand in the file."""
    return list(json.loads(_child("find", str(path), "--words", words)))


def _folder(bid: OpenedBid, path: Path) -> Path:
    """Pictures are a cache: named by the bid's digest, outside the store, and may be thrown away at any time."""
    name = hashlib.sha256(f"{bid.inner_sha256}/{path.name}/{path.parent.name}".encode()).hexdigest()
    folder = Path(settings.HOME) / "pages" / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _child(*arguments: str) -> str:
    command = [sys.executable, "-m", "evaluation.rules.pdf_pages", *arguments]
    try:
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refusal(_unreadable(), status=422) from None
    if done.returncode != 0:
        raise Refusal(_unreadable(), status=422)
    return done.stdout


def _unreadable() -> Blocker:
    message = gettext_noop("这个文件不能作为PDF显示")
    return Blocker("file.unreadable", message, remedy=gettext_noop("请下载后用本机软件查看"))
