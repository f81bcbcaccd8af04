"""`yangguang bid`: from a folder of documents to a receipt, and back out of the sealed file."""

import argparse
from pathlib import Path
from typing import Any

from client.commands import bid_open, bid_seal
from client.keys import add_identity_passphrase, add_signer
from client.output import add_json, moment_of
from client.passphrase import add_passphrase
from client.trust import add_anchors, add_optional_anchors


def register(groups: Any) -> None:
    commands = groups.add_parser("bid", help="投标：制作、密封、检查、递交、打开").add_subparsers(
        dest="command", required=True
    )
    for add in (_outline, _make, _seal, _check, _deliver, _open, _release):
        add_json(add(commands))


def _outline(commands: Any) -> argparse.ArgumentParser:
    outline: argparse.ArgumentParser = commands.add_parser(
        "outline", help="导入招标文件，显示投标文件的组成并建立文件夹"
    )
    outline.add_argument("tender", type=Path, metavar="tender.json")
    outline.add_argument("-o", dest="out", type=Path, metavar="FOLDER", help="建立待填写的文件夹")
    outline.set_defaults(run=bid_seal.run_outline)
    return outline


def _make(commands: Any) -> argparse.ArgumentParser:
    make: argparse.ArgumentParser = commands.add_parser("make", help="把文件夹制作成签名的投标文件（未密封）")
    make.add_argument("folder", type=Path, metavar="FOLDER")
    make.add_argument("-o", dest="out", type=Path, required=True, metavar="inner.asice")
    make.add_argument("--tender", type=Path, metavar="tender.json", help="按招标文件检查组成和开标项")
    add_signer(make)
    make.set_defaults(run=bid_seal.run_make)
    return make


def _seal(commands: Any) -> argparse.ArgumentParser:
    seal: argparse.ArgumentParser = commands.add_parser("seal", help="加密、拆分密钥、签名")
    seal.add_argument("inner", type=Path, metavar="inner.asice")
    seal.add_argument("--tender", type=Path, required=True, metavar="tender.json")
    seal.add_argument("-o", dest="out", type=Path, required=True, metavar="x.bid")
    seal.add_argument("--identity", type=Path, metavar="F", help="密钥文件写到哪里（默认为 x.identity）")
    add_signer(seal)
    add_identity_passphrase(seal)
    add_optional_anchors(seal)
    seal.set_defaults(run=bid_seal.run_seal)
    return seal


def _check(commands: Any) -> argparse.ArgumentParser:
    check: argparse.ArgumentParser = commands.add_parser("check", help="检查密封的投标文件")
    check.add_argument("bid", type=Path, metavar="x.bid")
    add_anchors(check)
    check.add_argument("--tender", type=Path, metavar="tender.json", help="同时检查是否属于此次招标")
    check.add_argument("--at", type=moment_of, metavar="TIME", help="按此时刻验证证书")
    check.set_defaults(run=bid_open.run_check)
    return check


def _deliver(commands: Any) -> argparse.ArgumentParser:
    deliver: argparse.ArgumentParser = commands.add_parser("deliver", help="递交（可断点续传），保存回执")
    deliver.add_argument("bid", type=Path, metavar="x.bid")
    deliver.add_argument("--to", required=True, metavar="URL", help="平台地址")
    add_signer(deliver, timestamps=False)
    deliver.set_defaults(run=_run_deliver)
    return deliver


def _open(commands: Any) -> argparse.ArgumentParser:
    opened: argparse.ArgumentParser = commands.add_parser("open", help="用密钥文件或受托人的份额打开")
    opened.add_argument("bid", type=Path, metavar="x.bid")
    key = opened.add_mutually_exclusive_group(required=True)
    key.add_argument("--identity", type=Path, metavar="F", help="密钥文件")
    key.add_argument("--share", type=Path, action="append", metavar="F", help="受托人签名的份额，可多次给出")
    opened.add_argument("-o", dest="out", type=Path, required=True, metavar="DIR")
    add_passphrase(opened)
    add_optional_anchors(opened)
    opened.set_defaults(run=bid_open.run_open)
    return opened


def _release(commands: Any) -> argparse.ArgumentParser:
    release: argparse.ArgumentParser = commands.add_parser("release", help="开标时提交本单位投标文件的密钥（签名）")
    release.add_argument("bid", type=Path, metavar="x.bid")
    release.add_argument("--identity", type=Path, required=True, metavar="F")
    release.add_argument("-o", dest="out", type=Path, required=True, metavar="RELEASE")
    add_signer(release, timestamps=False)
    add_identity_passphrase(release)
    release.set_defaults(run=bid_open.run_release)
    return release


def _run_deliver(args: argparse.Namespace) -> int:
    from client.commands.bid_send import run_deliver  # HTTP is slow to import, and the other commands need none

    return run_deliver(args)
