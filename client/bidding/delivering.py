"""`bid deliver`: upload the sealed bid, finish it, and keep the receipt beside it. A bid exists when the platform says so."""

import base64
import binascii
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.bidding import upload as tus
from client.http import Platform
from client.output import Unusable, write_whole
from client.progress import Progress
from runtime.refusal import Refusal
from signing.rules.canonical import read_strict
from signing.rules.sealed_bid import CheckedBid

PATIENCE = (1, 3, 9)  # seconds; finishing twice gives the same receipt


@dataclass(frozen=True, slots=True)
class Delivered:
    """`receipt_path` holds the bytes that the platform signed, `signature_path` its signature (CAdES-B-T over them).

    `pdf_path` is None where the paper could not be fetched just now; the platform keeps it.
    """

    number: str
    received_at: str
    receipt_path: Path
    signature_path: Path
    pdf_path: Path | None


def deliver(platform: Platform, path: Path, bid: CheckedBid, progress: Progress) -> Delivered:
    """Upload (resuming what was begun), finish, keep the receipt and check that it is for this very file.

    A bid that already stands there with the same hash is not delivered again: its receipt is fetched. Raises Refusal with
    the platform's reasons (late, wrong section, revoked certificate, …).
    """
    source = tus.Source(path, bid.size, bid.sha256, bid.seal.section)
    answer = _standing(platform, bid)
    if answer is None:
        location = tus.upload(platform.http, source, progress.at, progress.start_at)
        answer = _finish(platform, bid, location)
    tus.forget(source)
    return keep_receipt(platform, path, bid, answer)


def _bids(bid: CheckedBid) -> str:
    return f"/api/v1/sections/{bid.seal.section}/bids"


def _standing(platform: Platform, bid: CheckedBid) -> dict[str, Any] | None:
    """What the platform says of this bid if its answer to an earlier delivery was lost."""
    for known in platform.call("GET", f"{_bids(bid)}/mine"):
        if known["sha256"] == bid.sha256 and known["status"] == "delivered":
            found: dict[str, Any] = platform.call("GET", f"{_bids(bid)}/{known['id']}")
            return found
    return None


def _finish(platform: Platform, bid: CheckedBid, location: str) -> dict[str, Any]:
    for pause in (*PATIENCE, None):
        try:
            answer: dict[str, Any] = platform.call("POST", _bids(bid), json={"upload": location})
            return answer
        except Unusable:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("unreachable")


def keep_receipt(platform: Platform, path: Path, bid: CheckedBid, answer: dict[str, Any]) -> Delivered:
    """Receipt, signature and paper beside the bid; raises Unusable where the receipt is for another file."""
    try:
        receipt = answer["receipt"]
        text, signature = (base64.b64decode(receipt[name], validate=True) for name in ("text", "signature"))
        content = read_strict(text)
        named, number, received_at = content["bid"]["sha256"], str(content["number"]), str(content["received_at"])
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Unusable(f"平台的回执不能读取：{error}") from error
    receipt_path, signature_path = (path.with_name(f"{path.name}.receipt.{end}") for end in ("json", "p7s"))
    write_whole(receipt_path, text)
    write_whole(signature_path, signature)
    if named != bid.sha256:
        raise Unusable(f"回执中的摘要 {named} 不是所递交文件的摘要 {bid.sha256}")
    return Delivered(number, received_at, receipt_path, signature_path, _paper(platform, path, bid, answer))


def _paper(platform: Platform, path: Path, bid: CheckedBid, answer: dict[str, Any]) -> Path | None:
    try:
        pdf = platform.call("GET", f"{_bids(bid)}/{answer['id']}/receipt.pdf")
    except (Refusal, Unusable):
        return None  # the bid is delivered all the same
    target = path.with_name(path.name + ".receipt.pdf")
    write_whole(target, pdf)
    return target
