"""Lets the test runner empty the append-only tables between transactional tests; nothing outside the tests does this."""

from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

_flush = BaseDatabaseOperations.execute_sql_flush


def let_tests_flush() -> None:
    """Call once from conftest: flushing lifts the triggers for its own transaction only."""
    BaseDatabaseOperations.execute_sql_flush = _flush_without_triggers


def _flush_without_triggers(operations: Any, sql_list: list[str]) -> None:
    if operations.connection.vendor == "postgresql":
        # Truncating a hundred tables takes PostgreSQL seconds; deleting what a few of them hold takes none. As a replica
        # it runs no triggers, those of foreign keys neither.
        emptied = [f'DELETE FROM "{table}"' for table in _filled(operations.connection)]
        _flush(operations, ["SET LOCAL session_replication_role = replica", *emptied])
        return
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    drop = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
    _flush(operations, [*drop, *sql_list, *(sql for _name, sql in triggers)])


def _filled(connection: Any) -> list[str]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """The sealer's thread must not meet the emptying of the tables, nor a closed database, after a test that committed."""
    from django.apps import apps

    if apps.ready:
        from signing.actions.seal_journal import rest_sealer

        rest_sealer()
