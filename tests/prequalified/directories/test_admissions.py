"""From publicity to the end of an admission: objections, the gate, the certificate, reviews, renewal, leaving, expiry."""

import datetime as dt
import hashlib

import pytest
from django.db import Error, transaction

from prequalified.actions.directories.admit_request import admit_due, admit_request
from prequalified.actions.directories.announce_reviews import announce_reviews
from prequalified.actions.directories.answer_objection import answer_objection
from prequalified.actions.directories.change_admission import change_admission
from prequalified.actions.directories.check_commitment import check_commitment
from prequalified.actions.directories.decide_request import decide_request
from prequalified.actions.directories.decide_review import decide_review
from prequalified.actions.directories.expire_admissions import expire_admissions
from prequalified.actions.directories.file_objection import file_objection
from prequalified.actions.directories.leave_directory import leave_directory
from prequalified.actions.directories.print_certificate import print_certificate
from prequalified.actions.directories.start_request import start_renewal
from prequalified.actions.directories.submit_review import edit_review, stated_review, submit_review
from prequalified.models import (
    Account,
    Admission,
    AdmissionChange,
    AdmissionRequest,
    Commitment,
    ConductReport,
    GateAnswer,
    YearlyReview,
)
from prequalified.queries.actors import actor_of
from prequalified.rules.directories.lifecycle import Status
from prequalified.rules.timing import day_of
from runtime.actor import ANYBODY, SYSTEM, Source
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.todo import tasks_of
from signing.queries.trust import trust_store
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.signed_pdf import verify_pdf
from supervision.queries.genuine import look_at
from tests.factories.directories import (
    fitting_facts,
    fitting_firm,
    hand_in,
    make_admission,
    make_call,
    make_directory,
    make_list_kind,
    make_sanction,
    sign_and_submit,
)
from tests.factories.parties import make_party
from tests.prequalified.directories.test_requests import refused
from tests.prequalified.journal import kinds, written

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def call(store):
    return make_call(make_directory())


@pytest.fixture
def firm(store):
    return fitting_firm()


@pytest.fixture
def staff(call):
    return make_party("审核员", 991, ["staff"])


@pytest.fixture
def published(firm, call, staff) -> AdmissionRequest:
    row = hand_in(firm, call)
    return decide_request(number=row.number, decision="pass", reasons="", actor=staff.actor())


def over() -> None:
    AdmissionRequest.objects.filter(status="publicity").update(publicity_until=now())


def citizen():
    account = Account.objects.create_user(username="reader", password=None, name="读者", email="reader@example.org")
    return actor_of(account, "", Source("127.0.0.1"))


@pytest.fixture
def admitted(published) -> Admission:
    over()
    assert admit_due() == 1
    return Admission.objects.get()


def test_when_the_publicity_has_run_out_the_firm_is_admitted_once(published, firm):
    assert admit_due() == 0 and not admit_request(published.number)
    over()
    assert admit_due() == 1
    assert admit_due() == 0 and not admit_request(published.number)
    row = Admission.objects.get()
    assert (row.state, row.grade, row.number, row.points) == ("active", "二级", "ROAD-2026-00001", 100)
    assert row.valid_until == day_of(now()).replace(year=day_of(now()).year + 2)
    assert [change.after for change in row.changes.all()] == ["active"]
    assert row.ledger.get().balance == 100
    assert kinds().count("admission.made") == 1
    assert GateAnswer.objects.get(gate="admit", party=firm.party).allowed


def test_an_open_objection_holds_the_admission_until_it_is_answered(published, staff):
    objection = file_objection(number=published.number, text="该公司的资质证书系借用", actor=citizen())
    over()
    assert admit_due() == 0 and not admit_request(published.number)
    assert any(
        published.number in task.url and task.until == objection.answer_until for task in tasks_of(staff.actor())
    )
    assert refused(answer_objection, objection_id=objection.pk, answer=" ", upheld=False, actor=staff.actor()) == [
        "answer.missing"
    ]
    answer_objection(objection_id=objection.pk, answer="经查属实持有", upheld=False, actor=staff.actor())
    assert refused(answer_objection, objection_id=objection.pk, answer="再答", upheld=True, actor=staff.actor()) == [
        "objection.answered"
    ]
    assert admit_due() == 1


def test_an_upheld_objection_stops_the_admission(published, staff):
    objection = file_objection(number=published.number, text="该公司的资质证书系借用", actor=citizen())
    answer_objection(objection_id=objection.pk, answer="借用属实", upheld=True, actor=staff.actor())
    over()
    assert admit_due() == 0
    published.refresh_from_db()
    assert published.status == Status.REFUSED and "借用属实" in published.reasons
    assert not Admission.objects.exists()


