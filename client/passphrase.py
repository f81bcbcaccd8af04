"""Passphrases never stand on the command line: terminal, `--passphrase-file`, or the first line of standard input."""

import argparse
import getpass
import sys
from pathlib import Path

from client.output import Unusable, read_bytes


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="F", help="口令在该文件第一行（不给时在终端询问，或读标准输入第一行）"
    )


def passphrase(args: argparse.Namespace, prompt: str = "证书口令：", *, confirm: bool = False) -> str:
    """Without the end of line. Raises Unusable when the file cannot be read or the two entries differ."""
    if args.passphrase_file is not None:
        return _first_line(read_bytes(args.passphrase_file, 4096))
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    secret = getpass.getpass(prompt)
    if confirm and getpass.getpass("再输入一次：") != secret:
        raise Unusable("两次输入的口令不同")
    return secret


def _first_line(data: bytes) -> str:
    lines = data.splitlines()
    try:
        return lines[0].decode() if lines else ""
    except UnicodeDecodeError as error:
        raise Unusable("口令文件不是 UTF-8 文本") from error
