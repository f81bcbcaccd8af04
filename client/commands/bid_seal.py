"""`bid outline`, `bid make`, `bid seal`: everything before the bid leaves the bidder's machine."""

import argparse
from pathlib import Path

from client.bidding.machine import machine
from client.bidding.making import make_inner, outline, size_of
from client.bidding.sealing import seal_bid
from client.bidding.signatures import verify_with
from client.bidding.tender_file import check_trustees, read_tender
from client.keys import identity_passphrase, signer_of, timestamper_of
from client.output import HOLDS, Unusable, show
from client.progress import Progress, size_words
from client.trust import optional_anchors

_TYPES = {"money": '金额（如 "980000.00"）', "integer": "整数", "text": "文字"}


def run_outline(args: argparse.Namespace) -> int:
    terms = read_tender(args.tender).terms
    lines = [f"标段 {terms.section}（第 {terms.round} 次招标，招标文件第 {terms.document} 版）", "投标文件的组成："]
    lines += [f"  {'必须' if part.required else '可选'}  {part.path}  {part.title}" for part in terms.parts]
    lines.append("开标项（写入 opening.json）：")
    lines += [f"  {item.key}  {item.title}  {_TYPES[item.type]} {item.unit}".rstrip() for item in terms.items]
    made = outline(terms, args.out) if args.out else []
    lines += [f"已建立 {args.out}：{name}" for name in made]
    data = {
        "section": terms.section,
        "parts": [{"path": part.path, "title": part.title, "required": part.required} for part in terms.parts],
        "items": [{"key": item.key, "title": item.title, "type": item.type} for item in terms.items],
        "made": made,
    }
    show(args, data, lines)
    return HOLDS


def run_make(args: argparse.Namespace) -> int:
    terms = read_tender(args.tender).terms if args.tender else None
    total = size_of(args.folder)
    signer, _ = signer_of(args)
    stamper = timestamper_of(args)
    try:
        made = make_inner(args.folder, args.out, signer, terms, stamper, Progress("制作", total))
    except OSError as error:
        raise Unusable(f"{error.filename or args.out}：{error.strerror}") from error
    found = machine()
    data = {
        "inner": str(made.path),
        "size": made.container.size,
        "sha256": made.container.sha256,
        "members": {name: member.sha256 for name, member in made.container.members.items()},
        "machine": found,
        "passed_over": made.passed_over,
    }
    lines = [f"已制作并签名：{made.path}（{size_words(made.container.size)}，{len(made.container.members)} 个成员）"]
    lines += [f"已略过：{name}" for name in made.passed_over]
    lines.append("env.json 记录了本机信息，开标后用于比对是否有串通投标的迹象：")
    lines += [f"  {name}: {value}" for name, value in found.items()]
    show(args, data, lines)
    return HOLDS


def run_seal(args: argparse.Namespace) -> int:
    tender = read_tender(args.tender)
    trustees = check_trustees(tender, verify_with(optional_anchors(args)))
    identity_path = args.identity or _identity_path(args.out)
    size = _size(args.inner)
    signer, secret = signer_of(args)
    kept = identity_passphrase(args, secret, confirm=True)
    stamper = timestamper_of(args)
    try:
        sealed = seal_bid(
            args.inner,
            tender.terms,
            signer,
            args.out,
            identity_path,
            kept,
            timestamper=stamper,
            progress=Progress("密封", 3 * size),
        )
    except OSError as error:
        raise Unusable(f"{error.filename or args.out}：{error.strerror}") from error
    bid = sealed.checked
    data = {"bid": str(sealed.path), "sha256": bid.sha256, "size": bid.size, "identity": str(identity_path)}
    lines = [
        f"已密封：{sealed.path}（{size_words(bid.size)}）",
        f"SHA-256：{bid.sha256}",
        f"密钥文件（有口令，请妥善保管，不要交给任何人）：{identity_path}",
    ]
    if trustees:
        lines.append(
            f"密钥已拆分给 {len(trustees)} 位受托人，其中 {tender.terms.k} 位可在开标时打开：{'、'.join(trustees)}"
        )
    show(args, {**data, "trustees": trustees}, lines)
    return HOLDS


def _identity_path(out: Path) -> Path:
    return out.with_suffix(".identity")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise Unusable(f"{path}：{error.strerror}") from error
