"""`--anchors DIR` for every command that verifies."""

import argparse
from pathlib import Path

from client.output import Unusable
from signing.rules.certificates import TrustStore, load_anchors


def add_anchors(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anchors", type=Path, required=True, metavar="DIR", help="信任的根证书、中级证书和吊销列表所在目录"
    )


def anchors(args: argparse.Namespace) -> TrustStore:
    """Raises Unusable when the folder cannot be read or holds no anchor."""
    try:
        return load_anchors(args.anchors)
    except OSError as error:
        raise Unusable(f"{args.anchors}：{error.strerror}") from error
    except ValueError as error:
        raise Unusable(f"{args.anchors}：没有可作信任锚的自签名证书") from error


def add_optional_anchors(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anchors", type=Path, metavar="DIR", help="信任的根证书、中级证书和吊销列表所在目录（不给时只验证签名本身）"
    )


def optional_anchors(args: argparse.Namespace) -> TrustStore | None:
    return anchors(args) if args.anchors is not None else None
