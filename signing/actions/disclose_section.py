"""At the deadline: a section's sealed entries pass into the main journal, and the salts are disclosed (protocol §5)."""

from runtime import clock
from runtime.dispatch import after_commit, demand_transaction
from signing.actions.seal_journal import seal_journal, wake_sealer
from signing.models import SealedTree


def disclose_section(section: str) -> SealedTree | None:
    """Close the section's sealed tree; its entries reach the main journal right after the caller's commit.

    Needs an open transaction, that of the act which ends the secrecy (the opening). From its commit on, entries written with
    `sealed_until=section` go to the main journal. Waits for acts that are writing into the tree, so that none of them is
    left out. Closing twice does nothing. Returns the tree, or None where the section never had one.
    """
    demand_transaction()
    tree = SealedTree.objects.select_for_update().filter(section=section).order_by("-number").first()
    if tree is None:
        return None
    if tree.closed_at is None:
        tree.closed_at = clock.now()
        tree.save(update_fields=["closed_at"])
        after_commit(wake_sealer)
    return tree


def await_disclosure(section: str) -> SealedTree:
    """The section's newest tree once its entries stand in the main journal. Call it after the commit of the act.

    Raises SealedTree.DoesNotExist where the section has no closed tree.
    """
    seal_journal()
    tree = SealedTree.objects.filter(section=section, disclosed_at__isnull=False).order_by("-number").first()
    if tree is None:
        raise SealedTree.DoesNotExist(f"the section {section} has no closed tree")
    return tree
