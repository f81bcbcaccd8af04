"""Until the deadline nobody learns who took the document or asked, nor how many: not from a page, the API, the journal, an
address or a room (20号令 21; protocol §3, §5). Compared is what everybody sees with and without downloads and questions."""

import json
import re

import pytest

from runtime.models import Event
from signing.actions.seal_journal import seal_journal
from signing.models import JournalEntry
from tendering.models import DocumentDownload, Objection, Question
from tests.factories.parties import make_centre
from tests.factories.tendering import make_published_section, new_party
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


@pytest.fixture
def tender():
    return make_published_section(mode="bidder")


def busy(tender, count=2):
    """Bidders take the document, ask and object."""
    kits = [new_party("潜在投标单位", "bidder") for _ in range(count)]
    for kit in kits:
        caller = Caller(kit)
        base = f"/sections/{tender.section.code}"
        assert caller.get(f"{base}/tender.json")[0] == 200
        assert caller.post(f"{base}/questions", {"text": "能否放宽业绩要求？"})[0] == 201
        assert caller.post(f"{base}/objections", {"about": "document", "text": "资格条件过高"})[0] == 201
    return kits


WATCHERS = {
    "anybody": lambda tender: Caller(),
    "a bidder": lambda tender: Caller(new_party("旁观单位", "bidder")),
    "staff": lambda tender: Caller(tender.staff),
    "supervisor": lambda tender: Caller(new_party("监督人员", "supervisor")),
    "staff above": lambda tender: Caller(new_party("上级人员", "staff", centre=make_centre("demo"))),
}


def all_that_is_seen(caller, tender):
    """Every address of the API and of the pages that concerns the section, as this reader gets it."""
    code = tender.section.code
    addresses = [
        f"/sections/{code}", "/sections", f"/sections/{code}/documents", f"/sections/{code}/documents/1",
        f"/sections/{code}/questions", f"/sections/{code}/objections", f"/sections/{code}/holders",
        f"/sections/{code}/exceptions", f"/sections/{code}/candidates", f"/sections/{code}/letters", "/notices",
        f"/notices/{tender.notice.public_id}",
    ]  # fmt: skip
    seen = {each: caller.get(each) for each in addresses}
    for page in (f"/sections/{code}/", "/", "/notices/"):
        response = caller.client.get(page)
        seen[page] = (response.status_code, _still(response.content.decode()))
    return seen


def _still(html):
    """A page without what changes by itself: the running clock and the tokens of its forms."""
    html = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content|data-server-now)="[^"]+"', "", html)
    return re.sub(r"<time data-clock.*?</time>", "", html)


@pytest.mark.cts("A-68")
@pytest.mark.parametrize("who", WATCHERS)
def test_downloads_questions_and_objections_change_nothing_that_others_see(tender, who):
    watcher = WATCHERS[who](tender)
    before = all_that_is_seen(watcher, tender)
    kits = busy(tender)
    after = all_that_is_seen(watcher, tender)
    assert after == before
    assert not any(kit.party.name in json.dumps(after, ensure_ascii=False) for kit in kits)


def test_the_list_of_holders_is_refused_alike_with_and_without_holders(tender):
    runner = Caller(tender.tenderer)
    empty = runner.get(f"/sections/{tender.section.code}/holders")
    busy(tender)
    full = runner.get(f"/sections/{tender.section.code}/holders")
    assert empty == full and empty[0] == 403 and codes(empty[1]) == ["holders.secret"]
    assert empty[1]["blockers"][0]["rule"] == "20号令 21"


def test_who_runs_the_tender_reads_questions_without_their_askers(tender):
    kits = busy(tender)
    runner = Caller(tender.tenderer)
    rows = runner.get(f"/sections/{tender.section.code}/questions")[1]
    rows += runner.get(f"/sections/{tender.section.code}/objections")[1]
    text = json.dumps(rows, ensure_ascii=False)
    assert len(rows) == 4 and not any(kit.party.name in text or kit.party.number in text for kit in kits)


@pytest.mark.django_db(transaction=True)
def test_the_main_journal_gets_no_entry_and_no_gap(tender):
    seal_journal()
    before = JournalEntry.objects.count()
    busy(tender)
    seal_journal()
    assert JournalEntry.objects.count() == before


def test_nothing_is_announced_in_the_room(tender):
    before = list(Event.objects.values_list("room__name", "seq", "kind"))
    busy(tender)
    assert list(Event.objects.values_list("room__name", "seq", "kind")) == before


def test_addresses_are_random_and_cannot_be_counted(tender):
    busy(tender, 3)
    for model in (Question, Objection, DocumentDownload):
        keys = list(model.objects.order_by("pk").values_list("public_id", flat=True))
        assert len(set(keys)) == 3 and all(re.fullmatch("[2-9a-z]{16}", key) for key in keys)
        assert keys != sorted(keys) or len({key[:4] for key in keys}) == 3


def test_another_bidder_finds_neither_a_question_nor_an_objection_by_its_address(tender):
    busy(tender, 1)
    other = Caller(new_party("旁观单位", "tenderer"))
    question, objection = Question.objects.get(), Objection.objects.get()
    wrong = other.post("/questions/aaaaaaaaaaaaaaaa/answer", {"answer": "x"})
    assert other.post(f"/questions/{question.public_id}/answer", {"answer": "x"}) == wrong
    wrong = other.post("/objections/aaaaaaaaaaaaaaaa/answer", {"answer": "x", "upheld": False})
    assert other.post(f"/objections/{objection.public_id}/answer", {"answer": "x", "upheld": False}) == wrong
