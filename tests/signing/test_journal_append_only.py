"""What somebody with the database, but not with the right to change its schema, cannot do."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from signing.actions.disclose_section import disclose_section
from signing.actions.freeze_draw import Candidate, freeze_draw
from signing.actions.publish_checkpoint import publish_checkpoint
from signing.actions.publish_commitment import publish_commitment
from signing.actions.seal_journal import seal_journal
from signing.models import JournalEntry, JournalInbox
from signing.rules.draws import Step
from tests.signing.journal_kit import BIDDER, assert_whole, write

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = [
    "signing_journalinbox",
    "signing_journalentry",
    "signing_treehash",
    "signing_checkpoint",
    "signing_checkpointtimestamp",
    "signing_checkpointcosignature",
    "signing_sealedtree",
    "signing_sealedentry",
    "signing_sealedroot",
    "signing_commitment",
    "signing_committedtree",
    "signing_draw",
    "signing_drawcommitment",
    "signing_drawshare",
    "signing_drawopening",
]


@pytest.fixture
def history(monkeypatch):
    """At least one row in each table that the journal's own acts fill."""
    monkeypatch.setattr("signing.actions.append_entry.wake_sealer", lambda: None)
    write(300)
    write(2, sealed_until="BSC-1")
    seal_journal()
    publish_commitment()
    publish_checkpoint("test")
    freeze_draw(purpose="p", subject="s", candidates=[Candidate({"name": "x"})], plan=[Step(1)], actor=BIDDER)
    seal_journal()
    write(1)  # waits in the inbox


def run(statement):
    """Rows changed, or the database's refusal as text."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount
    except DatabaseError as error:
        return str(error)


def columns(table):
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def filled(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_no_row_of_history_can_be_deleted(history):
    for table in TABLES:
        before = filled(table)
        if not before:
            continue
        assert "append-only" in str(run(f"DELETE FROM {table}")), table
        assert filled(table) == before


def test_no_column_of_history_can_be_changed(history):
    for table in TABLES:
        if not filled(table):
            continue
        for column in columns(table):
            changed = f"CASE WHEN {quoted(column)} IS NULL THEN NULL ELSE {quoted(column)} END"
            outcome = run(f"UPDATE {table} SET {quoted(column)} = {changed}")
            if table in ("signing_sealedtree", "signing_draw"):  # they may move on, and this moved nothing
                continue
            assert "append-only" in str(outcome), (table, column)


def quoted(column):
    return connection.ops.quote_name(column)


@pytest.mark.engine("postgresql")
def test_history_cannot_be_truncated(history):
    for table in TABLES:
        assert "append-only" in str(run(f"TRUNCATE {table} CASCADE")), table


@pytest.mark.engine("sqlite3")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_no_row_can_be_replaced_by_inserting_over_it(history, verb):
    """SQLite deletes the row in the way without asking the trigger against deletion."""
    for table in TABLES:
        if not filled(table):
            continue
        names = ", ".join(quoted(column) for column in columns(table))
        outcome = run(f"{verb} INTO {table} ({names}) SELECT {names} FROM {table} LIMIT 1")
        assert "append-only" in str(outcome), table


def test_an_entry_cannot_be_dropped_from_the_inbox_by_marking_it_as_sealed(history):
    waiting = JournalInbox.objects.get(chained=False)
    assert "append-only" in str(run(f"UPDATE signing_journalinbox SET chained = TRUE WHERE id = {waiting.id}"))
    assert "append-only" in str(run("UPDATE signing_journalinbox SET chained = FALSE WHERE chained"))
    assert seal_journal() == 1
    assert_whole()


def test_an_inbox_row_cannot_stand_in_the_journal_twice(history):
    newest = JournalEntry.objects.order_by("-index").first()
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.create(
            index=newest.index + 1,
            inbox_id=newest.inbox_id,
            leaf=bytes(32),
            kind="k",
            subject="s",
            readers="public",
            time=timezone.now(),
        )


@pytest.mark.parametrize(
    "change",
    [
        "section = 'BSC-2'",
        "number = 7",
        "secret = NULL",
        "opened_at = '2020-01-01 00:00:00+00:00'",
        "disclosure_index = 5, disclosed_at = opened_at",
    ],
)
def test_a_sealed_tree_cannot_be_passed_off_as_another(history, change):
    assert isinstance(run(f"UPDATE signing_sealedtree SET {change}"), str)


def test_a_disclosed_tree_cannot_be_opened_again(history):
    with transaction.atomic():
        disclose_section("BSC-1")
    seal_journal()
    for change in (
        "closed_at = NULL",
        "disclosed_at = NULL",
        "disclosed_at = NULL, closed_at = NULL, disclosure_index = NULL",
    ):
        assert "append-only" in str(run(f"UPDATE signing_sealedtree SET {change}"))


@pytest.mark.parametrize(
    "change",
    [
        "pool = '[]'",
        "pool_sha256 = 'x'",
        "plan = '[]'",
        "names = '[]'",
        "number = 'DRAW-0'",
        "purpose = 'another'",
        "recipients = '[\"x\"]'",
        "k = 9",
    ],
)
def test_a_frozen_draw_cannot_be_changed(history, change):
    assert "append-only" in str(run(f"UPDATE signing_draw SET {change}"))


def test_a_finished_draw_cannot_be_drawn_again(history):
    assert run("UPDATE signing_draw SET state = 'finished'") == 1
    assert "append-only" in str(run("UPDATE signing_draw SET state = 'revealing'"))
    assert "append-only" in str(run("UPDATE signing_draw SET outcome = '{}'"))
