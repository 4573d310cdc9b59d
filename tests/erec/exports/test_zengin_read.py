"""zengin_read as an operator runs it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.erec.formats.zengin.bank import statement


def run(path: Path) -> tuple[int, Any]:
    out = io.StringIO()
    try:
        call_command("zengin_read", str(path), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "statement.txt"


def test_a_good_file_gives_its_lines_with_their_account_and_no_errors(written: Path) -> None:
    written.write_bytes(b"".join(statement([("1", 500), ("2", 300)])))
    code, answer = run(written)
    assert (code, answer["errors"]) == (0, [])
    first, second = answer["rows"]
    assert (first["line"], first["booked_on"], first["received"], first["amount_yen"]) == (
        2,
        "2026-07-31",
        True,
        500,
    )
    assert first["account"]["account_number"] == "0001234567"
    assert first["account"]["first_day"] == "2026-07-01"
    assert first["details"]["取引金額"] == 500
    assert first["details"]["勘定日"] == "2026-07-31"
    assert (second["received"], second["amount_yen"]) == (False, 300)


def test_errors_are_told_with_line_and_column_and_end_with_1(written: Path) -> None:
    records = statement([("1", 500), ("2", 300)])
    records[1] = records[1][:21] + b"7" + records[1][22:]
    written.write_bytes(b"\r\n".join(records))
    code, answer = run(written)
    assert code == 1
    assert [row["line"] for row in answer["rows"]] == [3]
    assert answer["errors"] == [
        {
            "line": 2,
            "column": 5,
            "item": "入払区分",
            "message": "入払区分: 22バイト目: 「7」はわかりません。1（入金）、2（出金）のどれかのはずです。",
        }
    ]


def test_a_file_of_another_kind_is_an_error_of_its_own(written: Path) -> None:
    written.write_bytes(b"")
    assert run(written) == (
        1,
        {"rows": [], "errors": [{"line": 1, "column": None, "item": "", "message": "ファイルが空です。"}]},
    )


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="を読めません"):
        call_command("zengin_read", str(tmp_path / "none"))
