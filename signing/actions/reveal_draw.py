"""Opening the hidden values: by the parties themselves, or by the trustees' shares for one that refuses (protocol §6)."""

from hashlib import sha256

from django.db import IntegrityError, transaction

from runtime import clock
from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import Refusal, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.draw_facts import commitment_of, facts_of, lock_draw, opened_by, party_of
from signing.events import OPENED, draw_room
from signing.models import Draw, DrawCommitment, DrawOpening, DrawShare
from signing.rules import draw_faults
from signing.rules.draws import DrawError, commitment
from signing.rules.escrow import FORMAT, Escrow, Secret, read_commitment, recover


def reveal_draw(*, draw: Draw, actor: Actor, salt: bytes, value: bytes) -> DrawOpening:
    """A party opens what it committed to. Raises Refusal `draw.wrong_phase|not_committed|already_opened|wrong_opening`."""
    with transaction.atomic():
        standing = lock_draw(draw)
        party = party_of(actor)
        refuse_if(draw_faults.reveal_blockers(facts_of(standing), party, opened_by(standing)))
        row = commitment_of(standing, party)
        try:
            fits = commitment(salt, value).hex() == row.value
        except DrawError:
            fits = False
        if not fits:
            raise Refusal(draw_faults.wrong_opening(standing.number), 422)
        return store_opening(standing, row, Secret(salt, value), DrawOpening.Origin.PARTY, actor)


def release_draw_share(*, draw: Draw, party: str, share: bytes, actor: Actor) -> DrawOpening | None:
    """A trustee gives its share of the value of `party`, opened on its own machine (signing.rules.escrow.open_share).

    With the k-th share the value is recovered and returned, before that None. A share is known by its hash, so giving it
    again changes nothing and a wrong one is refused. Raises Refusal `draw.wrong_phase|not_committed|already_opened|
    wrong_share`; if the party had escrowed something else than it committed to, the k-th share tells (`wrong_share`), and
    the draw can only be ended by `fail_draw`, naming that party.
    """
    with transaction.atomic():
        standing = lock_draw(draw)
        refuse_if(draw_faults.reveal_blockers(facts_of(standing), party, opened_by(standing)))
        row = commitment_of(standing, party)
        _keep_share(standing, row, share, actor)
        shares = [bytes(kept) for kept in row.shares.order_by("id").values_list("share", flat=True)]
        if len(shares) < standing.k:
            return None
        try:
            secret = recover(shares, _escrow(standing, row), standing.k, bytes.fromhex(row.value))
        except DrawError as error:
            failed = str(error)
        else:
            return store_opening(standing, row, secret, DrawOpening.Origin.ESCROW, actor)
    raise Refusal(
        draw_faults.wrong_share(failed), 422
    )  # after the commit: the shares stay, they prove whose fault it is


def _escrow(draw: Draw, row: DrawCommitment) -> list[Escrow]:
    document = {"format": FORMAT, "draw": draw.number, "commitment": row.value, "escrow": row.escrow}
    return read_commitment(document, draw.number, draw.recipients)[1]


def _keep_share(draw: Draw, row: DrawCommitment, share: bytes, actor: Actor) -> None:
    digest = sha256(share).hexdigest()
    if digest not in {part["share_sha256"] for part in row.escrow}:
        raise Refusal(draw_faults.wrong_share("this is no share that the party escrowed"), 422)
    try:
        with transaction.atomic():
            DrawShare.objects.create(commitment=row, share=share, trustee=actor.number, at=clock.now())
    except IntegrityError:
        return
    body = {"number": draw.number, "party": row.party_number, "share_sha256": digest}
    append_entry(kind="draw.share_released", subject=draw.subject, body=body, actor=actor)


def store_opening(
    draw: Draw, row: DrawCommitment, secret: Secret, origin: DrawOpening.Origin, actor: Actor
) -> DrawOpening:
    """Keep an opening that was checked, with its entry. In the caller's transaction."""
    opening = DrawOpening.objects.create(
        commitment=row, salt=secret.salt.hex(), value=secret.value.hex(), origin=origin, at=clock.now()
    )
    body = {
        "number": draw.number,
        "party": row.party_number,
        "salt": opening.salt,
        "value": opening.value,
        "origin": str(origin.value),
    }
    append_entry(kind="draw.opened", subject=draw.subject, body=body, actor=actor)
    announce(draw_room(draw.number), OPENED, {**body, "at": clock.stamp(opening.at)})
    return opening
