"""`yangguang journal`: check the platform's journal from outside, keep a copy of it, and be its witness."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from client.journal_check import check_disclosures, check_entries, check_since, tree_of
from client.journal_source import (
    Address,
    Folder,
    Missing,
    disclosure_path,
    open_source,
    read_checkpoint,
    read_document,
    read_tile,
)
from client.output import FALSE, HOLDS, Unusable, add_json, read_bytes, show, write_whole
from client.witness import Witness, make_key
from signing.rules.checkpoint import TreeHead, cosignatures, open_checkpoint, witness_key
from signing.rules.journal_entry import EntryError
from signing.rules.merkle import ProofError
from signing.rules.notes import LARGEST_NOTE, NoteError, VerifierKey
from signing.rules.tiles import TileError, TileTree, tiles_of

_FAULTS = (NoteError, ProofError, TileError, EntryError)
T = TypeVar("T")


def register(groups: Any) -> None:
    commands = groups.add_parser("journal", help="日志").add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="验证日志：签名、整棵树、逐条内容、密封日志；可联署")
    verify.add_argument("source", metavar="DIR_OR_URL")
    verify.add_argument("--key", metavar="KEY", help="日志公钥，或其文件（不给则取日志自己提供的）")
    verify.add_argument(
        "--since", type=Path, metavar="CHECKPOINT", help="以前保存的检查点：只验证其后的部分，并验证前后一致"
    )
    verify.add_argument("--cosign", type=Path, metavar="KEY", help="用见证人私钥联署；联署前与上次联署的检查点比对")
    verify.add_argument("--witness", action="append", default=[], metavar="KEY", help="要求此见证人的联署，可多次给出")
    verify.add_argument("-o", "--output", type=Path, metavar="CHECKPOINT", help="把验证过的检查点存为文件")
    add_json(verify)
    verify.set_defaults(run=run_verify)
    fetch = commands.add_parser("fetch", help="把日志的全部文件存到目录，可离线验证")
    fetch.add_argument("source", metavar="URL")
    fetch.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    add_json(fetch)
    fetch.set_defaults(run=run_fetch)
    witness = commands.add_parser("witness", help="建立见证人密钥")
    witness.add_argument("name", help="见证人名称，如 supervisor.example/witness")
    witness.add_argument("-o", "--output", type=Path, required=True, metavar="KEY")
    add_json(witness)
    witness.set_defaults(run=run_witness)


class Steps:
    """Numbered steps, a line each; the first that does not hold ends the check."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.done: list[dict[str, str]] = []

    def step(self, title: str, check: Callable[[], T], say: Callable[[T], str]) -> T:
        try:
            result = check()
        except _FAULTS as error:
            raise StepFailed(len(self.done) + 1, title, str(error)) from error
        text = say(result)
        self.done.append({"step": title, "found": text})
        self.lines.append(f"{len(self.done)}. {title}：{text}")
        return result


class StepFailed(Exception):
    def __init__(self, number: int, title: str, reason: str) -> None:
        self.number, self.title, self.reason = number, title, reason
        super().__init__(reason)


def run_verify(args: argparse.Namespace) -> int:
    """0 all steps hold; 1 one does not, named; 2 the journal cannot be read."""
    steps = Steps()
    try:
        with closing(open_source(args.source)) as source:
            head, note = _verify(args, source, steps)
    except StepFailed as failed:
        data = {"ok": False, "steps": steps.done, "failed": {"step": failed.title, "reason": failed.reason}}
        show(args, data, [*steps.lines, f"{failed.number}. {failed.title}：不成立：{failed.reason}"])
        return FALSE
    if args.output:
        write_whole(args.output, note.encode())
    data = {"ok": True, "steps": steps.done, "origin": head.origin, "size": head.size, "root": head.root.hex()}
    show(args, {**data, "checkpoint": note}, steps.lines)
    return HOLDS


def _verify(args: argparse.Namespace, source: Folder | Address, steps: Steps) -> tuple[TreeHead, str]:
    witness = Witness(args.cosign) if args.cosign else None
    key = _log_key(args, source)
    note = read_checkpoint(source)
    head = steps.step("检查点签名", lambda: open_checkpoint(note, key), lambda h: f"{h.origin}，{h.size} 条")
    tree = tree_of(source, head.size)
    since = 0
    if args.since:
        old_note = _note_file(args.since)
        title, say = "与以前的检查点一致", lambda old: f"{old.size} 条之后增加 {head.size - old.size} 条，没有改写"
        since = steps.step(title, lambda: check_since(old_note, head, key, tree), say).size
    steps.step("整棵树", lambda: tree.check(head.root, since), lambda _: f"根为 {head.root.hex()[:16]}…")
    found = steps.step(
        "逐条内容",
        lambda: check_entries(source, tree, since, _progress(args, head.size)),
        lambda f: f"{f.shown} 条与散列相符，{f.withheld} 条内容不公开",
    )
    if since == 0:
        steps.step("密封日志", lambda: check_disclosures(source, tree, found), lambda n: f"{n} 个标段与事先的承诺相符")
    _check_witnesses(args, steps, note)
    if witness:
        note = steps.step("联署", lambda: _cosign(witness, note, key, tree, source), lambda _: str(witness.key))
    return head, note


