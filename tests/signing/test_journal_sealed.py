"""The sealed journal: before a deadline nobody can count, afterwards everybody can check."""

import datetime as dt
import json
import threading
import time
from dataclasses import replace

import pytest
from django.db import connections, transaction

from runtime import clock
from runtime.actor import ANYBODY, Actor
from signing.actions.append_entry import append_entry
from signing.actions.disclose_section import await_disclosure, disclose_section
from signing.actions.journal_key import journal_key
from signing.actions.open_section import open_section
from signing.actions.publish_commitment import publish_commitment
from signing.actions.seal_journal import await_entry, seal_journal
from signing.models import Commitment, JournalEntry, SealedEntry, SealedRoot, SealedTree
from signing.permissions import may_read_sealed
from signing.queries.journal import disclosure_document, sealed_proof
from signing.rules.journal_entry import read_entry
from signing.rules.merkle import ProofError, root_of
from signing.rules.notes import NoteError
from signing.rules.proofs import check_proof_of_hash
from signing.rules.sealed_journal import (
    Commitment as Committed,
)
from signing.rules.sealed_journal import (
    Disclosed,
    Opening,
    check_disclosure,
    check_sealed_receipt,
    check_times,
    commitment,
    commitment_leaves,
    must_cover,
    open_sealed_receipt,
)
from signing.tasks import commit_sealed_trees
from tests.signing.journal_kit import BIDDER, assert_whole, write

pytestmark = pytest.mark.django_db(transaction=True)
START = dt.datetime(2026, 11, 21, 6, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)


@pytest.fixture
def at(monkeypatch):
    """Sets the platform's clock, minutes after 06:00."""

    def move(minutes):
        monkeypatch.setattr(clock, "now", lambda: START + dt.timedelta(minutes=minutes))

    move(0)
    return move


def deliver(count=1, section="BSC-1", actor=BIDDER):
    rows = write(
        count, kind="bid.delivered", subject=f"section:{section}", actor=actor, readers="party", sealed_until=section
    )
    seal_journal()
    return rows


def close(section="BSC-1"):
    with transaction.atomic():
        disclose_section(section)
    return await_disclosure(section)


def evidence(section="BSC-1"):
    """(disclosed, leaves, commitments, openings) as an outsider reads them from journal and disclosure."""
    document = disclosure_document(section)
    entry = JournalEntry.objects.get(index=document["index"])
    disclosed = Disclosed.read(entry.index, json.loads(entry.entry())["body"])
    following = JournalEntry.objects.filter(index__gt=entry.index).order_by("index")[: disclosed.size]
    committed = []
    for found in JournalEntry.objects.filter(kind="journal.commitment").order_by("index"):
        body = json.loads(found.entry())["body"]
        committed.append(Committed(found.index, body["due"], bytes.fromhex(body["root"])))
    return disclosed, [bytes(row.leaf) for row in following], committed, [Opening.read(o) for o in document["openings"]]


def test_until_the_deadline_the_main_journal_shows_nothing_of_a_sections_entries():
    write(1)
    deliver(3)
    assert [entry.kind for entry in assert_whole()] == ["test.act"]
    assert SealedEntry.objects.count() == 3


def test_a_sealed_entry_does_not_tell_its_reader_how_many_came_before():
    row = deliver(3)[2]
    content = read_entry(row.entry(0), None)
    assert "index" not in content
    assert content["section"] == "BSC-1"
    proof = sealed_proof(row)
    assert set(proof) == {"format", "section", "number", "leaf", "receipt"}


def test_the_receipt_looks_the_same_for_the_first_bidder_and_for_the_hundredth():
    first = sealed_proof(deliver(1)[0])
    last = sealed_proof(deliver(99)[-1])
    assert len(first["receipt"]) == len(last["receipt"])
    assert SealedRoot.objects.order_by("-size").first().size == 100


def test_nobody_reads_a_sealed_entry_but_its_party():
    entry = await_entry(deliver()[0].id)
    others = [
        ANYBODY,
        Actor("supervisor", number="9"),
        Actor("bidder", number="8"),
        Actor("staff", number="7"),
        Actor("bidder"),
    ]
    assert may_read_sealed(entry, BIDDER)
    assert not any(may_read_sealed(entry, other) for other in others)


def test_at_the_deadline_the_entries_pass_into_the_main_journal_in_order_with_the_same_hashes():
    write(2)
    rows = deliver(3)
    sealed = [bytes(entry.leaf) for entry in SealedEntry.objects.order_by("index")]
    tree = close()
    entries = assert_whole()
    assert [entry.kind for entry in entries[2:]] == ["journal.disclosed", *["bid.delivered"] * 3]
    assert [bytes(entry.leaf) for entry in entries[3:]] == sealed
    assert [entry.inbox_id for entry in entries[3:]] == [row.id for row in rows]
    assert (tree.disclosure_index, tree.disclosed_at is not None) == (2, True)


