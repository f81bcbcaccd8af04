"""Official papers: title, number, facts, tables, signatures, seal and a QR code that leads to the check page.

    pdf = render(Paper(title="开标记录", number="BSC-1", issuer="某市公共资源交易中心", blocks=[Table(…)], check_url=…))

Dataclass in, bytes out. `signing.actions.sign_pdf` signs the bytes (PAdES); a paper that is not signed shows no seal.
"""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as Grid

from runtime.clock import BEIJING
from signing.reports.seal_drawing import draw_seal
from signing.reports.typeface import NAME, face, showable

BLUE = colors.HexColor("#123a6b")
LINE = colors.HexColor("#9aa7b8")
BAND = colors.HexColor("#eef2f7")


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Facts:
    """Label and value, two pairs a line where they are short."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the line (any unit); `numeric` names the columns set flush right."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Signature:
    name: str
    role: str
    signed_at: dt.datetime
    certificate: str  # SHA-256, hex


@dataclass(frozen=True)
class Signatures:
    title: str
    signatures: Sequence[Signature]


Block = Heading | Text | Facts | Table | Signatures


@dataclass(frozen=True)
class Paper:
    title: str
    number: str
    issuer: str
    issued_at: dt.datetime
    blocks: Sequence[Block]
    check_url: str
    check_hint: str = "扫码查验真伪"
    sealed: bool = True
    subtitle: str = ""
    digest: str = ""  # SHA-256 of the signed data this paper shows, hex
    words: dict[str, str] = field(default_factory=dict)  # translations of the fixed words below

    def word(self, chinese: str) -> str:
        return self.words.get(chinese, chinese)


def beijing(moment: dt.datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") + " (UTC+8)"


def _style(size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{sorted(more)}", fontName=NAME, fontSize=size, leading=size * 1.5, wordWrap="CJK", **more
    )


BODY = _style(9.5)
CELL = _style(8.5)
CELL_RIGHT = _style(8.5, alignment=TA_RIGHT)
LABEL = _style(8.5, textColor=BLUE)
TITLE = _style(20, alignment=TA_CENTER, spaceAfter=2)
SUBTITLE = _style(10, alignment=TA_CENTER, textColor=colors.HexColor("#44546a"), spaceAfter=4)
HEAD = _style(11.5, textColor=BLUE, spaceBefore=8, spaceAfter=3)
WIDTH = A4[0] - 40 * mm


def _p(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(escape(showable(text)).replace("\n", "<br/>"), style)


def _grid(rows: list[list[Any]], widths: Sequence[float], commands: list[tuple[Any, ...]], repeat: int = 0) -> Grid:
    share = WIDTH / sum(widths)
    common = [
        ("GRID", (0, 0), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    return Grid(rows, colWidths=[w * share for w in widths], repeatRows=repeat, style=common + commands)


def _facts(block: Facts) -> list[Flowable]:
    rows: list[list[Any]] = []
    commands: list[tuple[Any, ...]] = []
    waiting: tuple[str, str] | None = None
    for label, value in [*block.pairs, ("", "")]:
        short = bool(label) and len(value) <= 28
        if waiting and short:
            rows.append([_p(waiting[0], LABEL), _p(waiting[1], CELL), _p(label, LABEL), _p(value, CELL)])
            waiting = None
            continue
        if waiting:
            rows.append([_p(waiting[0], LABEL), _p(waiting[1], CELL), "", ""])
            commands.append(("SPAN", (1, len(rows) - 1), (3, len(rows) - 1)))
        waiting = (label, value) if short else None
        if label and not short:
            rows.append([_p(label, LABEL), _p(value, CELL), "", ""])
            commands.append(("SPAN", (1, len(rows) - 1), (3, len(rows) - 1)))
    bands = [("BACKGROUND", (0, 0), (0, -1), BAND)]
    bands += [("BACKGROUND", (2, i), (2, i), BAND) for i, row in enumerate(rows) if row[2] != ""]
    return [_grid(rows, (17, 33, 17, 33), commands + bands), Spacer(1, 4 * mm)] if rows else []


def _table(block: Table) -> list[Flowable]:
    widths = block.widths or [1.0] * len(block.header)
    rows: list[list[Any]] = [[_p(cell, LABEL) for cell in block.header]]
    for row in block.rows:
        rows.append([_p(cell, CELL_RIGHT if i in block.numeric else CELL) for i, cell in enumerate(row)])
    return [_grid(rows, widths, [("BACKGROUND", (0, 0), (-1, 0), BAND)], repeat=1), Spacer(1, 4 * mm)]


def _signatures(paper: Paper, block: Signatures) -> list[Flowable]:
    header = [paper.word(word) for word in ("姓名或单位", "身份", "签名时间", "证书指纹(SHA-256)")]
    rows = [(s.name, s.role, beijing(s.signed_at), s.certificate[:24] + "…") for s in block.signatures]
    return [CondPageBreak(25 * mm), _p(block.title, HEAD), *_table(Table(header, rows, (24, 14, 26, 36)))]


def _flow(paper: Paper) -> list[Flowable]:
    flow: list[Flowable] = [_p(paper.title, TITLE)]
    if paper.subtitle:
        flow.append(_p(paper.subtitle, SUBTITLE))
    flow.append(Spacer(1, 4 * mm))
    for block in paper.blocks:
        match block:
            case Heading():
                flow += [CondPageBreak(25 * mm), _p(block.text, HEAD)]
            case Text():
                flow += [_p(block.text), Spacer(1, 2 * mm)]
            case Facts():
                flow += _facts(block)
            case Table():
                flow += _table(block)
            case Signatures():
                flow += _signatures(paper, block)
    return [*flow, CondPageBreak(48 * mm), _Closing(paper)]


class _Closing(Flowable):
    """The end of a paper: QR code with its hint at the left, issuer, date and seal at the right."""

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self.paper = paper

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, 46 * mm

    def draw(self) -> None:
        canvas, paper = self.canv, self.paper
        code = QrCodeWidget(paper.check_url, barLevel="M")
        x0, y0, x1, y1 = code.getBounds()
        side = 28 * mm
        drawing = Drawing(side, side, transform=[side / (x1 - x0), 0, 0, side / (y1 - y0), 0, 0])
        drawing.add(code)
        drawing.drawOn(canvas, 0, 12 * mm)
        canvas.setFont(NAME, 7.5)
        canvas.setFillColor(colors.black)
        canvas.drawString(1 * mm, 8.5 * mm, showable(paper.word(paper.check_hint)))
        canvas.drawString(1 * mm, 5 * mm, showable(paper.check_url))
        if paper.digest:
            canvas.drawString(1 * mm, 1.5 * mm, f"SHA-256 {paper.digest}")
        canvas.setFont(NAME, 10)
        canvas.drawRightString(self.width, 27 * mm, showable(paper.issuer))
        canvas.setFont(NAME, 9)
        canvas.drawRightString(self.width, 21 * mm, beijing(paper.issued_at))
        if paper.sealed:
            draw_seal(canvas, self.width - 22 * mm, 25 * mm, 17 * mm, paper.issuer, paper.word("电子签章"))


def _furniture(paper: Paper) -> Any:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(NAME, 8)
        canvas.setFillColor(colors.HexColor("#44546a"))
        canvas.drawString(20 * mm, A4[1] - 13 * mm, showable(paper.issuer))
        canvas.drawRightString(A4[0] - 20 * mm, A4[1] - 13 * mm, showable(f"{paper.word('编号')} {paper.number}"))
        canvas.setStrokeColor(BLUE)
        canvas.line(20 * mm, A4[1] - 15 * mm, A4[0] - 20 * mm, A4[1] - 15 * mm)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, f"{document.page}")
        canvas.restoreState()

    return draw


def render(paper: Paper) -> bytes:
    """The paper as an unsigned PDF. Raises `MissingGlyph` where the typeface lacks a character."""
    face()
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=18 * mm,
        title=paper.title, author=paper.issuer, subject=paper.number, lang="zh-CN",
    )  # fmt: skip
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_furniture(paper)))
    document.build(_flow(paper))
    return out.getvalue()
