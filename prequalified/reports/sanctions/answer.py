"""An archived answer of the gate as an official paper (参与资格查询结果)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from signing.reports.paper import Block, Facts, Heading, Paper, Table, Text, render

PROMISE = (
    "本结果由平台在上列时间根据名单记录、身份核验状态和关联关系自动得出并存档（87号令 20），此后不再改动。"
    "它只说明所列环节、交易制度和日期的情况；日后的变化以届时的查询为准。"
)


@dataclass(frozen=True, slots=True)
class AnswerPaper:
    """`reasons` and `warnings`: (what, its rule)."""

    number: str
    issuer: str
    name: str
    party_number: str
    gate: str
    regime: str
    subject: str
    day: dt.date
    allowed: bool
    asked_by: str
    at: dt.datetime
    reasons: Sequence[tuple[str, str]]
    warnings: Sequence[tuple[str, str]]
    check_url: str
    digest: str


def answer_pdf(paper: AnswerPaper) -> bytes:
    """The unsigned PDF. Raises MissingGlyph."""
    facts = Facts(
        [
            ("名称", paper.name),
            ("统一社会信用代码", paper.party_number),
            ("环节", paper.gate),
            ("交易制度", paper.regime or "任一"),
            ("查询日期", paper.day.isoformat()),
            ("事项", paper.subject or "—"),
            ("查询人", paper.asked_by or "平台"),
            ("结果", "可以参加" if paper.allowed else "不得参加"),
        ]
    )
    blocks: list[Block] = [facts]
    for title, rows in (("限制参加的原因", paper.reasons), ("提示", paper.warnings)):
        if rows:
            blocks += [Heading(title), Table(("内容", "依据"), list(rows), (7, 3))]
    return render(
        Paper(
            title="参与资格查询结果",
            number=paper.number,
            issuer=paper.issuer,
            issued_at=paper.at,
            blocks=[*blocks, Text(PROMISE)],
            check_url=paper.check_url,
            digest=paper.digest,
        )
    )
