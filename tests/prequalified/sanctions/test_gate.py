"""The one question: answered by the lists' own rules, archived, and never lost with a refusal."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import TransactionTestCase

from prequalified.actions.ask_gate import ask_gate, ask_gate_for_number, demand_gate
from prequalified.models import GateAnswer, ListKind, PartyRole, Relation, SanctionEnd
from prequalified.queries.sanctions.standing import bars_of
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal
from tests.factories.directories import make_list_kind, make_sanction
from tests.factories.parties import make_party
from tests.prequalified.journal import kinds

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def firm():
    return make_party("北方建设有限公司", 101)


def ask(firm, gate="deliver", regime="GP", **more) -> GateAnswer:
    return ask_gate(gate=gate, party=firm.party, actor=SYSTEM, regime=regime, **more)


def codes(reasons) -> list[str]:
    return [reason["code"] for reason in reasons]


def relate(one, other, kind="control", **more) -> Relation:
    return Relation.objects.create(
        one=one.party, other=other.party, kind=kind, source="企业信用信息公示系统", noted_at=now(), **more
    )


def end(sanction, kind, effective) -> SanctionEnd:
    by = make_party("监督局", 990, ["supervisor"]).account
    return SanctionEnd.objects.create(
        sanction=sanction, kind=kind, effective=effective, reason="已整改", by=by, at=now()
    )


def test_a_verified_firm_without_a_record_may_take_part_and_the_answer_is_kept(firm):
    answer = ask(firm, subject="section:BSC-1")
    kept = GateAnswer.objects.get()
    assert (answer.allowed, kept.reasons, kept.warnings) == (True, [], [])
    assert (kept.party, kept.number, kept.subject, kept.day) == (
        firm.party, firm.party.number, "section:BSC-1", day_of(now()),
    )  # fmt: skip


def test_a_ban_bars_the_gates_and_regimes_of_its_list_and_says_why(firm):
    sanction = make_sanction(firm.party)
    answer = ask(firm)
    assert codes(answer.reasons) == ["gate.sanctioned"]
    assert answer.reasons[0]["rule"] == "政府采购法 77"
    assert answer.reasons[0]["params"]["decision"] == sanction.decision
    assert answer.reasons[0]["params"]["ends"] == sanction.ends.isoformat()


@pytest.mark.parametrize("regime", ["ENG", "SMALL"])
def test_a_ban_from_government_procurement_only_warns_elsewhere(firm, regime):
    make_sanction(firm.party)
    answer = ask(firm, regime=regime)
    assert answer.allowed
    assert codes(answer.warnings) == ["gate.sanctioned_elsewhere"]


@pytest.mark.parametrize(("gate", "rule"), [("register", "20号令 20"), ("open", "招标投标法 36")])
def test_registering_and_opening_are_never_barred_and_the_law_is_named(firm, gate, rule):
    make_sanction(firm.party)
    answer = ask(firm, gate=gate)
    assert answer.allowed
    assert (codes(answer.warnings), answer.warnings[0]["rule"]) == (["gate.sanctioned_elsewhere"], rule)


@pytest.mark.parametrize(("start", "last", "allowed"), [(0, 0, False), (1, 9, True), (-9, -1, True), (-9, 0, False)])
def test_first_and_last_day_of_a_ban_count(firm, start, last, allowed):
    today = day_of(now())
    make_sanction(firm.party, starts=today + start * DAY, ends=today + last * DAY)
    assert ask(firm).allowed is allowed


def test_a_record_without_a_ban_bars_nobody(firm):
    make_sanction(firm.party, kind=make_list_kind("eng-misconduct"), bans=False)
    answer = ask(firm, regime="ENG")
    assert (answer.allowed, answer.warnings) == (True, [])


@pytest.mark.parametrize("kind", ["repaired", "overturned", "undone"])
def test_a_sanction_that_ended_before_its_day_no_longer_bars(firm, kind):
    end(make_sanction(firm.party), kind, day_of(now()))
    assert ask(firm).allowed
    assert not ask(firm, day=day_of(now()) - DAY).allowed


@pytest.mark.parametrize(
    ("status", "code"), [("suspended", "gate.role_suspended"), ("submitted", "gate.role_not_verified")]
)
def test_a_role_that_is_not_in_force_is_a_reason_of_its_own(firm, status, code):
    PartyRole.objects.filter(party=firm.party).update(status=status)
    make_sanction(firm.party)
    assert codes(ask(firm).reasons) == [code, "gate.sanctioned"]


def test_a_related_firms_sanction_warns_and_does_not_bar(firm):
    sister = make_party("南方建设有限公司", 102)
    make_sanction(sister.party)
    relate(sister, firm, "legal_representative", person="王明")
    answer = ask(firm)
    assert answer.allowed
    assert codes(answer.warnings) == ["gate.related_sanctioned"]
    assert answer.warnings[0]["params"]["name"] == "南方建设有限公司"


def test_a_related_firm_is_barred_only_where_the_lists_rule_says_so(firm):
    sister, cousin = make_party("南方建设有限公司", 102), make_party("西方建设有限公司", 103)
    kind = make_list_kind()
    related = {"barred": True, "relations": ["control"], "rule": "试行办法 9"}
    ListKind.objects.filter(pk=kind.pk).update(data={**kind.data, "related": related})
    make_sanction(sister.party, kind=ListKind.objects.get(pk=kind.pk))
    relate(firm, sister, "control")
    relate(cousin, sister, "holding")
    assert [(reason["code"], reason["rule"]) for reason in ask(firm).reasons] == [
        ("gate.related_sanctioned", "试行办法 9")
    ]
    assert ask(cousin).allowed


def test_a_relation_that_is_over_no_longer_warns(firm):
    sister = make_party("南方建设有限公司", 102)
    make_sanction(sister.party)
    relate(sister, firm, until=day_of(now()) - DAY)
    assert ask(firm).warnings == []


def test_somebody_not_registered_is_answered_by_number():
    stranger = "91350100M000100Y43"
    make_sanction(make_party("壳公司", 107).party)
    kind = make_list_kind()
    kind.sanctions.create(
        name="外地公司", number=stranger, conduct="串通投标", basis="政府采购法 77", authority="某市财政局",
        decided_on=day_of(now()), starts=day_of(now()),
    )  # fmt: skip
    answer = ask_gate_for_number(gate="deliver", name="外地公司", number=stranger, actor=SYSTEM, regime="GP")
    assert (answer.party, codes(answer.reasons)) == (None, ["gate.role_not_verified", "gate.sanctioned"])
    assert answer.reasons[1]["params"]["ends"] == "—"


def test_the_question_takes_three_queries_however_much_stands(firm, django_assert_num_queries):
    with django_assert_num_queries(3):
        ask(firm)
    for serial in range(3):
        sister = make_party(f"关联公司{serial}", 110 + serial)
        relate(firm, sister)
        make_sanction(sister.party)
        make_sanction(firm.party)
    with django_assert_num_queries(3):
        assert len(ask(firm).warnings) == 3


def test_many_parties_are_answered_in_three_queries_with_the_same_reasons(firm, django_assert_num_queries):
    clean, sister = make_party("清白公司", 120), make_party("关联公司", 121)
    make_sanction(firm.party)
    relate(sister, firm)
    ids = [firm.party.pk, clean.party.pk, sister.party.pk]
    with django_assert_num_queries(3):
        found = bars_of(ids, "deliver", "GP", day_of(now()))
    assert {pk: [reason.code for reason in reasons] for pk, reasons in found.items()} == {
        firm.party.pk: ["gate.sanctioned"], clean.party.pk: [], sister.party.pk: [],
    }  # fmt: skip
    assert found[firm.party.pk][0].as_data() == ask(firm).reasons[0]


def test_an_answer_is_never_changed(firm):
    answer = ask(firm)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        GateAnswer.objects.filter(pk=answer.pk).update(allowed=False)


class TestRefused(TransactionTestCase):
    def test_answer_and_journal_survive_the_refusal(self):
        firm = make_party("北方建设有限公司", 101)
        make_sanction(firm.party)
        with pytest.raises(Refusal) as refused:
            demand_gate(gate="deliver", party=firm.party, actor=SYSTEM, regime="GP", subject="section:BSC-1")
        assert [blocker.code for blocker in refused.value.blockers] == ["gate.sanctioned"]
        answer = GateAnswer.objects.get()
        assert (answer.allowed, kinds().count("gate.refused")) == (False, 1)

    def test_inside_a_transaction_the_question_is_an_error_of_ours(self):
        firm = make_party("北方建设有限公司", 101)
        with pytest.raises(RuntimeError, match="before the transaction"), transaction.atomic():
            demand_gate(gate="deliver", party=firm.party, actor=SYSTEM)
