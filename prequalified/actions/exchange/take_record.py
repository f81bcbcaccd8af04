"""Take in a record that a peer signed: compared with ours at once, it counts only when staff confirm it (CTS A-11)."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from prequalified.models import ExchangePeer, IncomingRecord, Party
from prequalified.queries.exchange.records import UNDECIDED
from prequalified.queries.exchange.snapshot import snapshot
from prequalified.rules.exchange.records import differences, form_blockers, receipt
from runtime.actor import Actor, Source
from runtime.clock import now, stamp
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.sign_paper import sign_detached_as_platform
from signing.rules.cades import verify_pinned
from signing.rules.canonical import NotCanonical, canonical
from signing.rules.certificates import fingerprint, read_certificates

_RULE = "CTS-EBS01 A-11"


def take_record(*, record: Mapping[str, Any], signature: bytes, address: str) -> dict[str, Any]:
    """The signed receipt: `{receipt, signature}`. Steps, each before anything of the next is believed:

    1. the signature is by the registered certificate of an active peer; 2. the record is addressed to us; 3. its form;
    4. the same record again gets the same receipt, another one under its number is refused; 5. compared and stored.
    """
    try:
        content = canonical(record)
    except NotCanonical as error:
        raise Refusal(_FORM, 422) from error
    peer = _peer(content, signature)
    if record.get("to") != fingerprint(open_platform_authority().signer.cert_der):
        raise Refusal(_NOT_OURS, 422)
    refuse_if(form_blockers(record), 422)
    row = _stored(peer, record, signature, address)
    if canonical(row.body) != content:
        raise Refusal(_OTHER, 409)
    told = receipt(row.record, hashlib.sha256(content).hexdigest(), stamp(row.received_at))
    return {"receipt": told, "signature": base64.b64encode(sign_detached_as_platform(canonical(told))).decode()}


def _peer(content: bytes, signature: bytes) -> ExchangePeer:
    peers = {read_certificates(peer.certificate.encode())[0]: peer for peer in ExchangePeer.objects.filter(active=True)}
    try:
        return peers[verify_pinned(content, signature, peers.keys(), now())]
    except Refusal as refusal:
        raise Refusal(refusal.blockers, 403) from refusal


def _stored(peer: ExchangePeer, record: Mapping[str, Any], signature: bytes, address: str) -> IncomingRecord:
    known = IncomingRecord.objects.filter(peer=peer, record=record["record"])
    if row := known.first():
        return row
    try:
        with transaction.atomic():
            return _write(peer, record, signature, address)
    except IntegrityError:  # the same record came twice at once
        return known.get()


def _write(peer: ExchangePeer, record: Mapping[str, Any], signature: bytes, address: str) -> IncomingRecord:
    party = Party.objects.filter(number=record["key"]).first()
    found = differences(snapshot(party) if party else None, record["body"])
    state = IncomingRecord.State.NEW if party is None else IncomingRecord.State.DIFFERENT
    older = IncomingRecord.objects.filter(peer=peer, key=record["key"], state__in=UNDECIDED)
    older.update(state=IncomingRecord.State.REJECTED, reasons="已有同一来源的新记录", decided_at=now())
    row = IncomingRecord.objects.create(
        peer=peer, record=record["record"], kind=record["kind"], key=record["key"], body=record, signature=signature,
        differences=[each.as_data() for each in found], party=party, received_at=now(),
        state=state if found else IncomingRecord.State.SAME,
    )  # fmt: skip
    body = {"peer": peer.code, "record": row.record, "key": row.key, "state": row.state}
    actor = Actor("system", peer.name, source=Source(address))
    append_entry(kind="exchange.received", subject=f"peer:{peer.code}", body=body, actor=actor, readers="supervisor")
    return row


_FORM = Blocker("record.form", gettext_noop("记录的格式不符合交换规范。"), _RULE, place="record")
_NOT_OURS = Blocker("record.not_ours", gettext_noop("这条记录不是发给本平台的。"), _RULE, place="to")
_OTHER = Blocker("record.other", gettext_noop("同一编号下已有内容不同的记录。"), _RULE, place="record")
