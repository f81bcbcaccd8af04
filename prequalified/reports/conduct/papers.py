"""The notice and the decision of a case of conduct as official papers (拟认定告知书、认定决定书)."""

import datetime as dt
from dataclasses import dataclass

from signing.reports.paper import Block, Facts, Heading, Paper, Text, beijing, render


@dataclass(frozen=True, slots=True)
class CasePaper:
    """`decision` empty: the notice."""

    number: str
    issuer: str
    issued_at: dt.datetime
    party: str
    party_number: str
    directory: str
    rule: str
    ground: str
    measure: str
    facts: str
    check_url: str
    until: str = ""
    defence_until: dt.datetime | None = None
    decision: str = ""
    reasons: str = ""
    defence: str = ""


def case_pdf(paper: CasePaper) -> bytes:
    """The unsigned PDF (`signing.actions.sign_pdf` signs it). Raises MissingGlyph."""
    return render(
        Paper(
            title="名录管理认定决定书" if paper.decision else "名录管理拟认定告知书",
            subtitle="Decision on Conduct" if paper.decision else "Notice of Proposed Measure",
            number=paper.number,
            issuer=paper.issuer,
            issued_at=paper.issued_at,
            blocks=[_facts(paper), *(_decision(paper) if paper.decision else _notice(paper))],
            check_url=paper.check_url,
        )
    )


def _facts(paper: CasePaper) -> Block:
    pairs = [
        ("当事人", paper.party), ("统一社会信用代码", paper.party_number), ("名录", paper.directory),
        ("编号", paper.number), ("行为", paper.rule), ("依据", paper.ground), ("措施", paper.measure),
    ]  # fmt: skip
    return Facts(pairs + ([("期限", paper.until)] if paper.until else []))


def _notice(paper: CasePaper) -> list[Block]:
    until = beijing(paper.defence_until) if paper.defence_until else "-"
    return [
        Heading("事实"),
        Text(paper.facts),
        Heading("您的权利"),
        Text(
            f"根据行政处罚法第四十四条、第四十五条的程序精神，贵单位有权陈述和申辩，请于 {until} 前在平台签名提交；"
            "不因陈述申辩而加重认定。逾期未提交的，视为放弃。在认定之前，积分和在册状态不变。"
        ),
    ]


def _decision(paper: CasePaper) -> list[Block]:
    return [
        Heading("事实"),
        Text(paper.facts),
        Heading("陈述申辩"),
        Text(paper.defence or "期限内未提交。"),
        Heading("认定"),
        Text(f"{paper.decision}。理由：{paper.reasons}"),
    ]
