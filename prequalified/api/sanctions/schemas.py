"""What the endpoints of lists and cases take and give."""

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from prequalified.api.schemas import Text

Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
Base64 = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200_000)]
Months = Annotated[int, Field(ge=0, le=999)]
Key = Annotated[int, Field(ge=0, le=2**31 - 1)]
Faults = list[dict[str, Any]]
Keys = Annotated[list[Short], Field(max_length=50)]


class Asking(Schema):
    """Documented here; `runtime.listing` reads them from the address."""

    q: Short = ""
    sort: Short = ""
    page: Short = "1"
    format: Short = ""
    state: Short = ""
    kind: Short = ""
    gate: Short = ""
    allowed: Short = ""
    show: Short = ""


class Listed(Schema):
    count: int
    page: int
    pages: int


class SanctionOut(Schema):
    id: int
    list: str
    ground: str
    name: str
    number: str
    conduct: str
    basis: str
    authority: str
    decision: str
    decided_on: dt.date
    starts: dt.date
    ends: dt.date | None
    bans: bool
    published_at: dt.datetime | None
    public_until: dt.date | None
    state: str


class SanctionList(Listed):
    items: list[SanctionOut]


class KindOut(Schema):
    """`data`: `yangguang-lists/1`."""

    code: str
    name: str
    name_en: str
    ground: str
    data: dict[str, Any]


class AnswerOut(Schema):
    """`yangguang-gate-answer/1`."""

    format: str
    id: str
    gate: str
    regime: str
    subject: str
    name: str
    number: str
    day: dt.date
    allowed: bool
    reasons: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    at: dt.datetime


class AnswerList(Listed):
    items: list[AnswerOut]


class AskIn(Schema):
    number: Short
    gate: Short
    regime: Short = ""
    subject: Short = ""
    day: dt.date | None = None


class StepOut(Schema):
    kind: str
    body: dict[str, Any]
    at: dt.datetime
    until: dt.datetime | None
    sha256: str
    certificate: str


class CaseOut(Schema):
    number: str
    list: str
    name: str
    party: str
    source: str
    state: str
    act_on: dt.date | None
    filed_at: dt.datetime


class CaseWhole(CaseOut):
    steps: list[StepOut]
    may: list[str]


class CaseList(Listed):
    items: list[CaseOut]


class FileIn(Schema):
    number: Short
    kind: Short
    source: Short
    conduct: Text
    act_on: dt.date | None = None
    subject: Short = ""


class TellIn(Schema):
    facts: Text
    reasons: Text
    basis: Text
    months: Months = 0


class DecideIn(TellIn):
    """`signature`: Base64 of a detached CAdES over the bytes of `/cases/{number}/decision-text`."""

    signature: Base64


class DefenceIn(Schema):
    statement: Text
    papers: Keys = []


class ReasonIn(Schema):
    reason: Text


class HearingIn(Schema):
    held_at: dt.datetime
    venue: Short


class MinutesIn(Schema):
    minutes: Text


class WayIn(Schema):
    way: Short


class RepairTextIn(DefenceIn):
    pass


class RepairIn(DefenceIn):
    signature: Base64


class RepairOut(Schema):
    id: int
    sanction: int
    name: str
    state: str
    statement: str
    reasons: str
    asked_at: dt.datetime
    decided_at: dt.datetime | None


class RepairList(Listed):
    items: list[RepairOut]


class DecideRepairIn(Schema):
    granted: bool
    reasons: Text


class ImportOut(Schema):
    id: int
    list: str
    name: str
    source: str
    state: str
    rows: int
    total: int
    good: int
    bad: int
    taken: int
    sha256: str
    error: Faults
    at: dt.datetime


class ImportList(Listed):
    items: list[ImportOut]


class RowOut(Schema):
    place: int
    said: dict[str, str]
    errors: list[dict[str, Any]]
    party: str
    duplicate: bool


class RowList(Listed):
    items: list[RowOut]


class NodeOut(Schema):
    id: str
    name: str
    number: str
    self: bool
    sanctions: list[str]


class LinkOut(Schema):
    one: str
    other: str
    kind: str
    words: str
    source: str
    since: str


class PictureOut(Schema):
    nodes: list[NodeOut]
    links: list[LinkOut]
    cut: bool
