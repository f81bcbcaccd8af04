"""The eligible list is fixed, its hash goes into the journal with every exclusion, and the verifiable draw begins."""

from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction

from prequalified.actions.conduct.rules_in_force import rules_in_force
from prequalified.actions.draws.lock_directory_draw import lock_for_host
from prequalified.models import DirectoryDraw
from prequalified.queries.draws.pool import firms_of, terms_of
from prequalified.queries.draws.shown import draw_parties
from prequalified.rules.conduct.scheme import read_scheme
from prequalified.rules.draws.course import ASKED, state_blockers
from prequalified.rules.draws.eligibility import Firm, split
from prequalified.rules.draws.plan import enough_blockers, labels, plan
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.freeze_draw import Candidate, freeze_draw
from signing.rules.canonical import canonical


def freeze_directory_draw(*, number: str, actor: Actor, recipients: Sequence[str] = (), k: int = 0) -> DirectoryDraw:
    """`recipients`, `k`: trustees to whom every value is escrowed. With too few firms the draw is refused, kept with its
    exclusions, and the reason raised. Raises Refusal `draw.wrong_state|too_few_firms|threshold`.
    """
    with transaction.atomic():
        draw = lock_for_host(number, actor)
        refuse_if(state_blockers(draw.state, (ASKED,)))
        day = day_of(now())
        eligible, draw.exclusions = split(firms_of(draw, day), terms_of(draw, day))
        lacking = enough_blockers(len(eligible), draw.quantity)
        if lacking:
            _refuse(draw, lacking, actor)
        else:
            _freeze(draw, eligible, actor, recipients, k)
    if lacking:
        raise Refusal(lacking)
    return draw


def _refuse(draw: DirectoryDraw, reasons: list[Blocker], actor: Actor) -> None:
    draw.state, draw.refusal = "refused", [reason.as_data() for reason in reasons]
    draw.save(update_fields=["state", "refusal", "exclusions"])
    body = {"reasons": [reason.code for reason in reasons], "exclusions_sha256": _hash(draw.exclusions)}
    append_entry(kind="directory_draw.refused", subject=f"directory_draw:{draw.number}", body=body, actor=actor)


def _freeze(draw: DirectoryDraw, eligible: list[Firm], actor: Actor, recipients: Sequence[str], k: int) -> None:
    scheme = read_scheme(rules_in_force(draw.directory).rules)
    weights = {firm.admission: scheme.weight(firm.rating) for firm in eligible} if draw.weighted else {}
    tickets = labels(eligible, draw.method, weights)
    before = draw.replaces.draw if draw.replaces else None
    draw.draw = freeze_draw(
        purpose=f"{draw.directory.name}：{draw.title}"[:200],
        subject=f"directory_draw:{draw.number}",
        candidates=[Candidate(firm.identity(), told) for firm, told in tickets],
        plan=plan(draw.method, draw.quantity, draw.weighted),
        actor=actor,
        parties=draw_parties(draw),
        recipients=recipients,
        k=k,
        replaces=before,
        reason=draw.reason[:400] if before else "",
    )
    draw.eligible_sha256 = _hash([firm.identity() for firm in eligible])
    draw.state, draw.frozen_by_id, draw.frozen_at = "frozen", actor.account_id, now()
    draw.save(update_fields=["exclusions", "draw", "eligible_sha256", "state", "frozen_by", "frozen_at"])
    body = {
        "draw": draw.draw.number, "eligible": len(eligible), "eligible_sha256": draw.eligible_sha256,
        "tickets": len(tickets), "excluded": len(draw.exclusions), "exclusions_sha256": _hash(draw.exclusions),
        "replaces": draw.replaces.number if draw.replaces else "",
    }  # fmt: skip
    append_entry(kind="directory_draw.frozen", subject=f"directory_draw:{draw.number}", body=body, actor=actor)


def _hash(data: object) -> str:
    return sha256(canonical(data)).hexdigest()
