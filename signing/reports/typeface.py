"""The one embedded typeface of every paper. A glyph it lacks is an error, never a box on paper."""

from functools import cache
from pathlib import Path

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

NAME = "NotoSansSC"
PATH = Path(settings.BASE_DIR) / "static" / "vendor" / "fonts" / "NotoSansSC-Regular.ttf"
_INVISIBLE = frozenset("\n\r\t")


class MissingGlyph(ValueError):
    """A text holds a character that the embedded typeface cannot show."""


@cache
def face() -> frozenset[int]:
    """Register the typeface once a process; return the code points it can show."""
    font = TTFont(NAME, str(PATH))
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(NAME, normal=NAME, bold=NAME, italic=NAME, boldItalic=NAME)
    return frozenset(font.face.charToGlyph)


def showable(text: str) -> str:
    """The text itself, or MissingGlyph naming the first character that cannot be shown."""
    known = face()
    for character in text:
        if ord(character) not in known and character not in _INVISIBLE:
            raise MissingGlyph(f"U+{ord(character):04X} {character!r} in {text[:40]!r}")
    return text
