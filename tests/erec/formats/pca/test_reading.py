"""What is wrong with a file, told at its place; and what a reader must never take for right."""

import io
import tracemalloc
from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from erec.formats.pca import BARE, QUOTED, TAB, Problem, Profile, Record, Table, find, read
from erec.formats.pca.cells import joined
from erec.formats.pca.fast import fast
from erec.formats.pca.lines import LINE_MAX
from erec.formats.pca.model import Shape
from erec.formats.windows31j import encode
from tests.erec.formats.pca.examples import row_of

CLAIMS = find("電子記録債権期日管理帳票", "電子記録債権")
ACCOUNTS = find("会社口座")
JOURNALS = find("仕訳データ")
TREND = find("月次推移表")
GOOD = '20260930,"R1","㈱髙﨑",120,"m"\r\n'
RECORD = ("20260930", "R1", "㈱髙﨑", "120", "m")
HEADER = "支払期日,記録番号,取引先,金額,摘要\r\n"
NOT_READ = "このため、データは読みませんでした。"


def found_in(
    data: str | bytes, table: Table = CLAIMS, *, hidden: frozenset[str] | None = None, initial: bool = False
) -> list[Record | Problem]:
    source = io.BytesIO(data if isinstance(data, bytes) else data.encode("cp932"))
    return list(read(table, source, hidden=hidden, initial_values=initial))


def only_problem(data: str | bytes, table: Table = CLAIMS) -> Problem:
    [found] = found_in(data, table)
    assert isinstance(found, Problem)
    return found


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8（BOMつき）"), ("utf-16", "UTF-16")],
)
def test_a_file_of_another_code_is_refused_whole(encoding: str, name: str) -> None:
    message = f"文字コードが{name}です。Windows-31J（Shift_JIS）で保存し直してください。{NOT_READ}"
    assert found_in((GOOD * 3).encode(encoding)) == [Problem(1, None, "", message)]


def test_half_width_kana_that_look_like_two_bytes_of_utf_8_are_read() -> None:
    [found] = found_in('20260930,"R1","ﾅｲﾅｲ",1,\r\n')
    assert found == Record(1, ("20260930", "R1", "ﾅｲﾅｲ", "1", ""))


@pytest.mark.parametrize(
    ("line", "column", "item", "message"),
    [
        (
            b'20260930,"R1","\x82",1,\r\n',
            3,
            "取引先",
            "1バイト目の0x82は、Windows-31J（",
        ),
        (b'20260930,"R1","A\xf0\x40",1,\r\n', 3, "取引先", "2文字目のU+E000は、会計ソフトの文字（"),
        (
            b'20260930,"R\x001","A",1,\r\n',
            2,
            "記録番号",
            "制御文字（0x00）は書けません。",
        ),
        (b'20260930,"R1","A",1,"m\r\n', 5, "摘要", '引用符（"）が閉じていません。'),
        (b'20260930,"R1"x,"A",1,\r\n', 2, "記録番号", '閉じた引用符（"）のあとに文字があります。'),
        (b'20260930,R"1,"A",1,\r\n', 2, "記録番号", '引用符（"）がセルの途中にあります。'),
        (b'20260930,"R1","A",1\r\n', None, "", "列が足りません。5列のはずですが、4列です。"),
        (b'20260930,"R1","A",1,,\r\n', None, "", "列が多すぎます。5列のはずですが、6列です。"),
        (b"\r\n", None, "", "空の行です。取り除いてください。"),
        (b'20260930,"R1","A",1,\n', None, "", "行の終わりがLFだけです。CR LFにしてください。"),
        (b'20260930,"R\r1","A",1,\r\n', None, "", "CRだけの改行があります。CR LFにしてください。"),
        (b'20260930,"R1","A",1,\r\r\n', None, "", "行の終わりに余分なCRがあります。"),
        (b"x" * LINE_MAX + b"\r\n", None, "", "1行が65536バイトを超えています。"),
        (b"x" * 3 * LINE_MAX + b"\r\n", None, "", "1行が65536バイトを超えています。"),
        (b'20260930,"R1","A",-0,\r\n', 4, "金額", "「-0」は書けません。0にしてください。"),
        (b'20260930,"R1","A",1234567890123,\r\n', 4, "金額", "13桁あります。12桁までにしてください。"),
        (b'20260230,"R1","A",1,\r\n', 1, "支払期日", "「20260230」は暦にない日付です。"),
        (
            "20260930,,,１２０,\r\n".encode("cp932"),
            4,
            "金額",
            "「１２０」は全角です。",
        ),
    ],
)
def test_a_bad_line_is_told_at_its_place_and_its_neighbours_are_read(
    line: bytes, column: int | None, item: str, message: str
) -> None:
    good = GOOD.encode("cp932")
    before, problem, after = found_in(good + line + good)
    assert (before, after) == (Record(1, RECORD), Record(3, RECORD))
    assert isinstance(problem, Problem)
    assert problem[:3] == (2, column, item)
    assert problem.message.startswith(message)


