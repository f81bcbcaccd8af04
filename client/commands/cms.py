"""`yangguang cms sign` and `yangguang cms verify`: detached CAdES signatures."""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from client.output import FALSE, HOLDS, Unusable, add_json, beijing, filled, moment_of, read_bytes, show, write_whole
from client.passphrase import add_passphrase, passphrase
from client.trust import add_anchors, anchors
from runtime import clock
from signing.rules.cades import SignatureVerdict, SigningKey, sign_detached, verify_detached
from signing.rules.certificates import fingerprint, subject_text
from signing.rules.cms_parts import LARGEST_SIGNATURE


def register(groups: Any) -> None:
    commands = groups.add_parser("cms", help="分离式 CAdES 签名").add_subparsers(dest="command", required=True)
    sign = commands.add_parser("sign", help="对文件签名")
    sign.add_argument("file", type=Path)
    sign.add_argument("--p12", type=Path, required=True, help="签名人的证书和私钥（PKCS #12）")
    sign.add_argument("--tsa", metavar="URL", help="时间戳服务（RFC 3161）；给出则为 CAdES-B-T")
    sign.add_argument("-o", dest="out", type=Path, required=True, metavar="S", help="签名写到哪里")
    add_passphrase(sign)
    add_json(sign)
    sign.set_defaults(run=run_sign)
    verify = commands.add_parser("verify", help="验证文件的签名")
    verify.add_argument("file", type=Path)
    verify.add_argument("--signature", type=Path, required=True, metavar="S")
    add_anchors(verify)
    verify.add_argument("--at", type=moment_of, metavar="TIME", help="按此时刻验证证书（不给则取时间戳的时刻）")
    add_json(verify)
    verify.set_defaults(run=run_verify)


def run_sign(args: argparse.Namespace) -> int:
    data = read_bytes(args.p12, LARGEST_SIGNATURE)
    _demand_file(args.file)
    key = SigningKey.from_p12(data, passphrase(args))
    stamper = None
    if args.tsa:
        from client.timestamping import timestamp_from  # HTTP is slow to import, and rarely needed

        stamper = partial(timestamp_from, args.tsa)
    try:
        signature = sign_detached(args.file, key, stamper)
    except OSError as error:
        raise Unusable(f"{args.file}：{error.strerror}") from error
    write_whole(args.out, signature)
    level = "CAdES-B-T" if stamper else "CAdES-B-B"
    signer = subject_text(key.cert_der)
    data_out = {"signature": str(args.out), "level": level, "signer": signer, "certificate": fingerprint(key.cert_der)}
    show(args, data_out, [f"已签名：{args.out}（{level}，签名人 {signer}）"])
    return HOLDS


def run_verify(args: argparse.Namespace) -> int:
    signature = read_bytes(args.signature, LARGEST_SIGNATURE)
    if not signature.startswith((b"\x30", b"-----BEGIN")):
        raise Unusable(f"{args.signature}：不是 CMS 签名文件")
    _demand_file(args.file)
    trust = anchors(args)
    moment, chosen = args.at, "given"
    try:
        verdict = verify_detached(args.file, signature, trust, moment)
        if verdict.code == "signature.no_moment":
            # Without a timestamp nothing proves an earlier time: the present is stated, and shown.
            moment, chosen = clock.now(), "now"
            verdict = verify_detached(args.file, signature, trust, moment)
    except OSError as error:
        raise Unusable(f"{args.file}：{error.strerror}") from error
    if moment is None:
        chosen = "timestamp"
    show(args, _data(verdict, chosen), _lines(verdict, chosen))
    return HOLDS if verdict.ok else FALSE


def _demand_file(path: Path) -> None:
    if not path.is_file():
        raise Unusable(f"{path}：没有这个文件")


def _data(verdict: SignatureVerdict, chosen: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ok": verdict.ok,
        "code": verdict.code,
        "certificate": verdict.holder_fingerprint,
        "signed_at": clock.stamp(verdict.signed_at) if verdict.signed_at else None,
        "timestamp": clock.stamp(verdict.timestamp_time) if verdict.timestamp_time else None,
        "at": clock.stamp(verdict.at) if verdict.at else None,
        "at_from": chosen,
    }
    if verdict.signer_cert_der:
        holder = verdict.holder
        data |= {"holder": {"name": holder.name, "number": holder.number, "kind": holder.kind}}
    if not verdict.ok:
        data |= {"refused": True, "blockers": [filled(verdict.blocker())], "detail": verdict.detail}
    return data


def _lines(verdict: SignatureVerdict, chosen: str) -> list[str]:
    lines = []
    if verdict.ok:
        lines.append("签名有效")
    else:
        blocker = verdict.blocker()
        lines += [f"不通过：{verdict.reason} [{blocker.rule}] ({verdict.code})", f"  {blocker.remedy}"]
    if verdict.signer_cert_der:
        holder = verdict.holder
        lines.append(f"签名人：{holder.name} {holder.number}".rstrip())
        lines.append(f"证书 SHA-256：{verdict.holder_fingerprint}")
    if verdict.timestamp_time:
        lines.append(f"时间戳：{beijing(verdict.timestamp_time)}")
    if verdict.at:
        words = {"given": "由 --at 给出", "timestamp": "时间戳的时刻", "now": "本机当前时间，因为签名不带时间戳"}
        lines.append(f"验证时刻：{beijing(verdict.at)}（{words[chosen]}）")
    return lines
