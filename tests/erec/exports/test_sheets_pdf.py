"""A sheet as a PDF: what stands where, page by page, as its own text says."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from erec.exports.ledger.definition import Name
from erec.exports.sheets import pdf, typeface
from erec.exports.sheets.ledger import LedgerRow
from erec.exports.sheets.model import TooManyRows
from erec.exports.sheets.typeface import TypefaceMissing
from erec.exports.sheets.wrapping import wrapped
from erec.formats import windows31j
from tests.erec.exports.cast_sheets import built, printed, row, sheet, typefaces

__all__ = ["built", "typefaces"]

pytestmark = pytest.mark.usefixtures("typefaces")

HEADING = [
    "電子記録債権期日管理帳票【電子記録債権】|試験商事（T00000001）",
    "基準：発生分　　支払期日：2026/11/01～2026/11/30　　単位：円　　作成日時：2026/11/20 10:00",
    "支払期日|記録番号|取引先|金額|摘要",
]


def test_a_small_sheet_reads_from_above_as_an_accountant_expects_it() -> None:
    rows = [row(27, 1), row(27, 2, party="髙橋﨑電機㈱", note="部品代"), row(30, 3, amount_yen=1_234_567_890)]
    found = printed(sheet(rows))
    assert found.lines(0) == [
        *HEADING,
        "2026/11/27|T0000000100000000001|青葉製作所|1,000",
        "2026/11/27|T0000000100000000002|髙橋﨑電機㈱|2,000|部品代",
        "2026/11/27（金）　小計　2件|3,000",
        "2026/11/30|T0000000100000000003|青葉製作所|1,234,567,890",
        "2026/11/30（月）　小計　1件|1,234,567,890",
        "合計　3件|1,234,570,890",
        "1 / ",
    ]
    assert (len(found.pages), found.total) == (1, "1")
    assert {font.partition("+")[2] for font in found.fonts} == {"BIZUDGothic-Regular", "BIZUDGothic-Bold"}


def test_yen_end_at_one_line_and_totals_are_bold() -> None:
    found = printed(sheet([row(27, 1), row(28, 2, amount_yen=99_999_999_999)]))
    yen = [piece for piece in found.pages[0] if piece.text.replace(",", "").isdigit()]
    ends = {round(piece.left + len(piece.text) * piece.size / 2, 1) for piece in yen}
    assert (len(yen), len(ends)) == (5, 1)
    bold = ["1,000", "99,999,999,999", "100,000,000,999"]
    assert [piece.text for piece in yen if piece.is_bold] == bold


def test_no_rows_say_so_and_add_up_to_nothing() -> None:
    found = printed(sheet([]))
    assert found.lines(0) == [*HEADING, "該当するものはありません。", "合計　0件|0", "1 / "]


def test_every_page_has_the_heading_and_its_number() -> None:
    found = printed(sheet([row(27, n) for n in range(1, 101)]))
    assert (len(found.pages), found.total) == (4, "4")
    for number in range(4):
        lines = found.lines(number)
        assert lines[:3] == HEADING
        assert lines[-1] == f"{number + 1} / "
    numbers = [line.split("|")[1] for n in range(4) for line in found.lines(n)[3:] if "T0000000" in line]
    assert numbers == [f"T00000001{n:011d}" for n in range(1, 101)]
    assert found.lines(3)[-3:-1] == ["2026/11/27（金）　小計　100件|5,050,000", "合計　100件|5,050,000"]


@pytest.mark.parametrize("group", [1, 3, 29])
def test_no_total_stands_at_the_top_of_a_page_and_nothing_below_its_foot(group: int) -> None:
    for count in range(20, 70, 7):
        found = printed(sheet([row(1 + n // group % 28, n) for n in range(count)]))
        for number, page in enumerate(found.pages):
            first = found.lines(number)[3]
            assert first.startswith("2026/11/")
            assert "計" not in first
            body = [piece.base for piece in page if not piece.text.endswith(" / ")]
            assert min(body) > pdf.BOTTOM


def test_a_long_name_is_wrapped_whole_and_stays_in_its_column() -> None:
    name = "株式会社東日本電機製造・資材調達センター（旧日本橋第二購買部）髙橋"
    found = printed(sheet([row(27, 1, party=name, note="あ" * 128)]))
    left = next(piece.left for piece in found.pages[0] if piece.text == "取引先")
    lines = [piece for piece in found.pages[0] if piece.left == left and piece.text != "取引先"]
    assert [piece.text for piece in lines] == [name[:20], name[20:]]
    notes = [piece.text for piece in found.pages[0] if set(piece.text) == {"あ"}]
    assert "".join(notes) == "あ" * 128
    right = max(piece.left + len(piece.text) * piece.size for piece in found.pages[0] if "あ" in piece.text)
    assert right <= pdf.WIDTH - pdf.MARGIN


def test_a_long_company_and_a_long_bank_take_more_lines_and_nothing_leaves_the_page() -> None:
    company, bank = "電" * 60 + "（T00000001）", "信託銀行" * 15
    rows = [row(27, n, bank=bank) for n in range(40)]
    found = printed(replace(sheet(rows, Name.DISCOUNTED), company=company))
    assert found.lines(0)[:2] == ["電子記録債権期日管理帳票【割引電子記録債権】", company]
    for page in found.pages:
        assert min(piece.left for piece in page) >= pdf.MARGIN
        bases = sorted({round(piece.base, 1) for piece in page})
        assert min(after - before for before, after in pairwise(bases)) > 5
    label, total = found.lines(len(found.pages) - 1)[-4:-2]
    assert f"{label}{total}" == f"{bank}　2026/11/27（金）　小計　40件|780,000"


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("青葉製作所", 10, ["青葉製作所"]),
        ("青葉製作所", 8, ["青葉製作", "所"]),
        ("青葉製作。所", 8, ["青葉製", "作。所"]),  # a full stop begins no line
        ("ーーーーーーーー", 8, ["ーーーー", "ーーーー"]),  # where there is no other way, it does
        ("A社 ﾔﾏﾀﾞ", 4, ["A社", "ﾔﾏﾀﾞ"]),
        ("", 8, [""]),
    ],
)
def test_lines_break_between_characters_but_not_before_a_closing_one(
    text: str, room: int, lines: list[str]
) -> None:
    assert list(wrapped(text, room)) == lines


def test_what_the_typeface_lacks_is_shown_and_told_at_the_end() -> None:
    found = printed(sheet([row(27, 1, party="𠮷野家", note="😀\n葛\U000e0100城、か\u3099")]))
    lines = found.lines(0)
    assert lines[3] == "2026/11/27|T0000000100000000001|〓野家|1,000|〓 葛城、が"
    assert lines[-2] == (
        "「〓」は、この帳票の書体にない文字です（U+1F600、U+20BB7）。Excelでの出力には、元の文字のまま出ます。"
    )


def test_every_character_of_windows_31j_can_be_set_half_or_one_em_wide() -> None:
    wrong = []
    for character in map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xE000), *range(0xF900, 0xFFFF))):
        if windows31j.holds(character):
            text, lacking = typeface.settable(character)
            if lacking or typeface.width(text) != windows31j.width(character):
                wrong.append(character)
    assert wrong == ["¢", "£", "¬"]  # half an em here; Windows writes their full-width forms


def test_the_discounting_bank_s_due_dates_are_added_up_for_each_bank() -> None:
    rows = [row(30, 1, bank="あおぞら"), row(27, 2, bank="みずほ"), row(30, 3, bank="みずほ")]
    lines = printed(sheet(rows, Name.DISCOUNTED)).lines(0)
    assert lines[2] == "銀行名|支払期日|記録番号|取引先|金額|摘要"
    assert [line for line in lines if "計" in line] == [
        "あおぞら　2026/11/30（月）　小計　1件|1,000",
        "みずほ　2026/11/27（金）　小計　1件|2,000",
        "みずほ　2026/11/30（月）　小計　1件|3,000",
        "合計　3件|6,000",
    ]


def test_rows_are_read_as_the_pages_are_set_and_not_gathered_before(monkeypatch: pytest.MonkeyPatch) -> None:
    read, at_page_end = 0, []

    def rows() -> Iterator[LedgerRow]:
        nonlocal read
        for read in range(1, 101):
            yield row(27, read)

    end = pdf._Press._end_page

    def noting(press: Any) -> None:
        at_page_end.append(read)
        end(press)

    monkeypatch.setattr(pdf._Press, "_end_page", noting)
    assert len(printed(sheet(rows())).pages) == 4
    assert at_page_end[-1] == 100
    assert at_page_end[0] < 40


def test_sheets_that_are_set_at_once_in_threads_do_not_mix_their_letters() -> None:
    names = ["いろはにほへとちりぬるを", "わかよたれそつねならむ", "髙橋﨑電機工業"]

    def party(name: str, n: int) -> str:
        return name[n % len(name) :] + name[: n % len(name)]

    def parties(name: str) -> list[str]:
        found = printed(sheet([row(27, n, party=party(name, n)) for n in range(60)]))
        return [piece.text for page in found.pages for piece in page if len(piece.text) == len(name)]

    with ThreadPoolExecutor(len(names)) as threads:
        for name, found in zip(names, threads.map(parties, names), strict=True):
            assert [text for text in found if set(text) == set(name)] == [party(name, n) for n in range(60)]


def test_more_rows_than_paper_holds_are_refused_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "ROWS_MAX", 2)
    file = io.BytesIO()
    with pytest.raises(TooManyRows) as refusal:
        pdf.write(sheet([row(27, n) for n in range(3)]), file)
    assert str(refusal.value) == (
        "2件を超えるため、PDFにできません。まだ何も出力していません。"
        "期日の範囲などの条件を絞って、もう一度出力してください。"
    )
    assert file.getvalue() == b""


def test_without_its_typeface_no_pdf_is_begun(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    typeface._width_in_cells.cache_clear()
    file = io.BytesIO()
    with pytest.raises(TypefaceMissing) as refusal:
        pdf.write(sheet([row()]), file)
    assert str(refusal.value).startswith("PDFの書体（sheet.ttf）を読み込めないため、PDFを作れません。")
    assert file.getvalue() == b""
    (tmp_path / "sheet.ttf").write_bytes(b"no font")
    with pytest.raises(TypefaceMissing):
        typeface.prepare()
