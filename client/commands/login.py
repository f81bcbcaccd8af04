"""`yangguang login URL`: does this certificate open that platform, as whom, in which roles? Leaves nothing open."""

import argparse
from typing import Any

from client.keys import add_signer, signer_of
from client.output import HOLDS, add_json, show


def register(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("login", help="用证书登录平台，查看主体和身份")
    parser.add_argument("to", metavar="URL", help="平台地址")
    parser.add_argument("--role", default="", help="要使用的身份，例如 bidder")
    add_signer(parser, timestamps=False)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0; 1 with the platform's reasons when it refuses the certificate. The token is given back at once."""
    from client.http import Platform  # HTTP is slow to import, and rarely needed

    signer, _ = signer_of(args)
    with Platform(args.to, signer, args.role) as platform:
        me = platform.call("GET", "/api/v1/me")
        platform.call("DELETE", "/api/v1/sessions")
    lines = [
        f"主体：{me['name']}（{me['number']}）",
        f"身份：{me['role']}；可用身份：{'、'.join(me['roles']) or '无'}",
        f"证书：{me['certificate']}",
    ]
    show(args, me, lines)
    return HOLDS
