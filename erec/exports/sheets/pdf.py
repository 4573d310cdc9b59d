"""A sheet as a PDF: A4 landscape, heading and column titles on every page, page x/y, totals by due date.

Drawn straight on ReportLab's canvas: its tables hold all rows at once. Each page is compressed as it ends,
so that what stays in memory is some three kilobytes a page. 「y」 of 「x/y」 is a form that every page names
and that is drawn last, when it is known.
"""

import zlib
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFPage, PDFStream
from reportlab.pdfgen.canvas import Canvas

from erec.exports.sheets import typeface
from erec.exports.sheets.model import Sheet, TooManyRows, Total, Totals, total_words, words
from erec.exports.sheets.typeface import BOLD, REGULAR
from erec.exports.sheets.wrapping import wrapped
from erec.lists.downloads import WIDTHS, Column, Kind

ROWS_MAX = 100_000  # some 3,500 pages: nobody reads more on paper (inferred)
PAPER = "PDF"

WIDTH, HEIGHT = landscape(A4)
MARGIN = 36.0
SIZE, TITLE, LINE, PAD = 9.0, 14.0, 11.5, 3.5  # points: types, from line to line, around a row
CELL = SIZE / 2  # a half-width character of a typeface of fixed width
GAP = 2  # cells between two columns
ROOM = int((WIDTH - 2 * MARGIN) / CELL)  # cells across
BOTTOM = MARGIN + 18.0
INK, RULE, SHADE, BAND = HexColor(0x000000), HexColor(0xA0A0A0), HexColor(0xE6E6E6), HexColor(0xF4F4F4)
PAGES = "pages"  # the form that holds how many there are
NOTHING = "該当するものはありません。"
LACKING = "「〓」は、この帳票の書体にない文字です（{codes}）。Excelでの出力には、元の文字のまま出ます。"


def write(sheet: Sheet, file: BinaryIO) -> None:
    """The whole PDF. Raises TypefaceMissing, TooManyRows; then nothing was written."""
    typeface.prepare()
    press = _Press(sheet)
    press.set_all()
    file.write(press.canvas.getpdfdata())  # type: ignore[no-untyped-call]


def widths_of(columns: "tuple[Column[Any], ...]") -> list[int]:
    """Of each column in cells, without the gap: as it says, and the rest to the last column of text."""
    widths = [column.width or WIDTHS[column.kind] for column in columns]
    texts = [place for place, column in enumerate(columns) if column.kind is Kind.TEXT]
    widths[texts[-1]] += ROOM - sum(widths) - GAP * (len(columns) - 1)
    if widths[texts[-1]] < 2:
        raise ValueError(f"the columns of a sheet are wider than its page: {widths}")
    return widths


class _TotalLines(NamedTuple):
    """A subtotal or the grand total as it is set: its amount stands on the label's last line."""

    label: Sequence[str]
    amount: str
    shade: Color

    @property
    def height(self) -> float:
        return LINE * len(self.label) + PAD


