"""Triggers that keep history from changing, for both databases. Used by migrations; other apps may use it for tables of their own."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations

_REFUSAL = "append-only: %s may not be changed or deleted"


def append_only(table: str, unique: Sequence[str], allowed_update: str = "") -> migrations.RunPython:
    """A migration operation that forbids UPDATE, DELETE and TRUNCATE of `table`.

    `unique` names the columns (primary key first) that identify a row: SQLite's INSERT OR REPLACE deletes the old row
    without firing a DELETE trigger, so inserting over an existing row is refused by itself. `allowed_update`, an SQL
    condition over OLD and NEW that both databases understand, lets exactly such updates through.
    """

    def forwards(apps: Any, editor: Any) -> None:
        for statement in _statements(editor.connection.vendor, table, unique, allowed_update):
            editor.execute(statement, params=None)

    return migrations.RunPython(forwards, _backwards(table))


def _statements(vendor: str, table: str, unique: Sequence[str], allowed_update: str) -> list[str]:
    return (_postgresql if vendor == "postgresql" else _sqlite)(table, unique, allowed_update)


def _sqlite(table: str, unique: Sequence[str], allowed_update: str) -> list[str]:
    refusal = f"SELECT RAISE(ABORT, '{_REFUSAL % table}')"
    same_row = " OR ".join(f'"{column}" = NEW."{column}"' for column in unique)
    taken = f'EXISTS (SELECT 1 FROM "{table}" WHERE {same_row})'  # noqa: S608  (names from migrations)
    when = f"WHEN NOT COALESCE(({allowed_update}), 0)" if allowed_update else ""
    return [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {when} BEGIN {refusal}; END',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" BEGIN {refusal}; END',
        f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {taken} BEGIN {refusal}; END',
    ]


def _postgresql(table: str, unique: Sequence[str], allowed_update: str) -> list[str]:
    when = (
        f"WHEN (NOT COALESCE(({allowed_update}), FALSE))" if allowed_update and "SELECT" not in allowed_update else ""
    )
    body = f"RAISE EXCEPTION '{_REFUSAL % table}' USING ERRCODE = 'restrict_violation';"
    if allowed_update and not when:  # a WHEN clause may hold no subquery, a function may
        body = (
            f"IF TG_OP = 'UPDATE' THEN IF COALESCE(({allowed_update}), FALSE) THEN RETURN NEW; END IF; END IF; {body}"
        )
    function = f'"{table}_append_only"()'
    return [
        f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $append_only$ BEGIN {body} END $append_only$",
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW {when} EXECUTE FUNCTION {function}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {function}',
        f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION {function}',
    ]


def _backwards(table: str) -> Callable[[Any, Any], None]:
    def backwards(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f'DROP FUNCTION "{table}_append_only"() CASCADE', params=None)
            return
        for kind in ("no_update", "no_delete", "no_replace"):
            editor.execute(f'DROP TRIGGER "{table}_{kind}"', params=None)

    return backwards
