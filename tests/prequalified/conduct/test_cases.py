"""Report, proposal, notice, defence, decision: in this order, by different people, each in the journal; never a silent deduction."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from prequalified.actions.conduct.count_contract import begin_contract, end_contract
from prequalified.actions.conduct.decide_case import decide_case
from prequalified.actions.conduct.defend_case import defence_statement, defend_case
from prequalified.actions.conduct.dismiss_report import dismiss_report
from prequalified.actions.conduct.lift_suspension import lift_run_out, lift_suspension
from prequalified.actions.conduct.notify_case import notify_case
from prequalified.actions.conduct.open_ledger import open_ledger
from prequalified.actions.conduct.rate_period import rate_period
from prequalified.actions.conduct.rules_in_force import publish_conduct_rules
from prequalified.models import Admission, ConductCase, ConductReport, PointEntry, Rating
from prequalified.rules.conduct.preset import preset
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal
from signing.rules.cades import sign_detached
from tests.factories.directories import make_admission
from tests.factories.parties import make_centre, make_party
from tests.prequalified.conduct.kit import make_paper, make_scene, term_over
from tests.prequalified.journal import kinds, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return make_scene()


def refused(call, *args, **kwargs) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        call(*args, **kwargs)
    return [blocker.code for blocker in refusal.value.blockers]


def test_a_ledger_opens_once_with_the_directorys_points(scene):
    again = open_ledger(admission=scene.admission, actor=SYSTEM)
    assert (again.points, again.balance, scene.fresh().points, scene.admission.rating) == (100, 100, 100, "B")
    assert PointEntry.objects.count() == 1
    assert kinds()[-2:] == ["conduct.rules_published", "conduct.points"]


def test_a_report_changes_nothing_and_told_twice_is_one(scene):
    first, second = scene.report(), scene.report()
    assert first == second and ConductReport.objects.count() == 1
    assert (scene.fresh().points, ConductCase.objects.count()) == (100, 0)
    assert kinds().count("conduct.reported") == 1


def test_points_go_only_after_notice_defence_and_anothers_decision(scene):
    case = scene.through()
    assert (scene.fresh().points, scene.admission.rating) == (95, "B")
    entry = case.entry
    assert (entry.points, entry.balance, entry.by) == (-5, 95, scene.other.account)
    steps = [kind for kind in kinds() if kind.startswith("conduct.")][3:]
    assert steps == ["conduct.proposed", "conduct.notified", "conduct.defended", "conduct.upheld", "conduct.points"]
    points = written()[-1]
    assert points["body"] == {
        "party": scene.firm.party.number, "directory": "road-2026", "points": -5, "balance": 95, "case": case.number,
        "reason": f"因承包方原因工期延误（{case.number}）", "rating": "B",
    }  # fmt: skip


def test_a_dropped_case_costs_nothing(scene):
    case = scene.propose()
    scene.notify(case)
    scene.defend(case)
    assert scene.decide(case, upheld=False, reasons="不可抗力属实").state == "dropped"
    assert scene.fresh().points == 100 and not PointEntry.objects.filter(case=case).exists()


def test_nobody_decides_before_the_firm_was_heard_or_its_term_ran_out(scene):
    case = scene.propose()
    assert refused(scene.decide, case) == ["conduct.wrong_state"]
    scene.notify(case)
    assert refused(scene.decide, case) == ["conduct.too_early"]
    term_over(case)
    assert scene.decide(case).state == "upheld"


def test_who_proposed_does_not_decide(scene):
    case = scene.propose()
    scene.notify(case)
    scene.defend(case)
    assert refused(decide_case, number=case.number, upheld=True, reasons="x", actor=scene.one.actor()) == [
        "conduct.own"
    ]
    assert refused(decide_case, number=case.number, upheld=True, reasons=" ", actor=scene.one.actor()) == [
        "conduct.own", "reasons.missing",
    ]  # fmt: skip


def test_the_second_decision_and_the_second_notice_are_refused(scene):
    case = scene.propose()
    scene.notify(case)
    assert refused(scene.notify, case) == ["conduct.wrong_state"]
    scene.defend(case)
    scene.decide(case)
    assert refused(scene.decide, case, upheld=False) == ["conduct.wrong_state"]
    assert scene.fresh().points == 95


def test_a_defence_is_signed_in_time_and_once(scene):
    case = scene.propose()
    assert refused(scene.defend, case) == ["conduct.unknown"]  # before the notice the firm knows of nothing
    scene.notify(case)
    other = make_party("别家建设有限公司", 302, ["bidder"])
    good = sign_detached(defence_statement(case.number, "因不可抗力停工"), scene.firm.signing_key)
    foreign = sign_detached(defence_statement(case.number, "因不可抗力停工"), other.signing_key)
    mine = {"number": case.number, "actor": scene.firm.actor()}
    assert refused(defend_case, **mine, text="因不可抗力停工", signature=foreign) == ["certificate.wrong_holder"]
    assert refused(defend_case, **mine, text="另一段话", signature=good) == ["signature.other_content"]
    assert refused(defend_case, **mine, text=" ", signature=good) == ["defence.missing"]
    assert refused(defend_case, number=case.number, actor=other.actor(), text="x", signature=good) == [
        "conduct.unknown"
    ]
    defend_case(**mine, text="因不可抗力停工\r\n", signature=good)
    assert refused(defend_case, **mine, text="因不可抗力停工", signature=good) == ["conduct.wrong_state"]


def test_a_late_defence_is_refused_and_nothing_is_kept(scene):
    case = scene.propose()
    scene.notify(case)
    term_over(case)
    assert refused(scene.defend, case) == ["conduct.defence_late"]
    case.refresh_from_db()
    assert (case.state, case.defence) == ("notified", "")


def test_a_proposal_is_refused_with_all_its_faults_at_once(scene):
    assert refused(scene.propose, "no-such-rule") == ["conduct.no_rule"]
    Admission.objects.update(state="expired")
    found = refused(scene.propose, "false-papers", facts=" ", evidence=[])
    assert found == ["conduct.not_standing", "facts.missing", "conduct.no_paper"]


def test_evidence_is_a_paper_of_the_staff_or_the_firm(scene):
    stranger = make_paper(make_party("别家建设有限公司", 302, ["bidder"]))
    assert refused(scene.propose, "false-papers", evidence=[stranger.public_id]) == ["conduct.paper_unknown"]
    papers = [make_paper(scene.one), make_paper(scene.firm)]
    case = scene.propose("false-papers", evidence=[paper.public_id for paper in papers])
    assert set(case.evidence.all()) == set(papers)


def test_a_rule_says_who_may_propose_it_and_how_much_a_year(scene):
    supervisor = make_party("监督员", "110101199001013331", ["supervisor"], kind="person")
    assert refused(scene.propose, "commended", actor=supervisor.actor(), evidence=[]) == [
        "conduct.not_yours", "conduct.no_paper",
    ]  # fmt: skip
    for _ in range(4):
        scene.propose()
    assert refused(scene.propose) == ["conduct.year_limit"]


def test_a_report_leads_to_one_case_or_is_dismissed_with_reasons(scene):
    report = scene.report()
    assert refused(dismiss_report, report_id=report.pk, reasons="", actor=scene.one.actor()) == ["reasons.missing"]
    dismiss_report(report_id=report.pk, reasons="重复报告", actor=scene.one.actor())
    assert refused(dismiss_report, report_id=report.pk, reasons="x", actor=scene.other.actor()) == ["report.done"]
    assert refused(scene.propose, report=report) == ["report.done"]
    used = scene.report("contract:2:late")
    scene.propose(report=used)
    assert refused(scene.propose, report=used) == ["report.done"]
    assert refused(dismiss_report, report_id=used.pk, reasons="x", actor=scene.one.actor()) == ["report.done"]


def test_staff_of_another_centre_see_nothing_of_it(scene):
    far = make_party("外地人员", "110101199001014441", ["staff"], kind="person", centre=make_centre("far")).actor()
    case, report = scene.propose(), scene.report()
    assert refused(scene.propose, actor=far) == ["admission.unknown"]
    assert refused(notify_case, number=case.number, actor=far) == ["conduct.unknown"]
    assert refused(decide_case, number=case.number, upheld=True, reasons="x", actor=far) == ["conduct.unknown"]
    assert refused(dismiss_report, report_id=report.pk, reasons="x", actor=far) == ["report.unknown"]
    assert refused(lift_suspension, admission_number=scene.admission.number, reasons="x", actor=far) == [
        "admission.unknown"
    ]


def test_a_balance_below_a_line_proposes_a_measure_that_has_its_own_hearing(scene):
    paper = make_paper(scene.one)
    scene.through("false-papers", evidence=[paper.public_id])  # 100 - 45 = 55: below the line of removal
    assert (scene.fresh().points, scene.admission.state) == (55, "active")
    measure = ConductCase.objects.get(measure="remove")
    assert (measure.state, measure.points, measure.proposed_by) == ("proposed", 0, scene.other.account)
    scene.notify(measure)
    scene.defend(measure)
    assert refused(scene.decide, measure) == ["conduct.own"]  # who decided on the points proposed the measure
    decide_case(number=measure.number, upheld=True, reasons="积分过低", actor=scene.one.actor())
    assert scene.fresh().state == "removed"
    assert scene.admission.waits_until == ConductCase.objects.get(pk=measure.pk).until > day_of(now())
    assert scene.admission.changes.get().case == measure
    assert scene.admission.ledger.count() == 2


def test_a_suspension_is_lifted_by_its_end_or_by_staff(scene):
    for number in range(2):
        scene.through("complaint-upheld", report=scene.report(f"complaint {number}", "complaint_upheld"))
    measure = ConductCase.objects.get(measure="suspend")
    scene.notify(measure)
    scene.defend(measure)
    decide_case(number=measure.number, upheld=True, reasons="积分过低", actor=scene.one.actor())
    assert (scene.fresh().state, scene.admission.points) == ("suspended", 70)
    assert lift_run_out() == 0
    Admission.objects.update(suspended_until=day_of(now()) - dt.timedelta(days=1))
    assert (lift_run_out(), lift_run_out(), scene.fresh().state) == (1, 0, "active")
    Admission.objects.update(state="suspended", suspended_until=day_of(now()) + dt.timedelta(days=9))
    actor = scene.one.actor()
    assert refused(lift_suspension, admission_number=scene.admission.number, reasons="", actor=actor) == [
        "reasons.missing"
    ]
    lift_suspension(admission_number=scene.admission.number, reasons="整改到位", actor=actor)
    assert scene.fresh().state == "active"
    assert refused(lift_suspension, admission_number=scene.admission.number, reasons="x", actor=actor) == [
        "admission.wrong_state"
    ]


def test_new_rules_bind_new_cases_only(scene):
    old = scene.propose()
    changed = preset()
    changed["rules"][0]["points"] = -7
    row = publish_conduct_rules(directory_code="road-2026", rules=changed, actor=scene.one.actor())
    assert row.version == 2
    same = {"directory_code": "road-2026", "rules": changed, "actor": scene.one.actor()}
    assert refused(publish_conduct_rules, **same) == ["conduct.unchanged"]
    new = scene.propose()
    assert (old.points, new.points) == (-5, -7)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(version=9)


def test_ratings_of_a_period_are_written_once_from_the_balance_it_ended_with(scene):
    assert rate_period() == 0  # nobody had a ledger last year
    long_ago = now() - dt.timedelta(days=400)
    Admission.objects.update(admitted_at=long_ago)
    with connection.cursor() as cursor:  # the ledger of a firm that was let in last year
        cursor.execute(
            "INSERT INTO prequalified_pointentry (admission_id, points, balance, reason, at) VALUES (%s, 110, 110, '', %s)",
            [make_admission(scene.directory, admitted_at=long_ago).pk, long_ago],
        )
    assert (rate_period(), rate_period()) == (1, 0)
    rating = Rating.objects.get()
    assert (rating.period, rating.grade, rating.score) == (str(day_of(now()).year - 1), "A", 110)


def test_contracts_count_once_until_they_end(scene):
    for _ in range(2):
        begin_contract(admission=scene.admission, subject="contract:1", title="一号路", actor=SYSTEM)
    begin_contract(admission=scene.admission, subject="contract:2", title="二号路", actor=SYSTEM)
    assert scene.admission.running == 2
    for _ in range(2):
        end_contract(subject="contract:1", actor=SYSTEM)
    assert scene.fresh().running == 1
    assert end_contract(subject="contract:none", actor=SYSTEM) is None
    assert kinds().count("admission.contract_begun") == 2 and kinds().count("admission.contract_ended") == 1


def test_history_cannot_be_rewritten(scene):
    case = scene.through()
    for wrong in (
        lambda: PointEntry.objects.all().delete(),
        lambda: PointEntry.objects.update(points=0),
        lambda: ConductCase.objects.filter(pk=case.pk).update(state="dropped"),
        lambda: ConductCase.objects.filter(pk=case.pk).update(points=0),
        lambda: ConductReport.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
