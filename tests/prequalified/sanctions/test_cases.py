"""A case from filing to repair: every fact a step of its own, every term the law's, nobody judging their own party."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from prequalified.actions.ask_gate import ask_gate
from prequalified.actions.sanctions.decide_case import Decision, decide_case, drop_case
from prequalified.actions.sanctions.defend_case import ask_hearing, defend_case
from prequalified.actions.sanctions.hold_hearing import record_hearing, set_hearing
from prequalified.actions.sanctions.print_papers import print_decision
from prequalified.actions.sanctions.repair_sanction import ask_repair, decide_repair, repair_text
from prequalified.actions.sanctions.serve_case import overturn_case, retract_case
from prequalified.actions.sanctions.tell_case import Telling
from prequalified.models import CaseStep, Repair, Sanction, SanctionCase, SanctionEnd
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal
from signing.rules.cades import sign_detached
from tests.factories.parties import make_party
from tests.prequalified.journal import written
from tests.prequalified.sanctions.acting import DECISION, Court

pytestmark = pytest.mark.django_db


@pytest.fixture
def court(monkeypatch, store) -> Court:
    return Court(monkeypatch)


def refused(call, *args, **more) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        call(*args, **more)
    return [blocker.code for blocker in refusal.value.blockers]


def steps(court) -> list[str]:
    return list(CaseStep.objects.filter(case__number=court.number).order_by("id").values_list("kind", flat=True))


def test_a_case_runs_from_filing_to_publication_and_then_bars(court):
    court.file()
    told = court.tell()
    assert told.body["rights"].startswith("您有权陈述和申辩")
    court.later(days=20)
    decided = court.decide()
    assert ask_gate(gate="deliver", party=court.firm.party, actor=SYSTEM, regime="GP").allowed
    served = court.serve()
    sanction = court.publish()
    assert steps(court) == ["filed", "told", "decided", "served", "published"]
    day = day_of(served.at)
    assert (sanction.starts, sanction.bans) == (day, True)
    assert (sanction.ends + dt.timedelta(days=1)).year == day.year + 2
    assert sanction.public_until == sanction.ends
    assert (decided.certificate, sanction.authority) == (
        court.supervisor.actor().source.certificate, "示范市财政局",
    )  # fmt: skip
    assert not ask_gate(gate="deliver", party=court.firm.party, actor=SYSTEM, regime="GP", day=day).allowed
    journal = [entry["kind"] for entry in written() if entry["subject"] == f"party:{court.firm.party.pk}"]
    assert [kind for kind in journal if kind.startswith("case.")] == [
        "case.filed", "case.told", "case.decided", "case.served", "case.published",
    ]  # fmt: skip


def test_a_step_is_never_changed(court):
    court.file()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CaseStep.objects.update(body={})


@pytest.mark.parametrize(("days", "codes"), [(0, []), (729, []), (740, ["case.too_old"]), (-2, ["case.day_ahead"])])
def test_limitation_is_checked_when_the_case_is_filed(court, days, codes):
    act_on = day_of(now()) - dt.timedelta(days=days)
    if codes:
        assert refused(court.file, act_on=act_on) == codes
        assert SanctionCase.objects.count() == 0
    else:
        assert court.file(act_on=act_on).state == "filed"


def test_filing_tells_all_faults_at_once(court):
    from prequalified.actions.sanctions.file_case import file_case

    found = refused(
        file_case, kind="wage-arrears", number="nobody", source="rumour", conduct=" ", act_on=None,
        actor=court.staff.actor(),
    )  # fmt: skip
    assert found == ["case.kind", "case.empty", "case.no_day", "case.no_party", "case.source"]


def test_nobody_files_decides_or_repairs_about_their_own_party(court):
    judge = make_party("监督局", 210, ["supervisor", "bidder"])
    court.firm = judge
    assert refused(court.file, actor=judge.actor("supervisor")) == ["case.own"]
    court.file()
    court.tell()
    court.later(days=20)
    assert refused(court.decide, kit=judge) == ["case.own"]


def test_staff_do_not_decide_and_strangers_see_no_case(court):
    court.file()
    court.tell()
    court.later(days=20)
    found = refused(decide_case, number=court.number, decision=DECISION, signature=b"", actor=court.staff.actor())
    assert found == ["case.not_yours"]
    stranger = make_party("路人公司", 211)
    assert refused(defend_case, number=court.number, statement="无", actor=stranger.actor()) == ["case.unknown"]


def test_the_party_learns_of_a_case_when_it_is_told(court):
    court.file()
    assert refused(defend_case, number=court.number, statement="无", actor=court.firm.actor()) == ["case.unknown"]
    court.tell()
    assert defend_case(number=court.number, statement="合同属实", actor=court.firm.actor()).kind == "defended"


def test_not_decided_before_the_party_could_speak_nor_heavier_than_told(court):
    court.file()
    assert refused(court.decide) == ["case.wrong_state"]
    court.tell()
    assert refused(court.decide) == ["case.defence_runs"]
    defend_case(number=court.number, statement="合同属实", actor=court.firm.actor())
    court.later(days=20)
    heavier = Decision(DECISION.facts, DECISION.reasons, DECISION.basis, 30)
    assert refused(court.decide, heavier) == ["case.heavier"]
    assert court.decide(Decision(DECISION.facts, DECISION.reasons, DECISION.basis, 12)).body["months"] == 12


@pytest.mark.parametrize("months", [0, 11, 37])
def test_a_ban_outside_the_lists_terms_is_refused(court, months):
    court.file()
    assert refused(court.tell, telling=Telling("事实", "理由", "依据", months)) == ["case.ban_term"]


def test_a_centres_own_list_stands_on_a_rule_it_has_published(court):
    court.file("directory-blacklist")
    told = {"facts": "转包", "reasons": "巡查记录为证", "months": 12}
    assert refused(court.tell, telling=Telling(basis="内部规定", **told)) == ["case.no_ground"]
    court.tell(telling=Telling(basis="《预选名录管理办法》（2026年1月5日公布）第十二条", **told))
    assert steps(court) == ["filed", "told"]


def test_a_hearing_asked_for_is_held_and_notified_seven_working_days_ahead(court):
    court.file()
    court.tell()
    ask_hearing(number=court.number, reason="对事实有异议", actor=court.firm.actor())
    at = court.later(days=10)
    assert refused(court.decide) == ["case.not_heard"]
    soon = {"number": court.number, "venue": "示范市财政局三楼", "actor": court.staff.actor()}
    assert refused(set_hearing, held_at=at + dt.timedelta(days=5), **soon) == ["case.hearing_soon"]
    set_hearing(held_at=at + dt.timedelta(days=20), **soon)
    minutes = {"number": court.number, "minutes": "双方到场", "actor": court.staff.actor()}
    assert refused(record_hearing, **minutes) == ["case.hearing_ahead"]
    court.later(days=31)
    record_hearing(**minutes)
    court.decide()
    assert steps(court) == ["filed", "told", "hearing_asked", "hearing_set", "heard", "decided"]


def test_a_hearing_is_asked_for_within_five_working_days(court):
    court.file()
    court.tell()
    court.later(days=20)
    assert refused(ask_hearing, number=court.number, reason="有异议", actor=court.firm.actor()) == ["case.hearing_late"]


def test_after_ninety_days_the_case_can_only_be_closed(court):
    court.file()
    court.tell()
    court.later(days=95)
    assert refused(court.decide) == ["case.too_late"]
    drop_case(number=court.number, reason="逾期未决", actor=court.supervisor.actor())
    assert SanctionCase.objects.get().state == "closed"
    assert Sanction.objects.count() == 0


def test_a_decision_signed_over_other_words_is_refused(court):
    court.file()
    court.tell()
    court.later(days=20)
    signature = sign_detached("别的内容".encode(), court.supervisor.signing_key)
    found = refused(
        decide_case, number=court.number, decision=DECISION, signature=signature, actor=court.supervisor.actor()
    )
    assert found == ["signature.other_content"] or found[0].startswith("signature.")
    assert steps(court) == ["filed", "told"]


def test_the_decision_is_a_signed_paper(court):
    court.sanctioned()
    path = print_decision(CaseStep.objects.get(kind="decided"))
    assert path.read_bytes()[:5] == b"%PDF-"
    assert b"/ByteRange" in path.read_bytes()
    assert print_decision(CaseStep.objects.get(kind="decided")) == path


def test_an_engineering_record_without_a_ban_is_published_and_bars_nobody(court):
    court.file("eng-misconduct")
    court.tell(telling=Telling("未按承诺派驻项目负责人", "巡查记录为证", "招标投标法 53", 0))
    court.later(days=20)
    court.decide(Decision("未按承诺派驻项目负责人", "巡查记录为证", "招标投标法 53", 0))
    court.serve()
    sanction = court.publish()
    assert (sanction.bans, sanction.ends) == (False, None)
    assert 180 <= (sanction.public_until - day_of(sanction.published_at)).days <= 184
    answer = ask_gate(gate="deliver", party=court.firm.party, actor=SYSTEM, regime="ENG", day=sanction.starts)
    assert answer.allowed


def test_an_overturned_decision_no_longer_bars_and_is_retracted(court):
    sanction = court.sanctioned()
    step = overturn_case(number=court.number, reason="行政复议撤销", actor=court.supervisor.actor())
    assert (step.until - step.at).days in range(2, 12)
    assert SanctionEnd.objects.get().kind == "overturned"
    day = SanctionEnd.objects.get().effective
    assert ask_gate(gate="deliver", party=court.firm.party, actor=SYSTEM, regime="GP", day=day).allowed
    retract_case(number=court.number, actor=court.staff.actor())
    assert steps(court)[-2:] == ["overturned", "retracted"]
    sanction.refresh_from_db()
    assert sanction.published_at is not None


def paper(firm) -> str:
    from prequalified.models import Paper

    return Paper.objects.create(
        public_id="p1", party=firm.party, kind="other", title="整改报告", media="application/pdf", size=3,
        sha256="ab" * 32, path="papers/p1", signature=b"", certificate="", added_by=firm.account, added_at=now(),
    ).public_id  # fmt: skip


def ask_for_repair(court, sanction, **more) -> Repair:
    given = {
        "sanction_id": sanction.pk, "statement": "已整改并缴纳罚款", "papers": [paper(court.firm)],
        "actor": court.firm.actor(), **more,
    }  # fmt: skip
    text = repair_text(**given)
    return ask_repair(signature=sign_detached(text, court.firm.signing_key), **given)


def test_repair_is_asked_after_the_shortest_term_with_proof_and_ends_the_ban(court):
    sanction = court.sanctioned()
    early = refused(repair_text, sanction_id=sanction.pk, statement=" ", papers=[], actor=court.firm.actor())
    assert early == ["case.repair_early", "case.empty", "case.no_proof"]
    day = day_of(court.later(days=250))
    repair = ask_for_repair(court, sanction)
    assert refused(ask_for_again, court, sanction) == ["case.repair_open"]
    decide_repair(repair_id=repair.pk, granted=True, reasons="整改属实", actor=court.supervisor.actor())
    end = SanctionEnd.objects.get()
    assert (end.kind, end.effective, end.sanction) == ("repaired", day, sanction)
    assert ask_gate(gate="deliver", party=court.firm.party, actor=SYSTEM, regime="GP", day=day).allowed
    before = ask_gate(gate="deliver", party=court.firm.party, actor=SYSTEM, regime="GP", day=day - dt.timedelta(days=1))
    assert not before.allowed


def ask_for_again(court, sanction):
    given = {
        "sanction_id": sanction.pk, "statement": "再次申请", "papers": ["p1"], "actor": court.firm.actor(),
    }  # fmt: skip
    return ask_repair(signature=sign_detached(repair_text(**given), court.firm.signing_key), **given)


def test_a_refused_repair_leaves_the_ban_and_may_be_asked_again(court):
    sanction = court.sanctioned()
    court.later(days=250)
    repair = ask_for_repair(court, sanction)
    decide_repair(repair_id=repair.pk, granted=False, reasons="证明不足", actor=court.supervisor.actor())
    assert SanctionEnd.objects.count() == 0
    assert ask_for_again(court, sanction).state == "asked"


def test_another_firms_sanction_cannot_be_repaired(court):
    sanction = court.sanctioned()
    stranger = make_party("路人公司", 211)
    found = refused(repair_text, sanction_id=sanction.pk, statement="x", papers=[], actor=stranger.actor())
    assert found == ["sanction.unknown"]