def test_all_that_is_wrong_with_a_line_is_told() -> None:
    assert found_in('2026,"あ","ああああああああ",x,\n') == [
        Problem(1, None, "", "行の終わりがLFだけです。CR LFにしてください。"),
        Problem(1, 1, "支払期日", "「2026」は日付ではありません。YYYYMMDD形式の半角数字8桁にしてください。"),
        Problem(1, 2, "記録番号", "半角文字だけの項目です。1文字目の「あ」を半角に替えてください。"),
        Problem(1, 3, "取引先", "半角16桁あります。半角14桁（全角7文字）までにしてください。"),
        Problem(1, 4, "金額", "「x」は数字ではありません。半角の数字だけにしてください。"),
    ]


def test_a_file_that_breaks_off_loses_its_last_line_and_says_so() -> None:
    message = "最後の行がCR LFで終わっていません。ファイルが途中で切れていないか確かめてください。"
    assert found_in(GOOD + GOOD[:-2]) == [Record(1, RECORD), Problem(2, None, "", message)]


def test_an_empty_file_has_no_rows() -> None:
    assert found_in("") == []


def test_an_unknown_choice_names_the_choices() -> None:
    line = '20260930,1,22,0,0,,,"111",,,,"00",,1,,0,,,"135",,,,"00",,1,,,,,1' + "," * 12 + "\r\n"
    problem = only_problem(line, JOURNALS)
    assert problem[:3] == (1, 3, "仕訳区分")
    choices = "11:月初、21:月次、31:決算１、32:決算２、33:決算３"
    assert problem.message == f"「22」は選べません。次のどれかにしてください: {choices}"


def test_a_required_item_must_have_a_value() -> None:
    first, second = found_in("," * 41 + "\r\n", JOURNALS)
    message = "必須の項目です。値を入れてください。"
    assert (first, second) == (Problem(1, 1, "伝票日付", message), Problem(1, 2, "伝票番号", message))


def test_a_voucher_number_may_be_empty_where_a_company_has_none() -> None:
    line = "20260930" + "," * 41 + "\r\n"
    assert isinstance(found_in(line, JOURNALS)[0], Problem)
    [found] = found_in(line, JOURNALS, hidden=frozenset({"voucher_number"}))
    assert isinstance(found, Record)


def test_what_another_item_makes_empty_is_not_required() -> None:
    """配賦パターン: 配賦先科目コード is ◎, and empty where 配賦基準 is 13."""
    table = find("配賦パターン")
    start = '"0001","名",,0,{},,,,,,,"111"' + "," * 12 + "\r\n"
    assert isinstance(found_in(start.format(13), table)[0], Record)
    assert found_in(start.format(0), table) == [
        Problem(1, 18, "配賦先科目コード", "必須の項目です。値を入れてください。")
    ]


def test_initial_values_fill_what_is_empty() -> None:
    [found] = found_in("20260930,1" + "," * 40 + "\r\n", JOURNALS, initial=True)
    assert isinstance(found, Record)
    filled = {at: cell for at, cell in enumerate(found.row, 1) if cell}
    assert filled == {1: "20260930", 2: "1", 3: "21", 4: "0", 30: "1"}


