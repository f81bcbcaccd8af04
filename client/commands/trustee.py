"""`yangguang trustee recipient` and `yangguang trustee release`."""

import argparse
from pathlib import Path
from typing import Any

from client.bidding.keeping import read_identity
from client.bidding.signatures import verify_with
from client.bidding.tender_file import read_tender
from client.keys import add_identity_passphrase, add_signer, identity_passphrase, signer_of, timestamper_of
from client.output import FALSE, HOLDS, Unusable, add_json, filled, show, write_whole
from client.progress import Progress
from client.trust import add_optional_anchors, optional_anchors
from client.trustee.recipient import make_recipient
from client.trustee.releasing import demand_deadline_passed, place_of, release_share
from runtime import clock
from signing.rules.fields import CODE
from signing.rules.sealed_bid import check_container


def register(groups: Any) -> None:
    commands = groups.add_parser("trustee", help="开标受托人：登记公钥、提交份额").add_subparsers(
        dest="command", required=True
    )
    recipient = commands.add_parser("recipient", help="为一次招标生成密钥，并签署登记声明")
    recipient.add_argument("--tender", required=True, metavar="TP", help="招标项目编号")
    recipient.add_argument("-o", dest="out", type=Path, required=True, metavar="F", help="密钥文件写到哪里（自己保管）")
    recipient.add_argument(
        "--statement", type=Path, metavar="S", help="登记声明写到哪里（交给平台；默认为 F 加 .statement.json）"
    )
    add_signer(recipient)
    add_identity_passphrase(recipient)
    add_json(recipient)
    recipient.set_defaults(run=run_recipient)
    release = commands.add_parser("release", help="在本机解密自己的份额并签名")
    release.add_argument("bid", type=Path, metavar="x.bid")
    release.add_argument("--identity", type=Path, required=True, metavar="F", help="登记时生成的密钥文件")
    release.add_argument("--tender", type=Path, metavar="tender.json", help="核对招标文件，截止时间之前拒绝解密")
    release.add_argument("-o", dest="out", type=Path, required=True, metavar="SHARE", help="签名的份额写到哪里")
    add_signer(release, timestamps=False)
    add_identity_passphrase(release)
    add_optional_anchors(release)
    add_json(release)
    release.set_defaults(run=run_release)


def run_recipient(args: argparse.Namespace) -> int:
    if not CODE.fullmatch(args.tender):
        raise Unusable(f"{args.tender}：不是招标项目编号")
    target = args.statement or args.out.with_name(args.out.name + ".statement.json")
    signer, secret = signer_of(args)
    kept = identity_passphrase(args, secret, confirm=True)
    statement, signed = make_recipient(args.tender, signer, args.out, kept, timestamper_of(args))
    write_whole(target, signed.as_bytes())
    data = {
        "identity": str(args.out),
        "statement": str(target),
        "recipient": statement.recipient,
        "tender": statement.tender,
        "holder": statement.holder,
    }
    lines = [
        f"公钥：{statement.recipient}",
        f"登记声明（交给平台）：{target}",
        f"密钥文件（有口令，自己保管）：{args.out}",
    ]
    show(args, data, lines)
    return HOLDS


def run_release(args: argparse.Namespace) -> int:
    if not args.bid.is_file():
        raise Unusable(f"{args.bid}：没有这个文件")
    tender = read_tender(args.tender) if args.tender else None
    if tender:
        demand_deadline_passed(tender, clock.now())
    signer, secret = signer_of(args)
    identity = read_identity(args.identity, identity_passphrase(args, secret))
    progress = Progress("检查投标文件", args.bid.stat().st_size)
    bid = check_container(
        args.bid, verify_with(optional_anchors(args)), tender.terms if tender else None, progress=progress
    )
    share_file = bid.container.content(place_of(bid.seal, identity).member)
    released = release_share(bid.seal, bid.sha256, share_file, identity, signer)
    write_whole(args.out, released.signed.as_bytes())
    blocker = released.verdict.blocker
    data = {
        "share": str(args.out),
        "bid": bid.sha256,
        "place": released.release.place,
        "good": blocker is None,
        "fault": str(released.verdict.fault),
        "blockers": [filled(blocker)] if blocker else [],
    }
    lines = [f"份额已解密并签名：{args.out}（序号 {released.release.place}，投标文件 SHA-256 {bid.sha256}）"]
    if blocker:
        lines.append(f"注意：{blocker.told()} ({blocker.code})")
    show(args, data, lines)
    return HOLDS if blocker is None else FALSE
