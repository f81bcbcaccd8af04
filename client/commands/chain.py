"""`yangguang chain verify`: one certificate against a folder of anchors, RFC 5280 with revocation required."""

import argparse
from pathlib import Path
from typing import Any

from client.output import FALSE, HOLDS, Unusable, add_json, beijing, filled, moment_of, read_bytes, show
from client.trust import add_anchors, anchors
from runtime import clock
from signing.rules.certificates import fingerprint, read_blocks, read_crls, subject_text
from signing.rules.paths import PathVerdict, validate_path

LARGEST = 64 * 1024 * 1024


def register(groups: Any) -> None:
    commands = groups.add_parser("chain", help="证书链").add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="验证证书链和吊销状态")
    verify.add_argument("cert", type=Path)
    add_anchors(verify)
    verify.add_argument("--crl", type=Path, action="append", default=[], metavar="F", help="另加的吊销列表，可多次给出")
    verify.add_argument("--at", type=moment_of, metavar="TIME", help="按此时刻验证（不给则为现在）")
    verify.add_argument(
        "--usage", choices=("any", "signing", "timestamping"), default="any", help="另要求证书可用于此用途"
    )
    add_json(verify)
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    certs = _certificates(args.cert)
    trust = anchors(args)
    crls = [crl for path in args.crl for crl in _crls(path)]
    at = args.at or clock.now()
    verdict = validate_path(certs[0], certs[1:], trust.with_crls(crls), at, usage=args.usage)
    show(args, _data(verdict, certs[0], clock.stamp(at)), _lines(verdict, beijing(at), args.at is not None))
    return HOLDS if verdict.ok else FALSE


def _certificates(path: Path) -> list[bytes]:
    """The first certificate is judged; others in the same PEM file help to build its path."""
    data = read_bytes(path, LARGEST)
    found = read_blocks(data, frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}))
    if not found or not found[0].startswith(b"\x30"):
        raise Unusable(f"{path}：不是证书文件")
    return found


def _crls(path: Path) -> list[bytes]:
    found = read_crls(read_bytes(path, LARGEST))
    if not found:
        raise Unusable(f"{path}：不是证书吊销列表")
    return found


def _data(verdict: PathVerdict, cert: bytes, at: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ok": verdict.ok,
        "code": verdict.code,
        "at": at,
        "certificate": fingerprint(cert),
        "chain": [{"subject": subject_text(der), "sha256": fingerprint(der)} for der in verdict.chain],
    }
    if not verdict.ok:
        data |= {"refused": True, "blockers": [filled(verdict.blocker())], "detail": verdict.detail}
    return data


def _lines(verdict: PathVerdict, at: str, given: bool) -> list[str]:
    lines = ["证书链有效"] if verdict.ok else []
    if not verdict.ok:
        blocker = verdict.blocker()
        lines += [f"不通过：{verdict.reason} [{blocker.rule}] ({verdict.code})", f"  {blocker.remedy}"]
    lines += [f"{'  ' * place}{subject_text(der)}" for place, der in enumerate(verdict.chain)]
    lines.append(f"验证时刻：{at}（{'由 --at 给出' if given else '本机当前时间'}）")
    return lines