def test_objections_are_for_the_term_of_the_publicity_and_for_known_people(published):
    assert refused(file_objection, number=published.number, text="理由充分的异议", actor=ANYBODY) == ["login.needed"]
    assert refused(file_objection, number=published.number, text="短", actor=citizen()) == ["objection.text"]
    over()
    reader = actor_of(Account.objects.get(username="reader"), "", Source("127.0.0.1"))
    assert refused(file_objection, number=published.number, text="理由充分的异议", actor=reader) == ["publicity.over"]


def test_an_answered_objection_never_changes(published, staff):
    objection = file_objection(number=published.number, text="该公司的资质证书系借用", actor=citizen())
    answer_objection(objection_id=objection.pk, answer="不属实", upheld=False, actor=staff.actor())
    objection.refresh_from_db()
    with pytest.raises(Error), transaction.atomic():
        objection.answer = "属实"
        objection.save()


def test_a_sanction_during_the_publicity_stops_the_admission_at_the_gate(published, firm):
    make_sanction(firm.party, make_list_kind("directory-blacklist"))
    over()
    assert admit_due() == 1
    published.refresh_from_db()
    assert published.status == Status.REFUSED and published.reasons
    assert not GateAnswer.objects.filter(gate="admit").last().allowed
    assert not Admission.objects.exists()


def test_the_certificate_is_signed_by_the_platform_and_known_to_the_check_page(admitted):
    path = print_certificate(admitted)
    data = path.read_bytes()
    verdict = verify_pdf(data, trust_store())
    assert verdict.ok
    assert hashlib.sha256(data).hexdigest() == admitted.certificate_sha256
    assert print_certificate(admitted) == path
    finding = look_at(data)
    assert finding.genuine is True and finding.url == f"/directories/admissions/{admitted.number}/"
    altered = data[:-200] + bytes([data[-200] ^ 1]) + data[-199:]
    assert look_at(altered).genuine is not True or hashlib.sha256(altered).hexdigest() != admitted.certificate_sha256


def test_every_change_of_standing_goes_by_the_table_and_is_told(admitted, firm, staff):
    until = day_of(now()) + 30 * DAY
    words = {"reason": "人员到岗不足", "basis": "名录管理办法第十条", "actor": staff.actor()}
    change = change_admission(admission=admitted, after="suspended", until=until, **words)
    assert (admitted.state, admitted.suspended_until, change.before) == ("suspended", until, "active")
    assert refused(change_admission, admission=admitted, after="suspended", **words) == ["admission.wrong_state"]
    change_admission(admission=admitted, after="removed", until=until, **words)
    assert (admitted.state, admitted.suspended_until, admitted.waits_until) == ("removed", None, until)
    for after in ("active", "suspended", "expired", "left"):
        assert refused(change_admission, admission=admitted, after=after, **words) == ["admission.wrong_state"]
    assert kinds().count("admission.changed") == 2
    assert any("清退" in task.title for task in tasks_of(firm.actor()))


def test_an_adverse_change_needs_reason_and_basis(admitted, staff):
    found = refused(change_admission, admission=admitted, after="suspended", reason=" ", basis="", actor=staff.actor())
    assert found == ["reason.missing", "basis.missing"]


def test_the_past_is_never_rewritten(admitted):
    change = AdmissionChange.objects.get()
    for act in (change.delete, lambda: AdmissionChange.objects.update(reason="x")):
        with pytest.raises(Error), transaction.atomic():
            act()


def test_an_admission_expires_the_day_after_its_last_and_only_once(call):
    today = day_of(now())
    last = make_admission(call.directory, valid_until=today)
    past = make_admission(call.directory, valid_until=today - DAY, state="suspended")
    gone = make_admission(call.directory, valid_until=today - DAY, state="removed")
    assert (expire_admissions(), expire_admissions()) == (1, 0)
    states = dict(Admission.objects.values_list("pk", "state"))
    assert (states[last.pk], states[past.pk], states[gone.pk]) == ("active", "expired", "removed")
    assert not last.in_force(today + DAY)


