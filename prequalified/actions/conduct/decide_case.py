"""Another of the staff than the proposer decides: points, suspension or removal take effect, or the case is dropped."""

from django.db import transaction

from prequalified.actions.conduct.lock_case import lock_case_for_staff
from prequalified.actions.conduct.propose_case import open_case
from prequalified.actions.conduct.rules_in_force import rules_in_force
from prequalified.actions.conduct.write_points import lock_admission, write_points
from prequalified.actions.directories.change_admission import change_admission
from prequalified.models import Admission, ConductCase
from prequalified.queries.conduct.cases import points_used, rule_of
from prequalified.rules.conduct.case import OPEN, Standing, decide_blockers, limit_blockers
from prequalified.rules.conduct.measures import GROUND, lasts_until, measure_due, threshold_rule
from prequalified.rules.conduct.scheme import POINTS, SUSPEND, read_scheme
from prequalified.rules.directories.settings import figure
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, refuse_if
from signing.actions.append_entry import append_entry

_AFTER = {"suspend": Admission.State.SUSPENDED, "remove": Admission.State.REMOVED}


def decide_case(*, number: str, upheld: bool, reasons: str, actor: Actor) -> ConductCase:
    """Raises Refusal `conduct.own|too_early|wrong_state|year_limit`, `reasons.missing`, or what change_admission refuses.

    Locks the case, then the admission: deciding two cases of one firm at once, their points are added one after the other.
    """
    with transaction.atomic():
        case = lock_case_for_staff(number, actor)
        own = actor.account_id == case.proposed_by_id or actor.party_id == case.admission.party_id
        refuse_if(decide_blockers(Standing(case.state, case.defence_until, own), now(), reasons))
        case.admission = lock_admission(case.admission_id)
        case.state = ConductCase.State.UPHELD if upheld else ConductCase.State.DROPPED
        case.reasons, case.decided_by_id, case.decided_at = reasons.strip(), actor.account_id, now()
        if upheld:
            refuse_if(_limits(case))
            scheme = read_scheme(case.rules.rules)
            figures = case.admission.directory.figures
            case.until = lasts_until(case.measure, day_of(case.decided_at), scheme.suspension_months, figures)
        case.save(update_fields=["state", "reasons", "decided_by", "decided_at", "until"])
        _journal(case, actor)
        if upheld:
            _take_effect(case, actor)
    return case


def _limits(case: ConductCase) -> list[Blocker]:
    rule = rule_of(case)
    used = points_used(case.admission, case.rule, day_of(case.proposed_at).year, besides=case.pk)
    return limit_blockers(rule, used)


def _journal(case: ConductCase, actor: Actor) -> None:
    body = {
        "case": case.number, "party": case.admission.party.number, "rule": case.rule, "measure": case.measure,
        "points": case.points, "reasons": case.reasons, "until": case.until.isoformat() if case.until else "",
    }  # fmt: skip
    kind, subject = f"conduct.{case.state}", f"admission:{case.admission.number}"
    readers = "public" if case.state == ConductCase.State.UPHELD else "supervisor"
    append_entry(kind=kind, subject=subject, body=body, actor=actor, readers=readers)


def _take_effect(case: ConductCase, actor: Actor) -> None:
    rule = rule_of(case)
    if case.measure != POINTS:
        change_admission(
            admission=case.admission, after=_AFTER[case.measure], reason=f"{rule.name}（{case.number}）",
            basis=rule.ground, actor=actor, until=case.until, case=case,
        )  # fmt: skip
        return
    write_points(case.admission, case.points, f"{rule.name}（{case.number}）", actor, case)
    _propose_measure(case.admission, actor)


def _propose_measure(admission: Admission, actor: Actor) -> None:
    """The balance fell below a line: a new case, with its own notice, defence and another's decision."""
    due = measure_due(admission.points, admission.state, admission.directory.figures)
    if not due or admission.cases.filter(measure=due, state__in=OPEN).exists():
        return
    line = figure(admission.directory.figures, "suspend_below" if due == SUSPEND else "remove_below")
    facts = f"当前积分 {admission.points} 分，低于 {line} 分。依据：{GROUND}。"
    open_case(admission, threshold_rule(due), facts, actor, None, rules_in_force(admission.directory).pk)
