"""A case of conduct is proposed: by rule, with facts and evidence. Nothing is deducted before notice, defence and decision."""

from collections.abc import Sequence

from django.db import transaction

from prequalified.actions.conduct.dismiss_report import DONE
from prequalified.actions.conduct.rules_in_force import rules_in_force
from prequalified.actions.conduct.write_points import lock_admission
from prequalified.actions.directories.numbers import random_number
from prequalified.models import Admission, ConductCase, ConductReport, Paper
from prequalified.queries.conduct.cases import admissions_for_proposal, points_used
from prequalified.rules.conduct.case import OPEN, Proposal, propose_blockers
from prequalified.rules.conduct.scheme import POINTS, ConductRule, read_scheme
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("admission.unknown", gettext_noop("没有这家在册单位。"), place="admission")
NO_REPORT = Blocker("report.unknown", gettext_noop("没有这条线索。"), place="report")
NO_PAPER = Blocker("conduct.paper_unknown", gettext_noop("证据材料不存在，或不属于本单位和当事人。"), place="evidence")


def propose_case(
    *,
    admission_number: str,
    rule: str,
    facts: str,
    actor: Actor,
    report_id: int | None = None,
    evidence: Sequence[str] = (),
) -> ConductCase:
    """`evidence`: public ids of papers of the proposer's own party or of the firm. Raises Refusal `conduct.*`, all at once."""
    with transaction.atomic():
        found = admissions_for_proposal(actor).filter(number=admission_number).first()
        if found is None:
            raise Refusal(UNKNOWN, 404)
        admission = lock_admission(found.pk)
        report = _report(report_id, admission)
        papers = _papers(evidence, admission, actor)
        in_force = rules_in_force(admission.directory)
        wanted = read_scheme(in_force.rules).rule(rule)
        told = Proposal(
            actor.role, admission.state, facts, len(papers), report is not None,
            points_used(admission, rule, day_of(now()).year), _pending(admission, wanted),
        )  # fmt: skip
        refuse_if(propose_blockers(wanted, told))
        assert wanted is not None  # noqa: S101  (propose_blockers refuses None)
        case = open_case(admission, wanted, facts, actor, report, in_force.pk)
        case.evidence.set(papers)
    return case


def _pending(admission: Admission, rule: ConductRule | None) -> bool:
    """One open case for each adverse measure; points may be several."""
    if rule is None or rule.measure == POINTS:
        return False
    return admission.cases.filter(measure=rule.measure, state__in=OPEN).exists()


def _report(report_id: int | None, admission: Admission) -> ConductReport | None:
    """A report that was dismissed, or led to a case in this directory already, is done with."""
    if report_id is None:
        return None
    report = ConductReport.objects.select_for_update().filter(pk=report_id, party=admission.party_id).first()
    if report is None:
        raise Refusal(NO_REPORT, 404)
    refuse_if([DONE] if report.dismissed_at or report.cases.filter(admission=admission).exists() else [])
    return report


def _papers(evidence: Sequence[str], admission: Admission, actor: Actor) -> list[Paper]:
    wanted = set(evidence)
    found = list(Paper.objects.filter(public_id__in=wanted, party__in=[actor.party_id or 0, admission.party_id]))
    refuse_if([NO_PAPER] if len(found) != len(wanted) else [], 422)
    return found


def open_case(
    admission: Admission,
    rule: ConductRule,
    facts: str,
    actor: Actor,
    report: ConductReport | None,
    rules_id: int,
) -> ConductCase:
    """The row and its entry, in the caller's transaction; the blockers were asked."""
    case = ConductCase.objects.create(
        number=random_number("JF"), admission=admission, measure=rule.measure, report=report, rules_id=rules_id,
        rule=rule.code, points=rule.points, facts=facts.strip(), proposed_by_id=actor.account_id or 0, proposed_at=now(),
    )  # fmt: skip
    body = {
        "case": case.number, "party": admission.party.number, "rule": rule.code, "measure": rule.measure,
        "points": rule.points, "report": report.pk if report else None,
    }  # fmt: skip
    append_entry(
        kind="conduct.proposed", subject=f"admission:{admission.number}", body=body, actor=actor, readers="supervisor"
    )
    return case
