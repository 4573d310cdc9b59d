"""The file for the accounting software: its bytes, and what keeps it from being written."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Company
from erec.accounting.models import PrintedName
from erec.claims.instructions import Party
from erec.exports.ledger import writing
from erec.exports.ledger.copying import Unprintable, copied, table_of, tidy
from erec.exports.ledger.definition import Basis, Name
from erec.exports.ledger.selection import Selection, Statement
from erec.formats import pca
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db

CLAIMS, DEBTS, DISCOUNTED, ENDORSED = Name

# What is special in a cell: ends of cells and lines, blanks, characters that codecs differ in or have not.
SIGNS = [
    '"',
    ",",
    "\t",
    "\n",
    "\r",
    "\\",
    " ",
    "\u3000",
    "\\.",
    "'",
    "~",
    "｡",
    "ｱ",
    "表",
    "髙",
    "﨑",
    "①",
    "～",
    "㈱",
]
BAD = ["\t", "\n", "\r", "\x1f", "\x7f", "𠮷", "¥", "\u301c", "é"]
TEXTS = st.lists(st.sampled_from([*SIGNS, "a", "7", "あ"]), max_size=5).map("".join)
ANY = st.lists(st.sampled_from([*SIGNS[:3], *BAD, "a"]), max_size=3).map("".join)


def cells(table: pca.Table, texts: st.SearchStrategy[str]) -> st.SearchStrategy[pca.Row]:
    def cell(field: pca.Field) -> st.SearchStrategy[str]:
        if field.name == "支払期日":
            return st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
        if field.name == "金額":
            return st.integers(0, 10**12 - 1).map(str)
        return st.sampled_from(["", "S0000003200000012816"]) if field.name == "記録番号" else texts

    return st.tuples(*map(cell, table.fields))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_database_writes_what_the_codec_writes(data: st.DataObject) -> None:
    table = table_of(data.draw(st.sampled_from(list(Name))))
    profile = data.draw(st.sampled_from(list(pca.PROFILES.values())))
    rows = data.draw(st.lists(cells(table, data.draw(st.sampled_from([TEXTS, ANY]))), max_size=7))
    try:
        expected = b"".join(pca.write(table, rows, profile=profile))
    except pca.Unwritable:
        with pytest.raises(Unprintable):
            by_database(table, rows, profile)
    else:
        assert by_database(table, rows, profile) == expected


def by_database(table: pca.Table, rows: list[pca.Row], profile: pca.Profile) -> bytes:
    columns = ", ".join(f"{tidy(f'v.t{f.position}', f)} AS c{f.position}" for f in table.fields)
    names = ", ".join(f"t{field.position}" for field in table.fields)
    line = ", ".join(["%s::text"] * len(table.fields))
    values = ", ".join([f"({line})"] * len(rows)) or f"({line})"
    sql = f"SELECT {columns} FROM (VALUES {values}) v ({names})"
    texts: list[Any] = [cell for row in rows for cell in row] or [""] * len(table.fields)
    numbered = {f"v{n}": text for n, text in enumerate(texts)}
    sql = sql.replace("%s", "{}").format(*(f"%({name})s" for name in numbered))
    statement = Statement(sql if rows else f"{sql} WHERE false", numbered)
    return b"".join(piece for piece, _ in copied(statement, table, profile, rows=3))


def short(party: Party, name: str) -> Party:
    """The company under a name that fits its cell; records keep the name of their day."""
    Company.objects.filter(pk=party.company_id).update(name=name)
    return Party(party.company_id, party.user_number, name, party.account)


def export(tmp_path: Path, by: Party, table: str = CLAIMS, **options: Any) -> bytes:
    out = tmp_path / "out.csv"
    out.unlink(missing_ok=True)
    asked = {"company": by.user_number, "table": table, "first": "2027-02-01", "last": "2027-02-28"}
    call_command("export_ledger", out=out, stdout=io.StringIO(), **asked | options)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    return out.read_bytes()


def test_each_table_is_written_byte_for_byte(tmp_path: Path) -> None:
    debtor, creditor = short(c.party(), "髙﨑商店㈱"), short(c.party(), 'ｱｵﾊﾞ"A,B"')
    supplier = short(c.party(), "みどり精機")
    claim = c.claim(debtor, creditor, 5_000, reference="No.1")
    given = c.assign(claim.record_number, creditor, supplier, 2_000, reference="")
    whole, part = claim.record_number, given.record_number
    expected = {
        (creditor, CLAIMS): f'20270226,"{whole}","髙﨑商店㈱",5000,"No.1"\r\n',
        (debtor, DEBTS): f'20270226,"{whole}","ｱｵﾊﾞ""A,B""","一〇信用金庫",5000,"No.1"\r\n',
        (creditor, ENDORSED): f'20270226,"{part}","みどり精機","買掛金",2000,\r\n',
        (creditor, DISCOUNTED): "",
    }
    for (company, table), text in expected.items():
        # 髙 is FB FC and 﨑 FA B1 in Windows; Python's cp932 gives NEC's codes.
        wanted = text.replace("髙﨑", "@@").encode("cp932").replace(b"@@", b"\xfb\xfc\xfa\xb1")
        assert export(tmp_path, company, table) == wanted
    assert export(tmp_path, creditor, basis="残高", as_of="2026-11-20", profile="tab", header=True) == (
        '"支払期日"\t"記録番号"\t"取引先"\t"金額"\t"摘要"\r\n'.encode("cp932")
        + f'20270226\t"{whole}"\t"'.encode()
        + b"\xfb\xfc\xfa\xb1"
        + '商店㈱"\t3000\t"No.1"\r\n'.encode("cp932")
    )
    assert export(tmp_path, creditor, basis="残高", as_of="2026-11-19") == b""


