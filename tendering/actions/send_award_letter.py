"""A verified letter goes out as a signed PDF: the award letter (中标通知书) or a result letter (CTS A-172 to A-175; L45)."""

import datetime as dt
import hashlib
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.dispatch import after_commit
from runtime.outbox import announce
from runtime.refusal import Blocker, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.sign_pdf import sign_pdf
from tendering.actions.lock_section import lock_section
from tendering.models import Letter, Notice
from tendering.permissions import demand, hosts, runs
from tendering.queries.objections import newest
from tendering.queries.rule_sets import calendar, rules_for
from tendering.reports.letter import LetterPaper, letter_pdf
from tendering.rules import award


def send_award_letter(*, letter: Letter, actor: Actor) -> Letter:
    """The PDF is made and signed outside the transaction; without it nothing goes out. From the award letter's date the
    term for the contract runs (L46). Raises Refusal.
    """
    section = letter.section
    demand(runs(actor, section) or hosts(actor, section))
    refuse_if(_blockers(letter))
    at = now()
    pdf = sign_pdf(letter_pdf(_paper(letter, at)), name=f"{letter.public_id}.pdf")
    relative = f"letters/{section.code}/{letter.public_id}.pdf"
    path = Path(settings.STORE) / relative
    with transaction.atomic(durable=True):
        lock_section(section)
        letter.refresh_from_db()
        refuse_if(_blockers(letter))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
        letter.issued_at, letter.path, letter.sha256 = at, relative, hashlib.sha256(pdf).hexdigest()
        letter.save(update_fields=["issued_at", "path", "sha256"])
        if letter.kind == Letter.Kind.AWARD:
            rule = rules_for(section, at).term("contract")
            letter.award.contract_by = rule.end(at, calendar()) if rule else None
            letter.award.save(update_fields=["contract_by"])
        append_entry(
            kind="letter.issued",
            subject=f"section:{section.code}",
            body={"letter": letter.public_id, "kind": letter.kind, "sha256": letter.sha256, "issued": stamp(at)},
            actor=actor,
            readers="public" if letter.kind == Letter.Kind.AWARD else "party",
        )
        announce(f"section:{section.code}", "letter", {"kind": letter.kind})
        after_commit(current_app.send_task, "tendering.mail_letter", args=[letter.pk])
    return letter


def _blockers(letter: Letter) -> list[Blocker]:
    published = newest(letter.section, Notice.Kind.RESULT) is not None
    return award.letter_blockers(
        letter.verified_at is not None, letter.issued_at is not None, published, letter.section.regime
    )


def _paper(letter: Letter, at: dt.datetime) -> LetterPaper:
    section = letter.section
    project = section.tendering_project.project
    return LetterPaper(
        title=letter.get_kind_display(),
        number=letter.public_id,
        issuer=project.tenderer.name,
        issued_at=at,
        addressee=letter.party.name,
        text=letter.text,
        reasons=letter.reasons,
        section=f"{section.name}({section.code})",
        project=project.name,
        amount=f"{letter.award.amount:.2f}",
        check_url=f"{settings.PUBLIC_URL}/check/",
    )
