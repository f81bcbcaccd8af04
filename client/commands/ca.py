"""`yangguang ca demo`: a demonstration CA in a folder that is at once an `--anchors DIR`."""

import argparse
import re
from pathlib import Path
from typing import Any

from client.output import HOLDS, Unusable, add_json, moment_of, read_bytes, show, write_whole
from client.passphrase import add_passphrase, passphrase
from signing.rules import demo_ca
from signing.rules.certificates import read_certificates
from signing.rules.demo_numbers import demo_holders


def register(groups: Any) -> None:
    commands = groups.add_parser("ca", help="演示用证书颁发机构").add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="在目录中建立演示 CA；目录中已有的则继续使用并更新吊销列表")
    demo.add_argument("dir", type=Path, metavar="DIR")
    demo.add_argument("--suite", choices=("rsa", "ecdsa", "sm2"), default="rsa")
    demo.add_argument("--name", default="", help="机构名称")
    demo.add_argument(
        "--holder",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="签发给此持有人，可多次给出（默认签发一组）",
    )
    demo.add_argument("--revoke", action="append", type=Path, default=[], metavar="CERT", help="吊销此证书，可多次给出")
    demo.add_argument("--revoked-at", type=moment_of, metavar="TIME", help="吊销的时刻（不给则为现在）")
    add_passphrase(demo)
    add_json(demo)
    demo.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace) -> int:
    if args.suite == "sm2":
        raise Unusable("本版本尚不支持 SM2，请用 --suite rsa 或 --suite ecdsa")
    holders = _asked(args.holder)
    old = (args.dir / "ca.json").exists()
    secret = "" if old and not holders else passphrase(args, "持有人证书文件的口令：", confirm=True)
    ca = _open(args, old)
    for path in args.revoke:
        certs = read_certificates(read_bytes(path))
        if not certs:
            raise Unusable(f"{path}：不是证书文件")
        demo_ca.revoke(ca, certs[0], args.revoked_at)
    issued = _issue(ca, args.dir, holders if old or holders else demo_holders(args.suite), secret)
    demo_ca.save(ca, args.dir)
    lines = [f"{ca.name}（{ca.suite}）：{args.dir}", *(f"  {path}" for path in issued)]
    if issued and not secret:
        lines.append("未给口令：私钥文件没有加密，只可用于演示。")
    show(args, {"dir": str(args.dir), "suite": ca.suite, "name": ca.name, "holders": issued}, lines)
    return HOLDS


def _asked(texts: list[str]) -> list[tuple[str, str, str, str]]:
    """(file stem, name, number, kind) of each --holder."""
    found = []
    for text in texts:
        name, separator, number = text.rpartition("=")
        if not separator or not name or not re.fullmatch(r"[0-9A-Z]{15,18}", number):
            raise Unusable(f"--holder 应写成 名称=号码：{text}")
        found.append(
            (number, name, number, "person" if number[:17].isdigit() and len(number) == 18 else "organisation")
        )
    return found


def _open(args: argparse.Namespace, old: bool) -> demo_ca.DemoCA:
    try:
        if old:
            return demo_ca.load(args.dir)
        args.dir.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError, KeyError) as error:
        raise Unusable(f"{args.dir}：{error}") from error
    return demo_ca.make_ca(args.name or f"演示证书机构 {args.suite.upper()}", args.suite)


def _issue(ca: demo_ca.DemoCA, folder: Path, holders: list[tuple[str, str, str, str]], secret: str) -> list[str]:
    """Writes `<stem>.p12` (mode 0600) and `holders/<stem>.crt` of each; the latter folder is no part of the anchors."""
    (folder / "holders").mkdir(exist_ok=True)
    written = []
    for stem, name, number, kind in holders:
        issued = demo_ca.issue_holder(ca, name, number, passphrase=secret, kind=kind)
        write_whole(folder / f"{stem}.p12", issued.p12, 0o600)
        write_whole(folder / "holders" / f"{stem}.crt", demo_ca.pem(issued.cert_der))
        written.append(str(folder / f"{stem}.p12"))
    return written
