"""The lock of everything that happens in an evaluation room: the committee's row."""

from evaluation.models import Committee, CommitteeMember
from runtime.dispatch import demand_transaction
from tendering.actions.lock_section import lock_section


def lock_committee(committee: Committee) -> Committee:
    """The row read anew and locked until the end of the open transaction."""
    demand_transaction()
    locked = Committee.objects.select_for_update().get(pk=committee.pk)
    locked.section = committee.section
    return locked


def lock_with_section(committee: Committee) -> Committee:
    """Section first, then committee: always in this order, so that two acts never wait for one another crosswise."""
    section = lock_section(committee.section)
    locked = lock_committee(committee)
    locked.section = section
    return locked


def standing_members(committee: Committee) -> list[CommitteeMember]:
    standing = committee.members.filter(status=CommitteeMember.Status.STANDING)
    return list(standing.select_related("party", "venue").order_by("seat"))
