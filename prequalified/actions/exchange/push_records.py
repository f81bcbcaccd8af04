"""Queued records go out to the peers: signed, in order for each party, again with growing pauses until acknowledged."""

import base64
import datetime as dt
import hashlib
from typing import Any

import httpx
from django.db.models import F

from prequalified.models import ExchangePeer, OutgoingRecord
from prequalified.rules.exchange.records import RECEIPT_TYPE, envelope, pause
from runtime.clock import now, stamp
from runtime.refusal import Refusal
from signing.actions.sign_paper import sign_detached_as_platform
from signing.rules.cades import verify_pinned
from signing.rules.canonical import canonical
from signing.rules.certificates import fingerprint, read_certificates

TIMEOUT = 20.0  # seconds
LEASE = dt.timedelta(minutes=2)  # as long as another worker leaves a record alone that is on its way
MOST = 200  # records a peer and call
_LARGEST_ANSWER = 64 * 1024


class Unreachable(Exception):
    """The peer as a whole does not answer: its other records wait too."""


class NotTaken(Exception):
    """The peer answered, but without a good receipt for this record; those about other parties go on."""


def push_records(*, peer_id: int | None = None, hurry: bool = False) -> int:
    """How many were acknowledged. `hurry`: by hand, without waiting for the pause. Two at once send nothing twice; should
    one be sent twice after a crash, the peer knows it by its number.
    """
    peers = ExchangePeer.objects.filter(active=True).exclude(address="")
    return sum(_push_peer(peer, hurry) for peer in (peers.filter(pk=peer_id) if peer_id else peers))


def _push_peer(peer: ExchangePeer, hurry: bool) -> int:
    done, held_up = 0, set[str]()
    for row in OutgoingRecord.objects.filter(peer=peer, acknowledged_at=None).order_by("id")[:MOST]:
        if row.key in held_up or not _claim(row, hurry):
            held_up.add(row.key)
            continue
        try:
            _acknowledge(row, _send(peer, row))
            done += 1
        except NotTaken as fault:
            _put_off(row, str(fault))
            held_up.add(row.key)
        except Unreachable as fault:
            _put_off(row, str(fault))
            _others(row).update(next_try_at=now() + pause(row.tries))
            break
    return done


def _claim(row: OutgoingRecord, hurry: bool) -> bool:
    """One worker at a time: whoever changes `tries` first has it."""
    if row.next_try_at and row.next_try_at > now() and not hurry:
        return False
    mine = OutgoingRecord.objects.filter(pk=row.pk, tries=row.tries, acknowledged_at=None)
    if not mine.update(tries=F("tries") + 1, next_try_at=now() + LEASE):
        return False
    row.tries += 1
    return True


def _send(peer: ExchangePeer, row: OutgoingRecord) -> dict[str, Any]:
    """The peer's receipt, checked. Outside any transaction: a peer may be slow."""
    ours = read_certificates(peer.certificate.encode())[0]
    record = envelope(row.record, row.key, fingerprint(ours), stamp(row.made_at), row.body)
    content = canonical(record)
    try:
        signature = base64.b64encode(sign_detached_as_platform(content)).decode()
        with httpx.stream(
            "POST", peer.address, json={"record": record, "signature": signature}, timeout=TIMEOUT, follow_redirects=False
        ) as answer:  # fmt: skip
            text = b"".join(_limited(answer))
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:500]) from error
    except Refusal as refusal:  # our own timestamp authority does not answer
        raise Unreachable(str(refusal)[:500]) from refusal
    if status >= 500 or status in (408, 425, 429):
        raise Unreachable(f"HTTP {status}")
    return _receipt(status, text, row, hashlib.sha256(content).hexdigest(), ours)


def _limited(answer: httpx.Response) -> Any:
    taken = 0
    for part in answer.iter_bytes():
        taken += len(part)
        if taken > _LARGEST_ANSWER:
            raise NotTaken("answer too large")
        yield part


def _receipt(status: int, text: bytes, row: OutgoingRecord, sha256: str, certificate: bytes) -> dict[str, Any]:
    """The peer's own signature over what it took: without it nobody could say later that it had been told."""
    if not 200 <= status < 300:
        raise NotTaken(f"HTTP {status} {text[:400].decode(errors='replace')}")
    try:
        given = httpx.Response(200, content=text).json()
        told, signature = given["receipt"], base64.b64decode(given["signature"], validate=True)
        verify_pinned(canonical(told), signature, [certificate], now())
        fits = (told["type"], told["record"], told["sha256"]) == (RECEIPT_TYPE, row.record, sha256)
    except (ValueError, KeyError, TypeError) as error:
        raise NotTaken(f"unreadable receipt: {error}"[:500]) from error
    except Refusal as refusal:
        raise NotTaken(f"receipt: {refusal}"[:500]) from refusal
    if not fits:
        raise NotTaken("the receipt is for another record")
    return {"receipt": told, "signature": given["signature"]}


def _acknowledge(row: OutgoingRecord, receipt: dict[str, Any]) -> None:
    mine = OutgoingRecord.objects.filter(pk=row.pk, acknowledged_at=None)
    mine.update(acknowledged_at=now(), receipt=receipt, error="", next_try_at=None)


def _put_off(row: OutgoingRecord, error: str) -> None:
    mine = OutgoingRecord.objects.filter(pk=row.pk, acknowledged_at=None)
    mine.update(error=error, next_try_at=now() + pause(row.tries))


def _others(row: OutgoingRecord) -> Any:
    return OutgoingRecord.objects.filter(peer_id=row.peer_id, acknowledged_at=None).exclude(pk=row.pk)
