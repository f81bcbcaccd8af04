"""A party commits to its hidden value; when all have, the commitments are closed and the values are opened (protocol §6)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from runtime import clock
from runtime.actor import SYSTEM, Actor
from runtime.outbox import announce
from runtime.refusal import Refusal, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.draw_facts import PLATFORM, commitment_of, facts_of, lock_draw, party_of
from signing.actions.reveal_draw import store_opening
from signing.events import CLOSED, COMMITTED, draw_room
from signing.models import Draw, DrawCommitment, DrawOpening, DrawState
from signing.rules import draw_faults
from signing.rules.canonical import canonical
from signing.rules.draws import SALT_BYTES, DrawError
from signing.rules.escrow import Secret, read_commitment


def commit_draw(*, draw: Draw, actor: Actor, document: Mapping[str, Any]) -> DrawCommitment:
    """Take the party's document (`yangguang-draw-commitment/1`, made by its own client: signing.rules.escrow.commit).

    Raises Refusal `draw.wrong_phase|not_invited|already_committed|malformed`.
    """
    with transaction.atomic():
        standing = lock_draw(draw)
        refuse_if(draw_faults.commit_blockers(facts_of(standing), party_of(actor)))
        return store_commitment(standing, actor, document)


def store_commitment(
    draw: Draw, actor: Actor, document: Mapping[str, Any], secret: bytes | None = None
) -> DrawCommitment:
    """Check and keep a commitment, with its entry; `secret` only for the platform's own. In the caller's transaction."""
    try:
        committed, escrow = read_commitment(document, draw.number, draw.recipients)
    except DrawError as error:
        raise Refusal(draw_faults.malformed(str(error)), 422) from error
    sealed = [part.as_data() for part in escrow]
    try:
        with transaction.atomic():
            row = DrawCommitment.objects.create(
                draw=draw,
                party_number=party_of(actor),
                party_name=actor.name,
                role=actor.role,
                value=committed.hex(),
                escrow=sealed,
                secret=secret,
                at=clock.now(),
            )
    except IntegrityError as error:
        raise Refusal(draw_faults.malformed("this commitment is another party's"), 422) from error
    body = {
        "number": draw.number,
        "party": row.party_number,
        "commitment": row.value,
        "escrow_sha256": sha256(canonical(sealed)).hexdigest(),
    }
    append_entry(kind="draw.committed", subject=draw.subject, body=body, actor=actor)
    party = {"number": row.party_number, "name": row.party_name, "role": row.role}
    announce(draw_room(draw.number), COMMITTED, {"party": party, "commitment": row.value, "at": clock.stamp(row.at)})
    return row


def close_commitments(*, draw: Draw, actor: Actor) -> Draw:
    """End the phase of commitments; the platform opens its own value at once, the parties follow (`reveal_draw`).

    Raises Refusal `draw.wrong_phase`, or `draw.too_few` while nobody but the platform has committed.
    """
    with transaction.atomic():
        standing = lock_draw(draw)
        facts = facts_of(standing)
        refuse_if(draw_faults.close_blockers(facts))
        standing.state, standing.closed_at = DrawState.REVEALING, clock.now()
        standing.save(update_fields=["state", "closed_at"])
        body = {"number": standing.number, "committed": sorted(facts.committed)}
        append_entry(kind="draw.closed", subject=standing.subject, body=body, actor=actor)
        announce(draw_room(standing.number), CLOSED, {})
        own = commitment_of(standing, PLATFORM)
        opening = bytes(own.secret or b"")
        secret = Secret(opening[:SALT_BYTES], opening[SALT_BYTES:])
        store_opening(standing, own, secret, DrawOpening.Origin.PARTY, SYSTEM)
    return standing
