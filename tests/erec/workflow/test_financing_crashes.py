"""A process that dies while the institution answers or money moves leaves nothing; the next does it once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from erec.claims import runs as claims
from erec.financing import money
from erec.workflow import runs
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.workflow.cast_financing import (
    SOON,
    WISHED,
    accepted,
    asked_for_discount,
    asked_for_loan,
    balance,
    declined,
    executed,
    moved_to,
    standing,
)

pytestmark = pytest.mark.django_db

APPS = ("notices", "claims", "financing", "workflow", "trail")


def test_a_death_while_the_institution_answers() -> None:
    _, application = asked_for_discount(None, 400_000)
    act = lambda: accepted(application, 990_000, rate=Decimal(1), lines=frozenset({1}))  # noqa: E731
    assert every_death_leaves_nothing(act, *APPS) > 20
    assert standing(application) == ("accepted", ["accepted", "declined"])


def test_a_death_while_it_says_no() -> None:
    _, application = asked_for_discount()
    assert every_death_leaves_nothing(lambda: declined(application), *APPS) > 10
    assert standing(application) == ("declined", ["declined"])


def test_a_death_while_the_proceeds_are_paid() -> None:
    _, application = asked_for_discount()
    before = balance(application.account)
    accepted(application, 990_000)
    moved_to(WISHED - timedelta(days=1))
    claims.take_effect(WISHED, cast.AT)
    runs.collect(cast.AT)
    assert every_death_leaves_nothing(lambda: money.pay_out(WISHED, cast.AT), *APPS) > 5
    assert standing(application) == ("executed", ["assigned"])
    assert balance(application.account) == before + 990_000


def test_a_death_while_a_settled_claim_repays_the_loan() -> None:
    _, application = asked_for_loan()
    executed(application, 800_000)
    before = balance(application.account)
    moved_to(SOON - timedelta(days=1))
    claims.settle(SOON, cast.AT)
    assert every_death_leaves_nothing(lambda: money.take_in(cast.AT), *APPS) > 10
    assert standing(application) == ("repaid", ["settled"])
    assert balance(application.account) == before + 200_000