class _Press:
    """One PDF in the making. `top` is how high the page is still free."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.columns = tuple(sheet.columns)
        self.widths = widths_of(self.columns)
        self.lefts = [sum(self.widths[:n]) + GAP * n for n in range(len(self.widths))]
        self.totals = Totals(sheet)
        self.lacking: set[str] = set()
        self.page, self.top = 0, 0.0
        self.canvas = Canvas(
            "",
            pagesize=(WIDTH, HEIGHT),
            pageCompression=1,
            initialFontName=REGULAR,  # type: ignore[arg-type]
            lang="ja",
        )
        self.canvas.setTitle(sheet.title)
        self.canvas.setAuthor(sheet.company)
        self.canvas.setCreator("")

    def set_all(self) -> None:
        self._begin_page()
        for row, subtotal, is_last in self.totals.passing():
            if self.totals.count > ROWS_MAX:
                raise TooManyRows(ROWS_MAX, PAPER)
            self._row(row, subtotal, is_last)
        if not self.totals.count:
            self._line(NOTHING)
            self._set_total(self._total("合計　0件", 0))
        self._note_of_lacking()
        self._end_page()
        self._say_how_many_pages()

    def _row(self, row: Any, subtotal: Total | None, is_last: bool) -> None:
        """On one page with the subtotal and the grand total that end behind it: none stands there alone."""
        cells = [
            wrapped(self._settable(words(column.read(row), column.kind)), room)
            for column, room in zip(self.columns, self.widths, strict=True)
        ]
        totals = []
        if subtotal is not None:
            totals.append(self._total(total_words(subtotal, self.sheet), subtotal.amount_yen, BAND))
        if is_last:
            totals.append(self._total(f"合計　{self.totals.count:,}件", self.totals.amount_yen))
        height = LINE * max(map(len, cells)) + PAD
        self._make_room(height + sum(total.height for total in totals))
        self.canvas.setFont(REGULAR, SIZE)
        for place, lines in enumerate(cells):
            for n, line in enumerate(filter(None, lines)):
                self._cell(place, self.top - LINE * (n + 1) + PAD / 2, line)
        self.top -= height
        self._rule()
        for total in totals:
            self._set_total(total)

    def _cell(self, place: int, base: float, text: str) -> None:
        left = MARGIN + CELL * self.lefts[place]
        if self.columns[place].kind is Kind.YEN:
            self.canvas.drawRightString(left + CELL * self.widths[place], base, text)
        else:
            self.canvas.drawString(left, base, text)

    def _total(self, label: str, amount_yen: int, shade: Color = SHADE) -> "_TotalLines":
        room = self.lefts[self.columns.index(self.sheet.amount)] - GAP
        return _TotalLines(wrapped(self._settable(label), room), f"{amount_yen:,}", shade)

    def _set_total(self, total: "_TotalLines") -> None:
        self.canvas.setFillColor(total.shade)
        self.canvas.rect(MARGIN, self.top - total.height, CELL * ROOM, total.height, stroke=0, fill=1)
        self.canvas.setFillColor(INK)
        self.canvas.setFont(BOLD, SIZE)
        amount = self.columns.index(self.sheet.amount)
        base = self.top + PAD / 2
        for line in total.label:
            base -= LINE
            self.canvas.drawRightString(MARGIN + CELL * (self.lefts[amount] - GAP), base, line)
        self._cell(amount, base, total.amount)
        self.top -= total.height
        self._rule()

    def _note_of_lacking(self) -> None:
        if self.lacking:
            self.top -= PAD
            codes = "、".join(f"U+{ord(letter):04X}" for letter in sorted(self.lacking))
            for line in wrapped(LACKING.format(codes=codes), ROOM):
                self._line(line)

    def _line(self, text: str) -> None:
        self._make_room(LINE + PAD)
        self.canvas.setFont(REGULAR, SIZE)
        self.canvas.drawString(MARGIN, self.top - LINE + PAD / 2, text)
        self.top -= LINE + PAD

    def _make_room(self, height: float) -> None:
        if self.top - height < BOTTOM:
            self._end_page()
            self._begin_page()

    def _begin_page(self) -> None:
        """Title and company, what the sheet is of, and the titles of its columns."""
        self.page += 1
        self.canvas.setFillColor(INK)
        self.top = HEIGHT - MARGIN
        title, company = self._settable(self.sheet.title), self._settable(self.sheet.company)
        self.canvas.setFont(BOLD, TITLE)
        self.canvas.drawString(MARGIN, self.top - TITLE, title)
        if TITLE * typeface.width(title) + SIZE * typeface.width(company) > CELL * 2 * (ROOM - GAP):
            self.top -= TITLE + PAD  # a long name stands below
        self.canvas.setFont(REGULAR, SIZE)
        self.canvas.drawRightString(MARGIN + CELL * ROOM, self.top - TITLE, company)
        self.top -= TITLE + 2 * PAD
        facts = "　　".join(f"{label}：{value}" for label, value in self.sheet.heading)
        self.canvas.setFont(REGULAR, SIZE)
        for line in wrapped(self._settable(facts), ROOM):
            self.canvas.drawString(MARGIN, self.top - LINE + PAD / 2, line)
            self.top -= LINE
        self.top -= 2 * PAD
        self._titles()

    def _titles(self) -> None:
        height = LINE + 2 * PAD
        self.canvas.setFillColor(SHADE)
        self.canvas.rect(MARGIN, self.top - height, CELL * ROOM, height, stroke=0, fill=1)
        self.canvas.setFillColor(INK)
        self.canvas.setFont(BOLD, SIZE)
        for place, column in enumerate(self.columns):
            self._cell(place, self.top - LINE, self._settable(column.label))
        self.top -= height
        self._rule()

    def _end_page(self) -> None:
        """「x/y」 in the middle below, and the page put away compressed."""
        self.canvas.setFont(REGULAR, SIZE)
        middle, base = MARGIN + CELL * ROOM / 2, MARGIN
        self.canvas.drawRightString(middle, base, f"{self.page:,} / ")
        self.canvas.saveState()
        self.canvas.translate(middle, base)
        self.canvas.doForm(PAGES)
        self.canvas.restoreState()
        self.canvas.showPage()
        _compress(self.canvas._doc.Pages.pages[-1])  # type: ignore[attr-defined]

    def _say_how_many_pages(self) -> None:
        self.canvas.beginForm(PAGES, 0, -9, 100, 18)
        self.canvas.setFont(REGULAR, SIZE)
        self.canvas.drawString(0, 0, f"{self.page:,}")
        self.canvas.endForm()

    def _rule(self) -> None:
        self.canvas.setStrokeColor(RULE)
        self.canvas.setLineWidth(0.3)
        self.canvas.line(MARGIN, self.top, MARGIN + CELL * ROOM, self.top)

    def _settable(self, text: str) -> str:
        text, lacking = typeface.settable(text)
        self.lacking |= lacking
        return text


def _compress(page: PDFPage) -> None:
    """What ReportLab would do when it saves, done now: the page's drawing orders are ten times as long."""
    packed = zlib.compress(page.stream.encode())
    filters = PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])})
    page.Contents, page.stream = PDFStream(filters, packed), None
