"""The lock of everything that happens in a hall: the section's row, then the opening's."""

from tendering.actions.lock_section import lock_section
from tendering.models import Opening


def lock_opening(opening: Opening) -> Opening:
    """The opening read anew under both locks, until the end of the open transaction."""
    section = lock_section(opening.section)
    locked = Opening.objects.select_for_update().get(pk=opening.pk)
    locked.section = section
    return locked
