"""Real bundles for the verifier's tests: made once a process by the real acts, with real waits for the deadline."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from runtime.refusal import Refusal
from signing.models import Commitment, CommittedTree, JournalEntry, SealedTree
from tests.factories import supervision as story
from tests.supervision.forging import Made

TOO_SLOW = {
    "bid.late",
    "document.too_early.issue_to_deadline",
    "question.late",
    "questions.closed",
    "section.wrong_state",
    "document.deadline_not_moved",
}


@pytest.fixture(scope="session")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Made:
    """`works`: from publication to award; `opened`: the same after its opening; `goods`: opened by bidders and trustees;
    `failed`: too few bids. The database is empty again when the tests begin."""
    folder = tmp_path_factory.mktemp("bundles")
    # One interval of commitments for the whole story, whenever it is told: at a boundary there would be one more.
    with django_db_blocker.unblock(), override_settings(COMMITMENT_SECONDS=10**9):
        try:
            return _tell(folder)
        finally:
            call_command("flush", verbosity=0, interactive=False)


def _tell(folder: Path) -> Made:
    for name in ("works", "goods", "failed"):
        (folder / name).mkdir()
    works = _in_time(story.works, folder / "works")
    goods = _in_time(story.goods, folder / "goods")
    failed = _in_time(story.too_few, folder / "failed")
    story.run_works(works)
    kept = {"opened": _kept(folder, "opened", works)}
    for tender in (goods, failed):
        tender.wait_for_deadline()
    story.run_goods(goods)
    kept["failed"] = _kept(folder, "failed", failed)
    story.finish_works(works)
    story.let_window_end(goods)
    story.cosign_journal()
    kept["goods"] = _kept(folder, "goods", goods)
    kept["works"] = _kept(folder, "works", works)
    return Made(
        bundles=kept,
        anchors=story.write_anchors(folder / "anchors"),
        works=works,
        journal=[row.entry() for row in JournalEntry.objects.select_related("inbox").order_by("index")],
        secret=bytes(SealedTree.objects.get(section=works.section.code).secret),
        commitments=[
            (row.inbox.journal_entry.index, bytes(row.filler), [bytes(part.value) for part in row.parts.all()])
            for row in Commitment.objects.select_related("inbox__journal_entry")
        ],
        committed={part.commitment.inbox.journal_entry.index: part.size for part in CommittedTree.objects.all()},
    )


def _in_time(tell: Callable[[Path, int], story.Tender], folder: Path) -> story.Tender:
    """Terms are kept in real seconds. A busy machine may miss the deadline; then the story begins again with a later one."""
    for seconds in (32, 70, 150):
        try:
            return tell(folder, seconds)
        except Refusal as refusal:
            if refusal.blockers[0].code not in TOO_SLOW:
                raise
    raise AssertionError("the machine is too busy to deliver seven bids before a deadline")


def _kept(folder: Path, name: str, tender: story.Tender) -> Path:
    """A copy that outlives the test's store."""
    target = folder / f"{name}.bundle"
    target.write_bytes(story.bundle_path(story.export(tender)).read_bytes())
    return target


@pytest.fixture
def bundle(made: Made) -> Path:
    """The whole tender's."""
    return made.bundles["works"]


@pytest.fixture
def anchors(made: Made) -> Path:
    return made.anchors
