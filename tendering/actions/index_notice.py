"""Keeps the full-text index of notices, the one of the two engines that is in use."""

from django.db import connection

from runtime.dispatch import demand_transaction
from tendering.models import Notice


def index_notice(notice: Notice) -> None:
    """In the transaction that publishes. PostgreSQL indexes the column by itself; SQLite's FTS5 table is filled here."""
    demand_transaction()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO tendering_noticesearch (rowid, pieces) VALUES (%s, %s)",
                [notice.pk, notice.search],
            )
