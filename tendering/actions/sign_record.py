"""A bidder who was present signs the opening record (CTS A-114)."""

from django.db import transaction

from prequalified.models import Party
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from tendering.actions.advance_opening import advance_opening
from tendering.actions.lock_opening import lock_opening
from tendering.actions.sign_in import present
from tendering.events import RECORD_SIGNED, hall_room
from tendering.models import Opening, RecordSignature
from tendering.rules.opening import Stage, stage_blockers


def sign_record(*, opening: Opening, bidder: Party, signature: bytes, actor: Actor) -> RecordSignature:
    """`signature`: CAdES, detached, over the record's exact bytes. Signed before: that signature again.

    Raises Refusal `opening.wrong_stage`, `opening.not_present`, `signature.*`, `certificate.*`.
    """
    refuse_if(stage_blockers(opening.state, Stage.RECORD))
    present(opening, bidder)
    verdict = verify_signature(bytes(opening.record or b""), signature, None, bidder.number, place="signature")
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        refuse_if(stage_blockers(locked.state, Stage.RECORD))
        before = locked.signatures.filter(party=bidder).first()
        if before:
            return before
        signed = RecordSignature.objects.create(
            opening=locked,
            party=bidder,
            signature=signature,
            certificate=verdict.holder_fingerprint,
            signed_at=now(),
        )
        append_entry(
            kind="opening.record_signed",
            subject=f"section:{locked.section.code}",
            body={
                "round": locked.round,
                "bidder": bidder.number,
                "record": locked.record_sha256,
                "certificate": signed.certificate,
            },
            actor=actor,
        )
        body = {"name": bidder.name, "at": stamp(signed.signed_at), "signed": locked.signatures.count()}
        announce(hall_room(locked.section.code, locked.round), RECORD_SIGNED, body)
    advance_opening(opening.section)
    return signed
