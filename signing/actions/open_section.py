"""Opening a section's sealed tree, when its notice is published (protocol §5, sealed journal)."""

from django.db import IntegrityError, connection, transaction

from runtime import clock
from runtime.dispatch import demand_transaction
from signing.models import SealedTree
from signing.rules.sealed_journal import new_secret


def open_section(section: str) -> SealedTree:
    """Open the section's sealed tree and, for a re-tender, the next one. An open tree is returned as it is.

    Called in the act that publishes the notice, so that from then on every commitment covers the section whether or not
    anything happens in it. Needs an open transaction.
    """
    demand_transaction()
    newest = _newest(section)
    if newest is not None and newest.closed_at is None:
        return newest
    number = newest.number + 1 if newest else 1
    try:
        with transaction.atomic():
            return SealedTree.objects.create(section=section, number=number, secret=new_secret(), opened_at=clock.now())
    except IntegrityError:  # another act opened it in this instant
        return SealedTree.objects.get(section=section, number=number)


def tree_that_takes(section: str) -> SealedTree | None:
    """The section's open tree, or None once it is closed; a section never opened is opened now.

    On PostgreSQL the row is locked for sharing until the caller's commit, so that `disclose_section`, which locks it for
    itself, waits for every entry on its way in; on SQLite there is one writer at a time anyway.
    """
    newest = _newest(section)
    if newest is None:
        return open_section(section)
    return newest if newest.closed_at is None else None


def _newest(section: str) -> SealedTree | None:
    trees = SealedTree.objects.filter(section=section).order_by("-number")
    if connection.vendor != "postgresql":
        return trees.first()
    found = trees.values_list("id", flat=True).first()
    if found is None:
        return None
    return SealedTree.objects.raw("SELECT * FROM signing_sealedtree WHERE id = %s FOR SHARE", [found])[0]
