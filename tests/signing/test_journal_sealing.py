import json
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from runtime.actor import SYSTEM, Actor, Source
from runtime.dispatch import NotInTransaction
from signing.actions import seal_journal
from signing.actions.append_entry import append_entry
from signing.actions.journal_key import journal_key
from signing.actions.main_tree import JournalDamaged
from signing.actions.seal_journal import await_entry, wake_sealer
from signing.models import Checkpoint, JournalEntry, JournalInbox, TreeHash
from signing.queries.journal import tree_at
from signing.rules.checkpoint import open_checkpoint
from signing.rules.journal_entry import read_entry
from signing.rules.merkle import check_consistency, root_of
from signing.tasks import sweep_journal
from tests.signing.journal_kit import assert_whole, ended, process, write

pytestmark = pytest.mark.django_db(transaction=True)


def seal():
    return seal_journal.seal_journal()


def at_once(calls):
    """The results of calls in threads of their own, each with its own connection."""

    def alone(call):
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(alone, calls))


def test_an_entry_says_who_when_from_where_what_and_on_what():
    source = Source("192.0.2.7", "session", "ab" * 32)
    actor = Actor("bidder", "第七建设集团有限公司", number="911100000000000000", centre="demo", source=source)
    with transaction.atomic():
        row = append_entry(
            kind="bid.delivered", subject="section:BSC-1", body={"价": "1.00"}, actor=actor, readers="party"
        )
    entry = await_entry(row.id)
    content = read_entry(entry.entry(), entry.index)
    assert content.pop("salt") != content.pop("time")
    assert content == {
        "format": "yangguang-entry/1",
        "index": 0,
        "kind": "bid.delivered",
        "actor": {"role": "bidder", "name": "第七建设集团有限公司", "number": "911100000000000000", "centre": "demo"},
        "source": {"address": "192.0.2.7", "session": "session", "certificate": "ab" * 32},
        "subject": "section:BSC-1",
        "body": {"价": "1.00"},
        "readers": "party",
    }
    assert (entry.kind, entry.subject, entry.readers) == ("bid.delivered", "section:BSC-1", "party")


def test_entries_get_their_places_in_order_and_a_signed_checkpoint():
    rows = write(3)
    assert [await_entry(row.id).index for row in rows] == [0, 1, 2]
    head = open_checkpoint(Checkpoint.objects.get().note, journal_key())
    assert (head.size, head.root) == (3, bytes(Checkpoint.objects.get().root))
    assert_whole()


def test_an_act_that_fails_leaves_no_entry_and_no_entry_means_no_act():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append_entry(kind="test.act", subject="s", body={}, actor=SYSTEM)
        raise ZeroDivisionError
    assert JournalInbox.objects.count() == 0
    with pytest.raises(NotInTransaction):
        append_entry(kind="test.act", subject="s", body={}, actor=SYSTEM)


@pytest.mark.parametrize(
    "wrong",
    [
        {"readers": "everybody"},
        {"kind": "Bid Delivered"},
        {"kind": ""},
        {"kind": "a" * 61},
        {"subject": ""},
        {"subject": "x" * 121},
        {"subject": "a\nb"},
        {"body": {"price": object()}},
        {"body": {"n": 2**60}},
        {"body": {"text": "\ud800"}},
        {"body": {"text": "x" * 1_100_000}},
    ],
)
def test_an_entry_that_could_not_be_sealed_is_refused_at_once(wrong):
    fields = {"kind": "test.act", "subject": "s", "body": {}, "actor": SYSTEM, **wrong}
    with pytest.raises(ValueError), transaction.atomic():
        append_entry(**fields)
    assert JournalInbox.objects.count() == 0


def test_hostile_text_in_a_body_cannot_change_the_shape_of_the_entry():
    body = {"text": '"},"format":"yangguang-entry/1","index":7,"kind":"forged', '","index":1,"x":"': 'a\\"\x00\x1f'}
    with transaction.atomic():
        row = append_entry(kind="test.act", subject='"},{', body=body, actor=SYSTEM)
    entry = await_entry(row.id)
    content = read_entry(entry.entry(), 0)
    assert (content["body"], content["subject"], content["kind"]) == (body, '"},{', "test.act")


def test_the_sealer_starts_by_itself_right_after_the_commit():
    write(2)
    until = time.monotonic() + 10
    while JournalEntry.objects.count() < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert_whole()
    assert JournalEntry.objects.count() == 2


