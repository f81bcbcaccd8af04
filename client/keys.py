"""`--p12` and identity files on the command line: whose key signs, and under which passphrase an identity lies."""

import argparse
import getpass
import sys
from functools import partial
from pathlib import Path

from client.output import Unusable, read_bytes
from client.passphrase import add_passphrase, passphrase
from signing.rules.cades import SigningKey, Timestamper

_LARGEST_P12 = 1 << 20


def add_signer(parser: argparse.ArgumentParser, *, timestamps: bool = True) -> None:
    parser.add_argument("--p12", type=Path, required=True, help="签名用的证书和私钥（PKCS #12）")
    add_passphrase(parser)
    if timestamps:
        parser.add_argument("--tsa", metavar="URL", help="时间戳服务（RFC 3161）")


def add_identity_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--identity-passphrase-file",
        type=Path,
        metavar="F",
        help="密钥文件的口令在该文件第一行（不给时与证书口令相同，终端上另行询问）",
    )


def signer_of(args: argparse.Namespace) -> tuple[SigningKey, str]:
    """The key and the passphrase that opened it. Raises Refusal `key.unreadable`."""
    data = read_bytes(args.p12, _LARGEST_P12)
    secret = passphrase(args)
    return SigningKey.from_p12(data, secret), secret


def timestamper_of(args: argparse.Namespace) -> Timestamper | None:
    if not args.tsa:
        return None
    from client.timestamping import timestamp_from  # HTTP is slow to import, and rarely needed

    return partial(timestamp_from, args.tsa)


def identity_passphrase(args: argparse.Namespace, signers: str, *, confirm: bool = False) -> str:
    """The identity file's passphrase: from its file, asked for on a terminal, or else the certificate's own."""
    if args.identity_passphrase_file is not None:
        return passphrase(argparse.Namespace(passphrase_file=args.identity_passphrase_file))
    if args.passphrase_file is not None or not sys.stdin.isatty():
        return signers
    secret = getpass.getpass("密钥文件口令（直接回车：与证书口令相同）：")
    if secret and confirm and getpass.getpass("再输入一次：") != secret:
        raise Unusable("两次输入的口令不同")
    return secret or signers
