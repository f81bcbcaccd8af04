"""What the endpoints of people and papers take and give."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from prequalified.actions.people.write_person import PersonDetails
from prequalified.api.schemas import PartyOut, Text, party_out
from prequalified.models import Paper, Person, Relation
from prequalified.rules.people.persons import FIELDS

Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]


class PersonIn(Schema):
    """`number`: of the identity document; left empty on a change it stays. `papers`: public numbers of one's own papers."""

    duty: Short
    name: Short = ""
    number: Short = ""
    title: Short = ""
    qualification: Short = ""
    grade: Short = ""
    specialty: Short = ""
    certificate_number: Short = ""
    valid_until: dt.date | None = None
    since: dt.date | None = None
    papers: Annotated[list[Short], Field(max_length=50)] = []


class PersonOut(Schema):
    """`number` is masked. `warnings`: codes; somebody in a duty that one has at one firm only stands at another too."""

    id: int
    party: PartyOut
    duty: str
    name: str
    number: str
    title: str
    qualification: str
    grade: str
    specialty: str
    certificate_number: str
    valid_until: dt.date | None
    since: dt.date | None
    papers: list[str]
    status: str
    replaces: int | None
    reasons: str
    applied_by: str
    applied_at: dt.datetime | None
    decided_by: str
    decided_at: dt.datetime | None
    left_at: dt.datetime | None


class PersonWarned(PersonOut):
    warnings: list[str]


class PersonList(Schema):
    count: int
    page: int
    pages: int
    items: list[PersonOut]


class PaperOut(Schema):
    id: str
    party: PartyOut
    kind: str
    title: str
    number: str
    issuer: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    media: str
    size: int
    sha256: str
    certificate: str
    added_at: dt.datetime


class PaperList(Schema):
    count: int
    page: int
    pages: int
    items: list[PaperOut]


class RelationIn(Schema):
    """`share` in per cent, as a string."""

    other: Short
    kind: Short
    share: Decimal | None = Field(None, max_digits=6, decimal_places=2)
    person: Short = ""
    source: Text


class RelationOut(Schema):
    id: int
    one: PartyOut
    other: PartyOut
    kind: str
    person: str
    share: str
    source: str
    since: dt.date | None
    until: dt.date | None


class PartyAccountIn(Schema):
    username: Text
    password: Text
    contact: Text


def details_of(body: PersonIn) -> PersonDetails:
    words = {key: getattr(body, key) for key in FIELDS}
    return PersonDetails(body.duty, words, body.number, body.valid_until, body.since, body.papers)


def person_out(row: Person) -> dict[str, Any]:
    """`papers` are prefetched by whoever lists."""
    kept = (*FIELDS, "id", "duty", "valid_until", "since", "status", "reasons", "applied_at", "decided_at", "left_at")
    return {
        **{key: getattr(row, key) for key in kept},
        "number": row.number_shown,
        "party": party_out(row.party),
        "papers": [paper.public_id for paper in row.papers.all()],
        "replaces": row.replaces_id,
        "applied_by": row.applied_by.get_full_name() if row.applied_by else "",
        "decided_by": row.decided_by.get_full_name() if row.decided_by else "",
    }


def paper_out(row: Paper) -> dict[str, Any]:
    kept = (
        "kind", "title", "number", "issuer", "valid_from", "valid_until", "media", "size", "sha256", "certificate", "added_at",
    )  # fmt: skip
    return {**{key: getattr(row, key) for key in kept}, "id": row.public_id, "party": party_out(row.party)}


def relation_out(row: Relation) -> dict[str, Any]:
    kept = ("id", "kind", "person", "source", "since", "until")
    told = {key: getattr(row, key) for key in kept}
    share = "" if row.share is None else str(row.share)
    return {**told, "share": share, "one": party_out(row.one), "other": party_out(row.other)}
