"""`yangguang verify BUNDLE --anchors DIR`: everything about a tender, checked off line, without the platform."""

import argparse
import re
from pathlib import Path
from typing import Any

from client.output import FALSE, HOLDS, Unusable, add_json, show
from client.trust import add_anchors, anchors
from signing.rules.certificates import TrustStore
from signing.rules.notes import NoteError, VerifierKey
from supervision.rules.bundle import NotABundle
from supervision.rules.verification.case import Known
from supervision.rules.verification.findings import Step
from supervision.rules.verification.steps import verify


def register(groups: Any) -> None:
    parser = groups.add_parser("verify", help="验证一个标段的证据包")
    parser.add_argument("bundle", type=Path, metavar="BUNDLE")
    add_anchors(parser)
    parser.add_argument("--platform", type=_fingerprint, metavar="SHA256", help="平台证书的 SHA-256")
    parser.add_argument("--journal-key", type=_key, metavar="KEY", help="平台日志的公钥（C2SP）")
    help_ = "应当联署过日志的见证人的公钥，可给多个"
    parser.add_argument("--witness", type=_key, action="append", default=[], metavar="KEY", help=help_)
    add_json(parser)
    parser.set_defaults(run=run)


def _fingerprint(text: str) -> str:
    found = text.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise argparse.ArgumentTypeError(f"不是 SHA-256：{text}")
    return found


def _key(text: str) -> str:
    try:
        return str(VerifierKey.parse(text))
    except NoteError as error:
        raise argparse.ArgumentTypeError(f"不是公钥：{text}") from error


def run(args: argparse.Namespace) -> int:
    """0: all hold; 1: something does not, and the step is named; 2: not a bundle."""
    known = Known(args.platform or "", args.journal_key or "", tuple(args.witness))
    steps = _steps(args.bundle, anchors(args), known)
    holds = all(step.holds for step in steps)
    lines = [line for step in steps for line in _lines(step)]
    show(args, {"ok": holds, "steps": [_data(step) for step in steps]}, [*lines, _conclusion(steps)])
    return HOLDS if holds else FALSE


def _steps(path: Path, trust: TrustStore, known: Known) -> list[Step]:
    try:
        if _foreign_kind(path):
            raise NotABundle("ZIP")
        return list(verify(path, trust, known))
    except NotABundle as error:
        raise Unusable(f"{path}：不是证据包（{error}）") from error
    except OSError as error:
        raise Unusable(f"{path}：{error.strerror}") from error


def _foreign_kind(path: Path) -> bool:
    """Neither a container of ours nor the damaged remains of one: nothing at its beginning names the format."""
    with path.open("rb") as file:
        head = file.read(4096)
    return b"mimetype" not in head and b"application/vnd.etsi.asic-e+zip" not in head


def _conclusion(steps: list[Step]) -> str:
    failed = [step for step in steps if not step.holds]
    if failed:
        return f"结论：{len(failed)} 步不成立（{'、'.join(str(step.number) for step in failed)}）"
    left = sum(not step.reached for step in steps)
    return "结论：全部成立" + (f"，其中 {left} 步尚未进行" if left else "")


def _lines(step: Step) -> list[str]:
    mark = "成立" if step.holds else "不成立"
    if step.holds and not step.reached:
        mark = "未进行"
    counted = f"（{step.looked_at} 项）" if step.reached else ""
    lines = [f"{step.number:2}. {step.title}：{mark}{counted}"]
    lines += [f"      - {finding.place} {finding.text()} ({finding.code})" for finding in step.findings]
    return lines + [f"      · {note.text()}" for note in step.notes if step.reached]


def _data(step: Step) -> dict[str, Any]:
    findings = [{"code": one.code, "message": one.text(), "place": one.place} for one in step.findings]
    about = {"number": step.number, "step": step.code, "title": step.title, "ok": step.holds, "reached": step.reached}
    notes = [note.text() for note in step.notes]
    return {**about, "looked_at": step.looked_at, "notes": notes, "findings": findings}
