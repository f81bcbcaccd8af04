"""No room left: 507 with the words, the same by page and API, in both languages; nothing half done; all is well with room.

Receiving has its test with the uploads, decrypting with the openings, bundles beside this file.
"""

import httpx
import pytest
from django.db import connection
from django.test import Client

from prequalified.models import Account
from signing.models import JournalInbox
from tendering.models import Bid, Project, Receipt, Upload
from tests.factories.parties import PASSWORD, log_in, make_centre
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section, new_party
from tests.running import RunningPlatform
from tests.tendering.delivering import Tus, bearer, entries, new_bidder

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"zh-CN": "存储空间已满", "en": "storage is full"}


class Desk:
    """A bidder at a platform whose store is the small disk; the bid's bytes have arrived."""

    def __init__(self, running, tender, bidder, folder):
        self.code, self.bid = tender.section.code, make_bid(tender, bidder, folder)
        headers = bearer(bidder)
        self.http = httpx.Client(base_url=f"{running.url}/api/v1/sections/{self.code}", headers=headers, timeout=60)
        tus = Tus(running.port, headers)
        self.address = tus.send(self.code, self.bid.path)
        tus.connection.close()

    def finish(self, language="zh-CN"):
        return self.http.post("/bids", json={"upload": self.address}, headers={"Accept-Language": language})

    def paper(self, language="zh-CN"):
        key = Bid.objects.get().public_id
        return self.http.get(f"/bids/{key}/receipt.pdf", headers={"Accept-Language": language})


@pytest.fixture
def desk(transactional_db, small_disk, tmp_path):
    running = RunningPlatform(STORE_DIR=str(small_disk.place), STORE_RESERVE="0")
    running.start()
    found = Desk(running, make_published_section(), new_bidder(), tmp_path)
    yield found
    found.http.close()
    running.stop()


def assert_full(answer, language):
    assert answer.status_code == 507, answer.text
    blocker = answer.json()["blockers"][0]
    assert blocker["code"] == "store.full"
    assert WORDS[language] in blocker["message"]


def test_a_delivery_cannot_be_finished_without_room_and_goes_through_with_it(desk, small_disk):
    before = small_disk.files()
    small_disk.fill_names()
    for language in WORDS:
        assert_full(desk.finish(language), language)
    assert small_disk.files() == before
    assert (Bid.objects.count(), Receipt.objects.count(), entries("bid.delivered")) == (0, 0, [])
    assert Upload.objects.get().state == Upload.State.RECEIVING, "the bidder's bytes must not be lost"
    small_disk.free()
    assert desk.finish().json()["sha256"] == desk.bid.sha256


def test_the_receipt_stands_without_its_paper_which_is_printed_when_there_is_room(desk, small_disk):
    assert desk.finish().status_code == 201
    before = small_disk.files()
    small_disk.fill()
    for language in WORDS:
        assert_full(desk.paper(language), language)
    assert small_disk.files() == before
    assert Receipt.objects.get().pdf_path == ""
    small_disk.free()
    assert desk.paper().content.startswith(b"%PDF-")


@pytest.fixture
def full_database(transactional_db):
    """SQLite may not grow any more; what is free within its file is used up by the test's own acts."""
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchall()[0][0]
        yield lambda: cursor.execute(f"PRAGMA max_page_count = {pages}").fetchall()
        cursor.execute("PRAGMA max_page_count = 1073741823").fetchall()


def until_refused(act, limit=400):
    """Do it again until it is refused: how often it was done, and the refusing answer."""
    for done in range(limit):
        answer = act(done)
        if answer.status_code >= 400:
            return done, answer
    raise AssertionError("there is still room")


@pytest.mark.engine("sqlite3")
@pytest.mark.parametrize("language", WORDS)
def test_a_full_database_refuses_api_and_page_alike_and_keeps_nothing_half(full_database, language):
    tenderer = new_party("采购单位", "tenderer", centre=make_centre())
    client = log_in(Client(headers={"accept-language": language}), tenderer)
    visitor = Client(headers={"accept-language": language})
    form = {"centre": "demo", "region": "110000", "tenderer": tenderer.party.number, "overview": "宽" * 4000}
    citizen = {"password": PASSWORD, "terms": "on", "name": "市民" * 30}
    before = JournalInbox.objects.count()
    full_database()

    def project(number):
        return client.post("/api/v1/projects", {**form, "name": f"第{number}个项目"}, content_type="application/json")

    def account(number):
        return visitor.post("/register/citizen/", {**citizen, "username": f"citizen-{number}"})

    done, answer = until_refused(project)
    assert_full(answer, language)
    assert (Project.objects.count(), JournalInbox.objects.count() - before) == (done, done)
    opened, page = until_refused(account)
    assert page.status_code == 507, page.content.decode()
    assert WORDS[language] in page.content.decode()
    # Registering and the log-in that follows are two acts: the disk may be full between them, then the account stands whole.
    assert Account.objects.filter(username__startswith="citizen-").count() in (opened, opened + 1)
