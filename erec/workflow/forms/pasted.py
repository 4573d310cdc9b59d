"""Many lines at once, copied from a spreadsheet: one line each, columns by tabs or commas."""

import csv
import io

from erec.formats.text import BadText
from erec.workflow.forms.partners import kind_of

COLUMNS = (
    "user_number",
    "bank_code",
    "branch_code",
    "kind",
    "number",
    "amount_yen",
    "due_on",
    "reference",
)
WORDS = (
    "利用者番号、金融機関コード、支店コード、口座種別、口座番号、債権金額、支払期日、依頼人Ref.No.（任意）"
)
_NEEDED = 7


def lines_of(pasted: str) -> list[dict[str, str]]:
    """The texts of the lines; whether they are right, the form judges. Raises BadText for another shape."""
    delimiter = "\t" if "\t" in pasted else ","
    try:
        rows = [
            row for row in csv.reader(io.StringIO(pasted), delimiter=delimiter) if any(map(str.strip, row))
        ]
    except csv.Error:
        raise BadText(f"貼り付けた内容を読み取れません。{WORDS}の順に、1件を1行にしてください。") from None
    if not rows:
        raise BadText("貼り付ける欄が空です。表計算ソフトの行を貼り付けてください。")
    for number, row in enumerate(rows, start=1):
        if not _NEEDED <= len(row) <= len(COLUMNS):
            raise BadText(
                f"{number}行目は{len(row)}列です。{WORDS}の順に並べてください。何も追加していません。"
            )
    return [_line(row) for row in rows]


def _line(row: list[str]) -> dict[str, str]:
    cells = [cell.strip() for cell in row] + [""] * (len(COLUMNS) - len(row))
    line = dict(zip(COLUMNS, cells, strict=True))
    return {**line, "kind": kind_of(line["kind"])}
