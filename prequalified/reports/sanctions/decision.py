"""The decision of a case as an official paper (失信行为认定决定书)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signing.reports.paper import Facts, Heading, Paper, Signature, Signatures, Text, render


@dataclass(frozen=True, slots=True)
class DecisionPaper:
    """`content`: the signed `yangguang-sanction-decision/1`; `sha256` of its canonical JSON."""

    content: Mapping[str, Any]
    sha256: str
    decided_at: dt.datetime
    certificate: str
    check_url: str


def decision_pdf(paper: DecisionPaper) -> bytes:
    """The unsigned PDF. Raises MissingGlyph."""
    content = paper.content
    months = content["months"]
    ban = f"自送达之日起 {months} 个月内限制参加" if months else "记录并公布，不限制参加"
    facts = Facts(
        [
            ("案号", content["case"]),
            ("当事人", content["party"]["name"]),
            ("统一社会信用代码", content["party"]["number"]),
            ("列入名单", content["list"]["name"]),
            ("名单依据", content["list"]["ground"]),
            ("决定日期", content["decided_on"]),
            ("处理", ban),
        ]
    )
    signed = Signature(content["authority"]["name"], "决定机关", paper.decided_at, paper.certificate)
    return render(
        Paper(
            title="失信行为认定决定书",
            number=content["case"],
            issuer=content["authority"]["name"],
            issued_at=paper.decided_at,
            blocks=[
                facts,
                Heading("认定的事实"),
                Text(content["facts"]),
                Heading("理由"),
                Text(content["reasons"]),
                Heading("依据"),
                Text(content["basis"]),
                Heading("救济途径"),
                Text(content["remedy"]),
                Signatures("签名", [signed]),
            ],
            check_url=paper.check_url,
            digest=paper.sha256,
        )
    )