def test_blanks_at_the_end_of_a_string_are_no_part_of_it() -> None:
    assert found_in('20260930,"R1  "," あ　 ",1,\r\n') == [Record(1, ("20260930", "R1", " あ", "1", ""))]


def test_a_cell_may_be_quoted_or_not_whatever_its_type() -> None:
    assert found_in('"20260930",R1,A,"1",\r\n') == [Record(1, ("20260930", "R1", "A", "1", ""))]


def test_without_quotes_a_quote_is_told() -> None:
    source = io.BytesIO(b'20260930,R1,A,1,\r\n20260930,"R1",A,1,\r\n')
    good, bad = read(CLAIMS, source, profile=BARE)
    assert good == Record(1, ("20260930", "R1", "A", "1", ""))
    assert bad == Problem(2, 2, "記録番号", '引用符（"）は、引用符を使わない形式では書けません。')


def test_tabs_part_cells_where_the_profile_says_so() -> None:
    [found] = read(CLAIMS, io.BytesIO(b'20260930\t"R1"\t"A,B"\t1\t\r\n'), profile=TAB)
    assert found == Record(1, ("20260930", "R1", "A,B", "1", ""))


def test_a_header_in_another_order_says_which_and_nothing_is_read() -> None:
    assert found_in("支払期日,取引先,記録番号,金額,摘要\r\n" + GOOD) == [
        Problem(1, 2, "記録番号", "見出しの2列目は「記録番号」のはずですが、「取引先」です。"),
        Problem(1, 3, "取引先", "見出しの3列目は「取引先」のはずですが、「記録番号」です。"),
        Problem(1, None, "", f"見出しがレイアウトと違います。{NOT_READ}"),
    ]


def test_a_header_of_another_table_says_what_is_missing_and_what_is_unknown() -> None:
    assert found_in("支払期日,記録番号,得意先,金額,摘要\r\n" + GOOD) == [
        Problem(1, 3, "取引先", "見出しにこの項目がありません。"),
        Problem(1, 3, "得意先", f"見出しの3列目「得意先」は、{CLAIMS.label}にない項目です。"),
        Problem(1, None, "", f"見出しがレイアウトと違います。{NOT_READ}"),
    ]


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_header_must_end_like_any_line(end: str) -> None:
    problem = only_problem(HEADER.rstrip() + end)
    assert problem == Problem(1, None, "", f"見出しの行の終わりがCR LFではありません。{NOT_READ}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\\text version='4' \\\r\n", "バージョンが4です。読めるのは5です。"),
        (b"\\text version='5' \\\n", "バージョンの行の形が違います。"),
        (b"\\text version='5'\\\r\n", "バージョンの行の形が違います。"),
        (
            "¥text version='5' ¥\r\n".encode(),
            "バージョンの行の「¥」がUnicodeのU+00A5です。Windows-31Jの「\\」（0x5C）にしてください。",
        ),
    ],
)
def test_a_version_line_that_is_not_ours_is_refused(line: bytes, message: str) -> None:
    data = line + b"20260930,1" + b"," * 40 + b"\r\n"
    assert found_in(data, JOURNALS) == [Problem(1, None, "", message + NOT_READ)]


def test_a_report_has_no_version_line() -> None:
    message = f"電子記録債権期日管理帳票 【電子記録債権】に、バージョンの行はありません。{NOT_READ}"
    assert found_in("\\text version='5' \\\r\n" + GOOD) == [Problem(1, None, "", message)]


@pytest.mark.parametrize(("version", "columns"), [("5", 39), ("6", 51)])
def test_company_accounts_have_the_columns_of_their_version(version: str, columns: int) -> None:
    cells = ['"01"', '"口座"', '"0001"', "", "", '"001"', "", "", "1", '"1234567"', *[""] * (columns - 10)]
    line = ",".join(cells) + "\r\n"
    for data in (f"\\text version='{version}' \\\r\n{line}", line):
        [found] = found_in(data, ACCOUNTS)
        assert isinstance(found, Record)
        assert len(found.row) == 51
    other = "5" if version == "6" else "6"
    [problem] = found_in(f"\\text version='{other}' \\\r\n{line}", ACCOUNTS)
    assert isinstance(problem, Problem)
    assert problem.message.endswith(f"{90 - columns}列のはずですが、{columns}列です。")


