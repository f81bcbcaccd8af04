"""The papers of a demonstration bid: PDFs, bill of quantities, photographs. Real files, made on the spot."""

import io
import random
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from config.demonstration import proposal
from signing.reports.typeface import NAME, PATH, face

CENT = Decimal("0.01")
LINES = 300
TRADES = (
    ("040101", "挖沟槽土方", "m3", "28.60"), ("040103", "回填方", "m3", "35.20"), ("040202", "水泥稳定碎石基层", "m2", "62.80"),
    ("040203", "沥青混凝土面层", "m2", "118.50"), ("040204", "人行道透水砖", "m2", "96.40"), ("040501", "钢筋混凝土管", "m", "486.00"),
    ("040504", "检查井", "座", "4280.00"), ("050102", "栽植乔木", "株", "860.00"), ("040801", "路灯", "套", "5650.00"),
    ("040205", "交通标线", "m", "18.40"),
)  # fmt: skip
_STYLES = {
    "h1": ParagraphStyle("h1", fontName=NAME, fontSize=17, leading=30, spaceBefore=14, wordWrap="CJK"),
    "h2": ParagraphStyle("h2", fontName=NAME, fontSize=13, leading=24, spaceBefore=8, wordWrap="CJK"),
    "p": ParagraphStyle("p", fontName=NAME, fontSize=12, leading=22, firstLineIndent=24, spaceAfter=6, wordWrap="CJK"),
}


def bill(seed: str, level: Decimal) -> tuple[list[tuple[str, str, str, str, Decimal, Decimal, Decimal]], Decimal]:
    """300 lines (code, name, feature, unit, quantity, unit price, sum) and the total. Quantities are the tender's; prices are
    the control price times `level`, moved a little by the bidder's own stream."""
    quantities, prices = random.Random("bill of quantities"), random.Random(f"prices {seed}")  # noqa: S311
    lines, total = [], Decimal(0)
    for i in range(LINES):
        code, name, unit, control = TRADES[i % len(TRADES)]
        quantity = Decimal(quantities.randint(20, 900))
        moved = Decimal(control) * level * Decimal(prices.randint(970, 1030)) / 1000
        price = moved.quantize(CENT, ROUND_HALF_UP)
        amount = (price * quantity).quantize(CENT, ROUND_HALF_UP)
        lines.append(
            (f"{code}{i + 1:06d}", name, f"桩号K{i // 10}+{i % 10 * 100:03d}段", unit, quantity, price, amount)
        )
        total += amount
    return lines, total


def write_bill(path: Path, seed: str, level: Decimal, priced: bool = True) -> Decimal:
    """Write the bill as .xlsx; return its total in yuan. The tender's own is not priced."""
    lines, total = bill(seed, level)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工程量清单")
    sheet.append(["项目编码", "项目名称", "项目特征", "计量单位", "工程量", "综合单价", "合价"])
    for line in lines:
        sheet.append(list(line) if priced else list(line[:5]))
    sheet.append(["", "合计", "", "", "", "", total if priced else ""])
    book.save(path)
    return total


def write_text(path: Path, title: str, author: str, parts: Iterable[tuple[str, str]]) -> int:
    """Set the parts as an A4 PDF; return its number of pages."""
    face()
    document = SimpleDocTemplate(
        str(path), pagesize=A4, title=title, author=author, leftMargin=28 * mm, rightMargin=26 * mm, topMargin=25 * mm
    )
    flow: list[Flowable] = [Paragraph(escape(text), _STYLES[kind]) for kind, text in parts]

    def number(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(NAME, 9)
        canvas.drawCentredString(A4[0] / 2, 12 * mm, f"{title} 第 {canvas.getPageNumber()} 页")

    document.build(flow, onFirstPage=number, onLaterPages=number)
    return int(document.page)


def write_technical(path: Path, bidder: str, paragraphs: int = 8) -> int:
    return write_text(path, "技术文件", bidder, proposal.technical(bidder, paragraphs))


def write_commercial(path: Path, bidder: str, price: str, period: int) -> int:
    return write_text(path, "商务文件", bidder, proposal.commercial(bidder, price, period))


def write_photographs(path: Path, bidder: str, megabytes: int) -> int:
    """Site photographs, one a page, until the PDF has at least `megabytes` MB (10^6 bytes); return the pages."""
    grain = Image.merge("RGB", [Image.effect_noise((4600, 3300), 90) for _ in range(3)])
    stream = random.Random(f"photographs {bidder}")  # noqa: S311
    probe = io.BytesIO()
    _photograph(f"{bidder} 1", grain, stream).save(probe, "JPEG", quality=90)
    pages = megabytes * 1_000_000 // probe.tell() + 1
    pictures = (_photograph(f"{bidder} {page}", grain, stream) for page in range(2, pages + 1))
    first = _photograph(f"{bidder} 1", grain, stream)
    first.save(path, "PDF", save_all=True, append_images=pictures, quality=90, title="现场踏勘影像", author=bidder)
    return pages


def _photograph(caption: str, grain: Image.Image, stream: random.Random) -> Image.Image:
    left, top = stream.randint(0, 400), stream.randint(0, 400)
    ground = Image.linear_gradient("L").rotate(90 * stream.randint(0, 3)).resize((4200, 2900)).convert("RGB")
    picture = Image.blend(ground, grain.crop((left, top, left + 4200, top + 2900)), 0.5)
    ImageDraw.Draw(picture).text((80, 2780), f"现场踏勘影像 {caption}", "white", ImageFont.truetype(str(PATH), 72))
    return picture
