"""kill -9 of the opener in the middle of a decryption, and a disk that is full: resumed, nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from runtime.store import in_store
from tendering.actions.open_bid import INNER, sweep_bids_to_open
from tendering.models import OpenedBid, Opening
from tendering.queries.store import opened_folder
from tendering.rules.opening import Stage
from tests.running import ROOT, database_url
from tests.tendering.delivering import entries
from tests.tendering.test_opening import Scene

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 192 << 20
OPENER = """
import django; django.setup()
from tendering.models import Bid
from tendering.actions.open_bid import open_bid
open_bid(Bid.objects.select_related("section__tendering_project", "bidder").get(sha256={sha256!r}))
"""


def opener(kit, **limits) -> subprocess.Popen:
    """A worker of its own that opens one bid."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "YANGGUANG_HOME": str(settings.HOME),
        "YANGGUANG_TESTING": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", OPENER.format(sha256=kit.sha256)], cwd=ROOT, env=environment, **limits
    )


@pytest.fixture
def scene(tmp_path):
    found = Scene(tmp_path, bids=2)
    found.large = found.add(size=SIZE)
    found.decrypting()
    found.release_all()
    connection.close()
    return found


def folder(scene) -> Path:
    return in_store(opened_folder(scene.row(scene.large)))


def test_kill_9_of_the_opener_in_the_middle_of_a_decryption(scene):
    for _ in range(3):
        process = opener(scene.large)
        part = folder(scene) / f"{INNER}.part"
        until = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size > SIZE // 8):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (folder(scene) / INNER).exists()
        assert OpenedBid.objects.filter(bid__sha256=scene.large.sha256).count() == 0
    assert sweep_bids_to_open() == 3
    assert scene.now().state == Stage.READ_OUT
    assert len(entries("bid.opened")) == 3
    assert sorted(path.name for path in folder(scene).iterdir()) == [INNER, "lock"]


def test_killed_between_the_file_and_the_row_the_bid_is_opened_again_over_the_same_file(scene, monkeypatch):
    from tendering.actions import open_bid as module

    def die(*_, **__):
        raise SystemExit

    monkeypatch.setattr(module, "decide_opened", die)
    with pytest.raises(SystemExit):
        module.open_bid(scene.row(scene.large))
    assert (folder(scene) / INNER).exists()
    monkeypatch.undo()
    assert sweep_bids_to_open() == 3
    assert OpenedBid.objects.count() == len(entries("bid.opened")) == 3


def test_a_full_disk_decides_nothing_and_the_next_try_opens(scene):
    import resource

    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, SIZE // 2))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    process = opener(scene.large, preexec_fn=no_room, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=120)
    assert process.returncode != 0
    assert b"File too large" in said
    assert sorted(path.name for path in folder(scene).iterdir()) == ["lock"]
    assert OpenedBid.objects.filter(bid__sha256=scene.large.sha256).count() == 0
    assert Opening.objects.get().state == Stage.DECRYPTING
    assert sweep_bids_to_open() == 3
    assert scene.now().state == Stage.READ_OUT