def test_a_header_tells_which_columns_are_hidden_and_how_many_months_there_are() -> None:
    heads = "勘定科目コード,勘定科目名,4月度 (金額),第2四半期 (金額)\r\n"
    assert found_in(heads + '"135","電子記録債権",1,-2\r\n', TREND) == [
        Record(2, ("", "", "135", "電子記録債権", ("1", "-2"), "", "", ""))
    ]


def test_without_a_header_no_column_is_guessed_away() -> None:
    problem = only_problem('"135","電子記録債権",1,-2\r\n', TREND)
    assert problem.message.startswith("列が足りません。")


def test_a_page_may_repeat_its_header() -> None:
    table = find("部門別一覧表")
    heads = "ページ,勘定科目コード,勘定科目名,営業部,構成比," + "," * 14 + "合計 (金額),合計 (構成比)\r\n"
    total = "ページ,勘定科目コード,勘定科目名,総合計,構成比" + "," * 16 + "\r\n"
    row = '{},"135","電子記録債権",1,100.00' + "," * 16 + "\r\n"
    found = found_in(heads + row.format(1) + total + row.format(2), table)
    assert [each.line for each in found if isinstance(each, Record)] == [2, 4]
    assert len(found) == 2


class Endless(io.RawIOBase):
    """A file of that many blocks that exists only while it is read."""

    def __init__(self, block: bytes, times: int) -> None:
        self.block, self.times = block, times

    def read(self, size: int = -1) -> bytes:
        self.times -= 1
        return self.block if self.times >= 0 else b""


@pytest.mark.parametrize("block", [GOOD.encode("cp932") * 50, b"x" * (1 << 17), b'20260230,"R",,,\r\n' * 50])
def test_memory_does_not_grow_with_the_file(block: bytes) -> None:
    def peak(times: int, profile: Profile | None = None) -> int:
        tracemalloc.start()
        try:
            for _ in found(times):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def found(times: int) -> Iterator[Record | Problem]:
        return read(CLAIMS, Endless(block, times))  # type: ignore[arg-type]

    peak(2)
    assert peak(60) < peak(6) * 1.2 + 100_000


@pytest.mark.parametrize(
    ("table", "position", "cell"),
    [
        (find("部門配賦基準"), 11, "3.3-3"),
        (find("資金繰実績明細書"), 30, "1999999999999"),
        (find("勘定科目"), 17, "100.01"),
        (find("損益分岐点計算書", "指標"), 5, "1-2"),
        (find("予約伝票"), 5, "4096"),
        (find("予算入力"), 6, "31"),
        (find("合計元帳", "2行目（見出し対象行）"), 5, "2026093"),
        (find("手形期日管理帳票", "受取手形", "PCA会計８形式"), 1, "2013//4/1"),
    ],
    ids=repr,
)
def test_a_value_of_the_right_letters_is_judged_on_the_quick_way_too(
    table: Table, position: int, cell: str
) -> None:
    shape = table.shape()
    quoted = [column.field.is_string for column in shape.columns]
    rows = (shape.flat(row_of(table, Random(seed))) for seed in count())
    cells = next(row for row in rows if goes_quickly(joined(quoted, row, QUOTED), shape))
    at = next(at for at, column in enumerate(shape.columns) if column.field.position == position)
    problem = only_problem(joined(quoted, [*cells[:at], cell, *cells[at + 1 :]], QUOTED), table)
    assert (problem.line, problem.column) == (1, position)
    assert problem.message == shape.columns[at].field.problem_of(cell)


def goes_quickly(line: str, shape: Shape) -> bool:
    return fast(shape, QUOTED).end_of_good(encode(line), 0) > 0
