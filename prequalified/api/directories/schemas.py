"""What the endpoints of the directories take and give; times are UTC, money is a string."""

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from prequalified.api.schemas import Text

Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Signature = Annotated[str, StringConstraints(max_length=200_000)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class PartyNamed(Schema):
    name: str
    number: str


class DirectoryOut(Schema):
    code: str
    name: str
    name_en: str
    category: str
    centre: str
    active: bool
    standing: int | None
    calling: bool | None


class CategoryOut(Schema):
    code: str
    kind: str
    name: str
    name_en: str
    parent: str
    path: str


class ConditionsOut(Schema):
    """`conditions`: `yangguang-conditions/1`; `sha256` of its canonical JSON, empty while it is a draft."""

    directory: str
    version: int
    sha256: str
    published_at: dt.datetime | None
    conditions: dict[str, Any]


class CallOut(Schema):
    number: str
    directory: str
    title: str
    text: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    published_at: dt.datetime
    closed_at: dt.datetime | None
    close_reason: str
    conditions_version: int
    conditions_sha256: str


class AdmissionOut(Schema):
    number: str
    directory: str
    party: PartyNamed
    grade: str
    state: str
    rating: str
    points: int
    region: str
    admitted_at: dt.datetime
    valid_until: dt.date
    suspended_until: dt.date | None
    waits_until: dt.date | None
    certificate_sha256: str


class PublicityOut(Schema):
    number: str
    directory: str
    call: str
    party: PartyNamed
    grade: str
    status: str
    renewal: bool
    publicity_from: dt.datetime | None
    publicity_until: dt.datetime | None
    reasons: str


class Page(Schema):
    count: int
    page: int
    pages: int


class DirectoryList(Page):
    items: list[DirectoryOut]


class CallList(Page):
    items: list[CallOut]


class AdmissionList(Page):
    items: list[AdmissionOut]


class PublicityList(Page):
    items: list[PublicityOut]


class DirectoryIn(Schema):
    """`code`, `centre`, `category` count only when it is founded. Terms: `{"review": {"workdays": 10}, …}`."""

    code: Short = ""
    centre: Short = ""
    category: Short = ""
    name: Short
    name_en: Short
    terms: dict[Short, dict[Short, Count]]
    figures: dict[Short, Count | Short]


class ConditionsIn(Schema):
    conditions: dict[str, Any]


class CallIn(Schema):
    """`opens_at` left out: at once; `closes_at` left out: all the year."""

    title: Short
    text: Text = ""
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None


class ActiveIn(Schema):
    active: bool
    reason: Text


class FactIn(Schema):
    text: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4000)] = ""
    papers: Annotated[list[Short], Field(max_length=50)] = []


class RequestIn(Schema):
    grade: Short = ""
    facts: dict[Short, FactIn] = {}
    committed: Annotated[list[Short], Field(max_length=100)] = []


class ReviewIn(Schema):
    facts: dict[Short, FactIn] = {}
    committed: Annotated[list[Short], Field(max_length=100)] = []


class SignatureIn(Schema):
    """Base64 of a detached CAdES over the canonical JSON of the statement."""

    signature: Signature


class RequestOut(Schema):
    number: str
    call: str
    directory: str
    party: PartyNamed
    renews: str
    status: str
    grade: str
    facts: dict[str, Any]
    committed: list[str]
    findings: list[dict[str, Any]]
    reasons: str
    submitted_at: dt.datetime | None
    supplement_until: dt.datetime | None
    review_until: dt.datetime | None
    publicity_from: dt.datetime | None
    publicity_until: dt.datetime | None
    decided_at: dt.datetime | None
    admission: str


class RequestList(Page):
    items: list[RequestOut]


class StatementOut(Schema):
    """`text` is what is signed, byte by byte (UTF-8); `blockers` all that stops it, each told at once."""

    text: str
    findings: list[dict[str, Any]]
    blockers: list[dict[str, Any]]


class DecisionIn(Schema):
    """`decision`: pass, return or refuse."""

    decision: Short
    reasons: Text = ""


class ObjectionIn(Schema):
    text: Text


class ObjectionOut(Schema):
    id: int
    text: str
    at: dt.datetime
    answer_until: dt.datetime | None
    answer: str
    upheld: bool | None
    answered_at: dt.datetime | None


class AnswerIn(Schema):
    answer: Text
    upheld: bool


class OutcomeIn(Schema):
    """`outcome`: kept or broken for a commitment; passed or failed for a review."""

    outcome: Short
    note: Text = ""


class CommitmentOut(Schema):
    id: int
    request: str
    party: PartyNamed
    key: str
    text: str
    due: dt.datetime
    outcome: str
    note: str
    checked_at: dt.datetime | None


class CommitmentList(Page):
    items: list[CommitmentOut]


class ReviewOut(Schema):
    id: int
    admission: str
    party: PartyNamed
    year: int
    due: dt.date
    facts: dict[str, Any]
    committed: list[str]
    findings: list[dict[str, Any]]
    submitted_at: dt.datetime | None
    outcome: str
    reasons: str
    decided_at: dt.datetime | None


class ReviewList(Page):
    items: list[ReviewOut]


class ChangeOut(Schema):
    before: str
    after: str
    reason: str
    basis: str
    until: dt.date | None
    at: dt.datetime
