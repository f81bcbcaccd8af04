"""The lock of everything that happens to a section: its row."""

from collections.abc import Iterable

from runtime.dispatch import demand_transaction
from tendering.models import Section


def lock_section(section: Section) -> Section:
    """The section's row, read anew and locked until the end of the open transaction.

    On PostgreSQL by SELECT … FOR UPDATE; on SQLite the transaction began IMMEDIATE and already holds the only write lock.
    """
    demand_transaction()
    locked = Section.objects.select_for_update().get(pk=section.pk)
    # FOR UPDATE may not join what others read: the parents are fetched beside it.
    locked.tendering_project = section.tendering_project
    return locked


def lock_sections(sections: Iterable[Section]) -> list[Section]:
    """Several at once, in the order of their keys, so that two acts never wait for one another crosswise."""
    demand_transaction()
    keys = sorted({section.pk for section in sections})
    return list(Section.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
