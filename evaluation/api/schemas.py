"""What the endpoints of evaluation take in. Scores and money are strings; signatures are Base64 of a detached CMS (DER)."""

from typing import Any, Literal

from ninja import Field, Schema


class SignatureIn(Schema):
    signature: str


class OpinionIn(SignatureIn):
    opinion: str = Field("", max_length=5000, description="不同意见；填写后签名的对象是不同意见书")


class GroundIn(Schema):
    ground: str = Field(max_length=2000)


class SeatGroundIn(GroundIn):
    seat: int = Field(ge=1, le=99)


class SeatNoteIn(Schema):
    seat: int = Field(ge=1, le=99)
    note: str = Field(max_length=2000)


class VoteIn(Schema):
    seat: int = Field(ge=1, le=99)


class VerdictIn(Schema):
    bid: str = Field(max_length=60)
    item: str = Field(max_length=60)
    passed: bool
    reason: str = Field("", max_length=2000)
    version: int = Field(ge=0)


class ScoreIn(Schema):
    bid: str = Field(max_length=60)
    item: str = Field(max_length=60)
    score: str | None = Field(max_length=20)
    version: int = Field(ge=0)


class ScoresIn(Schema):
    changes: list[ScoreIn] = Field(max_length=500)


class FewIn(Schema):
    go_on: bool
    reason: str = Field(max_length=2000)


class FindingIn(Schema):
    bid: str = Field(max_length=60)
    findings: dict[str, Any]


class RemarksIn(Schema):
    remarks: str = Field("", max_length=10000)


class RollBackIn(Schema):
    target: str = Field(max_length=20)
    reason: str = Field(max_length=2000)


class DecisionIn(Schema):
    granted: bool
    answer: str = Field(max_length=2000)


class WindowIn(Schema):
    until: str = Field(max_length=40, description="RFC 3339")
    reason: str = Field(max_length=2000)


class LayoutIn(Schema):
    size: int = Field(ge=0, le=99)
    tenderer_members: int = Field(0, ge=0, le=99)
    specialties: list[str] = []
    main_venue: str
    sub_seats: int = Field(0, ge=0, le=99)
    window_from: str = Field(max_length=40, description="RFC 3339")
    window_until: str = Field(max_length=40, description="RFC 3339")
    complex_matter: bool = False
    water_works: bool = False


class PersonIn(Schema):
    number: str = Field(max_length=64, description="招标人代表的个人编号")


class TieIn(Schema):
    number: str = Field(max_length=64)
    name: str = Field("", max_length=200)
    kind: str = Field(max_length=12)
    since: str = ""
    until: str = ""


class ExpertIn(Schema):
    number: str = Field("", max_length=64, description="被申报人的个人编号；自荐时不填")
    specialties: list[str]
    region: str = Field(max_length=6)
    title: str = Field(max_length=60)
    years: int = Field(ge=0, le=99)
    grade: str = Field("", max_length=20)
    ties: list[TieIn] = []


class StatusIn(Schema):
    status: str = Field(max_length=10)
    reasons: str = Field("", max_length=2000)


class DrawIn(Schema):
    purpose: Literal["venue", "experts", "float", "tie"]
    reason: str = Field("", max_length=400)


class ReasonIn(Schema):
    reason: str = Field(max_length=400)
