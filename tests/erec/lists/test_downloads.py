"""Lists as files: read back with programs that are not ours."""

import csv
import io
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from accounts.models import Company
from erec.lists.downloads import (
    Column,
    File,
    Kind,
    TooManyRows,
    csv_response,
    defused,
    excel_response,
    response,
)

AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
COLUMNS = (
    Column[Company]("企業名", lambda c: c.name, width=30),
    Column[Company]("金額（円）", lambda c: 9_999_999_999, Kind.YEN),
    Column[Company]("支払期日", lambda c: date(2027, 2, 26), Kind.DATE),
    Column[Company]("登録日時", lambda c: c.registered_at, Kind.MOMENT),
    Column[Company]("番号", lambda c: c.user_number),
    Column[Company]("停止", lambda c: c.stopped_at, Kind.MOMENT),
)


def companies(*names: str) -> QuerySet[Company]:
    Company.objects.bulk_create(
        Company(user_number=f"{n:09d}", name=name, contact_mail="x@example.com", registered_at=AT)
        for n, name in enumerate(names)
    )
    return Company.objects.order_by("pk")


def answer(file: File, rows: QuerySet[Company]) -> Any:
    return response(file, name="企業一覧", columns=COLUMNS, rows=rows, at=AT)


def content(got: Any) -> bytes:
    """What would be sent; then the file behind it is closed, as a server does."""
    with closing(got):
        sent: bytes = got.getvalue()
        return sent


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def excel_rows(content: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


@pytest.mark.django_db
def test_the_csv_byte_by_byte() -> None:
    got = answer(File.CSV, companies("青葉, 部品", "=1+1"))
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert content(got) == (
        b"\xef\xbb\xbf"
        + (
            "企業名,金額（円）,支払期日,登録日時,番号,停止\r\n"
            '"青葉, 部品",9999999999,2027/02/26,2026/11/20 10:02:03,000000000,\r\n'
            "'=1+1,9999999999,2027/02/26,2026/11/20 10:02:03,000000001,\r\n"
        ).encode()
    )


@pytest.mark.django_db
def test_the_excel_file_holds_numbers_dates_and_texts() -> None:
    got = answer(File.EXCEL, companies("=1+1", "https://example.com/"))
    assert got.headers["Content-Type"].endswith("spreadsheetml.sheet")
    moment = datetime(2026, 11, 20, 10, 2, 3)  # noqa: DTZ001 - Excel knows no zones
    assert excel_rows(content(got)) == [
        ["企業名", "金額（円）", "支払期日", "登録日時", "番号", "停止"],
        ["=1+1", 9_999_999_999.0, date(2027, 2, 26), moment, "000000000", ""],
        ["https://example.com/", 9_999_999_999.0, date(2027, 2, 26), moment, "000000001", ""],
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "suffix"), [(File.CSV, ".csv"), (File.EXCEL, ".xlsx")])
def test_the_file_s_name_carries_the_moment_in_tokyo(file: File, suffix: str) -> None:
    with closing(answer(file, companies())) as got:
        head = got.headers["Content-Disposition"]
    name = quote("企業一覧20261120100203")
    assert head == f"attachment; filename*=utf-8''{name}{suffix}"


@pytest.mark.django_db
@pytest.mark.parametrize("file", File)
def test_more_rows_than_a_file_holds_are_refused_whole(file: File) -> None:
    rows = companies(*map(str, range(4)))
    with override_settings(PARAMETERS={**settings.PARAMETERS, "download_rows_max": 3}):
        with pytest.raises(TooManyRows, match=r"^3件を超えるため、ファイルに保存できません"):
            answer(file, rows)
        assert len(content(answer(file, rows[:3]))) > 100


@pytest.mark.parametrize(
    "cell", ["=1+1", "+81", "-1", "@cmd", "\tx", "\rx", "\n=1", "＝1+1", "＋1", "－1", "＠x"]
)
def test_what_begins_like_a_formula_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "普通", "1+1", " =1", "'=1", "０", "a\t"])
def test_other_texts_stay_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=20)))
@hypothesis_settings(max_examples=50, deadline=None)
def test_every_text_comes_back_from_both_files(texts: list[str]) -> None:
    columns = [Column[Company](f"列{n}", lambda c: "") for n in range(len(texts))]
    line = csv_rows(content(csv_response(columns, iter([texts]))))[1:]
    assert line == [[defused(text) for text in texts]]
    found = excel_rows(content(excel_response([Column("", str), *columns], iter([["-", *texts]]))))
    assert found[1] == ["-", *texts]


def test_a_negative_number_is_a_number_in_both() -> None:
    columns = [Column[Company]("差引", lambda c: -5, Kind.YEN)]
    assert csv_rows(content(csv_response(columns, iter([[-5]]))))[1] == ["-5"]
    assert excel_rows(content(excel_response(columns, iter([[-5]]))))[1] == [-5.0]


def test_a_text_longer_than_a_cell_is_cut_in_excel_only() -> None:
    columns = [Column[Company]("長い", lambda c: "")]
    long = "長" * 40_000
    assert csv_rows(content(csv_response(columns, iter([[long]]))))[1] == [long]
    assert excel_rows(content(excel_response(columns, iter([[long]]))))[1] == ["長" * 32_767]


def test_a_csv_reads_its_rows_only_as_it_is_sent() -> None:
    read: list[int] = []

    def rows() -> Any:
        for n in range(5000):
            read.append(n)
            yield [n]

    pieces = iter(csv_response([Column[Company]("番号", lambda c: 0)], rows()))
    assert next(pieces).decode() == "\ufeff番号\r\n"
    assert read == []
    assert next(pieces).decode().count("\r\n") == 1000
    assert len(read) == 1000
