"""The line of status from 一時保存 to 決済."""

from collections.abc import Sequence

import pytest

from erec.claims.models import Claim
from erec.workflow.progress import STAGES, asked, steps
from erec.workflow.states import LineState, State
from erec.workflow.types import TYPES

L, C = LineState, Claim.State
DEBTOR, CREDITOR = "accrual_by_obligor", "accrual_by_obligee"


def said(
    type_code: str, state: State, lines: Sequence[LineState] = (), claims: Sequence[Claim.State] = ()
) -> str:
    marks = {"DONE": "✓", "NOW": "●", "COMING": "○", "STOPPED": "×"}
    return " ".join(
        f"{marks[step.standing.name]}{step.stage}{f'（{step.note}）' if step.note else ''}"
        for step in steps(type_code, state, lines, claims)
    )


def test_every_type_has_its_stages() -> None:
    assert set(STAGES) == set(TYPES)


@pytest.mark.parametrize(
    ("type_code", "state", "lines", "claims", "line"),
    [
        (DEBTOR, State.DRAFT, [], [], "●一時保存（一時保存） ○仮登録 ○承認 ○記録 ○決済"),
        (DEBTOR, State.AWAITING_APPROVAL, [], [], "✓仮登録 ●承認（承認待ち） ○記録 ○決済"),
        (DEBTOR, State.SENT_BACK, [], [], "●仮登録（差戻し中） ○承認 ○記録 ○決済"),
        (DEBTOR, State.PULLED_BACK, [], [], "●仮登録（引戻し済） ○承認 ○記録 ○決済"),
        (DEBTOR, State.DELETED, [], [], "×仮登録（削除）"),
        (DEBTOR, State.LAPSED, [], [], "✓仮登録 ×承認（期限切れ）"),
        (
            CREDITOR,
            State.AWAITING_CONSENT,
            [L.AWAITING_CONSENT],
            [],
            "✓仮登録 ✓承認 ●相手先の承諾（承諾待ち） ○記録 ○決済",
        ),
        (CREDITOR, State.DENIED, [L.DENIED], [], "✓仮登録 ✓承認 ×相手先の承諾（否認）"),
        (CREDITOR, State.LAPSED, [L.LAPSED], [], "✓仮登録 ✓承認 ×相手先の承諾（期限切れ）"),
        (CREDITOR, State.CANCELLED, [L.CANCELLED], [], "✓仮登録 ✓承認 ×相手先の承諾（取消）"),
        (
            CREDITOR,
            State.CANCELLED,
            [L.CANCELLED],
            [C.CANCELLED],
            "✓仮登録 ✓承認 ✓相手先の承諾 ×記録（取消）",
        ),
        (DEBTOR, State.CANCELLED, [L.CANCELLED], [], "✓仮登録 ✓承認 ×記録（取消）"),
        (DEBTOR, State.AWAITING_RECORD, [L.ORDERED], [], "✓仮登録 ✓承認 ●記録（記録待ち） ○決済"),
        (DEBTOR, State.RESERVED, [L.RESERVED], [C.RESERVED], "✓仮登録 ✓承認 ●記録（予約中） ○決済"),
        (DEBTOR, State.RECORD_ERROR, [L.REFUSED], [], "✓仮登録 ✓承認 ×記録（記録エラー）"),
        (
            DEBTOR,
            State.RECORDED,
            [L.RECORDED],
            [C.RECORDED],
            "✓仮登録 ✓承認 ✓記録 ●決済（支払期日を待っています）",
        ),
        (DEBTOR, State.RECORDED, [L.RECORDED], [C.SETTLED], "✓仮登録 ✓承認 ✓記録 ✓決済"),
        (DEBTOR, State.RECORDED, [L.RECORDED], [C.DEFAULTED], "✓仮登録 ✓承認 ✓記録 ×決済（支払不能1件）"),
        (DEBTOR, State.RECORDED, [L.RECORDED], [C.CANCELLED], "✓仮登録 ✓承認 ✓記録 ×決済（取消済）"),
        (
            DEBTOR,
            State.RECORDED,
            [L.RECORDED, L.RECORDED, L.RECORDED],
            [C.SETTLED, C.RECORDED, C.CANCELLED],
            "✓仮登録 ✓承認 ✓記録 ●決済（2件中1件が決済済）",
        ),
        (
            CREDITOR,
            State.AWAITING_CONSENT,
            [L.AWAITING_CONSENT, L.RECORDED, L.RECORDED],
            [C.RECORDED, C.RECORDED],
            "✓仮登録 ✓承認 ●相手先の承諾（承諾待ち1件、記録済2件） ○記録 ○決済",
        ),
        # Handed on without 保証: its settlement is another's.
        ("assignment", State.RECORDED, [L.RECORDED], [], "✓仮登録 ✓承認 ✓記録"),
        ("cancel_accrual", State.RECORDED, [L.RECORDED], [C.CANCELLED], "✓仮登録 ✓承認 ✓記録"),
        ("answer", State.AWAITING_APPROVAL, [], [], "✓仮登録 ●承認（承認待ち） ○完了"),
        ("answer", State.DONE, [L.DONE], [C.RECORDED], "✓仮登録 ✓承認 ✓完了"),
        ("withdrawal", State.DONE, [L.DONE], [], "✓仮登録 ✓承認 ✓完了"),
        (
            "guarantee",
            State.AWAITING_CONSENT,
            [L.AWAITING_CONSENT],
            [C.RECORDED],
            "✓仮登録 ✓承認 ●相手先の承諾（承諾待ち） ○記録",
        ),
        # The claim was there before: it does not say that the guarantee was reserved.
        (
            "guarantee",
            State.CANCELLED,
            [L.CANCELLED],
            [C.RECORDED],
            "✓仮登録 ✓承認 ×相手先の承諾（取消）",
        ),
        (
            "change",
            State.RECORDED,
            [L.RECORDED],
            [C.RECORDED],
            "✓仮登録 ✓承認 ✓相手先の承諾 ✓記録",
        ),
        (
            "discount",
            State.AWAITING_CONSENT,
            [L.AWAITING_CONSENT],
            [C.RECORDED],
            "✓仮登録 ✓承認 ●金融機関の回答（回答待ち） ○金融機関への譲渡",
        ),
        (
            "collateral",
            State.RESERVED,
            [L.RESERVED, L.DENIED],
            [C.RECORDED],
            "✓仮登録 ✓承認 ✓金融機関の回答 ●金融機関への譲渡（予約中1件、否認1件）",
        ),
        ("discount", State.DENIED, [L.DENIED], [C.RECORDED], "✓仮登録 ✓承認 ×金融機関の回答（否認）"),
        ("withdrawal_financing", State.DONE, [L.DONE], [], "✓仮登録 ✓承認 ✓完了"),
        ("payment_by_payee", State.RECORDED, [L.RECORDED], [C.SETTLED], "✓仮登録 ✓承認 ✓記録"),
        ("answer_other", State.DONE, [L.DONE], [C.RECORDED], "✓仮登録 ✓承認 ✓完了"),
    ],
)
def test_the_line_says_what_was_what_is_and_what_comes(
    type_code: str, state: State, lines: list[LineState], claims: list[Claim.State], line: str
) -> None:
    assert said(type_code, state, lines, claims) == line


def test_who_is_asked_sees_the_same_line_from_the_demand_to_the_money() -> None:
    assert [(s.stage, s.standing.name) for s in asked(CREDITOR, LineState.AWAITING_CONSENT, [])] == [
        ("相手先の承諾", "NOW"),
        ("記録", "COMING"),
        ("決済", "COMING"),
    ]
    assert [
        (s.stage, s.standing.name) for s in asked(CREDITOR, LineState.RECORDED, [Claim.State.SETTLED])
    ] == [
        ("相手先の承諾", "DONE"),
        ("記録", "DONE"),
        ("決済", "DONE"),
    ]
    assert [(s.stage, s.standing.name) for s in asked(CREDITOR, LineState.DENIED, [])] == [
        ("相手先の承諾", "STOPPED"),
    ]
    assert [
        (s.stage, s.standing.name) for s in asked("guarantee", LineState.RECORDED, [Claim.State.RECORDED])
    ] == [
        ("相手先の承諾", "DONE"),
        ("記録", "DONE"),
    ]
