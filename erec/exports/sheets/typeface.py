"""The typeface of the PDF sheets: BIZ UDゴシック, fetched with the browser's script, embedded as a subset.

Every character of Windows-31J is in it, each half or one em wide, so that yen stand below one another and
widths are counted in half-width cells. What is not in it (𠮷, an emoji) is set as 〓, the printers' sign for
a missing type, and told at the end of the sheet; a mark that only chooses among forms of a character
(異体字セレクタ) is left out, and the usual form is set.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR, BOLD = "sheet", "sheet-bold"
MISSING = "〓"
# か with a combining ゛ is が; nothing else is composed, for 﨑 and its kind would become other characters.
_VOICED = re.compile("[\u3040-\u30ff][\u3099\u309a]")
_FORMS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class TypefaceMissing(Exception):
    """The file of the typeface is not there, or broken: nothing can be set."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"PDFの書体（{path.name}）を読み込めないため、PDFを作れません。Excelでの出力はできます。"
            "お急ぎでなければ、時間をおいてもう一度お試しください。"
        )
        self.path = path


@cache
def _width_in_cells() -> dict[int, int]:
    """Of each character that can be set, by its code point. Registers both weights with ReportLab."""
    fonts = [_read(Path(settings.STATIC_ROOT) / f"{name}.ttf") for name in (REGULAR, BOLD)]
    for font in fonts:
        pdfmetrics.registerFont(font)
    face = fonts[0].face
    return {code: round(width / 500) for code, width in face.charWidths.items() if code in face.charToGlyph}


def _read(path: Path) -> TTFont:
    try:
        return TTFont(path.stem, str(path))
    except (TTFError, OSError) as error:
        raise TypefaceMissing(path) from error


def prepare() -> None:
    """Raises TypefaceMissing, before anything is written."""
    _width_in_cells()


def settable(text: str) -> tuple[str, set[str]]:
    """The text as it can be set, on one line, and the characters for which 〓 stands in it."""
    if text.isascii() and text.isprintable():
        return text, set()
    text = _VOICED.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)
    text = _CONTROLS.sub(" ", _FORMS.sub("", text))
    known = _width_in_cells()
    lacking = {letter for letter in text if ord(letter) not in known}
    for letter in lacking:
        text = text.replace(letter, MISSING)
    return text, lacking


def width(text: str) -> int:
    """In half-width cells, of a text that can be set."""
    known = _width_in_cells()
    return len(text) if text.isascii() else sum(known[ord(letter)] for letter in text)
