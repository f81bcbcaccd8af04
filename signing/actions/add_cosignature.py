"""A witness hands in its cosignature on a checkpoint (c2sp.org/tlog-cosignature)."""

import datetime as dt

from django.db import IntegrityError, transaction

from runtime import clock
from runtime.actor import Actor
from runtime.refusal import Refusal
from signing.actions.append_entry import append_entry
from signing.models import Checkpoint, CheckpointCosignature, Witness
from signing.rules import witness_faults
from signing.rules.checkpoint import check_cosignature, read_head, witness_key
from signing.rules.notes import Note, NoteError, VerifierKey, parse_note, signature_line

LARGEST_AHEAD = 300  # seconds that a witness's clock may be ahead of ours


def trust_witness(*, name: str, key: str, actor: Actor) -> Witness:
    """Accept a witness's cosignatures from now on. `key` is its verifier key, of type 0x04 or of type 0x01 for the same key.

    Raises Refusal `witness.key_malformed` or `witness.known`.
    """
    try:
        given = VerifierKey.parse(key)
    except NoteError as error:
        raise Refusal(witness_faults.key_malformed(str(error)), 422) from error
    trusted = witness_key(given)
    if Witness.objects.filter(name=trusted.name).exists():
        raise Refusal(witness_faults.known(trusted.name))
    with transaction.atomic():
        witness = Witness.objects.create(name=trusted.name, key=str(trusted))
        body = {"name": trusted.name, "title": name, "key": str(trusted)}
        append_entry(kind="witness.trusted", subject="journal", body=body, actor=actor)
    return witness


def add_cosignature(note: bytes | str) -> list[CheckpointCosignature]:
    """Store the known witnesses' cosignatures on one of our checkpoints; handing one in again changes nothing.

    Raises Refusal: `cosignature.malformed` (422), `cosignature.foreign_checkpoint` (409: not a checkpoint of this journal,
    perhaps proof of a second history), `cosignature.no_witness` (403), `cosignature.wrong` (422).
    """
    try:
        parsed = parse_note(note)
        head = read_head(parsed)
    except NoteError as error:
        raise Refusal(witness_faults.malformed(str(error)), 422) from error
    checkpoint = Checkpoint.objects.filter(size=head.size).first()
    if checkpoint is None or not checkpoint.note.startswith(parsed.text + "\n"):
        raise Refusal(witness_faults.foreign_checkpoint(head.origin, head.size), 409)
    return _store(parsed, checkpoint)


def _store(note: Note, checkpoint: Checkpoint) -> list[CheckpointCosignature]:
    witnesses = {witness.name: witness for witness in Witness.objects.filter(withdrawn_at=None)}
    stored = []
    for found in note.signatures:
        witness = witnesses.get(found.name)
        key = VerifierKey.parse(witness.key) if witness else None
        if witness is None or key is None or not found.is_by(key):
            continue  # the platform's own signature, or a stranger's
        line = signature_line(found.name, found.key_id + found.signature)
        stored.append(_keep(checkpoint, witness, key, note.text, line))
    if not stored:
        raise Refusal(witness_faults.no_witness(), 403)
    return stored


def _keep(checkpoint: Checkpoint, witness: Witness, key: VerifierKey, text: str, line: str) -> CheckpointCosignature:
    try:
        signed = check_cosignature(text, line, [key])
    except NoteError as error:
        raise Refusal(witness_faults.wrong(str(error)), 422) from error
    if signed.time > clock.now().timestamp() + LARGEST_AHEAD:
        raise Refusal(witness_faults.wrong(f"{witness.name} signed in the future"), 422)
    at = dt.datetime.fromtimestamp(signed.time, dt.UTC)
    try:
        with transaction.atomic():
            return CheckpointCosignature.objects.create(
                checkpoint=checkpoint, witness=witness, line=line, signed_at=at, at=clock.now()
            )
    except IntegrityError:
        return CheckpointCosignature.objects.get(checkpoint=checkpoint, witness=witness)
