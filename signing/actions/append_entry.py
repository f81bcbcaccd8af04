"""The one way into the journal: an act writes its entry in its own transaction. No entry, no act."""

from typing import Any

from runtime import clock
from runtime.actor import Actor
from runtime.dispatch import after_commit, demand_transaction
from signing.actions.inbox_row import write_row
from signing.actions.open_section import tree_that_takes
from signing.actions.seal_journal import wake_sealer
from signing.models import JournalInbox
from signing.rules.journal_entry import draft_entry


def append_entry(
    *,
    kind: str,
    subject: str,
    body: dict[str, Any],
    actor: Actor,
    readers: str = "public",
    sealed_until: str = "",
) -> JournalInbox:
    """Write an entry into the inbox, in the caller's open transaction (NotInTransaction otherwise).

    `kind` names the act (`bid.delivered`), `subject` what it is about (`section:BSC-…`), `body` holds JSON without floats
    that matter (money and scores are strings), `readers` is public | party | supervisor. `sealed_until` names a section:
    until its deadline the entry stands in the section's sealed tree; once that tree is closed it goes to the main journal.
    After the commit the sealer gives the entry its place; who needs the place calls `seal_journal.await_entry(inbox.id)`.
    Raises EntryError (a bug of ours) for a body that is no JSON, or larger than a megabyte.
    """
    demand_transaction()
    tree = tree_that_takes(sealed_until) if sealed_until else None
    draft = draft_entry(
        kind=kind,
        subject=subject,
        body=body,
        actor=actor,
        readers=readers,
        time=clock.stamp(clock.now()),
        section=tree.section if tree else "",
    )
    after_commit(wake_sealer)
    return write_row(draft, tree.id if tree else None)
