"""The tables of states and moves hold together."""

import pytest

from erec.members.catalogue import BY_CODE, Tick
from erec.workflow.states import (
    FINISHED,
    LABELS,
    LINE_MOVES,
    LINE_TO_REQUEST,
    MOVES,
    UNAPPROVED,
    LineState,
    Move,
    State,
    request_state,
)
from erec.workflow.types import TYPES


def test_every_state_has_a_label_of_its_own() -> None:
    assert set(LABELS) == set(State)
    assert len(set(LABELS.values())) == len(State)


def test_nobody_moves_what_is_finished() -> None:
    for move, rule in MOVES.items():
        assert not rule.origins & FINISHED, move


def test_only_a_checker_decides_and_only_a_maker_enters() -> None:
    assert {move for move, rule in MOVES.items() if rule.tick is Tick.CHECKER} == {
        Move.APPROVE,
        Move.SEND_BACK,
    }


def test_a_line_ends_or_goes_on_towards_an_end() -> None:
    assert set(LINE_MOVES) == set(LINE_TO_REQUEST) == set(LineState)

    def ends(state: LineState, seen: frozenset[LineState]) -> bool:
        assert state not in seen
        return not LINE_MOVES[state] or all(ends(after, seen | {state}) for after in LINE_MOVES[state])

    assert all(ends(state, frozenset()) for state in LineState)


def test_a_line_that_has_ended_makes_a_finished_request() -> None:
    ended = {state for state, after in LINE_MOVES.items() if not after}
    assert {LINE_TO_REQUEST[state] for state in ended} == FINISHED - {State.DELETED}


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ({LineState.RECORDED}, State.RECORDED),
        ({LineState.RECORDED, LineState.AWAITING_CONSENT}, State.AWAITING_CONSENT),
        ({LineState.RECORDED, LineState.REFUSED}, State.RECORD_ERROR),
        ({LineState.RECORDED, LineState.DENIED}, State.RECORDED),
        ({LineState.DENIED, LineState.LAPSED}, State.DENIED),
        ({LineState.RESERVED, LineState.RECORDED}, State.RESERVED),
        ({LineState.CANCELLED}, State.CANCELLED),
        ({LineState.ORDERED, LineState.REFUSED}, State.AWAITING_RECORD),
    ],
)
def test_the_lines_decide_the_state_of_a_request(lines: set[LineState], state: State) -> None:
    assert request_state(lines) is state


def test_every_business_type_belongs_to_a_business_with_maker_and_checker() -> None:
    for code, typ in TYPES.items():
        assert typ.code == code
        assert BY_CODE[typ.business].ticks == (Tick.MAKER, Tick.CHECKER)
        assert typ.name
        assert typ.effect


def test_what_is_unapproved_can_be_mended_or_deleted() -> None:
    assert MOVES[Move.DELETE].origins == UNAPPROVED | {State.DRAFT}
    assert MOVES[Move.SUBMIT].origins == UNAPPROVED | {State.DRAFT, None}
