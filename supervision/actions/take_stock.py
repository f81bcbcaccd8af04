"""What belongs into a bundle now: all papers of a section and the journal entries they rest on, as of one moment."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from signing.actions.seal_journal import seal_journal
from supervision.queries.evaluated import draws, evaluation_members
from supervision.queries.evidence import (
    Member,
    deliveries,
    documents,
    letters,
    notices,
    opened_containers,
    opening_members,
    trust,
)
from supervision.queries.journalled import last_index, section_indexes
from tendering.actions.advance_opening import advance_opening
from tendering.actions.issue_receipt import issue_receipt
from tendering.actions.publish_record import publish_record
from tendering.models import Bid, Section

TRIES, PAUSE = 20, 0.5
SOURCES = (documents, notices, deliveries, opening_members, draws, evaluation_members, letters)


class Busy(RuntimeError):
    """Something happens in the section all the time; no moment was found in which nothing did."""


@dataclass(frozen=True)
class Stock:
    """`opened`: the opened containers, which may be left out. `indexes`: the section's entries in the journal."""

    papers: list[Member]
    opened: list[Member]
    indexes: list[int]


def take_stock(section: Section) -> Stock:
    """Papers and entries that belong together: where an act came between the two readings, both are read again.

    An act's rows and its entry are committed at once, so no entry more means no row more. Raises Busy.
    """
    _finish_papers(section)
    for _ in range(TRIES):
        seal_journal()
        section.refresh_from_db()
        indexes = section_indexes(section, last_index())
        papers, opened = list(_papers(section)), list(opened_containers(section))
        seal_journal()
        if section_indexes(section, last_index()) == indexes:
            return Stock(papers, opened, indexes)
        time.sleep(PAUSE)
    raise Busy(section.code)


def _finish_papers(section: Section) -> None:
    """What a worker may not have come to yet: the opening's next move, receipts, the record's signature and paper."""
    opening = advance_opening(section)
    for bid in Bid.objects.filter(section=section, round=section.round, receipt=None).select_related(
        "section", "bidder", "entry"
    ):
        issue_receipt(bid)
    if opening is not None:
        publish_record(opening)


def _papers(section: Section) -> Iterator[Member]:
    """Each name once; lists of different authorities may be the same."""
    seen: set[str] = set()
    for source in SOURCES:
        for member in source(section):
            seen.add(member.name)
            yield member
    for member in trust():
        if member.name not in seen:
            seen.add(member.name)
            yield member
