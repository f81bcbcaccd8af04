"""`bid check`, `bid open`, `bid release`: what can be told from a sealed file, and what with its key."""

import argparse
from pathlib import Path

from client.bidding.keeping import is_protected, read_identity
from client.bidding.opening import identity_from_shares, open_bid
from client.bidding.signatures import verify_with
from client.bidding.tender_file import read_tender
from client.keys import identity_passphrase, signer_of
from client.output import HOLDS, Unusable, beijing, show, write_whole
from client.passphrase import passphrase
from client.progress import Progress, size_words
from client.trust import anchors, optional_anchors
from client.trustee.releasing import release_identity
from runtime.clock import read_stamp
from signing.rules.bid_identity import check_identity
from signing.rules.sealed_bid import CheckedBid, Verify, check_container, verifier


def checked(path: Path, verify: Verify, tender: Path | None = None) -> CheckedBid:
    """The bid after all checks that need no key, with a progress bar."""
    if not path.is_file():
        raise Unusable(f"{path}：没有这个文件")
    terms = read_tender(tender).terms if tender else None
    return check_container(path, verify, terms, progress=Progress("检查", path.stat().st_size))


def run_check(args: argparse.Namespace) -> int:
    trust = anchors(args)
    bid = checked(args.bid, verifier(trust, args.at) if args.at else verify_with(trust), args.tender)
    seal = bid.seal
    data = {"ok": True, "sha256": bid.sha256, "size": bid.size, "seal": seal.as_data()}
    opening = f"{seal.mode} {seal.k}/{seal.n}" if seal.n else seal.mode
    lines = [
        "密封的投标文件完好，签名有效",
        f"标段：{seal.section}（第 {seal.round} 次招标）",
        f"投标人：{seal.bidder_name} {seal.bidder_number}",
        f"密封于：{beijing(read_stamp(seal.made_at))}（投标人自己的时钟）",
        f"解密方式：{opening}",
        f"大小：{size_words(bid.size)}",
        f"SHA-256：{bid.sha256}",
    ]
    show(args, data, lines)
    return HOLDS


def run_open(args: argparse.Namespace) -> int:
    bid = checked(args.bid, verify_with(optional_anchors(args)))
    if args.identity:
        identity = read_identity(
            args.identity, passphrase(args, "密钥文件口令：") if is_protected(args.identity) else ""
        )
    else:
        identity = identity_from_shares(bid, args.share)
    try:
        opened = open_bid(args.bid, bid, identity, args.out, Progress("解密", bid.size))
    except OSError as error:
        raise Unusable(f"{error.filename or args.out}：{error.strerror}") from error
    opening = opened.inner.opening
    data = {
        "opened": str(opened.folder),
        "opening": opening.as_data(),
        "members": {name: member.sha256 for name, member in opened.inner.members.items()},
    }
    lines = [f"已打开：{opened.folder}", f"投标人：{opening.bidder_name} {opening.bidder_number}"]
    lines += [f"  {key}: {value}" for key, value in opening.items.items()]
    show(args, data, lines)
    return HOLDS


def run_release(args: argparse.Namespace) -> int:
    signer, secret = signer_of(args)
    bid = checked(args.bid, verify_with(None))
    identity = check_identity(read_identity(args.identity, identity_passphrase(args, secret)), bid.seal)
    write_whole(args.out, release_identity(bid.seal, bid.sha256, identity, signer).as_bytes(), mode=0o600)
    show(args, {"release": str(args.out), "bid": bid.sha256}, [f"密钥已签名：{args.out}（请在开标时提交）"])
    return HOLDS