def test_a_firm_leaves_by_itself_but_not_while_contracts_run(admitted, firm):
    Admission.objects.update(running=1)
    assert refused(leave_directory, admission=admitted, reason="转产", actor=firm.actor()) == ["admission.running"]
    Admission.objects.update(running=0)
    assert refused(leave_directory, admission=admitted, reason="", actor=firm.actor()) == ["reason.missing"]
    other = make_party("另一家建设有限公司", 802)
    assert refused(leave_directory, admission=admitted, reason="转产", actor=other.actor()) == ["admission.unknown"]
    leave_directory(admission=admitted, reason="转产", actor=firm.actor())
    assert Admission.objects.get().state == "left"


def promised(firm, call, staff) -> Commitment:
    firm.party.details = {}
    firm.party.save()
    row = hand_in(firm, call, committed=["capital"])
    assert row.statement["commitments"] == [{"key": "capital", "text": "注册资本一千万元以上"}]
    decide_request(number=row.number, decision="pass", reasons="", actor=staff.actor())
    over()
    admit_due()
    return Commitment.objects.get()


def test_a_commitment_is_checked_later_and_a_broken_one_proposes_removal(firm, call, staff):
    row = promised(firm, call, staff)
    assert row.due > now() + 88 * DAY
    assert not any("承诺" in task.title for task in tasks_of(staff.actor()))
    Commitment.objects.update(due=now())
    assert any("承诺" in task.title for task in tasks_of(staff.actor()))
    fields = {"commitment_id": row.pk, "actor": staff.actor()}
    assert refused(check_commitment, outcome="broken", note="", **fields) == ["note.missing"]
    check_commitment(outcome="broken", note="查无实缴", **fields)
    assert refused(check_commitment, outcome="kept", note="又有了", **fields) == ["commitment.checked"]
    report = ConductReport.objects.get()
    assert (report.kind, report.party) == ("commitment_broken", firm.party)
    assert Admission.objects.get().state == "active"  # proposed, never done silently


def review_of(admission: Admission) -> YearlyReview:
    Admission.objects.update(admitted_at=now() - 350 * DAY, valid_until=day_of(now()) + 380 * DAY)
    assert (announce_reviews(), announce_reviews()) == (1, 0)
    return YearlyReview.objects.get()


def handed_in(review: YearlyReview, firm) -> YearlyReview:
    review.refresh_from_db()
    signature = sign_detached(canonical(stated_review(review).statement), firm.signing_key)
    return submit_review(review_id=review.pk, signature=signature, actor=firm.actor())


def test_a_yearly_review_is_announced_signed_and_passed(admitted, firm, staff):
    review = review_of(admitted)
    assert any(f"/my/reviews/{review.pk}/" == task.url for task in tasks_of(firm.actor()))
    fields = {"review_id": review.pk, "actor": staff.actor()}
    assert refused(decide_review, outcome="passed", reasons="", **fields) == ["review.not_submitted"]
    row = handed_in(review, firm)
    assert {one["verdict"] for one in row.findings} == {"met"}
    assert refused(submit_review, review_id=review.pk, signature=b"", actor=firm.actor()) == ["review.submitted"]
    decide_review(outcome="passed", reasons="", **fields)
    assert refused(decide_review, outcome="failed", reasons="反悔", **fields) == ["review.decided"]
    assert kinds().count("yearly_review.passed") == 1
    assert not ConductReport.objects.exists()


def test_a_firm_that_fell_short_can_say_so_and_failing_proposes_a_suspension(admitted, firm, staff):
    review = review_of(admitted)
    firm.party.people.update(status="left")
    edit_review(review_id=review.pk, facts=review.facts, committed=[], actor=firm.actor())
    row = handed_in(review, firm)
    assert "failed" in {one["verdict"] for one in row.findings}
    fields = {"review_id": review.pk, "actor": staff.actor()}
    assert refused(decide_review, outcome="passed", reasons="", **fields) == ["reasons.missing"]
    decide_review(outcome="failed", reasons="没有项目负责人", **fields)
    assert ConductReport.objects.get().kind == "yearly_review_failed"
    assert Admission.objects.get().state == "active"


def test_who_hands_in_nothing_can_fail_only_after_the_day(admitted, firm, staff):
    review = review_of(admitted)
    fields = {"review_id": review.pk, "outcome": "failed", "reasons": "逾期未提交", "actor": staff.actor()}
    assert refused(decide_review, **fields) == ["review.not_submitted"]
    YearlyReview.objects.update(due=day_of(now()) - DAY)
    decide_review(**fields)
    assert ConductReport.objects.exists()


