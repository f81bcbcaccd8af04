"""The certificate of an admission (入库证明) as an official paper."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from signing.reports.paper import Block, Facts, Paper, Table, Text, render


@dataclass(frozen=True, slots=True)
class CertificatePaper:
    number: str
    issuer: str
    issued_at: dt.datetime
    party: str
    party_number: str
    directory: str
    category: str
    grade: str
    admitted_on: dt.date
    valid_until: dt.date
    conditions: Sequence[tuple[str, str]]  # condition, how it was met
    conditions_version: int
    conditions_sha256: str
    check_url: str


def certificate_pdf(paper: CertificatePaper) -> bytes:
    """The unsigned PDF (`signing.actions.sign_pdf` signs it). Raises MissingGlyph."""
    facts = [
        ("入库编号", paper.number), ("统一社会信用代码", paper.party_number), ("单位名称", paper.party),
        ("名录", paper.directory), ("类别", paper.category), ("等级", paper.grade or "—"),
        ("入库日期", _day(paper.admitted_on)), ("有效期至", _day(paper.valid_until)),
    ]  # fmt: skip
    said = (
        f"经公开征集、自动检查、审核和公示，{paper.party}符合“{paper.directory}”公布的入库条件，准予入库。"
        "本证明只证明入库时和有效期内的在册事实，暂停、清退和退出以查验页面所示的当前状态为准；"
        "不作为依法必须招标项目和政府采购项目的资格条件。"
    )
    blocks: list[Block] = [Text(said), Facts(facts)]
    if paper.conditions:
        header = (f"入库条件（第 {paper.conditions_version} 版）", "核对结果")
        blocks.append(Table(header, paper.conditions, (78, 22)))
        blocks.append(Text(f"入库条件 SHA-256 {paper.conditions_sha256}"))
    return render(
        Paper(
            title="入库证明",
            subtitle="Certificate of Admission",
            number=paper.number,
            issuer=paper.issuer,
            issued_at=paper.issued_at,
            blocks=blocks,
            check_url=paper.check_url,
            check_hint="扫码查验真伪和当前状态",
        )
    )


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
