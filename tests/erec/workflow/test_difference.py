"""What changed between two contents."""

from hypothesis import given
from hypothesis import strategies as st

from erec.workflow.difference import Change, between
from erec.workflow.types.base import Row, Sheet

COLUMNS = ("債権者", "債権金額")


def sheet(*lines: tuple[str, str], **facts: str) -> Sheet:
    rows = tuple(Row(number, cells) for number, cells in enumerate(lines, start=1))
    return Sheet(tuple(facts.items()), COLUMNS, rows)


def test_facts_are_compared_by_their_labels() -> None:
    before, now = sheet(合計金額="1,000円", 手数料="依頼人負担"), sheet(合計金額="2,000円", 保証="あり")
    assert between(before, now) == [
        Change("合計金額", "1,000円", "2,000円"),
        Change("手数料", "依頼人負担", "－"),
        Change("保証", "－", "あり"),
    ]


def test_a_changed_line_tells_its_cells() -> None:
    assert between(sheet(("甲", "1円"), ("乙", "2円")), sheet(("甲", "1円"), ("乙", "20円"))) == [
        Change("明細2 債権金額", "2円", "20円")
    ]


def test_a_line_put_in_before_others_is_one_change() -> None:
    before, now = sheet(("甲", "1円"), ("乙", "2円")), sheet(("丙", "9円"), ("甲", "1円"), ("乙", "2円"))
    assert between(before, now) == [Change("明細1（追加）", "－", "丙　9円")]
    assert between(now, before) == [Change("明細1（削除）", "丙　9円", "－")]


LINES = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["1円", "2円", ""])), max_size=6)


@given(LINES, LINES)
def test_there_is_a_difference_exactly_where_the_contents_differ(
    before: list[tuple[str, str]], now: list[tuple[str, str]]
) -> None:
    assert bool(between(sheet(*before), sheet(*now))) == (before != now)
