"""The beginning of a verifiable draw: number and purpose first, then the frozen pool, all in the journal (protocol §6)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from runtime import clock
from runtime.actor import SYSTEM, Actor
from runtime.refusal import Refusal, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.commit_draw import store_commitment
from signing.models import Draw, DrawState
from signing.rules import draw_faults
from signing.rules.draws import DrawError, Item, Step, identity_hash, pool_hash
from signing.rules.escrow import commit

_NUMBERING_LOCK = 0x64726177  # "draw"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody or something in the pool: labels are public, the identity is kept behind a salted hash."""

    identity: Mapping[str, Any]
    labels: Mapping[str, str] = field(default_factory=dict)


def freeze_draw(
    *,
    purpose: str,
    subject: str,
    candidates: Sequence[Candidate],
    plan: Sequence[Step],
    actor: Actor,
    parties: Sequence[Mapping[str, str]] = (),
    recipients: Sequence[str] = (),
    k: int = 0,
    replaces: Draw | None = None,
    reason: str = "",
) -> Draw:
    """Announce and freeze a draw, and commit the platform's own value; the others commit next (`commit_draw`).

    `plan`: steps in order; a floor for a group stands before the rest. `parties`: `{number, name, role}` of those who may
    commit, empty for anybody with a number; the number `pool` (draw_facts.POOL) stands for whoever is in the pool under
    the number of its identity. `recipients`: the trustees' age recipients, k of which open a value that its
    party withholds. `replaces` and `reason`: a re-draw, visible as such. Raises Refusal `draw.pool|threshold|malformed|
    not_replaceable|reason_needed`.
    """
    items, names = _number(candidates)
    refuse_if(draw_faults.freeze_blockers(items, plan, len(recipients), k))
    with transaction.atomic():
        number_id, number = _next_number()
        if replaces is not None:
            _check_replaced(replaces, reason)
        about = {
            "number": number,
            "purpose": purpose,
            "replaces": replaces.number if replaces else "",
            "reason": reason,
        }
        append_entry(kind="draw.announced", subject=subject, body=about, actor=actor)
        draw = Draw.objects.create(
            id=number_id,
            number=number,
            purpose=purpose,
            subject=subject,
            pool=[item.as_data() for item in items],
            pool_sha256=pool_hash(items),
            names=names,
            plan=[step.as_data() for step in plan],
            parties=[dict(party) for party in parties],
            recipients=list(recipients),
            k=k if recipients else 0,
            replaces=replaces,
            reason=reason,
            frozen_at=clock.now(),
        )
        append_entry(kind="draw.frozen", subject=subject, body=_frozen(draw), actor=actor)
        _commit_for_platform(draw)
    return draw


def _number(candidates: Sequence[Candidate]) -> tuple[list[Item], list[dict[str, Any]]]:
    """The public items and, by the same numbers, who they are with the salt of each hash."""
    items, names = [], []
    for number, candidate in enumerate(candidates, 1):
        salt, identity = secrets.token_hex(16), dict(candidate.identity)
        items.append(Item(number, dict(candidate.labels), identity_hash(identity, salt)))
        names.append({"number": number, "identity": identity, "salt": salt})
    return items, names


def _next_number() -> tuple[int, str]:
    """Numbers without gaps, so that a draw that was made and hidden would leave one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING_LOCK])
    newest = (Draw.objects.aggregate(newest=Max("id"))["newest"] or 0) + 1
    return newest, f"DRAW-{clock.now().astimezone(clock.BEIJING).year}-{newest:06d}"


def _check_replaced(replaces: Draw, reason: str) -> None:
    standing = Draw.objects.select_for_update().get(pk=replaces.pk)
    if not reason:
        raise Refusal(draw_faults.reason_needed(), 422)
    if standing.state not in (DrawState.FINISHED, DrawState.FAILED) or standing.replaced_by.exists():
        raise Refusal(draw_faults.not_replaceable(standing.number))


def _frozen(draw: Draw) -> dict[str, Any]:
    return {
        "number": draw.number,
        "pool_sha256": draw.pool_sha256,
        "size": len(draw.pool),
        "plan": draw.plan,
        "parties": draw.parties,
        "recipients": draw.recipients,
        "k": draw.k,
    }


def _commit_for_platform(draw: Draw) -> None:
    try:
        secret, document = commit(draw.number, draw.recipients, draw.k)
    except DrawError as error:
        raise Refusal(draw_faults.malformed(str(error)), 422) from error
    store_commitment(draw, SYSTEM, document, secret.salt + secret.value)