def test_after_the_deadline_the_receipt_is_proved_in_both_trees():
    rows = deliver(3)
    receipt = open_sealed_receipt(sealed_proof(rows[1])["receipt"], journal_key())
    close()
    proof = sealed_proof(rows[1])
    assert (proof["place"], proof["index"]) == (1, 2)
    check_proof_of_hash(proof["proof"], bytes.fromhex(proof["leaf"]), journal_key())
    disclosed, leaves, *_ = evidence()
    assert check_sealed_receipt(receipt, disclosed, leaves) == 1


def test_a_receipt_whose_entry_was_dropped_moved_or_changed_is_not_honoured():
    rows = deliver(1) + deliver(2)
    receipts = [open_sealed_receipt(sealed_proof(row)["receipt"], journal_key()) for row in rows]
    close()
    disclosed, leaves, *_ = evidence()
    wrong = [leaves[1:], [leaves[1], leaves[0], leaves[2]], [bytes(32), *leaves[1:]], leaves[:1] + leaves[2:]]
    for changed in wrong:
        with pytest.raises(ProofError):
            for receipt in receipts:
                check_sealed_receipt(receipt, disclosed, changed)
    with pytest.raises(ProofError, match="not of this tree"):
        check_sealed_receipt(replace(receipts[0], section="BSC-2"), disclosed, leaves)


def test_a_changed_or_foreign_receipt_is_refused():
    receipt = sealed_proof(deliver()[0])["receipt"]
    for text in (receipt.replace("BSC-1", "BSC-2"), receipt.replace("/1\n", "/2\n"), receipt[:-5], ""):
        with pytest.raises(NoteError):
            open_sealed_receipt(text, journal_key())


def test_one_commitment_an_interval_whether_or_not_anything_happened(at):
    for minute in (0, 3, 9.99, 10, 25):
        at(minute)
        publish_commitment()
    assert [commit_sealed_trees() for _ in range(2)] == ["2026-11-21T06:20:00+00:00"] * 2
    seal_journal()
    dues = [json.loads(entry.entry())["body"]["due"] for entry in assert_whole()]
    assert dues == ["2026-11-21T06:00:00.000Z", "2026-11-21T06:10:00.000Z", "2026-11-21T06:20:00.000Z"]


def test_two_processes_at_once_make_one_commitment(at):
    made = []

    def work():
        made.append(publish_commitment().pk)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 3
    assert len(set(made)) == Commitment.objects.count() == 1
    assert seal_journal() == 1


def test_a_commitment_has_one_shape_however_much_there_is_to_hide(at):
    shapes = set()
    for minute, (sections, bids) in enumerate([(0, 0), (1, 0), (3, 20)]):
        for section in range(sections):
            with transaction.atomic():
                open_section(f"BSC-{section}")
            if bids:
                deliver(bids, f"BSC-{section}")
        at(minute * 10)
        publish_commitment()
        seal_journal()
        entry = JournalEntry.objects.filter(kind="journal.commitment").order_by("-index").first()
        shapes.add((len(entry.entry()), tuple(json.loads(entry.entry())["body"])))
    assert len(shapes) == 1


