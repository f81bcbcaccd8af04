"""The PDFs of a decision and of an answer, made and signed when first wanted; the rows they come from never change."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from prequalified.models import CaseStep, GateAnswer
from prequalified.reports.sanctions.answer import AnswerPaper, answer_pdf
from prequalified.reports.sanctions.decision import DecisionPaper, decision_pdf
from prequalified.rules.sanctions.gate import read_blocker
from runtime.clock import stamp
from runtime.store import in_store, put
from signing.actions.sign_pdf import sign_pdf
from signing.rules.canonical import canonical

ISSUER = "阳光公共资源交易平台"


def print_decision(step: CaseStep) -> Path:
    """The signed PDF's path. Made twice at once, both show the same signed words and one of them stands."""
    relative = f"sanctions/decision-{step.pk}.pdf"
    if not in_store(relative).exists():
        paper = DecisionPaper(
            content=step.body,
            sha256=step.sha256,
            decided_at=step.at,
            certificate=step.certificate,
            check_url=f"{settings.PUBLIC_URL}/blacklist/decisions/{step.body['case']}/",
        )
        put(relative, sign_pdf(decision_pdf(paper), name=f"{step.body['case']}.pdf"))
    return in_store(relative)


def print_answer(answer: GateAnswer) -> Path:
    relative = f"gate/{answer.public_id[:2]}/{answer.public_id}.pdf"
    if not in_store(relative).exists():
        put(relative, sign_pdf(answer_pdf(_paper(answer)), name=f"{answer.public_id}.pdf"))
    return in_store(relative)


def _paper(answer: GateAnswer) -> AnswerPaper:
    asked = answer.asked_by
    return AnswerPaper(
        number=answer.public_id,
        issuer=ISSUER,
        name=answer.name,
        party_number=answer.number,
        gate=answer.get_gate_display(),
        regime=answer.regime,
        subject=answer.subject,
        day=answer.day,
        allowed=answer.allowed,
        asked_by=(asked.party.name if asked.party else asked.get_full_name()) if asked else "",
        at=answer.at,
        reasons=_lines(answer.reasons),
        warnings=_lines(answer.warnings),
        check_url=f"{settings.PUBLIC_URL}/gate/{answer.public_id}/",
        digest=hashlib.sha256(canonical(answer_data(answer))).hexdigest(),
    )


def answer_data(answer: GateAnswer) -> dict[str, object]:
    """`yangguang-gate-answer/1`: what the paper's digest is of, and what the API gives out."""
    return {
        "format": "yangguang-gate-answer/1",
        "id": answer.public_id,
        "gate": answer.gate,
        "regime": answer.regime,
        "subject": answer.subject,
        "name": answer.name,
        "number": answer.number,
        "day": answer.day.isoformat(),
        "allowed": answer.allowed,
        "reasons": answer.reasons,
        "warnings": answer.warnings,
        "at": stamp(answer.at),
    }


def _lines(data: Sequence[dict[str, object]]) -> list[tuple[str, str]]:
    blockers = [read_blocker(reason) for reason in data]
    return [(blocker.message % dict(blocker.params), blocker.rule or "—") for blocker in blockers]
