"""No promise rests on a task: the worker is killed with its tasks, or was never there, and everything still happens."""

import os
import subprocess
import sys
import time

import httpx
import pytest
from django.conf import settings
from django.db import connection

from runtime.store import in_store
from signing.rules.cades import sign_detached
from tendering.actions.open_bid import INNER
from tendering.actions.sign_in import confirm_opening
from tendering.actions.sign_record import sign_record
from tendering.models import OpenedBid, Opening
from tendering.queries.store import opened_folder
from tendering.rules.opening import Stage
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.faults.processes import wait_until
from tests.running import ROOT, database_url
from tests.tendering.delivering import Tus, bearer, come_to_deadline, deliver, entries, new_bidder, uploaded
from tests.tendering.test_opening import Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker-killed")]
SIZE = 160 << 20


class Worker:
    """The celery worker of `manage.py up` on the test's database, broker and store; `beat` is the clock of its sweeps."""

    def __init__(self, *, beat: bool) -> None:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-P",
            "threads",
            "-c",
            "2",
            "-l",
            "WARNING",
        ]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat", *(["-B"] if beat else [])]
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "YANGGUANG_HOME": str(settings.HOME),
            "YANGGUANG_TESTING": "1",
        }
        self.log = (settings.HOME / "worker-of-the-test.log").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)

    def kill(self) -> None:
        """kill -9; its beat, a child of it, is ended too, as `manage.py up` would."""
        beats = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        self.process.kill()
        self.process.wait()
        for pid in beats.stdout.split():
            os.kill(int(pid), 9)
        self.log.close()


@pytest.fixture
def worker():
    started = []

    def start(*, beat: bool) -> Worker:
        started.append(Worker(beat=beat))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


def opened() -> int:
    connection.close()
    return OpenedBid.objects.count()


def stage() -> str:
    connection.close()
    return Opening.objects.get().state


@pytest.mark.slow
@pytest.mark.cts("A-111", "A-114")
def test_a_worker_killed_with_its_tasks_and_the_next_one_opens_and_publishes_all_the_same(worker, tmp_path):
    scene = Scene(tmp_path, bids=2)
    large = scene.add(size=SIZE)
    scene.decrypting()
    scene.release_all()
    first = worker(beat=False)
    part = in_store(opened_folder(scene.row(large))) / f"{INNER}.part"
    wait_until(lambda: part.exists() and part.stat().st_size > SIZE // 8, 120)
    first.kill()
    assert opened() < 3
    worker(beat=True)
    wait_until(lambda: opened() == 3, 120)
    wait_until(lambda: stage() == Stage.READ_OUT, 60)
    assert {row.outcome for row in OpenedBid.objects.all()} == {"opened"}
    for kit in scene.kits:
        confirm_opening(opening=scene.now(), bidder=kit.bidder.party, actor=kit.bidder.actor())
    opening = scene.now()
    for kit in scene.kits:
        signature = sign_detached(bytes(opening.record), kit.bidder.signing_key)
        sign_record(opening=opening, bidder=kit.bidder.party, signature=signature, actor=kit.bidder.actor())
    wait_until(lambda: stage() == Stage.CLOSED and Opening.objects.get().pdf_path, 60)
    assert in_store(Opening.objects.get().pdf_path).read_bytes().startswith(b"%PDF-")
    assert [len(entries(kind)) for kind in ("bid.opened", "opening.record_published")] == [3, 1]


@pytest.mark.cts("A-92", "A-106", "A-107")
def test_without_any_worker_the_deadline_passes_and_the_hall_goes_on_by_being_looked_at(platform, tmp_path):
    """A platform whose worker is dead: the late bid is refused, sign-in opens and closes, all by people's own requests."""
    tender = make_published_section(decryption={"sign_in_seconds": 3, "window_seconds": 600})
    code, bidders = tender.section.code, [new_bidder() for _ in range(3)]
    for bidder in bidders:
        deliver(tender, bidder, make_bid(tender, bidder, tmp_path).path)
    late = new_bidder()
    upload = uploaded(tender, late, make_bid(tender, late, tmp_path).path)
    visitor = httpx.Client(base_url=f"{platform.url}/api/v1/sections/{code}", timeout=60)
    assert visitor.get("/opening").json()["state"] == "waiting"
    come_to_deadline(tender)
    refused = httpx.post(
        f"{platform.url}/api/v1/sections/{code}/bids", json={"upload": upload.id.hex}, headers=bearer(late), timeout=60
    )
    assert [blocker["code"] for blocker in refused.json()["blockers"]] == ["bid.late"]
    assert not (settings.STORE / "uploads" / upload.id.hex).exists()
    assert visitor.get("/opening").json()["state"] == "sign_in"
    begun = visitor.post("/opening/sign-in", headers=bearer(bidders[0]))
    assert begun.status_code == 201, begun.text
    time.sleep(3.5)
    assert visitor.get("/opening").json()["state"] == "decrypting"
    tus = Tus(platform.port, bearer(late))
    assert tus.create(code, 10).codes == ["bid.late"]
    tus.connection.close()
