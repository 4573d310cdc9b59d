"""One row that raises keeps none of the others waiting."""

import logging
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError

from erec.claims import runs
from erec.claims.models import Claim
from erec.claims.one_by_one import one_by_one
from erec.workflow import day
from tests import cast
from tests.erec.workflow.cast_workflow import accrued, trader

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 27)


def test_what_raises_is_told_and_the_others_are_done(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []

    def do(key: int) -> None:
        if key == 2:
            raise ValueError("broken")
        seen.append(key)

    with caplog.at_level(logging.ERROR):
        assert one_by_one([1, 2, 3], do) == 2
    assert seen == [1, 3]
    assert "2: left for the next run" in caplog.text


def test_a_lost_connection_ends_the_run() -> None:
    def do(key: int) -> None:
        raise OperationalError

    with pytest.raises(OperationalError):
        one_by_one([1, 2], do)


def test_what_was_looked_at_and_left_is_not_counted() -> None:
    assert one_by_one([1, 2, 3], lambda key: key != 2) == 2


def test_one_broken_claim_leaves_the_others_paid_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = trader(), trader()
    broken, whole = (accrued(a, b, due_on=DUE) for _ in range(2))
    settle: Any = runs._settle

    def breaks(number: str, *rest: Any) -> bool:
        if number == broken:
            raise RuntimeError("a row that nobody thought of")
        return bool(settle(number, *rest))

    monkeypatch.setattr(runs, "_settle", breaks)
    day.run_through(DUE, cast.AT, cast.ORIGIN)
    states = dict(Claim.objects.values_list("record_number", "state"))
    assert states == {broken: "recorded", whole: "settled"}
    monkeypatch.undo()
    day.catch_up(cast.AT)
    assert Claim.objects.get(record_number=broken).state == "settled"
