"""The full-text index of notices: FTS5 on SQLite, a GIN index over a tsvector on PostgreSQL.

Filled by tendering/actions/index_notice.py with space-joined pieces (rules/bigrams.py), so that both engines cut alike.
"""

from django.db import migrations


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("CREATE VIRTUAL TABLE tendering_noticesearch USING fts5(pieces, tokenize='unicode61')")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX tendering_notice_search ON tendering_notice USING GIN (to_tsvector('simple', search))"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS tendering_noticesearch")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS tendering_notice_search")


class Migration(migrations.Migration):
    dependencies = [("tendering", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
