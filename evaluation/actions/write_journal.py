"""The evaluation's entries in the journal: always about a section, read by the supervisor until the result."""

from typing import Any

from evaluation.models import Committee, CommitteeMember
from runtime.actor import Actor
from signing.actions.append_entry import append_entry


def write_journal(committee: Committee, kind: str, body: dict[str, Any], actor: Actor) -> None:
    """`kind` is `evaluation.…` or `committee.…`; readers are supervisors, for members' names are secret (A-134)."""
    facts = {"round": committee.round, "committee": committee.number, **body}
    append_entry(kind=kind, subject=f"section:{committee.section.code}", body=facts, actor=actor, readers="supervisor")


def seat_of(member: CommitteeMember) -> dict[str, Any]:
    return {"seat": member.seat, "number": member.party.number}