def test_what_a_killed_process_left_is_sealed_at_the_next_start(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    write(2)
    wake_sealer()
    until = time.monotonic() + 10
    while JournalEntry.objects.count() < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert JournalEntry.objects.count() == 2


def test_the_sweep_may_be_delivered_twice(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    write(3)
    assert [sweep_journal(), sweep_journal()] == [3, 0]
    assert_whole()


@pytest.mark.parametrize("batch", [1, 2, 7, 256])
def test_batches_of_any_size_give_one_tree_with_consistent_checkpoints(monkeypatch, batch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    monkeypatch.setattr(seal_journal, "BATCH", batch)
    write(23)
    assert seal() == 23
    assert_whole()
    heads = [open_checkpoint(checkpoint.note, journal_key()) for checkpoint in Checkpoint.objects.order_by("size")]
    for old, new in pairwise(heads):
        check_consistency(old.size, old.root, new.size, new.root, tree_at(new.size).consistency(old.size))


def test_hashes_of_full_tiles_are_kept():
    write(700)
    seal()
    leaves = [bytes(entry.leaf) for entry in assert_whole()]
    kept = {(row.level, row.position): bytes(row.hash) for row in TreeHash.objects.all()}
    assert kept == {(1, 0): root_of(leaves[:256]), (1, 1): root_of(leaves[256:512])}


def test_two_sealers_at_once_do_not_fork_the_tree(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    monkeypatch.setattr(seal_journal, "BATCH", 5)
    write(60)
    assert sum(at_once([seal] * 4)) == 60
    assert_whole()


WRITING = """
import sys
from django.db import transaction
from runtime.actor import SYSTEM
from signing.actions.append_entry import append_entry
from signing.actions.seal_journal import await_entry
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        row = append_entry(kind="test.act", subject="process:" + sys.argv[2], body={"n": number}, actor=SYSTEM)
    if number % 10 == 0:
        await_entry(row.id)
print(await_entry(row.id).index)
"""


def test_two_processes_writing_and_sealing_at_once_make_one_tree():
    running = [process(WRITING, 60, name) for name in ("a", "b")]
    assert [ended(one)[0] for one in running] == [0, 0]
    seal()
    entries = assert_whole()
    assert len(entries) == 120
    for name in ("a", "b"):
        of_one = [json.loads(entry.entry())["body"]["n"] for entry in entries if entry.subject == f"process:{name}"]
        assert of_one == list(range(60))


KILLED = """
import os, signal, sys
from signing.actions import main_tree, seal_journal, sealed_trees
where = sys.argv[1]
def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
if where == "before the entries":
    main_tree._insert = die
elif where == "after the entries":
    insert = main_tree._insert
    main_tree._insert = lambda entries: (insert(entries), die())
elif where == "before the checkpoint":
    main_tree.sign_checkpoint = die
elif where == "before the marks":
    main_tree.MainTree.save_whole = main_tree.MainTree.save
    main_tree.MainTree.save = lambda tree: (tree.save_whole(), die())
elif where == "before the commit":
    batch = seal_journal._seal_batch
    seal_journal._seal_batch = lambda: (batch(), die())
elif where == "after the commit":
    waits = seal_journal._something_waits
    asked = []
    seal_journal._something_waits = lambda: die() if asked else (asked.append(1) or waits())
elif where == "in a sealed tree":
    sealed_trees._receipts = die
seal_journal.seal_journal()
"""
PLACES = [
    "before the entries",
    "after the entries",
    "before the checkpoint",
    "before the marks",
    "before the commit",
    "after the commit",
    "in a sealed tree",
]


@pytest.mark.parametrize("where", PLACES)
def test_a_sealer_killed_between_any_two_lines_leaves_all_of_a_batch_or_nothing(monkeypatch, where):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    write(5)
    seal()
    rows = write(4) + write(3, sealed_until="BSC-1")
    assert ended(process(KILLED, where)) == (-signal.SIGKILL, "")
    whole = len(assert_whole())
    assert whole == (9 if where == "after the commit" else 5)
    seal()
    assert_whole()
    assert [await_entry(row.id).index for row in rows] == [5, 6, 7, 8, 0, 1, 2]
    assert not JournalInbox.objects.filter(chained=False).exists()


def test_a_process_killed_in_the_middle_of_its_act_leaves_no_entry():
    code = WRITING.replace(
        "    if number", "        import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n    if number"
    )
    assert ended(process(code, 1, "a")) == (-signal.SIGKILL, "")
    assert JournalInbox.objects.count() == 0
    write(1)
    seal()
    assert len(assert_whole()) == 1


@pytest.mark.engine("postgresql")
def test_an_entry_that_commits_after_a_later_one_was_sealed_is_not_forgotten(monkeypatch):
    """PostgreSQL gives ids when rows are written, and shows them when they are committed: not in that order."""
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    written, go_on = threading.Event(), threading.Event()
    slow = []

    def slow_act():
        with transaction.atomic():
            slow.append(append_entry(kind="test.slow", subject="s", body={}, actor=SYSTEM).id)
            written.set()
            go_on.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow_act)
    thread.start()
    written.wait(10)
    quick = write(1)[0]
    assert slow[0] < quick.id
    assert await_entry(quick.id).index == 0
    go_on.set()
    thread.join()
    assert await_entry(slow[0]).index == 1
    assert_whole()


def test_many_acts_at_once_all_get_their_places():
    at_once([lambda name=name: [write(1, subject=f"thread:{name}") for _ in range(15)] for name in range(4)])
    seal()
    assert len(assert_whole()) == 60


def test_waiting_for_an_entry_that_does_not_exist_says_so():
    with pytest.raises(JournalInbox.DoesNotExist):
        await_entry(12345)


def test_nothing_more_is_sealed_over_tables_that_do_not_agree_with_the_checkpoint(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    rows = write(2)
    seal()
    extra = write(1)[0]
    JournalEntry.objects.create(
        index=2, inbox=extra, leaf=bytes(32), kind="forged", subject="s", readers="public", time="2026-11-21T00:00:00Z"
    )
    write(1)
    with pytest.raises(JournalDamaged):
        seal()
    assert Checkpoint.objects.get().size == len(rows)


def test_the_sealer_asks_the_database_as_often_for_three_entries_as_for_one(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    counts = []
    for number in (1, 3):
        write(number)
        with CaptureQueriesContext(connection) as queries:
            seal()
        counts.append(
            len([query for query in queries if "INSERT" not in query["sql"] or "journalentry" not in query["sql"]])
        )
    assert counts[0] == counts[1]