def test_a_path_of_a_commitment_does_not_tell_how_many_sections_there_are():
    one, many = (commitment_leaves([bytes([n]) * 32 for n in range(count)], b"f" * 32) for count in (1, 200))
    assert len(one) == len(many) == 256
    assert len(commitment_leaves([bytes([n // 256, n % 256]) * 16 for n in range(300)], b"f" * 32)) == 512


def test_a_disclosure_fits_all_commitments_made_while_the_section_was_open(at):
    with transaction.atomic():
        open_section("BSC-1")
        open_section("BSC-2")
    for minute, bids in ((10, 0), (20, 3), (30, 0), (40, 2)):
        at(minute)
        if bids:
            deliver(bids)
            deliver(1, "BSC-2")
        publish_commitment()
        seal_journal()
    at(45)
    close()
    at(50)
    publish_commitment()
    seal_journal()
    disclosed, leaves, committed, openings = evidence()
    assert [opening.size for opening in openings] == [0, 3, 3, 5]
    assert len(must_cover(disclosed, committed)) == 4
    check_disclosure(disclosed, leaves, committed, openings)
    assert disclosure_document("BSC-1")["section"] == "BSC-1"
    with pytest.raises(SealedTree.DoesNotExist):
        disclosure_document("BSC-2")


@pytest.fixture
def disclosure(at):
    with transaction.atomic():
        open_section("BSC-1")
    for minute, bids in ((10, 2), (20, 2)):
        at(minute)
        deliver(bids)
        publish_commitment()
        seal_journal()
    at(25)
    deliver(1)
    close()
    return evidence()


def test_an_entry_added_dropped_or_moved_before_disclosure_is_found(disclosure):
    disclosed, leaves, committed, openings = disclosure
    check_disclosure(*disclosure)
    forged = {
        "added first": [bytes(32), *leaves],
        "added between": [*leaves[:2], bytes(32), *leaves[2:]],
        "dropped": leaves[1:],
        "moved": [leaves[1], leaves[0], *leaves[2:]],
        "moved over a commitment": [leaves[0], leaves[2], leaves[1], *leaves[3:]],
    }
    for what, changed in forged.items():
        # the operator would of course disclose the root of what it forged
        claimed = replace(disclosed, size=len(changed), root=root_of(changed))
        with pytest.raises(ProofError, match=r"other entries|shrank"):
            check_disclosure(claimed, changed, committed, openings)
            pytest.fail(what)


def test_another_secret_size_or_root_is_found(disclosure):
    disclosed, leaves, committed, openings = disclosure
    wrong = [
        (replace(disclosed, secret=bytes(32)), leaves, committed, openings),
        (replace(disclosed, root=bytes(32)), leaves, committed, openings),
        (disclosed, leaves[:-1], committed, openings),
        (disclosed, leaves, committed, openings[1:]),
        (disclosed, leaves, committed, [replace(openings[0], size=1), openings[1]]),
        (disclosed, leaves, committed, [replace(openings[0], size=4), openings[1]]),
        (disclosed, leaves, committed, [replace(openings[0], size=99), openings[1]]),
        (disclosed, leaves, [replace(committed[0], root=bytes(32)), *committed[1:]], openings),
        (disclosed, leaves, committed, [replace(openings[0], path=openings[0].path[:-1]), openings[1]]),
    ]
    for case in wrong:
        with pytest.raises(ProofError):
            check_disclosure(*case)


def test_an_entry_under_an_earlier_time_than_it_came_is_found(disclosure):
    _disclosed, _leaves, committed, openings = disclosure
    honest = [START + dt.timedelta(minutes=minutes) for minutes in (9, 9.5, 15, 15, 25)]
    check_times(honest, committed, openings)
    check_times([None] * 5, committed, openings)
    with pytest.raises(ProofError, match="was not there"):
        check_times([*honest[:4], START + dt.timedelta(minutes=12)], committed, openings)


def test_the_commitment_is_the_one_the_protocol_writes_down():
    from hashlib import sha256

    assert commitment(b"s" * 32, b"r" * 32, 258) == sha256(b"s" * 32 + b"r" * 32 + b"\0\0\0\0\0\0\x01\x02").digest()


def test_entries_after_the_deadline_go_to_the_main_journal():
    deliver()
    close()
    entry = await_entry(deliver()[0].id)
    assert isinstance(entry, JournalEntry)
    assert entry.index == 2
    assert_whole()


def test_a_retendered_section_opens_the_next_tree():
    deliver()
    close()
    with transaction.atomic():
        assert open_section("BSC-1").number == 2
        assert open_section("BSC-1").number == 2
    deliver(2)
    assert JournalEntry.objects.count() == 2
    assert close().number == 2
    assert [document["number"] for document in (disclosure_document("BSC-1", 1), disclosure_document("BSC-1"))] == [
        1,
        2,
    ]
    assert_whole()


def test_closing_twice_discloses_once():
    deliver()
    with transaction.atomic():
        disclose_section("BSC-1")
        disclose_section("BSC-1")
    close()
    assert len(assert_whole()) == 2


def test_a_section_without_entries_is_disclosed_as_empty():
    with transaction.atomic():
        open_section("BSC-1")
    close()
    disclosed, leaves, committed, openings = evidence()
    assert (disclosed.size, leaves) == (0, [])
    check_disclosure(disclosed, leaves, committed, openings)


def test_a_section_that_never_had_a_tree_has_nothing_to_disclose():
    with transaction.atomic():
        assert disclose_section("BSC-9") is None
    with pytest.raises(SealedTree.DoesNotExist):
        await_disclosure("BSC-9")


def test_an_act_on_its_way_in_at_the_deadline_is_not_left_out():
    """It wrote into the tree before it was closed, and commits while it is being closed."""
    with transaction.atomic():
        open_section("BSC-1")
    written, closing = threading.Event(), threading.Event()
    rows = []

    def slow_act():
        with transaction.atomic():
            rows.append(append_entry(kind="bid.delivered", subject="s", body={}, actor=BIDDER, sealed_until="BSC-1").id)
            written.set()
            closing.wait(0.5)  # SQLite lets the other begin only when this has ended
            time.sleep(0.3)
        connections.close_all()

    thread = threading.Thread(target=slow_act)
    thread.start()
    assert written.wait(10)
    with transaction.atomic():
        closing.set()
        disclose_section("BSC-1")
    thread.join()
    await_disclosure("BSC-1")
    assert [entry.inbox_id for entry in assert_whole()][1:] == rows
    assert SealedEntry.objects.count() == 1


def test_sections_do_not_mix():
    mine, theirs = deliver(2, "BSC-1"), deliver(3, "BSC-2")
    close("BSC-2")
    entries = assert_whole()
    assert [entry.inbox_id for entry in entries[1:]] == [row.id for row in theirs]
    assert {entry.inbox_id for entry in SealedEntry.objects.filter(tree__section="BSC-1")} == {row.id for row in mine}
