"""The data: what the document prints, what we take where it misprints, and how a table is found."""

import pytest

from erec.formats.pca import Kind, UnknownLayout, find, layouts
from erec.formats.pca.model import Shape

PAIR = "【1行目】、【2行目（見出し対象行）】"
TABLES = [table for layout in layouts() for table in layout.tables]


def test_the_document_has_65_titles_84_tables_and_1152_fields() -> None:
    assert len(layouts()) == len({layout.title for layout in layouts()}) == 65
    assert len(TABLES) == 84
    assert sum(len(table.fields) for table in TABLES) == 1152


def test_fields_are_numbered_in_order_and_printed_so_but_for_two_misprints() -> None:
    for table in TABLES:
        assert [field.position for field in table.fields] == list(range(1, len(table.fields) + 1))
    off = [(t.title, f.position, f.printed) for t in TABLES for f in t.fields if f.position != f.printed]
    assert off == [("予約伝票", 39, 38), ("スタンプ別明細書", 24, 23), ("スタンプ別明細書", 25, 24)]


def test_every_misprint_is_noted() -> None:
    noted = [(table.label, field.position) for table in TABLES for field in table.fields if field.misprint]
    assert noted == [
        ("予約伝票", 7),
        ("予約伝票", 39),
        ("伝票エラーメッセージ", 9),
        ("仕訳データ", 30),
        ("日計表", 2),
        ("補助科目残高一覧表", 6),
        ("スタンプ別明細書", 24),
        ("スタンプ別明細書", 25),
        ("比較財務諸表 【5期比較】", 9),
        ("比較財務諸表 【5期比較】", 10),
        ("部門別比較財務諸表 【5期比較】", 9),
        ("部門別比較財務諸表 【5期比較】", 10),
        ("キャッシュ・フロー仕訳チェックリスト", 13),
        ("キャッシュ・フロー仕訳チェックリスト", 15),
        ("予算入力", 6),
        ("予算入力（補助別）", 7),
    ]


def test_types_and_marks_are_those_of_the_document() -> None:
    fields = [field for table in TABLES for field in table.fields]
    assert {field.type for field in fields} == {"文字列", "数字", "数字(－)", "－", "-"}
    assert {field.required for field in fields} == {"", "○", "◎"}


def test_the_layouts_that_can_be_taken_in_are_those_with_marks() -> None:
    assert [layout.title for layout in layouts() if layout.tables[0].importable] == [
        *("勘定科目", "補助科目", "部門", "期首残高", "摘要文", "自動仕訳", "予約伝票", "実績計算項目"),
        *("部門配賦基準", "配賦パターン", "伝票エラーメッセージ", "会社口座", "振込先", "仕訳データ"),
        *("予算入力", "予算入力（補助別）", "システムユーザー"),
    ]


@pytest.mark.parametrize(
    ("title", "format", "line"),
    [
        ("会社基本情報", "X", r"\text version='7' " + "\\"),
        ("仕訳データ", "X", r"\text version='5' " + "\\"),
        ("仕訳データ", "PCA会計８形式", None),
        ("仕訳データ", "PCA会計2000形式", None),
        ("日計表", "X", None),
    ],
)
def test_the_version_line_is_that_of_the_document(title: str, format: str, line: str | None) -> None:
    assert find(title, format=format).version_line == line


def test_company_accounts_are_of_version_6_or_without_their_last_items_of_5() -> None:
    table = find("会社口座")
    without = frozenset({"account_titles"})
    assert len(table.shape().columns) == 51
    assert table.version_line_of(frozenset()) == r"\text version='6' " + "\\"
    assert len(table.shape(without).columns) == 39
    assert table.version_line_of(without) == r"\text version='5' " + "\\"


