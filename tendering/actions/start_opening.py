"""The deadline has come: the sealed journal is disclosed, the list of bidders published, the hall opened (招标投标法 34)."""

from celery import current_app
from django.db import transaction

from runtime.actor import SYSTEM, Actor
from runtime.clock import now, stamp
from runtime.dispatch import after_commit
from runtime.outbox import announce
from runtime.refusal import Blocker
from signing.actions.append_entry import append_entry
from signing.actions.disclose_section import disclose_section
from tendering.actions.ask_bidders import ask_bidders
from tendering.actions.fail_section import fail_section
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.events import STARTED, hall_room
from tendering.models import Bid, Opening, Section, SectionState
from tendering.queries.bids import standing_bids
from tendering.queries.documents import document_in_force
from tendering.queries.suspension import suspension
from tendering.rules.objections import DOCUMENT
from tendering.rules.opening import MINIMUM, Stage, Terms, too_few_bids, windows
from tendering.rules.rulesets import read_regime


def start_opening(*, section: Section, actor: Actor = SYSTEM) -> Opening | None:
    """The opening, or None while the deadline has not come or the section is in no state for it.

    Idempotent, and the first of several at once does it: the row of a round is unique and made under the section's lock.
    """
    if not _due(section):
        return None
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        if not _due(locked):
            return None
        bids = list(standing_bids(locked))
        opening = _open(locked, too_few_bids(len(bids), first_round=locked.round == 1, minimum=_minimum(locked)))
        disclose_section(locked.code)
        _publish(opening, bids, actor)
        if opening.state == Stage.NOT_OPENED:
            refuse_to_open(opening, too_few_bids(len(bids), first_round=locked.round == 1, minimum=_minimum(locked)))
        else:
            # Asked and kept; every bid that came in time is opened all the same (招标投标法 36).
            ask_bidders(gate="open", section=locked, bidders=[bid.bidder for bid in bids], actor=actor)
            move_section(locked, SectionState.OPENING, actor=actor)
            announce(f"section:{locked.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return opening


def _due(section: Section) -> bool:
    over = section.deadline is not None and now() >= section.deadline
    # Until an objection to the document is answered, the tender stands still where the rule set says so (条例 22).
    return over and section.state == SectionState.PUBLISHED and not suspension(section, DOCUMENT)


def _minimum(section: Section) -> int:
    figure = read_regime(section.terms, section.regime).figure("minimum_bidders") if section.terms else None
    return int(figure.value) if figure else MINIMUM


def _open(section: Section, too_few: Blocker | None) -> Opening:
    content = document_in_force(section).content
    started = now()
    deadline = section.deadline or started  # `_due` has seen it
    limits = windows(Terms.read(content["decryption"]), started)
    return Opening.objects.create(
        section=section,
        round=section.round,
        state=Stage.NOT_OPENED if too_few else Stage.SIGN_IN,
        terms={
            "decryption": content["decryption"],
            "opening_items": content["opening_items"],
            "price_item": content.get("method", {}).get("price_item", ""),
            "minimum": _minimum(section),
        },
        deadline=deadline,
        started_at=started,
        sign_in_until=limits.sign_in_until,
        decrypt_until=limits.decrypt_until,
        cause=too_few.code if too_few else "",
    )


def _publish(opening: Opening, bids: list[Bid], actor: Actor) -> None:
    """Who delivered, when, and the digest of what: from this instant everybody may know (CTS A-107, A-108)."""
    section = opening.section
    listed = [
        {
            "bid": bid.public_id,
            "name": bid.bidder.name,
            "number": bid.bidder.number,
            "received_at": stamp(bid.received_at),
            "sha256": bid.sha256,
        }
        for bid in bids
    ]
    append_entry(
        kind="opening.started",
        subject=f"section:{section.code}",
        body={"round": opening.round, "deadline": stamp(opening.deadline), "bids": listed},
        actor=actor,
    )
    announce(hall_room(section.code, opening.round), STARTED, {"state": opening.state, "bids": len(bids)})
    # A timestamp on the journal as it stands with the disclosure; lost, the hourly one follows (protocol §5).
    reason = f"opening:{section.code}/{opening.round}"
    after_commit(current_app.send_task, "signing.tasks.timestamp_checkpoint", args=[reason])


def refuse_to_open(opening: Opening, cause: Blocker | None) -> None:
    """Not opened, or opened in vain: journalled, and the section fails in the same transaction (条例 44)."""
    if cause is None:
        return
    append_entry(
        kind="opening.not_opened",
        subject=f"section:{opening.section.code}",
        body={"round": opening.round, "cause": cause.code, "rule": cause.rule},
        actor=SYSTEM,
    )
    fail_section(section=opening.section, reason=cause.message % dict(cause.params), basis=cause.rule, actor=SYSTEM)
