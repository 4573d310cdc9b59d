"""Days, states and shares of applications: pure."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.financing import policy, stages
from erec.financing.models import Application, ApplicationLine
from erec.parameters.business_day import Today, cut_off_on

L = ApplicationLine.State
State = Application.State


def today(on: date, hour: int) -> Today:
    return Today(on, datetime(on.year, on.month, on.day, hour - 9, tzinfo=UTC), hour < 15)


def test_the_institution_answers_until_the_cut_off_of_the_business_day_before() -> None:
    assert policy.answer_until(date(2026, 11, 24)) == cut_off_on(date(2026, 11, 20))
    assert policy.answer_until(date(2026, 11, 26)) == cut_off_on(date(2026, 11, 25))


@pytest.mark.parametrize(
    ("on", "hour", "first"),
    [
        (date(2026, 11, 20), 10, date(2026, 11, 24)),  # a Friday; Monday is a holiday
        (date(2026, 11, 20), 15, date(2026, 11, 25)),
        (date(2026, 11, 21), 10, date(2026, 11, 25)),  # a Saturday: Friday's cut-off is over
    ],
)
def test_the_first_wished_day_leaves_the_institution_time(on: date, hour: int, first: date) -> None:
    assert policy.first_wished_day(today(on, hour)) == first


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ({L.ASKED, L.WITHDRAWN}, State.ASKED),
        ({L.ACCEPTED, L.ASSIGNED, L.DECLINED}, State.ACCEPTED),
        ({L.ASSIGNED, L.REFUSED, L.DECLINED}, State.ASSIGNED),
        ({L.REFUSED, L.DECLINED}, State.FAILED),
        ({L.DECLINED, L.WITHDRAWN}, State.DECLINED),
        ({L.LAPSED, L.WITHDRAWN}, State.LAPSED),
        ({L.WITHDRAWN}, State.WITHDRAWN),
    ],
)
def test_what_is_open_comes_first_then_what_went_well(lines: set[L], state: State) -> None:
    assert policy.state_of(lines) == state


def test_shares_are_whole_yen() -> None:
    assert policy.shared(1_000, [500, 500, 500]) == [333, 333, 334]
    assert policy.shared(1_380_000, [1_000_000, 400_000]) == [985_714, 394_286]


@given(st.lists(st.integers(1, 9_999_999_999), min_size=1, max_size=200), st.data())
def test_shares_add_up_and_none_is_above_its_amount(amounts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(1, sum(amounts)))
    shares = policy.shared(total, amounts)
    assert sum(shares) == total
    assert all(0 <= share <= amount for share, amount in zip(shares, amounts, strict=True))


D, C = Application.Kind.DISCOUNT, Application.Kind.COLLATERAL
LINE: list[tuple[Application.Kind, State, int, str]] = [
    (D, State.ASKED, 0, "✓申込 ●金融機関の回答（回答待ち） ○金融機関への譲渡 ○実行"),
    (D, State.DECLINED, 0, "✓申込 ×金融機関の回答（否認）"),
    (D, State.LAPSED, 0, "✓申込 ×金融機関の回答（期限切れ）"),
    (D, State.WITHDRAWN, 0, "✓申込 ×金融機関の回答（取消）"),
    (D, State.ACCEPTED, 0, "✓申込 ✓金融機関の回答 ●金融機関への譲渡（予約中） ○実行"),
    (D, State.FAILED, 0, "✓申込 ✓金融機関の回答 ×金融機関への譲渡（不成立）"),
    (D, State.ASSIGNED, 0, "✓申込 ✓金融機関の回答 ✓金融機関への譲渡 ●実行（実行待ち）"),
    (D, State.EXECUTED, 0, "✓申込 ✓金融機関の回答 ✓金融機関への譲渡 ✓実行"),
    (C, State.ACCEPTED, 0, "✓申込 ✓金融機関の回答 ●金融機関への譲渡（予約中） ○実行 ○返済"),
    (C, State.EXECUTED, 500_000, "✓申込 ✓金融機関の回答 ✓金融機関への譲渡 ✓実行 ●返済（残り500,000円）"),
    (C, State.REPAID, 0, "✓申込 ✓金融機関の回答 ✓金融機関への譲渡 ✓実行 ✓返済"),
]


@pytest.mark.parametrize(("kind", "state", "owed_yen", "line"), LINE)
def test_the_line_of_status(kind: Application.Kind, state: State, owed_yen: int, line: str) -> None:
    marks = {"DONE": "✓", "NOW": "●", "COMING": "○", "STOPPED": "×"}
    found = stages.steps(Application(kind=kind, state=state, owed_yen=owed_yen))
    assert line == " ".join(
        f"{marks[step.standing.name]}{step.stage}{f'（{step.note}）' if step.note else ''}" for step in found
    )


def test_every_state_has_its_place() -> None:
    assert {state for _, state, _, _ in LINE} == set(State)
