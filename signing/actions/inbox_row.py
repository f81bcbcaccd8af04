"""Writing one row of the inbox: the insert that every act of the platform pays for."""

from django.db import connection

from signing.models import JournalInbox
from signing.rules.journal_entry import Draft

# The model's own save() costs more than the insert itself.
_INSERT = "INSERT INTO signing_journalinbox (head, tail, tree_id, chained) VALUES (%s, %s, %s, FALSE) RETURNING id"
_FIELDS = ["id", "head", "tail", "tree_id", "chained"]


def write_row(draft: Draft, tree_id: int | None = None) -> JournalInbox:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [draft.head, draft.tail, tree_id])
        row_id = cursor.fetchone()[0]
    return JournalInbox.from_db(connection.alias, _FIELDS, [row_id, draft.head, draft.tail, tree_id, False])
