"""`bid deliver`: the sealed file goes to the platform, the receipt comes back."""

import argparse

from client.bidding.delivering import deliver
from client.bidding.signatures import verify_with
from client.commands.bid_open import checked
from client.http import Platform
from client.keys import signer_of
from client.output import HOLDS, beijing, show
from client.progress import Progress
from runtime.clock import read_stamp


def run_deliver(args: argparse.Namespace) -> int:
    signer, _ = signer_of(args)
    bid = checked(args.bid, verify_with(None))
    with Platform(args.to, signer, "bidder") as platform:
        delivered = deliver(platform, args.bid, bid, Progress("递交", bid.size))
    pdf = str(delivered.pdf_path) if delivered.pdf_path else None
    data = {
        "sha256": bid.sha256,
        "number": delivered.number,
        "received_at": delivered.received_at,
        "receipt": str(delivered.receipt_path),
        "signature": str(delivered.signature_path),
        "pdf": pdf,
    }
    lines = [
        f"已递交，平台于 {beijing(read_stamp(delivered.received_at))} 收到，回执编号 {delivered.number}",
        f"SHA-256：{bid.sha256}",
        f"回执：{delivered.receipt_path}（签名 {delivered.signature_path}）",
        f"回执 PDF：{pdf or '暂时取不到，可在平台下载'}",
    ]
    show(args, data, lines)
    return HOLDS