def renewal(admission: Admission, firm, staff) -> AdmissionRequest:
    row = start_renewal(admission=admission, actor=firm.actor())
    from prequalified.actions.directories.edit_request import edit_request

    edit_request(number=row.number, grade="二级", facts=fitting_facts(firm), committed=[], actor=firm.actor())
    sign_and_submit(row.number, firm)
    decide_request(number=row.number, decision="pass", reasons="", actor=staff.actor())
    return row


def test_a_renewal_counts_on_from_the_end_and_makes_a_new_certificate(admitted, firm, staff):
    assert refused(start_renewal, admission=admitted, actor=firm.actor()) == ["renewal.early"]
    until = day_of(now()) + 60 * DAY
    Admission.objects.update(valid_until=until)
    admitted.refresh_from_db()
    old = print_certificate(admitted)
    assert any("续期" in task.title for task in tasks_of(firm.actor()))
    renewal(admitted, firm, staff)
    assert not any("续期" in task.title for task in tasks_of(firm.actor()))
    over()
    assert admit_due() == 1
    admitted.refresh_from_db()
    assert (Admission.objects.count(), admitted.valid_until) == (1, until.replace(year=until.year + 2))
    assert print_certificate(admitted) != old
    assert kinds().count("admission.renewed") == 1


def test_an_admission_that_expired_while_its_renewal_was_decided_comes_back(admitted, firm, staff):
    Admission.objects.update(valid_until=day_of(now()) + 5 * DAY)
    admitted.refresh_from_db()
    renewal(admitted, firm, staff)
    Admission.objects.update(valid_until=day_of(now()) - DAY)
    assert expire_admissions() == 1
    over()
    assert admit_due() == 1
    admitted.refresh_from_db()
    assert admitted.state == "active" and admitted.valid_until > day_of(now()) + 700 * DAY
    assert [change.after for change in admitted.changes.all()] == ["active", "expired", "active"]


def test_a_firm_removed_while_its_renewal_was_decided_stays_removed(admitted, firm, staff):
    Admission.objects.update(valid_until=day_of(now()) + 5 * DAY)
    admitted.refresh_from_db()
    row = renewal(admitted, firm, staff)
    change_admission(admission=admitted, after="removed", reason="围标", basis="招标投标法 53", actor=SYSTEM)
    over()
    assert admit_due() == 1
    row.refresh_from_db()
    assert row.status == Status.REFUSED
    assert Admission.objects.get().valid_until == day_of(now()) + 5 * DAY


def test_a_removed_firm_is_admitted_anew_after_its_waiting_time_under_another_number(admitted, firm, call, staff):
    change_admission(
        admission=admitted,
        after="removed",
        reason="围标",
        basis="招标投标法 53",
        actor=SYSTEM,
        until=day_of(now()) - DAY,
    )
    row = hand_in(firm, call)
    decide_request(number=row.number, decision="pass", reasons="", actor=staff.actor())
    over()
    assert admit_due() == 1
    assert list(Admission.objects.order_by("pk").values_list("number", "state")) == [
        ("ROAD-2026-00001", "removed"), ("ROAD-2026-00002", "active"),
    ]  # fmt: skip


def test_adverse_steps_stand_in_the_journal_with_their_reasons(published, staff):
    objection = file_objection(number=published.number, text="该公司的资质证书系借用", actor=citizen())
    answer_objection(objection_id=objection.pk, answer="借用属实", upheld=True, actor=staff.actor())
    entry = next(one for one in written() if one["kind"] == "admission_request.refused")
    assert entry["body"]["objection"] == objection.pk and "借用属实" in entry["body"]["reasons"]


def test_refusals_have_remedies_or_rules(published, staff):
    with pytest.raises(Refusal) as found:
        decide_request(number=published.number, decision="pass", reasons="", actor=staff.actor())
    assert found.value.blockers[0].rule and found.value.blockers[0].remedy


def test_an_admission_past_its_last_day_is_shown_as_expired_before_any_beat(admitted, client):
    Admission.objects.update(valid_until=day_of(now()) - DAY)
    shown = client.get(f"/api/v1/directories/admissions/{admitted.number}").json()
    assert shown["state"] == "expired"
    assert "到期" in client.get(f"/directories/admissions/{admitted.number}/").content.decode()
    assert expire_admissions() == 0


def test_overdue_reviews_wait_for_the_staff_too(admitted, staff):
    review_of(admitted)
    assert not any(task.url == "/staff/reviews/" for task in tasks_of(staff.actor()))
    YearlyReview.objects.update(due=day_of(now()) - DAY)
    assert any(task.url == "/staff/reviews/" for task in tasks_of(staff.actor()))
