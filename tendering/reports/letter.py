"""Award and result letters as official papers."""

import datetime as dt
from dataclasses import dataclass

from signing.reports.paper import Block, Facts, Heading, Paper, Text, render


@dataclass(frozen=True, slots=True)
class LetterPaper:
    title: str
    number: str
    issuer: str
    issued_at: dt.datetime
    addressee: str
    text: str
    reasons: str
    section: str
    project: str
    amount: str
    check_url: str


def letter_pdf(letter: LetterPaper) -> bytes:
    """The unsigned PDF (`signing.actions.sign_pdf` signs it). Raises MissingGlyph."""
    blocks: list[Block] = [
        Facts(
            [
                ("项目", letter.project),
                ("标段", letter.section),
                ("收件人", letter.addressee),
                ("中标金额(元)", letter.amount),
            ]
        ),
        *(Text(line) for line in letter.text.splitlines() if line.strip()),
    ]
    if letter.reasons:
        blocks += [Heading("评审结果和原因"), Text(letter.reasons)]
    return render(
        Paper(
            title=letter.title,
            number=letter.number,
            issuer=letter.issuer,
            issued_at=letter.issued_at,
            blocks=blocks,
            check_url=letter.check_url,
        )
    )
