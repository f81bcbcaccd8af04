"""kill -9 while a delivery is finished: afterwards there is one bid or none, its bytes once, and the same finish goes through."""

import threading
import time
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from tendering.actions.destroy_bytes import sweep_bids
from tendering.actions.end_upload import sweep_uploads, terminate_upload
from tendering.actions.issue_receipt import sweep_receipts
from tendering.actions.submit_bid import submit_bid
from tendering.models import Bid, BidStatus, Receipt, Upload
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.faults.processes import ended, platform_process
from tests.tendering.delivering import Tus, bearer, entries, new_bidder, uploaded

pytestmark = pytest.mark.django_db(transaction=True)
FINISHING = """
from tendering.actions import issue_receipt as receipts, submit_bid as finishing
from tendering.models import Upload
where, key = sys.argv[1:]
keep, insert = finishing._keep_bytes, finishing.append_entry
if where == "before the entry":
    finishing.append_entry = die
elif where == "after the entry":
    finishing.append_entry = lambda **given: (insert(**given), die())
elif where == "before the second name":
    finishing._keep_bytes = die
elif where == "before the commit":
    finishing._keep_bytes = lambda *given: (keep(*given), die())
elif where == "after the commit":
    finishing._leave_counter = die
elif where == "before the receipt":
    finishing.issue_receipt = die
elif where == "before the receipt is signed":
    receipts.sign_detached_as_platform = die
elif where == "before the receipt is kept":
    receipts.now = die
upload = Upload.objects.select_related("section__tendering_project__project", "party", "account").get(pk=key)
from prequalified.queries.actors import actor_of
from runtime.actor import Source
actor = actor_of(upload.account, "bidder", Source("127.0.0.1", "test"))
finishing.submit_bid(section=upload.section, bidder=upload.party, package=upload, actor=actor)
"""
UNDONE = ["before the entry", "after the entry", "before the second name", "before the commit"]
DONE = ["after the commit", "before the receipt", "before the receipt is signed", "before the receipt is kept"]


class Delivery:
    """A bidder with a delivered bid and a newer one whose bytes have arrived: finishing it replaces the first."""

    def __init__(self, folder: Path) -> None:
        self.tender, self.bidder = make_published_section(), new_bidder()
        self.first = make_bid(self.tender, self.bidder, folder)
        self.second = make_bid(self.tender, self.bidder, folder, items={"price": "970000.00"})
        self.finish(uploaded(self.tender, self.bidder, self.first.path))
        self.upload = uploaded(self.tender, self.bidder, self.second.path)

    def finish(self, upload: Upload) -> Receipt:
        actor = self.bidder.actor()
        return submit_bid(section=self.tender.section, bidder=self.bidder.party, package=upload, actor=actor)

    def killed(self, where: str) -> None:
        assert ended(platform_process(FINISHING, where, self.upload.pk))[0] == -9

    def stored(self) -> list[bytes]:
        """What lies in the store of this section, by any name."""
        store = Path(settings.STORE)
        mine = [upload.id.hex for upload in Upload.objects.filter(section=self.tender.section)]
        files = [*store.glob(f"bids/{self.tender.section.code}/**/*.bid"), *(store / "uploads" / name for name in mine)]
        return [path.read_bytes() for path in files if path.exists()]

    def assert_only(self, standing) -> None:
        """This bid stands with its receipt, its bytes lie there once, nothing else does."""
        row = Bid.objects.get(section=self.tender.section, status=BidStatus.DELIVERED)
        assert row.sha256 == standing.sha256
        assert Receipt.objects.filter(bid=row).count() == 1
        assert self.stored() == [standing.path.read_bytes()]


@pytest.fixture
def delivery(tmp_path):
    return Delivery(tmp_path)


@pytest.mark.parametrize("where", UNDONE)
def test_killed_before_the_commit_the_old_bid_stands_and_the_same_finish_goes_through(delivery, where):
    delivery.killed(where)
    assert Bid.objects.get().sha256 == delivery.first.sha256
    assert len(entries("bid.delivered")) == 1
    delivery.upload.refresh_from_db()
    assert delivery.upload.state == Upload.State.RECEIVING
    delivery.finish(delivery.upload)
    delivery.assert_only(delivery.second)
    assert len(entries("bid.delivered")) == 2


def test_killed_before_the_commit_and_given_up_no_byte_of_it_stays(delivery):
    delivery.killed("before the commit")
    assert len(delivery.stored()) == 3
    terminate_upload(upload=delivery.upload, actor=delivery.bidder.actor())
    delivery.assert_only(delivery.first)


def test_killed_before_the_commit_and_left_till_the_deadline_no_byte_of_it_stays(delivery):
    from tests.tendering.delivering import come_to_deadline

    delivery.killed("before the commit")
    come_to_deadline(delivery.tender)
    assert sweep_uploads() == 1
    delivery.assert_only(delivery.first)


@pytest.mark.parametrize("where", DONE)
def test_killed_after_the_commit_the_new_bid_stands_and_the_sweep_makes_the_rest(delivery, where):
    delivery.killed(where)
    assert Bid.objects.get(status=BidStatus.DELIVERED).sha256 == delivery.second.sha256
    sweep_uploads(), sweep_bids(), sweep_receipts()
    delivery.assert_only(delivery.second)
    assert (sweep_bids(), sweep_receipts()) == (0, 0)
    delivery.upload.refresh_from_db()
    again = delivery.finish(delivery.upload)
    assert again == Receipt.objects.get(bid__sha256=delivery.second.sha256)
    assert len(entries("bid.delivered")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_the_server_killed_while_it_finishes_gives_one_receipt_after_its_restart(platform, tmp_path, delay):
    tender, bidder = make_published_section(), new_bidder()
    bid = make_bid(tender, bidder, tmp_path, size=24 << 20)
    headers, code = bearer(bidder), tender.section.code
    tus = Tus(platform.port, headers)
    address = tus.send(code, bid.path)
    tus.connection.close()
    api = f"{platform.url}/api/v1/sections/{code}/bids"
    answers: list[object] = []

    def finish() -> None:
        try:
            answers.append(httpx.post(api, json={"upload": address}, headers=headers, timeout=60).status_code)
        except httpx.HTTPError as error:
            answers.append(error)

    asking = threading.Thread(target=finish)
    asking.start()
    time.sleep(delay)
    platform.kill()
    asking.join()
    platform.start()
    told = httpx.post(api, json={"upload": address}, headers=headers, timeout=60)
    assert told.status_code == 201, (answers, told.text)
    assert told.json()["sha256"] == bid.sha256
    row = Bid.objects.get(section=tender.section)
    assert (Path(settings.STORE) / row.path).read_bytes() == bid.path.read_bytes()
    assert Receipt.objects.filter(bid=row).count() == len(entries("bid.delivered")) == 1
