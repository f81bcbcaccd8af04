"""From the open call to the signed request: everything told at once, terms, forged and expired papers, closed calls."""

import datetime as dt

import pytest

from prequalified.actions.directories.close_call import close_call
from prequalified.actions.directories.decide_request import decide_request
from prequalified.actions.directories.edit_request import edit_request
from prequalified.actions.directories.lapse_requests import lapse_requests
from prequalified.actions.directories.settle_request import settle_request
from prequalified.actions.directories.start_request import start_request
from prequalified.actions.directories.state_request import state_request
from prequalified.actions.directories.submit_request import submit_request
from prequalified.actions.directories.warn_of_clocks import warn_of_clocks
from prequalified.actions.directories.withdraw_request import withdraw_request
from prequalified.models import AdmissionRequest, Person
from prequalified.rules.directories.lifecycle import Status
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.store import in_store
from runtime.todo import tasks_of
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from tests.factories.directories import (
    fitting_facts,
    fitting_firm,
    hand_in,
    make_admission,
    make_call,
    make_conditions,
    make_directory,
    make_list_kind,
    make_paper,
    make_sanction,
    sign_and_submit,
)
from tests.factories.parties import make_party
from tests.prequalified.journal import kinds, written

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def refused(act, /, *args, **kwargs) -> list[str]:
    with pytest.raises(Refusal) as found:
        act(*args, **kwargs)
    return [one.code for one in found.value.blockers]


@pytest.fixture
def firm(store):
    return fitting_firm()


@pytest.fixture
def call(store):
    return make_call(make_directory())


@pytest.fixture
def staff(call):
    return make_party("审核员", 991, ["staff"])


def test_a_complete_request_goes_into_review_with_a_clock(firm, call):
    row = hand_in(firm, call)
    assert row.status == Status.REVIEW
    assert row.review_until is not None and row.review_until > now()
    assert {one["verdict"] for one in row.findings} == {"met"}
    assert row.statement["papers"][0]["sha256"] == row.papers.order_by("pk").first().sha256
    assert row.statement["conditions"] == call.condition_set.sha256
    entry = next(one for one in written() if one["kind"] == "admission_request.submitted")
    assert entry["body"]["statement"] == row.statement


def test_every_fault_is_told_at_once_and_nothing_is_signed(firm, call):
    Person.objects.update(status="left")
    firm.party.details = {"bidder": {"capital": "100"}}
    firm.party.save()
    row = start_request(call=call, actor=firm.actor())
    codes = [one.code for one in state_request(row).blockers]
    assert codes == ["request.grade", "condition.people", "condition.capital", "paper.missing"]
    assert refused(submit_request, number=row.number, signature=b"x", actor=firm.actor()) == codes
    row.refresh_from_db()
    assert (row.status, row.signature) == (Status.DRAFT, None)


def test_the_signature_must_be_the_firms_over_exactly_this(firm, call):
    row = start_request(call=call, actor=firm.actor())
    edit_request(number=row.number, grade="二级", facts=fitting_facts(firm), committed=[], actor=firm.actor())
    row.refresh_from_db()
    statement = canonical(state_request(row).statement)
    other = make_party("另一家建设有限公司", 802)
    foreign = sign_detached(statement, other.signing_key)
    assert refused(submit_request, number=row.number, signature=foreign, actor=firm.actor()) == [
        "certificate.wrong_holder"
    ]
    altered = sign_detached(statement + b" ", firm.signing_key)
    assert refused(submit_request, number=row.number, signature=altered, actor=firm.actor())[0].startswith("signature.")
    assert refused(submit_request, number=row.number, signature=b"", actor=firm.actor())
    row.refresh_from_db()
    assert row.status == Status.DRAFT


def test_a_forged_paper_is_found_when_the_request_is_handed_in(firm, call):
    facts = fitting_facts(firm)
    row = start_request(call=call, actor=firm.actor())
    edit_request(number=row.number, grade="二级", facts=facts, committed=[], actor=firm.actor())
    paper = firm.party.papers.get(kind="licence")
    in_store(paper.path).write_bytes(b"%PDF-1.7\nforged")
    assert refused(sign_and_submit, row.number, firm) == ["paper.forged"]
    in_store(paper.path).unlink()
    assert refused(sign_and_submit, row.number, firm) == ["paper.lost"]


