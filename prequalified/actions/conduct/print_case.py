"""The signed PDF of a case's notice or decision, made when it is first wanted and kept."""

import secrets
from pathlib import Path
from typing import Literal

from django.conf import settings

from prequalified.models import ConductCase
from prequalified.queries.conduct.cases import rule_of
from prequalified.reports.conduct.papers import CasePaper, case_pdf
from prequalified.rules.conduct.case import STATES
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.store import in_store, put
from signing.actions.sign_pdf import sign_pdf

NOT_YET = Blocker("conduct.no_paper_yet", gettext_noop("这份文书还没有作出。"))
_MEASURES = {"points": "计分", "suspend": "暂停", "remove": "清退"}


def print_case(case: ConductCase, which: Literal["notice", "decision"]) -> Path:
    """Made twice at once, the first to be written down stands. Raises Refusal `conduct.no_paper_yet` (404)."""
    at = case.notified_at if which == "notice" else case.decided_at
    if at is None:
        raise Refusal(NOT_YET, 404)
    field = f"{which}_path"
    if not getattr(case, field):
        relative = f"conduct/{case.pk}/{which}-{secrets.token_hex(8)}.pdf"
        put(relative, sign_pdf(case_pdf(_paper(case, which)), name=f"{case.number}-{which}.pdf"))
        if not ConductCase.objects.filter(pk=case.pk, **{field: ""}).update(**{field: relative}):
            in_store(relative).unlink(missing_ok=True)
        case.refresh_from_db(fields=[field])
    return in_store(getattr(case, field))


def _paper(case: ConductCase, which: str) -> CasePaper:
    rule, decided = rule_of(case), which == "decision"
    measure = _MEASURES[case.measure] + (f" {case.points:+d} 分" if case.measure == "points" else "")
    at = case.decided_at if decided else case.notified_at
    assert at is not None  # noqa: S101  (print_case looked)
    return CasePaper(
        number=case.number,
        issuer=case.admission.directory.centre.name,
        issued_at=at,
        party=case.admission.party.name,
        party_number=case.admission.party.number,
        directory=case.admission.directory.name,
        rule=rule.name,
        ground=rule.ground,
        measure=measure,
        facts=case.facts,
        check_url=f"{settings.PUBLIC_URL}/conduct/cases/{case.number}/",
        until=case.until.isoformat() if decided and case.until else "",
        defence_until=case.defence_until,
        decision=STATES[case.state] if decided else "",
        reasons=case.reasons,
        defence=case.defence,
    )
