"""The supervisor decides: signed in the browser over the decision's own words, never heavier than what was told."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from prequalified.actions.sanctions.lock_case import UNKNOWN, add_step, lock_case
from prequalified.models import CaseStep, PartyCertificate, SanctionCase
from prequalified.queries.sanctions.cases import cases_seen, facts_of
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.binding import NOT_BOUND_HERE
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import (
    CaseFacts,
    ban_blockers,
    deciding_blockers,
    ground_blockers,
    step_blockers,
    term_end,
    text_blockers,
)
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import canonical
from signing.rules.certificates import fingerprint

FORMAT = "yangguang-sanction-decision/1"
REMEDY = "不服本决定的，可以自收到之日起六十日内申请行政复议，或者自收到之日起六个月内提起行政诉讼。"


@dataclass(frozen=True, slots=True)
class Decision:
    facts: str
    reasons: str
    basis: str
    months: int


def decision_text(*, number: str, decision: Decision, actor: Actor) -> bytes:
    """What the supervisor signs: canonical JSON, the same for the same words on the same day. Raises Refusal as deciding would."""
    row = cases_seen(actor).filter(number=number).first()
    if row is None:
        raise Refusal(UNKNOWN, 404)
    _refuse(row, facts_of(row, actor), decision)
    return canonical(_content(row, decision, actor))


def decide_case(*, number: str, decision: Decision, signature: bytes, actor: Actor) -> CaseStep:
    """Raises Refusal `case.*`, or `signature.*` where the signature is not over these words of this day."""
    text = decision_text(number=number, decision=decision, actor=actor)
    signer = _signer(text, signature, actor)
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        _refuse(case, facts, decision)
        content = _content(case, decision, actor)
        if canonical(content) != text:
            raise Refusal(_STALE)
        return add_step(
            case, "decided", {**content, **asdict(decision)}, actor, signature=signature, certificate=signer,
            sha256=hashlib.sha256(text).hexdigest(), until=term_end("served", now(), national_calendar()),
        )  # fmt: skip


def drop_case(*, number: str, reason: str, actor: Actor) -> CaseStep:
    """No misconduct found, or too late to decide: closed, with the reason (行政处罚法 57)."""
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "dropped"))
        refuse_if(text_blockers(reason, "reason", gettext_noop("请写明理由。")), 422)
        return add_step(case, "dropped", {"reason": reason.strip()}, actor)


def _refuse(case: SanctionCase, facts: CaseFacts, decision: Decision) -> None:
    refuse_if(step_blockers(facts, "decided"))
    refuse_if(
        [
            *deciding_blockers(facts, decision.months, now(), national_calendar()),
            *ban_blockers(rule_of(case.kind), decision.months),
            *ground_blockers(rule_of(case.kind), decision.basis),
            *text_blockers(decision.facts, "facts", gettext_noop("请写明认定的事实。")),
            *text_blockers(decision.reasons, "reasons", gettext_noop("请写明理由。")),
            *text_blockers(decision.basis, "basis", gettext_noop("请写明依据的条款。")),
        ]
    )


def _content(case: SanctionCase, decision: Decision, actor: Actor) -> dict[str, Any]:
    """`told`: the id of the telling that this decision may not exceed."""
    return {
        "format": FORMAT,
        "case": case.number,
        "list": {"code": case.kind.code, "name": case.kind.name, "ground": case.kind.ground},
        "party": {"name": case.party.name, "number": case.party.number},
        "facts": decision.facts.strip(),
        "reasons": decision.reasons.strip(),
        "basis": decision.basis.strip(),
        "months": decision.months,
        "authority": {"name": actor.name, "number": actor.number},
        "decided_on": day_of(now()).isoformat(),
        "remedy": REMEDY,
    }


def _signer(text: bytes, signature: bytes, actor: Actor) -> str:
    verdict = verify_signature(text, signature, now(), actor.number, place="signature")
    known = fingerprint(verdict.signer_cert_der)
    if not PartyCertificate.objects.filter(party=actor.party_id, fingerprint=known, unbound_at=None).exists():
        raise Refusal(NOT_BOUND_HERE)
    return known


_STALE = Blocker(
    "case.stale", gettext_noop("案件在签名期间有了变化。"), "行政处罚法 57", gettext_noop("请重新核对并签名。")
)
