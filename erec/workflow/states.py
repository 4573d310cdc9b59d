"""States of a request and of its lines, and every move between them, as tables (domain facts §2.1).

Pure data. The actions, the buttons on the screens and the tests read these tables.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from erec.members.catalogue import Tick


class State(StrEnum):
    """Where a request stands. The values are stored; the labels are the screens' words."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SENT_BACK = "sent_back"
    PULLED_BACK = "pulled_back"
    DELETED = "deleted"
    LAPSED = "lapsed"
    AWAITING_CONSENT = "awaiting_consent"
    AWAITING_RECORD = "awaiting_record"
    RESERVED = "reserved"
    RECORDED = "recorded"
    RECORD_ERROR = "record_error"
    DENIED = "denied"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS: dict[State, str] = {
    State.DRAFT: "一時保存",
    State.AWAITING_APPROVAL: "承認待ち",
    State.SENT_BACK: "差戻し中",
    State.PULLED_BACK: "引戻し済",
    State.DELETED: "削除",
    State.LAPSED: "期限切れ",
    State.AWAITING_CONSENT: "承諾待ち",
    State.AWAITING_RECORD: "記録待ち",
    State.RESERVED: "予約中",
    State.RECORDED: "記録済",
    State.RECORD_ERROR: "記録エラー",
    State.DENIED: "否認",
    State.CANCELLED: "取消",
    State.DONE: "完了",
}

# Not yet approved: what the requesting company alone still holds in its hands.
UNAPPROVED = frozenset({State.AWAITING_APPROVAL, State.SENT_BACK, State.PULLED_BACK})
# Approved and not yet answered by the book or by the other company.
ON_ITS_WAY = frozenset({State.AWAITING_CONSENT, State.AWAITING_RECORD})
# Nothing more will happen to the request itself. 再利用 copies one of these (domain facts §2.1).
FINISHED = frozenset(
    {
        State.DELETED,
        State.LAPSED,
        State.RECORDED,
        State.RECORD_ERROR,
        State.DENIED,
        State.CANCELLED,
        State.DONE,
    }
)


class Move(StrEnum):
    """What a person does to a request, with the button's word."""

    SAVE = "一時保存"
    SUBMIT = "仮登録"
    PULL_BACK = "引戻し"
    SEND_BACK = "差戻し"
    DELETE = "削除"
    APPROVE = "承認"


@dataclass(frozen=True)
class Rule:
    """Who may make a move, from where. `to` is None where the lines decide (after approval)."""

    tick: Tick
    origins: frozenset[State | None]  # None: there is no request yet
    to: State | None
    own_only: frozenset[State] = frozenset()  # in these only its own maker


# 引戻し and 修正/削除 by any 担当者 of the company, as with 差戻し中 (facts §2.1; for 引戻し inferred).
MOVES: dict[Move, Rule] = {
    Move.SAVE: Rule(
        Tick.MAKER, frozenset({None, State.DRAFT}), State.DRAFT, own_only=frozenset({State.DRAFT})
    ),
    Move.SUBMIT: Rule(
        Tick.MAKER,
        frozenset({None, State.DRAFT}) | UNAPPROVED,
        State.AWAITING_APPROVAL,
        own_only=frozenset({State.DRAFT}),
    ),
    Move.PULL_BACK: Rule(Tick.MAKER, frozenset({State.AWAITING_APPROVAL}), State.PULLED_BACK),
    Move.DELETE: Rule(
        Tick.MAKER,
        frozenset({State.DRAFT}) | UNAPPROVED,
        State.DELETED,
        own_only=frozenset({State.DRAFT}),
    ),
    Move.SEND_BACK: Rule(Tick.CHECKER, frozenset({State.AWAITING_APPROVAL}), State.SENT_BACK),
    Move.APPROVE: Rule(Tick.CHECKER, frozenset({State.AWAITING_APPROVAL}), None),
}


class LineState(StrEnum):
    """Where one line of an approved request stands."""

    AWAITING_CONSENT = "awaiting_consent"
    ORDERED = "ordered"
    RESERVED = "reserved"
    RECORDED = "recorded"
    REFUSED = "refused"
    DENIED = "denied"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def label(self) -> str:
        return LINE_TO_REQUEST[self].label


# A request shows the first of these in which one of its lines is: what is still open, then what went
# wrong, then what went well.
LINE_TO_REQUEST: dict[LineState, State] = {
    LineState.AWAITING_CONSENT: State.AWAITING_CONSENT,
    LineState.ORDERED: State.AWAITING_RECORD,
    LineState.REFUSED: State.RECORD_ERROR,
    LineState.RESERVED: State.RESERVED,
    LineState.RECORDED: State.RECORDED,
    LineState.DONE: State.DONE,
    LineState.DENIED: State.DENIED,
    LineState.LAPSED: State.LAPSED,
    LineState.CANCELLED: State.CANCELLED,
}

# What may follow in a line's life. A reserved line is recorded on its day, or cancelled before it.
LINE_MOVES: dict[LineState, frozenset[LineState]] = {
    LineState.AWAITING_CONSENT: frozenset(
        {LineState.ORDERED, LineState.DENIED, LineState.LAPSED, LineState.CANCELLED}
    ),
    LineState.ORDERED: frozenset({LineState.RESERVED, LineState.RECORDED, LineState.REFUSED}),
    LineState.RESERVED: frozenset({LineState.RECORDED, LineState.REFUSED, LineState.CANCELLED}),
    LineState.RECORDED: frozenset(),
    LineState.REFUSED: frozenset(),
    LineState.DENIED: frozenset(),
    LineState.LAPSED: frozenset(),
    LineState.CANCELLED: frozenset(),
    LineState.DONE: frozenset(),
}


def request_state(lines: Collection[LineState]) -> State:
    """The state of an approved request, from its lines.

    Worked example: {recorded, awaiting_consent} is 承諾待ち; {recorded, denied} is 記録済.
    """
    return next(state for line, state in LINE_TO_REQUEST.items() if line in lines)
