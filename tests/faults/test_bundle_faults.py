"""The worker dies, or the disk is full, while it makes an evidence bundle: no half bundle, nothing stuck, made on the next try."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from signing.rules.containers import read_container
from supervision.actions.export_bundle import sweep_bundles
from supervision.actions.request_bundle import request_bundle
from supervision.models import BundleExport
from supervision.rules.bundle import LIMITS
from tendering.actions.advance_opening import advance_opening
from tests.factories.parties import log_in
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section, new_party
from tests.faults.processes import ended, kill_when, platform_process
from tests.tendering.delivering import come_to_deadline, deliver, new_bidder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("bundle-faults")]
SIZE = 48 << 20
EXPORTING = "from supervision.actions.export_bundle import export_bundle\nexport_bundle(int(sys.argv[1]))"


class Asked:
    """A section after its deadline with a large bid, and a supervisor who asked for its bundle."""

    def __init__(self, folder: Path) -> None:
        self.tender = make_published_section()
        self.bidder = new_bidder()
        deliver(self.tender, self.bidder, make_bid(self.tender, self.bidder, folder, size=SIZE).path)
        come_to_deadline(self.tender)
        advance_opening(self.tender.section)
        self.supervisor = new_party("监督部门", "supervisor", centre=self.tender.staff.party.centre)
        self.export = self.ask()

    def ask(self) -> BundleExport:
        self.export = request_bundle(section=self.tender.section, actor=self.supervisor.actor())
        return self.export

    @property
    def folder(self) -> Path:
        return Path(settings.STORE) / "bundles" / self.tender.section.code

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.suffix != ".lock")

    def growing(self) -> bool:
        part = self.folder / f"{self.export.pk}.bundle.part"
        return part.exists() and part.stat().st_size > SIZE // 8

    def assert_made(self) -> None:
        self.export.refresh_from_db()
        assert self.export.state == BundleExport.State.DONE
        assert self.files() == [f"{self.export.pk}.bundle"]
        whole = read_container(self.folder / f"{self.export.pk}.bundle", LIMITS)
        assert (whole.sha256, whole.size) == (self.export.sha256, self.export.size)


@pytest.fixture
def asked(tmp_path):
    return Asked(tmp_path)


def test_kill_9_in_the_middle_of_a_bundle_and_the_sweep_makes_it_anew(asked):
    process = platform_process(EXPORTING, asked.export.pk)
    kill_when(process, asked.growing)
    assert not (asked.folder / f"{asked.export.pk}.bundle").exists()
    assert asked.ask().pk == asked.export.pk, "asking again must find the one under way"
    assert sweep_bundles() == 1
    asked.assert_made()
    assert sweep_bundles() == 0


def test_two_workers_at_one_bundle_make_it_once(asked):
    first = platform_process(EXPORTING, asked.export.pk)
    second = platform_process(EXPORTING, asked.export.pk)
    for process in (first, second):
        status, _, err = ended(process)
        assert status == 0, err
    asked.assert_made()


def test_a_full_disk_fails_the_bundle_in_clear_words_and_leaves_no_half(asked):
    status, _, err = ended(platform_process(EXPORTING, asked.export.pk, room=SIZE // 2))
    assert status == 1
    assert "File too large" in err
    failed = asked.export
    failed.refresh_from_db()
    assert (failed.state, failed.fault) == ("failed", "平台的存储空间已满，这一步没有办理，没有写入任何数据")
    assert asked.files() == []
    page = f"/sections/{asked.tender.section.code}/bundle/"
    assert "平台的存储空间已满" in said(asked, page, "zh-hans")
    assert "storage is full" in said(asked, page, "en")
    assert asked.ask().pk != failed.pk
    assert sweep_bundles() == 1
    asked.assert_made()


def said(asked: Asked, page: str, language: str) -> str:
    client = log_in(Client(headers={"accept-language": language}), asked.supervisor)
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()
