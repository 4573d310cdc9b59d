"""The one line of status from 一時保存 to 決済 (domain facts §6 #8): a pure function of what is known."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from erec.claims.models import Claim
from erec.claims.stages import RECORD, SETTLEMENT, Standing, Step, settlement
from erec.workflow.states import LineState, State, request_state


class Stage(StrEnum):
    DRAFT = "一時保存"
    ENTRY = "仮登録"
    APPROVAL = "承認"
    CONSENT = "相手先の承諾"
    RECORD = RECORD
    SETTLEMENT = SETTLEMENT
    EFFECT = "完了"


_ENTERED = (Stage.ENTRY, Stage.APPROVAL)
# The stages of each business type. 一時保存 is shown only while it is there.
STAGES: dict[str, tuple[Stage, ...]] = {
    "accrual_by_obligor": (*_ENTERED, Stage.RECORD, Stage.SETTLEMENT),
    "accrual_by_obligee": (*_ENTERED, Stage.CONSENT, Stage.RECORD, Stage.SETTLEMENT),
    "assignment": (*_ENTERED, Stage.RECORD, Stage.SETTLEMENT),
    "batch": (*_ENTERED, Stage.CONSENT, Stage.RECORD, Stage.SETTLEMENT),
    "cancel_accrual": (*_ENTERED, Stage.RECORD),
    "cancel_assignment": (*_ENTERED, Stage.RECORD),
    "masters": (*_ENTERED, Stage.EFFECT),
    "answer": (*_ENTERED, Stage.EFFECT),
    "withdrawal": (*_ENTERED, Stage.EFFECT),
    "guarantee": (*_ENTERED, Stage.CONSENT, Stage.RECORD),
    "change": (*_ENTERED, Stage.CONSENT, Stage.RECORD),
    "payment_by_payer": (*_ENTERED, Stage.CONSENT, Stage.RECORD),
    "payment_by_payee": (*_ENTERED, Stage.RECORD),
    "answer_other": (*_ENTERED, Stage.EFFECT),
    "withdrawal_other": (*_ENTERED, Stage.EFFECT),
    "designation": (*_ENTERED, Stage.EFFECT),
    "discount": (*_ENTERED, Stage.CONSENT, Stage.RECORD),
    "collateral": (*_ENTERED, Stage.CONSENT, Stage.RECORD),
    "withdrawal_financing": (*_ENTERED, Stage.EFFECT),
}

# Who applies for 融資 waits for the institution, and not for another customer.
_FINANCING = frozenset({"discount", "collateral"})
_CALLED: dict[str, str] = {Stage.CONSENT: "金融機関の回答", Stage.RECORD: "金融機関への譲渡"}

_BEFORE_APPROVAL: dict[State, tuple[Stage, Standing]] = {
    State.DRAFT: (Stage.DRAFT, Standing.NOW),
    State.AWAITING_APPROVAL: (Stage.APPROVAL, Standing.NOW),
    State.SENT_BACK: (Stage.ENTRY, Standing.NOW),
    State.PULLED_BACK: (Stage.ENTRY, Standing.NOW),
    State.DELETED: (Stage.ENTRY, Standing.STOPPED),
    State.LAPSED: (Stage.APPROVAL, Standing.STOPPED),
}
_AFTER_APPROVAL: dict[State, tuple[Stage, Standing]] = {
    State.AWAITING_CONSENT: (Stage.CONSENT, Standing.NOW),
    State.DENIED: (Stage.CONSENT, Standing.STOPPED),
    State.LAPSED: (Stage.CONSENT, Standing.STOPPED),
    State.AWAITING_RECORD: (Stage.RECORD, Standing.NOW),
    State.RESERVED: (Stage.RECORD, Standing.NOW),
    State.RECORD_ERROR: (Stage.RECORD, Standing.STOPPED),
    State.CANCELLED: (Stage.RECORD, Standing.STOPPED),
    State.RECORDED: (Stage.RECORD, Standing.DONE),
    State.DONE: (Stage.EFFECT, Standing.DONE),
}


def steps(
    type_code: str, state: State, lines: Sequence[LineState] = (), claims: Sequence[Claim.State] = ()
) -> list[Step]:
    """`lines`: those of an approved request. `claims`: the states of the claims that came of them, as far as
    the company has a part in them: whoever handed one on without 保証 does not wait for its settlement.
    """
    stages = STAGES[type_code]
    if state is State.DRAFT:
        stages = (Stage.DRAFT, *stages)
    here, standing = _place(state, lines)
    if state is State.CANCELLED:
        here = _cancelled_at(stages, claims)
    place = stages.index(here)
    found = [Step(stage, Standing.DONE) for stage in stages[:place]]
    found.append(Step(here, standing, _note(state, lines, standing)))
    coming = stages[place + 1 :]
    if state is State.RECORDED:
        found += [settlement(claims)] if coming and claims else []
    elif standing is not Standing.STOPPED:
        found += [Step(stage, Standing.COMING) for stage in coming]
    return [_called(step) for step in found] if type_code in _FINANCING else found


def _called(step: Step) -> Step:
    note = step.note.replace(State.AWAITING_CONSENT.label, "回答待ち")
    return Step(_CALLED.get(step.stage, step.stage), step.standing, note)


def _cancelled_at(stages: Sequence[Stage], claims: Sequence[Claim.State]) -> Stage:
    """A reservation that was taken back had made a claim; 承諾依頼 that was withdrawn made none."""
    made_one = bool(claims) and Stage.SETTLEMENT in stages
    return Stage.CONSENT if Stage.CONSENT in stages and not made_one else Stage.RECORD


def asked(type_code: str, line: LineState, claims: Sequence[Claim.State]) -> list[Step]:
    """The same line for the company whose consent is asked: what the other did alone is not its business."""
    of_request = steps(type_code, request_state({line}), [line], claims)
    return [step for step in of_request if step.stage not in _ENTERED]


def _place(state: State, lines: Sequence[LineState]) -> tuple[Stage, Standing]:
    return _AFTER_APPROVAL[state] if lines else _BEFORE_APPROVAL[state]


def _note(state: State, lines: Sequence[LineState], standing: Standing) -> str:
    """What the stage's name does not say; of several lines, how many are so."""
    label = "" if standing is Standing.DONE else state.label
    if len(lines) < 2:
        return label
    counted = Counter(line.label for line in lines)
    return "、".join(f"{words}{count}件" for words, count in counted.items()) if len(counted) > 1 else label
