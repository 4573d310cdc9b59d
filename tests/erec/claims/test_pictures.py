"""Geometry: nothing is drawn outside, nothing is lost, and long texts are cut."""

from datetime import date, timedelta

import pytest

from erec.claims.models import Holding
from erec.claims.pictures import WIDTH, bars, fitted, month, shortened, timeline, tree
from erec.claims.story import Moment, Relative, Tone

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "units", "shown"),
    [
        ("譲渡記録", 56, "譲渡記録"),
        ("譲渡記録", 55, "譲渡…"),
        ("ABC-1", 38, "ABC-1"),
        ("名" * 60, 218, "名" * 14 + "…"),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_where_its_place_ends(text: str, units: int, shown: str) -> None:
    assert fitted(text, units) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, []), (6, [0, 1, 2, 3, 4, 5]), (7, [0, 1, 2, 2, 5, 6]), (100, [0, 1, 2, 95, 98, 99])],
)
def test_many_are_shown_by_the_first_and_the_last_with_the_number_between(
    count: int, shown: list[int]
) -> None:
    assert shortened(range(count), 3, 2) == shown


def test_the_pieces_of_a_bar_add_up_to_its_share_of_the_longest() -> None:
    chart = bars.stacked(["1月", "2月", "3月"], [("甲", [100, 0, 20]), ("乙", [300, 200, 0])])
    assert [one.name for one in chart.series] == ["乙", "甲"]  # the larger one first
    assert [bar.value for bar in chart.bars] == [400, 200, 20]
    assert [sum(piece.width for piece in bar.pieces) for bar in chart.bars] == [340, 170, 17]
    assert [[piece.fill for piece in bar.pieces] for bar in chart.bars] == [[0, 1], [0], [1]]
    assert chart.height == 3 * 44


def test_accounts_that_no_pattern_is_left_for_are_summed_and_none_is_lost() -> None:
    series = [(f"口座{n}", [n, 10 * n]) for n in range(1, 9)]
    chart = bars.stacked(["1月", "2月"], series)
    assert [one.name for one in chart.series] == ["口座8", "口座7", "口座6", "口座5", bars.REST]
    assert [one.fill for one in chart.series] == [0, 1, 2, 3, 4]
    assert [bar.value for bar in chart.bars] == [36, 360]


def test_a_bar_stays_inside_and_a_yen_is_seen_beside_ten_thousand_millions() -> None:
    chart = bars.stacked(["1月"], [("甲", [9_999_999_999]), ("乙", [1])])
    pieces = chart.bars[0].pieces
    assert [piece.fill for piece in pieces] == [0, 1]
    assert pieces[-1].width == 0.5
    assert pieces[0].x + pieces[0].width <= WIDTH


def test_months_of_nothing_have_empty_bars() -> None:
    chart = bars.stacked(["1月", "2月"], [])
    assert [bar.pieces for bar in chart.bars] == [(), ()]


@pytest.mark.parametrize(
    ("value", "longest", "share"), [(0, 0, 0), (0, 5, 0), (1, 10_000, 1), (5_000, 10_000, 50), (7, 7, 100)]
)
def test_something_is_never_drawn_as_nothing(value: int, longest: int, share: int) -> None:
    assert bars.share(value, longest) == share


def test_a_month_has_its_weeks_with_the_banks_holidays_and_today() -> None:
    weeks = month.weeks(date(2026, 11, 1), TODAY, {date(2026, 11, 24): "24日", date(2026, 12, 1): "来月"})
    days = [day for week in weeks for day in week]
    assert [len(week) for week in weeks] == [7] * 5
    assert days[0].on == date(2026, 11, 1)  # a Sunday
    assert [day.on.day for day in days if day.closed and day.inside and day.on.weekday() < 5] == [3, 23]
    assert [day.on for day in days if day.today] == [TODAY]
    assert [(day.on.day, day.value) for day in days if day.value] == [(24, "24日")]
    assert [day.on for day in days if not day.inside] == [date(2026, 12, n) for n in range(1, 6)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2027, 2, 1), date(2027, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2999, 12, 1), date(2999, 12, 31)),
    ],
)
def test_a_month_ends_with_its_last_day(first: date, last: date) -> None:
    days = [day.on for week in month.weeks(first, TODAY, dict[date, str]()) for day in week if day.inside]
    assert (month.last_of(first), days[0], days[-1], len(days)) == (last, first, last, last.day)