@pytest.mark.parametrize(
    ("title", "table", "condition", "positions"),
    [
        ("日計表", None, "department", {1, 2}),
        ("総勘定元帳等", "1行目", "voucher_number", {10}),
        ("総勘定元帳等", "2行目（見出し対象行）", "department", {1, 2, 11, 12}),
        ("スタンプ別明細書", None, "department", {3, 4, 13, 14}),
        ("キャッシュ・フロー仕訳チェックリスト", None, "department", {3, 4, 13, 14}),
        ("キャッシュ・フロー明細書", None, "direct_method", {30, 31}),
        ("月次推移表", None, "ratio", {6, 8}),
        ("月次推移表", None, "total", {7, 8}),
        ("部門別一覧表", None, "four_columns", set(range(12, 20))),
        ("部門別一覧表", None, "six_columns", set(range(16, 20))),
        ("過年度実績", None, "months", {8, 9}),
    ],
)
def test_a_condition_takes_its_columns_away(
    title: str, table: str | None, condition: str, positions: set[int]
) -> None:
    whole = find(title, table)
    assert {field.position for field in whole.fields if condition in field.hidden} == positions
    shown = whole.shape(frozenset({condition}), 1)
    every = {field.position for field in whole.fields}
    assert {column.field.position for column in shown.columns} == every - positions


def places(shape: Shape) -> list[tuple[int, int]]:
    return [(column.field.position, column.turn) for column in shape.columns]


def test_columns_that_repeat_do_so_side_by_side() -> None:
    table = find("月次推移表")
    assert len(table.shape().columns) == 4 + 12 * 2 + 2
    assert places(table.shape(months=2)) == [
        *((n, 0) for n in (1, 2, 3, 4)),
        *((5, 0), (6, 0), (5, 1), (6, 1)),
        *((7, 0), (8, 0)),
    ]
    no_ratio = table.shape(frozenset({"ratio", "department"}), 3)
    assert places(no_ratio) == [(3, 0), (4, 0), (5, 0), (5, 1), (5, 2), (7, 0)]


def test_the_month_of_a_monthly_report_does_not_repeat() -> None:
    """月次予算実績比較表 shows one month and the sum so far; only the yearly one has 最大１２項目."""
    assert find("月次予算実績比較表").months == 1
    assert find("年次予算実績比較表").months == 12
    assert find("半期予算実績比較表").months == 6


def test_an_unknown_condition_and_too_many_months_are_refused() -> None:
    with pytest.raises(ValueError, match="「ratio」は、日計表にはない出力条件です。"):
        find("日計表").shape(frozenset({"ratio"}))
    with pytest.raises(ValueError, match="半期予算実績比較表で繰り返す項目は6個までです。"):
        find("半期予算実績比較表").shape(months=7)


def test_a_table_is_found_with_or_without_brackets() -> None:
    with_brackets = find("電子記録債権期日管理帳票", "【割引電子記録債権】")
    assert with_brackets is find("電子記録債権期日管理帳票", "割引電子記録債権")
    assert find("手形期日管理帳票", "割引手形", "PCA会計８形式").fields[1].name == "伝票日付"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("仕訳",), "「仕訳」というレイアウトはありません。pca_layouts で一覧を見られます。"),
        (("日計表", None, "PCA会計８形式"), "「日計表」に形式「PCA会計８形式」はありません。あるのはXです。"),
        (
            ("合計元帳",),
            f"「合計元帳」には表がいくつもあります。次のどれかを選んでください: {PAIR}",
        ),
        (
            ("合計元帳", "3行目"),
            f"「合計元帳」に表「3行目」はありません。あるのは{PAIR}です。",
        ),
        (("日計表", "1行目"), "「日計表」の表は1つで、名前はありません。「1行目」は指定しないでください。"),
    ],
)
def test_what_is_not_there_is_said(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(UnknownLayout) as refused:
        find(*arguments)
    assert str(refused.value) == message


def test_choices_of_flags_are_bits() -> None:
    flags = [field for table in TABLES for field in table.fields if field.kind is Kind.FLAGS]
    assert [field.name for field in flags] == ["予約月", "予約週", "予約曜日", "配賦元管理仕訳区分"]
    for field in flags:
        bits = sorted(int(value) for value in field.choices)
        assert bits == [0, *(1 << n for n in range(len(bits) - 1))], field


def test_every_field_can_be_judged() -> None:
    """Whatever its kind, an initial value is valid and a width is known."""
    for table in TABLES:
        for field in table.fields:
            assert field.width > 0 or field.kind is Kind.UNUSED, (table, field)
            assert not field.initial or field.problem_of(field.initial) is None, (table, field)
            assert all(len(value) <= field.width for value in field.choices), (table, field)
