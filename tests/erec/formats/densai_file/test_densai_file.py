"""一括記録請求 as a file: the standard's header byte for byte, our own records, and what is told."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats.densai_file import Batch, Problem, Record, Unwritable, layout, read, write
from erec.formats.fixed.model import Value

HEADER: dict[str, Value] = {
    "code": "11",
    "charset": "0",
    "requested_on": date(2026, 8, 3),
    "user_number": "ABC123DEF",
    "name": "ｶﾌﾞｼｷｶﾞｲｼﾔｱｵﾊﾞ",
    "bank_code": "9999",
    "bank_name": "ｲﾁﾏﾙ",
    "branch_code": "101",
    "branch_name": "ﾎﾝﾃﾝ",
    "account_type": "2",
    "account_number": "1234567",
}
LINE: dict[str, Value] = {
    "reference": "INV-0731",
    "other_user_number": "XYZ987GHJ",
    "other_name": "ﾐﾄﾞﾘｼﾖｳｶｲ",
    "other_bank_code": "0001",
    "other_branch_code": "001",
    "other_account_type": "1",
    "other_account_number": "7654321",
    "amount_yen": 1_500_000,
    "due_on": date(2026, 10, 30),
    "recorded_on": date(2026, 8, 3),
    "restricted": "0",
}


def found(data: bytes) -> list[Record | Problem]:
    return list(read(io.BytesIO(data)))


def problems(data: bytes) -> list[tuple[int, int | None, str, str]]:
    return [(p.line, p.column, p.item, p.message) for p in found(data) if isinstance(p, Problem)]


def test_the_header_has_the_bytes_of_the_standard() -> None:
    data = write([Batch(HEADER, [])])
    written = "111020260803ABC123DEF" + "ｶﾌﾞｼｷｶﾞｲｼﾔｱｵﾊﾞ".ljust(30) + "9999" + "ｲﾁﾏﾙ".ljust(15)
    written += "101" + "ﾎﾝﾃﾝ".ljust(15) + "21234567" + " " * 154
    assert data[:250] == written.encode("cp932")
    assert len(data) == 3 * 250


def test_only_the_header_is_the_standards_the_rest_is_marked_as_ours() -> None:
    assert {key: record.ours for key, record in layout().records.items()} == {
        "header": False,
        "data": True,
        "trailer": True,
        "end": True,
    }
    assert layout().version == "1.2（データ・トレーラ・エンドは独自 1）"


def test_what_is_not_used_is_spaces_also_where_it_would_be_digits() -> None:
    transfer = {**LINE, "record_number": "98765432100000100017", "due_on": None, "restricted": ""}
    data = write([Batch({**HEADER, "code": "20"}, [transfer])])[250:500]
    assert data[41:61] == b"98765432100000100017"
    assert data[125:133] == b" " * 8
    assert data[141:142] == b" "


def test_batches_are_read_as_they_were_written() -> None:
    second = {**HEADER, "code": "12"}
    records = found(write([Batch(HEADER, [LINE, LINE]), Batch(second, [LINE])]))
    assert [record.kind for record in records if isinstance(record, Record)] == [
        "header",
        "data",
        "data",
        "trailer",
        "header",
        "data",
        "trailer",
        "end",
    ]
    header, line, _, trailer = records[:4]
    assert isinstance(header, Record)
    assert isinstance(line, Record)
    assert isinstance(trailer, Record)
    assert header.values == {**HEADER, "mark": "1"}
    assert line.values == {**LINE, "mark": "2", "record_number": ""}
    assert (trailer.values["count"], trailer.values["yen"]) == (2, 3_000_000)


@pytest.mark.parametrize("between", [b"\r\n", b"\n", b"\r"])
def test_line_ends_do_not_count_nor_what_stands_behind_the_end(between: bytes) -> None:
    data = write([Batch(HEADER, [LINE])])
    lines = between.join(data[at : at + 250] for at in range(0, len(data), 250))
    assert found(lines + between + b"\x1a") == found(data)
    assert found(data + b"2 anything") == found(data)


def broken(record: int, at: int, cell: bytes) -> bytes:
    data = bytearray(write([Batch(HEADER, [LINE])]))
    start = record * 250 + at - 1
    data[start : start + len(cell)] = cell
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            broken(0, 4, b"1"),
            (1, 3, "文字コード区分", "4バイト目: 「1」はわかりません。0（JIS）のどれかのはずです。"),
        ),
        (
            broken(0, 13, b"abc"),
            (
                1,
                5,
                "請求者利用者番号",
                "13～21バイト目: 「a」は使えません。半角の英大文字・数字・カナと記号だけです。",
            ),
        ),
        (
            broken(1, 126, b"20260230"),
            (2, 11, "支払期日", "126～133バイト目: 「20260230」という日付はありません。"),
        ),
        (broken(2, 2, b"000002"), (3, 2, "請求件数", "2件とありますが、明細からは1件です。")),
        (
            broken(2, 8, b"000000001500001"),
            (3, 3, "請求金額合計", "1,500,001円とありますが、明細からは1,500,000円です。"),
        ),
        (
            broken(3, 1, b"2")[:-250],
            (4, None, "", "エンド・レコードがありません。ファイルが途中で切れていないか確かめてください。"),
        ),
        (
            write([Batch(HEADER, [])])[:-1],
            (
                3,
                None,
                "",
                "1件が250バイトのはずですが、249バイトです。"
                "途中で切れたり、空白が削られたりしていないか確かめてください。",
            ),
        ),
        (
            write([Batch(HEADER, []), Batch({**HEADER, "account_number": "7654321"}, [])]),
            (3, None, "", "1つのファイルの請求者と口座は、どのヘッダーでも同じでなければなりません。"),
        ),
        (
            b"",
            (1, None, "", "エンド・レコードがありません。ファイルが途中で切れていないか確かめてください。"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data: bytes, problem: tuple[int, int | None, str, str]) -> None:
    assert problems(data) == [problem]


def test_what_cannot_be_written_is_told_with_its_place() -> None:
    with pytest.raises(Unwritable) as refusal:
        write([Batch(HEADER, [LINE, {**LINE, "other_name": "みどり", "amount_yen": 10**10}])])
    assert [(p.line, p.column, p.item, p.message) for p in refusal.value.problems] == [
        (3, 5, "被請求者名（カナ）", "「み」は使えません。半角の英大文字・数字・カナと記号だけです。"),
        (3, 10, "債権金額", "10桁に入りません（11桁です）。"),
    ]


@given(st.data())
def test_no_damage_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(write([Batch(HEADER, [LINE])]))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for each in found(bytes(content)):
        assert isinstance(each, Record | Problem)
