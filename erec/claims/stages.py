"""How far something is on the line of status from 一時保存 to 決済 (facts §6 #8): a claim's end of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from erec.claims.models import Claim

State = Claim.State


class Standing(StrEnum):
    """How far a stage is. The values are the screen's words for who cannot see the colours."""

    DONE = "済み"
    NOW = "いまここ"
    COMING = "これから"
    STOPPED = "ここで終わりました"


@dataclass(frozen=True)
class Step:
    stage: str
    standing: Standing
    note: str = ""


RECORD, SETTLEMENT = "記録", "決済"


def of_claim(state: State) -> list[Step]:
    """For everybody who has a part in the claim, whoever asked for it."""
    if state == State.RESERVED:
        return [Step(RECORD, Standing.NOW, state.label), Step(SETTLEMENT, Standing.COMING)]
    if state == State.CANCELLED:
        return [Step(RECORD, Standing.STOPPED, state.label)]
    if state == State.DEFAULTED:
        return [Step(RECORD, Standing.DONE), Step(SETTLEMENT, Standing.STOPPED, state.label)]
    return [Step(RECORD, Standing.DONE), settlement([state])]


def settlement(claims: Sequence[State]) -> Step:
    """決済 of claims that are recorded; of several, how many are paid."""
    counted = Counter(claims)
    if counted[State.DEFAULTED]:
        return Step(SETTLEMENT, Standing.STOPPED, f"支払不能{counted[State.DEFAULTED]}件")
    if counted[State.CANCELLED] == len(claims):
        return Step(SETTLEMENT, Standing.STOPPED, State.CANCELLED.label)
    settled, alive = counted[State.SETTLED], len(claims) - counted[State.CANCELLED]
    if settled == alive:
        return Step(SETTLEMENT, Standing.DONE)
    note = f"{alive}件中{settled}件が決済済" if settled else "支払期日を待っています"
    return Step(SETTLEMENT, Standing.NOW, note)