def test_a_chain_of_thirty_assignments_keeps_its_beginning_and_its_end() -> None:
    moments = [Moment(TODAY + timedelta(days=n), f"{n}番目", "譲受人 " + "名" * 60) for n in range(32)]
    drawn = timeline.drawn([*moments, Moment(date(2027, 2, 26), "支払期日", tone=Tone.COMING)])
    names = [mark.name for mark in drawn.marks]
    assert names[:5] == ["0番目", "1番目", "2番目", "3番目", "ほか13件の記録"]
    assert names[-2:] == ["31番目", "支払期日"]
    assert len(names) == timeline.FIRST + 1 + timeline.LAST
    assert drawn.marks[0].detail.endswith("名…")
    assert [mark.y for mark in drawn.marks] == [18 + 52 * n for n in range(21)]
    assert drawn.marks[-1].length == 0
    assert drawn.height == 21 * 52


def test_a_short_history_is_drawn_whole_with_its_days() -> None:
    drawn = timeline.drawn([Moment(TODAY, "発生記録", "債権金額 9,999,999,999円"), Moment(TODAY, "支払不能")])
    assert [(mark.day, mark.name, mark.detail) for mark in drawn.marks] == [
        ("2026/11/20", "発生記録", "債権金額 9,999,999,999円"),
        ("2026/11/20", "支払不能", ""),
    ]
    assert drawn.text == "2026/11/20 発生記録。2026/11/20 支払不能"


def relative(depth: int, n: int = 0, role: str = "holder") -> Relative:
    part = Holding(
        record_number=f"T0000000100000{n:07}", role=role, state="recorded", amount_yen=9_999_999_999
    )
    return Relative(part, depth)


def test_children_hang_on_their_parent_and_grandchildren_on_theirs() -> None:
    drawn = tree.drawn([relative(-1, 1), relative(0, 2), relative(1, 3), relative(2, 4), relative(1, 5)])
    assert [(node.x, node.number[-1], node.here) for node in drawn.nodes] == [
        (10, "1", False),
        (28, "2", True),
        (46, "3", False),
        (64, "4", False),
        (46, "5", False),
    ]
    assert [node.stem for node in drawn.nodes] == [
        "",
        "M10 26V68H28",
        "M28 76V118H46",
        "M46 126V168H64",
        "M28 76V218H46",
    ]
    assert drawn.nodes[0].text == "9,999,999,999円 記録済"


def test_two_hundred_children_are_drawn_in_part_and_counted() -> None:
    drawn = tree.drawn([relative(0), *(relative(1, n) for n in range(1, 201))])
    assert len(drawn.nodes) == tree.BELOW_MAX + 2
    assert (drawn.nodes[-1].number, drawn.nodes[-1].text) == ("", "ほか170件")
    assert drawn.nodes[-1].x == drawn.nodes[1].x
    assert drawn.height == 32 * 50


def test_a_deep_tree_stays_inside_the_picture() -> None:
    above = [relative(n - 30, n) for n in range(30)]
    below = [relative(n, 100 + n) for n in range(1, 31)]
    drawn = tree.drawn([*above, relative(0, 99), *below])
    assert [node.text for node in drawn.nodes if not node.number] == ["ほか24件"]
    assert max(node.words for node in drawn.nodes) + 20 * 7.6 < WIDTH
    assert sum(node.here for node in drawn.nodes) == 1
    assert all(node.stem for node in drawn.nodes[1:])


def test_what_was_given_away_says_so() -> None:
    drawn = tree.drawn([relative(0, 1, role="former"), relative(1, 2)])
    assert drawn.nodes[0].text == "9,999,999,999円 譲渡済"