def test_a_name_that_does_not_fit_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    debtor, other = short(c.party(), "とても長い名前の商店"), short(c.party(), "𠮷野商店")
    creditor = c.party()
    claims = [c.claim(debtor, creditor), c.claim(debtor, creditor), c.claim(other, creditor)]
    with pytest.raises(CommandError) as refusal:
        export(tmp_path, creditor)
    assert list(tmp_path.iterdir()) == []
    long, unknown, last = str(refusal.value).splitlines()
    assert long.startswith(f"取引先「とても長い名前の商店」（{debtor.user_number}）: ")
    assert "6文字分長すぎます" in long
    assert long.endswith(f"［{claims[0].record_number} ほか1件］")
    assert "Windows-31J" in unknown
    assert unknown.endswith(f"［{claims[2].record_number}］")
    assert last == (
        "書けない項目が2件あるため、出力していません。取引先の名前は［印字名の確認］で決めてください。"
    )
    PrintedName.objects.filter(name=debtor.name).update(printed="長い商店")
    PrintedName.objects.filter(name=other.name).update(printed="吉野商店")
    written = export(tmp_path, creditor).decode("cp932").splitlines()
    assert [line.split(",")[2] for line in written] == ['"長い商店"', '"長い商店"', '"吉野商店"']


def test_a_form_without_quotes_refuses_what_would_end_a_cell(tmp_path: Path) -> None:
    debtor, creditor = short(c.party(), "A,B商店"), c.party()
    c.claim(debtor, creditor, reference='1"2')
    with pytest.raises(CommandError) as refusal:
        export(tmp_path, creditor, profile="bare")
    assert list(tmp_path.iterdir()) == []
    name, note, _ = sorted(str(refusal.value).splitlines(), key=lambda line: not line.startswith("取引先"))
    assert name.startswith("取引先「A,B商店」")
    assert "「,」は、引用符を使わない形式では書けません。" in name
    assert note.startswith('摘要「1"2」: 「"」は、引用符を使わない形式では書けません。')
    assert b'"A,B' in export(tmp_path, creditor)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"company": "ZZZZZZZZ1"}, "この利用者番号の企業はありません。出力していません。"),
        ({"first": "2027-02-30"}, "「2027-02-30」は日付ではありません。2026-11-30 のように"),
        ({"first": "2027-03-01"}, "--from の日付が --to より後です。出力していません。"),
        ({"as_of": "20261120x"}, "「20261120x」は日付ではありません。"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=sentence.split("。")[0]):
        export(tmp_path, c.party(), **options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="に書き込めないため、出力していません"):
        export(tmp_path / "no", c.party())


def test_a_file_that_was_there_stays_when_nothing_can_be_written(tmp_path: Path) -> None:
    debtor, creditor = short(c.party(), "𠮷野商店"), c.party()
    c.claim(debtor, creditor)
    out = tmp_path / "kept.csv"
    out.write_bytes(b"kept")
    asked = Selection(creditor.company_id, CLAIMS, Basis.ACCRUED)
    with pytest.raises(writing.Troubled):
        writing.write_to(out, lambda file: writing.write(asked, file, reason="", at=cast.AT))
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("kept.csv", b"kept")]