def test_another_firms_paper_and_an_expired_one_prove_nothing(firm, call):
    other = make_party("另一家建设有限公司", 802)
    facts = fitting_facts(firm)
    facts["licence"]["papers"] = [make_paper(other, "licence").public_id]
    assert refused(hand_in, firm, call, facts) == ["paper.foreign", "paper.kind"]
    AdmissionRequest.objects.all().update(status="withdrawn")
    facts["licence"]["papers"] = [
        make_paper(firm, "licence", valid_until=now().date() + dt.timedelta(days=1)).public_id
    ]
    later = now() + dt.timedelta(days=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prequalified.actions.directories.examine.now", lambda: later)
        assert refused(hand_in, firm, call, facts) == ["paper.expired"]


def test_a_firm_under_a_sanction_is_told_which(firm, call):
    make_sanction(firm.party, make_list_kind("directory-blacklist"))
    assert len(refused(hand_in, firm, call)) == 1


def test_papers_that_may_follow_start_the_supplement_term_and_complete_it(firm, call):
    facts = fitting_facts(firm)
    qualification = facts.pop("qualification")
    row = hand_in(firm, call, facts)
    assert row.status == Status.SUPPLEMENT
    until = row.supplement_until
    assert any(task.url == f"/my/requests/{row.number}/" and task.until == until for task in tasks_of(firm.actor()))
    facts["qualification"] = qualification
    edit_request(number=row.number, grade="二级", facts=facts, committed=[], actor=firm.actor())
    row = sign_and_submit(row.number, firm)
    assert (row.status, row.supplement_until) == (Status.REVIEW, None)


def test_handing_in_half_of_what_lacks_does_not_begin_the_term_anew(firm, call):
    facts = fitting_facts(firm)
    facts.pop("qualification")
    row = hand_in(firm, call, facts)
    until = row.supplement_until
    assert sign_and_submit(row.number, firm).supplement_until == until


def test_a_supplement_term_lapses_by_itself_and_the_firm_is_told(
    firm, call, mailoutbox, django_capture_on_commit_callbacks
):
    firm.account.email = "firm@example.org"
    firm.account.save()
    facts = fitting_facts(firm)
    facts.pop("qualification")
    row = hand_in(firm, call, facts)
    assert lapse_requests() == 0
    AdmissionRequest.objects.update(supplement_until=now())
    assert refused(sign_and_submit, row.number, firm) == ["supplement.over"]
    with django_capture_on_commit_callbacks(execute=True):
        assert lapse_requests() == 1
    assert lapse_requests() == 0
    row.refresh_from_db()
    assert row.status == Status.LAPSED
    assert kinds().count("admission_request.lapsed") == 1
    assert [mail.to for mail in mailoutbox] == [["firm@example.org"]]


def test_whoever_looks_first_settles_what_time_has_decided(firm, call):
    facts = fitting_facts(firm)
    facts.pop("qualification")
    row = hand_in(firm, call, facts)
    assert not settle_request(row.number)
    AdmissionRequest.objects.update(supplement_until=now())
    assert settle_request(row.number)
    assert not settle_request(row.number)
    assert AdmissionRequest.objects.get().status == Status.LAPSED


def test_after_the_call_closed_nothing_is_begun_or_handed_in(firm, call, staff):
    begun = start_request(call=call, actor=firm.actor())
    edit_request(number=begun.number, grade="二级", facts=fitting_facts(firm), committed=[], actor=firm.actor())
    assert refused(close_call, call=call, reason=" ", actor=staff.actor()) == ["reason.missing"]
    close_call(call=call, reason="名额已满", actor=staff.actor())
    assert refused(close_call, call=call, reason="再次", actor=staff.actor()) == ["call.closed"]
    assert refused(sign_and_submit, begun.number, firm) == ["call.closed"]
    call.refresh_from_db()
    assert refused(start_request, call=call, actor=make_party("后来者", 803).actor()) == ["call.closed"]
    begun.refresh_from_db()
    assert begun.facts  # nothing that was filled in is lost


def test_one_open_request_a_directory(firm, call):
    start_request(call=call, actor=firm.actor())
    assert refused(start_request, call=call, actor=firm.actor()) == ["admission_request.open"]
    withdraw_request(number=AdmissionRequest.objects.get().number, actor=firm.actor())
    start_request(call=call, actor=firm.actor())


def test_who_stands_or_waits_is_refused(firm, call):
    make_admission(call.directory, firm)
    assert refused(start_request, call=call, actor=firm.actor()) == ["admission.standing"]
    firm.party.admissions.update(state="removed", waits_until=now().date() + dt.timedelta(days=30))
    assert refused(start_request, call=call, actor=firm.actor()) == ["admission.waiting"]
    firm.party.admissions.update(waits_until=now().date() - dt.timedelta(days=2))
    start_request(call=call, actor=firm.actor())


def test_a_request_is_the_firms_own(firm, call):
    row = start_request(call=call, actor=firm.actor())
    other = make_party("另一家建设有限公司", 802)
    assert refused(withdraw_request, number=row.number, actor=other.actor()) == ["admission_request.unknown"]
    fields = {"grade": "", "facts": {}, "committed": []}
    assert refused(edit_request, number=row.number, actor=other.actor(), **fields) == ["admission_request.unknown"]


@pytest.mark.parametrize(
    "facts", [{"nothing": {"text": "", "papers": []}}, {"licence": {}}, {"licence": {"text": 1, "papers": []}}, []]
)
def test_malformed_facts_are_refused(firm, call, facts):
    row = start_request(call=call, actor=firm.actor())
    assert refused(edit_request, number=row.number, grade="", facts=facts, committed=[], actor=firm.actor()) == [
        "request.form"
    ]


def test_two_of_the_staff_one_decides_the_other_is_told(firm, call, staff):
    row = hand_in(firm, call)
    decide_request(number=row.number, decision="pass", reasons="", actor=staff.actor())
    second = make_party("审核员乙", 992, ["staff"])
    assert refused(decide_request, number=row.number, decision="refuse", reasons="不符", actor=second.actor()) == [
        "admission_request.wrong_status"
    ]
    row.refresh_from_db()
    assert (row.status, row.reviewed_by) == (Status.PUBLICITY, staff.account)


def test_returning_says_all_reasons_and_gives_a_term(firm, call, staff):
    row = hand_in(firm, call)
    assert refused(decide_request, number=row.number, decision="return", reasons=" ", actor=staff.actor()) == [
        "reasons.missing"
    ]
    decide_request(number=row.number, decision="return", reasons="一、二、三", actor=staff.actor())
    close_call(call=call, reason="名额已满", actor=staff.actor())
    row = sign_and_submit(row.number, firm)  # within the term, though the call has closed
    assert (row.status, row.reasons) == (Status.REVIEW, "")
    decide_request(number=row.number, decision="return", reasons="四", actor=staff.actor())
    AdmissionRequest.objects.update(supplement_until=now())
    assert refused(sign_and_submit, row.number, firm) == ["call.closed"]


def test_staff_of_another_centre_see_nothing(firm, call):
    from tests.factories.parties import make_centre

    row = hand_in(firm, call)
    outside = make_party("外地审核员", 993, ["staff"], centre=make_centre("other"))
    assert refused(decide_request, number=row.number, decision="pass", reasons="", actor=outside.actor()) == [
        "admission_request.unknown"
    ]


def test_nobody_decides_about_the_party_they_act_for(call, store):
    both = make_party("自办中心", 994, ["bidder", "staff"])
    both.party.details = {"bidder": {"capital": "5000"}}
    both.party.save()
    from tests.factories.directories import make_manager

    make_manager(both)
    row = hand_in(both, call)
    assert refused(decide_request, number=row.number, decision="pass", reasons="", actor=both.actor("staff")) == [
        "admission_request.own"
    ]


def test_the_staffs_clock_warns_before_and_after_and_never_twice(firm, call, staff):
    row = hand_in(firm, call)
    assert any(task.until == row.review_until and row.number in task.url for task in tasks_of(staff.actor()))
    assert warn_of_clocks() == 0
    AdmissionRequest.objects.update(submitted_at=now() - 40 * HOUR, review_until=now() + HOUR)
    assert (warn_of_clocks(), warn_of_clocks()) == (1, 0)
    AdmissionRequest.objects.update(review_until=now())
    assert (warn_of_clocks(), warn_of_clocks()) == (1, 0)
    assert [kind for kind in kinds() if "review_" in kind] == [
        "admission_request.review_soon", "admission_request.review_late",
    ]  # fmt: skip
    late = next(task for task in tasks_of(staff.actor()) if row.number in task.url)
    assert "超期" in late.title
    decide_request(number=row.number, decision="pass", reasons="", actor=staff.actor())
    assert next(one for one in written() if one["kind"] == "admission_request.publicity")["body"]["late"] is True


def test_a_new_version_of_the_conditions_does_not_touch_a_running_call(firm, call):
    document = {**call.condition_set.conditions, "conditions": call.condition_set.conditions["conditions"][:1]}
    make_conditions(call.directory, document, published_by=call.published_by)
    assert len(hand_in(firm, call).findings) == 7


def test_a_directory_out_of_use_takes_no_requests_though_its_call_runs(firm, call):
    call.directory.active = False
    call.directory.save()
    assert refused(start_request, call=call, actor=firm.actor()) == ["directory.inactive"]
