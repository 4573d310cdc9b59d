"""pca_layouts, pca_write and pca_read, as a script would use them. None of them needs a database."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, load_command_class

CLAIMS = ("--layout", "電子記録債権期日管理帳票", "--table", "電子記録債権")
LABEL = "電子記録債権期日管理帳票 【電子記録債権】"
LINE = '20260930,"R1","㈱",120,\r\n'


def layouts_printed() -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("pca_layouts", "--json", stdout=out)
    printed: list[dict[str, Any]] = json.loads(out.getvalue())
    return printed


def written(tmp_path: Path, rows: object, *arguments: str) -> bytes:
    source, target = tmp_path / "rows.json", tmp_path / "out.txt"
    source.write_text(rows if isinstance(rows, str) else json.dumps(rows), "utf-8")
    call_command("pca_write", *arguments, "--in", str(source), "--out", str(target))
    return target.read_bytes()


def refusal_of(tmp_path: Path, rows: object, *arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        written(tmp_path, rows, *arguments)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]
    return str(refused.value)


def read_back(tmp_path: Path, data: bytes, *arguments: str) -> tuple[Any, int]:
    path, out = tmp_path / "file.txt", io.StringIO()
    path.write_bytes(data)
    try:
        call_command("pca_read", *arguments, str(path), stdout=out)
    except SystemExit as ended:
        return json.loads(out.getvalue()), int(str(ended.code))
    return json.loads(out.getvalue()), 0


@pytest.mark.parametrize("name", ["pca_layouts", "pca_read", "pca_write"])
def test_no_database_is_asked_for(name: str) -> None:
    assert getattr(load_command_class("erec.exports", name), "needs_database", True) is False


def test_layouts_are_printed_whole_and_in_order() -> None:
    printed = layouts_printed()
    tables = [table for layout in printed for table in layout["tables"]]
    assert (len(printed), len(tables), sum(len(table["fields"]) for table in tables)) == (65, 84, 1152)
    assert [layout["title"] for layout in printed][:3] == ["会社基本情報", "勘定科目", "補助科目"]
    journals = next(layout for layout in printed if layout["title"] == "仕訳データ")
    assert journals["version"] == "5"
    assert [(table["name"], table["format"]) for table in journals["tables"]] == [
        *((None, "X"), (None, "PCA会計８形式"), (None, "PCA会計2000形式")),
    ]
    kind, account, amount = (journals["tables"][0]["fields"][at] for at in (2, 8, 13))
    keys = ("name", "half", "full", "digits", "type", "required", "default")
    assert [kind[key] for key in keys] == ["仕訳区分", None, None, 2, "数字", "", "21(月次)"]
    assert [account[key] for key in keys] == ["借方科目名", 14, 7, None, "文字列", "", ""]
    assert [amount[key] for key in keys] == ["借方金額", None, None, 12, "数字(－)", "○", ""]
    assert kind["choices"]["21"] == "月次"


def test_without_json_people_see_titles_and_counts() -> None:
    out = io.StringIO()
    call_command("pca_layouts", stdout=out)
    assert (
        "仕訳データ　(version 5)\n　　42項目\n　 PCA会計８形式　34項目\n　 PCA会計2000形式　22項目\n"
        in out.getvalue()
    )
    assert "　【電子記録債権】　5項目\n" in out.getvalue()


def test_rows_become_a_file_and_the_file_rows(tmp_path: Path) -> None:
    rows = [{"1": "20260930", "2": "R1", "3": "㈱", "4": "120"}]
    data = written(tmp_path, rows, *CLAIMS, "--header")
    assert data == ('"支払期日","記録番号","取引先","金額","摘要"\r\n' + LINE).encode("cp932")
    assert read_back(tmp_path, data, *CLAIMS) == ({"rows": [{**rows[0], "5": ""}], "errors": []}, 0)


def test_a_number_of_json_is_the_text_that_stands_there(tmp_path: Path) -> None:
    data = written(tmp_path, '[{"4": 999999999999}]', *CLAIMS)
    assert data == b",,,999999999999,\r\n"
    assert written(tmp_path, '[{"6": [12.50]}]', "--layout", "月次推移表") == b",,,,,12.50,,\r\n"


def test_a_month_that_repeats_is_a_list(tmp_path: Path) -> None:
    layout = ("--layout", "月次推移表")
    data = written(
        tmp_path,
        '[{"5": [1, 2], "6": ["1.00", "2.00"]}, {"3": "135"}]',
        *layout,
        "--header",
        "--months",
        "4月度,5月度",
    )
    header, first, second, _ = data.decode("cp932").split("\r\n")
    assert header.split(",")[4:8] == [
        *('"4月度 (金額)"', '"4月度 (構成比)"', '"5月度 (金額)"', '"5月度 (構成比)"'),
    ]
    assert (first, second) == (",,,,1,1.00,2,2.00,,", ',,"135",,,,,,,')
    found, code = read_back(tmp_path, data, *layout)
    assert (found["rows"][0]["5"], found["rows"][1]["6"], code) == (["1", "2"], ["", ""], 0)


def test_one_value_is_one_month(tmp_path: Path) -> None:
    assert written(tmp_path, '[{"3": "135", "5": 1}]', "--layout", "月次推移表") == b',,"135",,1,,,\r\n'


def test_hidden_columns_are_missing_in_header_and_data(tmp_path: Path) -> None:
    data = written(
        tmp_path, [{"3": "135"}], "--layout", "月次推移表", "--hide", "department,ratio,total", "--header"
    )
    assert data.decode("cp932") == '"勘定科目コード","勘定科目名","○○月度 (金額)"\r\n"135",,\r\n'
    found, code = read_back(tmp_path, data, "--layout", "月次推移表")
    assert (found["rows"][0]["3"], found["errors"], code) == ("135", [], 0)


@pytest.mark.parametrize(
    ("more", "arguments", "version", "columns"),
    [
        ({}, (), "5", 39),
        ({"41": "普通預金"}, (), "6", 51),
        ({}, ("--layout-version", "6"), "6", 51),
    ],
)
def test_company_accounts_have_version_6_when_they_say_something_of_its_items(
    more: dict[str, str], arguments: tuple[str, ...], version: str, columns: int, tmp_path: Path
) -> None:
    row = {"1": "01", "2": "口座", "3": "0001", "6": "001", "9": "1", "10": "1234567", **more}
    data = written(tmp_path, [row], "--layout", "会社口座", "--version-line", *arguments)
    first, line, _ = data.split(b"\r\n")
    assert first == f"\\text version='{version}' \\".encode()
    assert len(line.split(b",")) == columns
    found, code = read_back(tmp_path, data, "--layout", "会社口座")
    assert (found["rows"][0]["2"], found["rows"][0]["17"], code) == ("口座", "30000", 0)


def test_a_file_that_is_there_stays_when_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    before = written(tmp_path, [{"4": "1"}], *CLAIMS)
    with pytest.raises(CommandError) as refused:
        written(tmp_path, [{"1": "20260230", "4": "-0"}, {"3": "é"}], *CLAIMS)
    assert str(refused.value).splitlines() == [
        "書けない値があります。ファイルは作っていません。",
        "1行目 1列目「支払期日」: 「20260230」は暦にない日付です。",
        "1行目 4列目「金額」: 「-0」は書けません。0にしてください。",
        "2行目 3列目「取引先」: 1文字目の「é」は、会計ソフトの文字（Windows-31J）にありません。"
        "別の文字に替えてください。",
    ]
    assert (tmp_path / "out.txt").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.txt", "rows.json"]


@pytest.mark.parametrize(
    ("rows", "arguments", "message"),
    [
        ("{}", CLAIMS, "行の一覧（JSONの配列）を渡してください。"),
        ("[1]", CLAIMS, '1行目: 「"1"」「"2"」…を名前とするオブジェクトにしてください。'),
        (
            '[{"6": "x", "1": true}]',
            CLAIMS,
            "1行目: 「6」という列はありません。\n1行目 1列目「支払期日」: 値は文字列か数にしてください。",
        ),
        (
            "[]",
            ("--layout", "仕訳"),
            "「仕訳」というレイアウトはありません。pca_layouts で一覧を見られます。",
        ),
        (
            "[]",
            (*CLAIMS, "--hide", "ratio"),
            f"「ratio」は、{LABEL}にはない出力条件です。 指定できる条件: ありません",
        ),
        (
            "[]",
            (*CLAIMS, "--layout-version", "5"),
            f"{LABEL}に、バージョン5はありません。",
        ),
        (
            "[]",
            (*CLAIMS, "--months", "1,2"),
            f"{LABEL}で繰り返す項目は1個までです。",
        ),
    ],
)
def test_what_cannot_be_meant_is_said(
    rows: str, arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, rows, *arguments) == message


def test_what_is_not_json_or_not_there_is_said(tmp_path: Path) -> None:
    assert "rows.jsonはJSON（UTF-8）ではありません" in refusal_of(tmp_path, "[", *CLAIMS)
    with pytest.raises(CommandError, match="を読めません（No such file or directory）。"):
        call_command("pca_read", *CLAIMS, str(tmp_path / "none.txt"))
    with pytest.raises(CommandError, match="を読めません（No such file or directory）。"):
        call_command("pca_write", *CLAIMS, "--in", str(tmp_path / "none.json"), "--out", str(tmp_path / "x"))
    rows = tmp_path / "rows.json"
    rows.write_text("[]", "utf-8")
    with pytest.raises(CommandError, match="に書けません（No such file or directory）。"):
        call_command("pca_write", *CLAIMS, "--in", str(rows), "--out", str(tmp_path / "none/out.txt"))


def test_errors_are_told_beside_the_rows_and_end_with_1(tmp_path: Path) -> None:
    data = (LINE + '2026,"R","A",1,\r\n' + LINE + "1,2\r\n").encode("cp932")
    found, code = read_back(tmp_path, data, *CLAIMS)
    assert code == 1
    assert len(found["rows"]) == 2
    date = "支払期日: 「2026」は日付ではありません。YYYYMMDD形式の半角数字8桁にしてください。"
    assert found["errors"] == [
        {"line": 2, "column": 1, "item": "支払期日", "message": date},
        {"line": 4, "column": None, "item": "", "message": "列が足りません。5列のはずですが、2列です。"},
    ]


def test_initial_values_are_put_in_unless_told_otherwise(tmp_path: Path) -> None:
    journals = ("--layout", "仕訳データ")
    data = b"20260930,1" + b"," * 40 + b"\r\n"
    assert read_back(tmp_path, data, *journals)[0]["rows"][0]["3"] == "21"
    assert read_back(tmp_path, data, *journals, "--no-initial-values")[0]["rows"][0]["3"] == ""


def test_without_a_table_a_file_of_two_tables_is_written_and_read_whole(tmp_path: Path) -> None:
    rows = [
        {"table": "【1行目】", "3": "135", "9": "100"},
        {"table": "【2行目（見出し対象行）】", "3": "135", "5": "20260930", "9": "150"},
    ]
    data = written(tmp_path, rows, "--layout", "合計元帳", "--hide", "department", "--header")
    first, header, second, _ = data.split(b"\r\n")
    assert (first, second) == (b'"135",,,,,,100', b'"135",,20260930,,,,150')
    assert header.count(b",") == 6
    found, code = read_back(tmp_path, data, "--layout", "合計元帳")
    assert [{key: cell for key, cell in row.items() if cell} for row in found["rows"]] == rows
    assert (found["errors"], code) == ([], 0)
    found, code = read_back(tmp_path, data + b"1\r\n", "--layout", "合計元帳")
    assert (len(found["rows"]), [error["line"] for error in found["errors"]], code) == (2, [4], 1)


def test_each_row_of_such_a_file_names_its_table(tmp_path: Path) -> None:
    message = "各行に、表の名前「table」が要ります。【1行目】か【2行目（見出し対象行）】です。"
    assert refusal_of(tmp_path, [{"3": "135"}], "--layout", "合計元帳") == message
    rows = [{"table": "【1行目】", "3": "135", "10": "1"}]
    assert refusal_of(tmp_path, rows, "--layout", "合計元帳") == "1行目: 「10」という列はありません。"
    assert (
        refusal_of(tmp_path, "[1]", "--layout", "合計元帳")
        == "行の一覧（オブジェクトの配列）を渡してください。"
    )
