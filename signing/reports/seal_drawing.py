"""The round red seal of a Chinese authority (印章): ring, star, name along the arc, a word below the star."""

import math

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from signing.reports.typeface import NAME, showable

RED = colors.Color(0.83, 0.07, 0.1, alpha=0.78)
ARC = math.radians(250)  # what the name may take of the ring


def draw_seal(canvas: Canvas, x: float, y: float, radius: float, name: str, word: str) -> None:
    """Draw a seal centred at (x, y) in points. Only drawn on papers that carry a digital signature."""
    canvas.saveState()
    canvas.setStrokeColor(RED)
    canvas.setFillColor(RED)
    canvas.setLineWidth(radius * 0.055)
    canvas.circle(x, y, radius, stroke=1, fill=0)
    _star(canvas, x, y + radius * 0.04, radius * 0.3)
    _name_along_arc(canvas, x, y, radius, showable(name))
    canvas.setFont(NAME, radius * 0.2)
    canvas.drawCentredString(x, y - radius * 0.62, showable(word))
    canvas.restoreState()


def _star(canvas: Canvas, x: float, y: float, radius: float) -> None:
    path = canvas.beginPath()
    for corner in range(10):
        angle = math.pi / 2 + corner * math.pi / 5
        reach = radius if corner % 2 == 0 else radius * 0.382
        point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        path.lineTo(*point) if corner else path.moveTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _name_along_arc(canvas: Canvas, x: float, y: float, radius: float, name: str) -> None:
    size = min(radius * 0.3, ARC * radius * 0.72 / max(len(name), 1))
    step = min(ARC / max(len(name), 1), size * 1.25 / (radius * 0.72))
    angle = math.pi / 2 + step * (len(name) - 1) / 2
    for character in name:
        canvas.saveState()
        canvas.translate(x + radius * 0.7 * math.cos(angle), y + radius * 0.7 * math.sin(angle))
        canvas.rotate(math.degrees(angle) - 90)
        canvas.setFont(NAME, size)
        canvas.drawCentredString(0, 0, character)
        canvas.restoreState()
        angle -= step
