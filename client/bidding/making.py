"""`bid make`: a folder of documents becomes the inner container, signed by the bidder."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from client.bidding.machine import environment
from client.bidding.signatures import signature_only, signing_with
from client.output import Unusable, read_bytes
from signing.rules.cades import SigningKey, Timestamper
from signing.rules.canonical import read_strict
from signing.rules.certificates import holder_of
from signing.rules.container_layout import Limits
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import Container, read_container
from signing.rules.inner_bid import ENVIRONMENT, OPENING, Inner, Opening, check_inner, read_opening
from signing.rules.tender_terms import LARGEST, TenderTerms

PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})
_RESERVED = ("mimetype", "META-INF/", ENVIRONMENT)


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    container: Container
    inner: Inner
    passed_over: list[str]


def folder_files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Member name → file, in the names' order, and what was passed over (hidden files and the like).

    Raises Unusable for a symbolic link, a special file or a name that the client itself writes.
    """
    if not folder.is_dir():
        raise Unusable(f"{folder}：没有这个文件夹")
    files: dict[str, Path] = {}
    passed_over: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())  # macOS spells otherwise
        if path.is_dir() and not path.is_symlink():
            continue
        if any(part.startswith((".", "~$")) for part in name.split("/")) or path.name.lower() in PASSED_OVER:
            passed_over.append(name)
            continue
        if path.is_symlink() or not path.is_file():
            raise Unusable(f"{path}：不是普通文件")
        if name.startswith(_RESERVED):
            raise Unusable(f"{path}：{name} 由投标工具自动生成，请从文件夹中移走")
        files[name] = path
    if OPENING not in files:
        raise Unusable(f"{folder}：缺少 {OPENING}")
    return files, passed_over


def size_of(folder: Path) -> int:
    """Bytes that `make_inner` will write, nearly."""
    return sum(path.stat().st_size for path in folder_files(folder)[0].values())


def make_inner(
    folder: Path,
    out: Path,
    signer: SigningKey,
    terms: TenderTerms | None = None,
    timestamper: Timestamper | None = None,
    progress: Callable[[int], object] = lambda size: None,
) -> Made:
    """Write, sign and check the inner container; `out` appears only when it is right.

    `opening.json` in the folder is complete, or, where the tender's terms are given, may hold the items alone: they are
    put into the form with the signer's own name and number. Raises Refusal (`inner.*`, `container.*`) with every fault.
    """
    files, passed_over = folder_files(folder)
    opening = _opening(read_bytes(files.pop(OPENING), 1 << 20), signer, terms)
    draft = out.with_name(out.name + ".draft")
    try:
        with ContainerWriter(draft, Limits(size=LARGEST)) as container:
            container.add(OPENING, opening.as_bytes())
            container.add(ENVIRONMENT, environment())
            for name, path in files.items():
                container.add_file(name, path, progress)
            container.sign(signing_with(signer, timestamper))
        written = read_container(draft, Limits(size=LARGEST))
        inner = check_inner(written, signature_only, terms)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return Made(out, written, inner, passed_over)


def _opening(data: bytes, signer: SigningKey, terms: TenderTerms | None) -> Opening:
    try:
        content = read_strict(data)
    except ValueError as error:
        raise Unusable(f"{OPENING}：不是 JSON 文件（{error}）") from error
    if terms and isinstance(content, dict) and "format" not in content:
        holder = holder_of(signer.cert_der)
        return Opening(terms.tender, terms.section, terms.round, holder.name, holder.number, content)
    return read_opening(data)


def outline(terms: TenderTerms, folder: Path) -> list[str]:
    """A folder to fill in: opening.json with every item still empty, and folders for the parts. Returns what was made.

    Raises Unusable where the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Unusable(f"{folder}：文件夹不是空的")
    made = [OPENING]
    folder.mkdir(parents=True, exist_ok=True)
    for part in terms.parts:
        target = folder.joinpath(*part.path.split("/")).parent
        target.mkdir(parents=True, exist_ok=True)
    items = {item.key: 0 if item.type == "integer" else "" for item in terms.items}
    (folder / OPENING).write_text(json.dumps(items, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return made
