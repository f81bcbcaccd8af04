"""History may not change: triggers on both databases. What may change at all is written out here."""

from django.db import migrations

from signing.models.append_only import append_only

# The sealer's mark: it turns true once, and only when the entry really stands in a tree, so that nobody with the
# database can drop an entry out of the inbox unnoticed.
_INBOX_MARK = """
    NEW.id = OLD.id AND NEW.head = OLD.head AND NEW.tail = OLD.tail
    AND COALESCE(NEW.tree_id, 0) = COALESCE(OLD.tree_id, 0) AND NOT OLD.chained AND NEW.chained
    AND (EXISTS (SELECT 1 FROM signing_journalentry AS e WHERE e.inbox_id = NEW.id)
      OR EXISTS (SELECT 1 FROM signing_sealedentry AS e WHERE e.inbox_id = NEW.id))
"""
_TREE_STEPS = """
    NEW.id = OLD.id AND NEW.section = OLD.section AND NEW.number = OLD.number AND NEW.secret = OLD.secret
    AND NEW.opened_at = OLD.opened_at
    AND (OLD.closed_at IS NULL OR NEW.closed_at = OLD.closed_at)
    AND OLD.disclosed_at IS NULL AND OLD.disclosure_index IS NULL
"""
# A draw moves on from committing to revealing to its end; what was frozen stays.
_DRAW_STEPS = """
    NEW.id = OLD.id AND NEW.number = OLD.number AND NEW.purpose = OLD.purpose AND NEW.subject = OLD.subject
    AND NEW.pool_sha256 = OLD.pool_sha256 AND CAST(NEW.pool AS TEXT) = CAST(OLD.pool AS TEXT)
    AND CAST(NEW.plan AS TEXT) = CAST(OLD.plan AS TEXT) AND CAST(NEW.names AS TEXT) = CAST(OLD.names AS TEXT)
    AND CAST(NEW.recipients AS TEXT) = CAST(OLD.recipients AS TEXT) AND NEW.k = OLD.k
    AND NEW.frozen_at = OLD.frozen_at AND COALESCE(NEW.replaces_id, 0) = COALESCE(OLD.replaces_id, 0)
    AND OLD.state NOT IN ('finished', 'failed')
    AND (OLD.state = 'committing' OR NEW.state IN ('finished', 'failed'))
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]

    operations = [
        append_only("signing_journalinbox", ["id"], _INBOX_MARK),
        append_only("signing_journalentry", ["index", "inbox_id"]),
        append_only("signing_treehash", ["id"]),
        append_only("signing_checkpoint", ["id", "size"]),
        append_only("signing_checkpointtimestamp", ["id", "reason"]),
        append_only("signing_checkpointcosignature", ["id"]),
        append_only("signing_sealedtree", ["id"], _TREE_STEPS),
        append_only("signing_sealedentry", ["id", "inbox_id"]),
        append_only("signing_sealedroot", ["id"]),
        append_only("signing_commitment", ["id", "due", "inbox_id"]),
        append_only("signing_committedtree", ["id"]),
        append_only("signing_draw", ["id", "number"], _DRAW_STEPS),
        append_only("signing_drawcommitment", ["id"]),
        append_only("signing_drawshare", ["id"]),
        append_only("signing_drawopening", ["id", "commitment_id"]),
    ]