def _check_witnesses(args: argparse.Namespace, steps: Steps, note: str) -> None:
    for text in args.witness:
        wanted = witness_key(_key(text))

        def check(wanted: VerifierKey = wanted) -> int:
            found = cosignatures(note, [wanted])
            if not found:
                raise NoteError(f"{wanted.name} has not cosigned this checkpoint")
            return found[0].time

        steps.step("见证人联署", check, partial(_seen_by, wanted))


def _seen_by(witness: VerifierKey, seconds: int) -> str:
    return f"{witness.name}，{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))}"


def _cosign(witness: Witness, note: str, key: VerifierKey, tree: TileTree, source: Folder | Address) -> str:
    cosigned = witness.cosign(note, key, tree, int(time.time()))
    if isinstance(source, Address):
        source.post_cosignature(cosigned)
    return cosigned


def _log_key(args: argparse.Namespace, source: Folder | Address) -> VerifierKey:
    if args.key:
        return _key(args.key)
    try:
        key = _parse_key(source.read("key", 4096).decode(errors="replace"), f"{source}/key")
    except Missing as error:
        raise Unusable(f"{source} 没有提供公钥，请用 --key 给出") from error
    print(f"注意：公钥取自日志自己（{key}）；要不依赖平台，请用 --key 给出另外取得的公钥。", file=sys.stderr)
    return key


def _key(text: str) -> VerifierKey:
    """A verifier key itself, or a file with one."""
    if "+" in text and not Path(text).exists():
        return _parse_key(text, "--key")
    return _parse_key(read_bytes(Path(text), 4096).decode(errors="replace"), text)


def _parse_key(text: str, where: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except NoteError as error:
        raise Unusable(f"{where}：{error}") from error


def _note_file(path: Path) -> str:
    try:
        return read_bytes(path, LARGEST_NOTE).decode()
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}：不是文本") from error


def _progress(args: argparse.Namespace, size: int) -> Callable[[int], None]:
    """A line on the terminal for a long journal; nothing where the output is read by a program."""

    def tell(index: int) -> None:
        if index % 50_000 == 0 and index and sys.stderr.isatty() and not args.json:
            print(f"  {index}/{size}", file=sys.stderr)

    return tell


def run_fetch(args: argparse.Namespace) -> int:
    """Every file of the journal as a static folder; what is there already and never changes is not fetched again."""
    with closing(open_source(args.source)) as source:
        note = read_checkpoint(source)
        key = _parse_key(source.read("key", 4096).decode(errors="replace"), f"{source}/key")
        try:
            head = open_checkpoint(note, key)
        except NoteError as error:
            raise Unusable(f"{source}：{error}") from error
        fetched = _fetch_tiles(source, args.output, head.size) + _fetch_disclosures(source, args.output, head.size)
    write_whole(args.output / "key", f"{key}\n".encode())
    write_whole(args.output / "checkpoint", note.encode())
    data: Mapping[str, Any] = {"dir": str(args.output), "size": head.size, "files": fetched}
    show(args, data, [f"{head.origin}：{head.size} 条，取得 {fetched} 个文件，存于 {args.output}"])
    return HOLDS


def _fetch_tiles(source: Folder | Address, folder: Path, size: int) -> int:
    fetched = 0
    for tile in tiles_of(size):
        path = folder / "tile" / tile.path
        if tile.level is None or not path.exists():  # an entry may have been disclosed meanwhile
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, read_tile(source, tile))
            fetched += 1
    return fetched


def _fetch_disclosures(source: Folder | Address, folder: Path, size: int) -> int:
    copy = Folder(folder)
    found = check_entries(copy, tree_of(copy, size), 0, lambda _: None)
    for disclosed in found.disclosed:
        path = disclosure_path(disclosed.section, disclosed.number)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / path, read_document(source, path))
    return len(found.disclosed)


def run_witness(args: argparse.Namespace) -> int:
    key = make_key(args.output, args.name)
    lines = [f"见证人私钥存于 {args.output}（请妥善保管）", "公钥，交给平台和读者：", str(key)]
    show(args, {"key": str(key), "file": str(args.output)}, lines)
    return HOLDS
