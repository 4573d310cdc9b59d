"""The claim's end of the one line of status."""

import pytest

from erec.claims.models import Claim
from erec.claims.stages import Standing, Step, of_claim, settlement

State = Claim.State


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.RESERVED, [Step("記録", Standing.NOW, "予約中"), Step("決済", Standing.COMING)]),
        (
            State.RECORDED,
            [Step("記録", Standing.DONE), Step("決済", Standing.NOW, "支払期日を待っています")],
        ),
        (State.SETTLED, [Step("記録", Standing.DONE), Step("決済", Standing.DONE)]),
        (State.DEFAULTED, [Step("記録", Standing.DONE), Step("決済", Standing.STOPPED, "支払不能")]),
        (State.CANCELLED, [Step("記録", Standing.STOPPED, "取消済")]),
    ],
)
def test_the_steps_of_a_claim(state: State, expected: list[Step]) -> None:
    assert of_claim(state) == expected


def test_of_several_claims_it_says_how_many_are_paid() -> None:
    some = settlement([State.SETTLED, State.RECORDED, State.CANCELLED])
    assert some == Step("決済", Standing.NOW, "2件中1件が決済済")
