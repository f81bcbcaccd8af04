"""Pages of a bid's PDF as pictures, its table of contents, and words found in it.

A bid is a stranger's file, and a PDF reader is a large parser: it runs as a child of its own with limits on memory and
time (`python -m evaluation.rules.pdf_pages …`), never inside the server.
"""

import argparse
import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2

MEMORY = 2 * 1024**3
MOST_CHAPTERS = 500
MOST_HITS = 200
WIDTHS = (800, 1200, 1800)


def contents(path: Path) -> dict[str, Any]:
    """{"pages": n, "chapters": [{"title", "page", "level"}]}; pages count from 1. ValueError for what is no PDF."""
    with _opened(path) as document:
        chapters: list[dict[str, Any]] = []
        for bookmark in document.get_toc(max_depth=4):
            target = bookmark.get_dest()
            page = target.get_index() if target else None
            if page is not None and len(chapters) < MOST_CHAPTERS:
                chapters.append({"title": bookmark.get_title()[:120], "page": page + 1, "level": bookmark.level})
        return {"pages": len(document), "chapters": chapters}


def draw(path: Path, folder: Path, pages: Sequence[int], width: int) -> None:
    """Writes `folder/<page>-<width>.webp` for each page; whole files only."""
    with _opened(path) as document:
        for number in pages:
            page = document[number - 1]
            picture = page.render(scale=width / page.get_width(), limit_image_cache=True).to_pil()
            beside = folder / f".{number}-{width}-{os.getpid()}.part"  # two readers may come at once
            picture.convert("RGB").save(beside, "WEBP", quality=80, method=2)
            beside.replace(folder / f"{number}-{width}.webp")


def find(path: Path, words: str) -> list[dict[str, Any]]:
    """[{"page", "text"}]: where the words stand, with a little around them."""
    hits: list[dict[str, Any]] = []
    with _opened(path) as document:
        for number in range(len(document)):
            text = document[number].get_textpage().get_text_bounded().replace("\r\n", "").replace("\n", "")
            place = text.find(words)
            while place >= 0 and len(hits) < MOST_HITS:
                hits.append({"page": number + 1, "text": text[max(0, place - 20) : place + len(words) + 20]})
                place = text.find(words, place + len(words))
    return hits


def _opened(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"not a readable PDF: {error}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """The child. Prints JSON; status 1 for what is no PDF."""
    parser = argparse.ArgumentParser(prog="pdf_pages")
    parser.add_argument("what", choices=["contents", "draw", "find"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pages", type=lambda text: [int(page) for page in text.split(",")])
    parser.add_argument("--width", type=int, choices=WIDTHS, default=WIDTHS[1])
    parser.add_argument("--words", default="")
    args = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        if args.what == "draw":
            draw(args.path, args.folder, args.pages, args.width)
            result: Any = {}
        else:
            result = contents(args.path) if args.what == "contents" else find(args.path, args.words)
    except (ValueError, IndexError, MemoryError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
