"""The four tables against a plain Python reading of the same events, over any history."""

import os
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection

from erec.exports.ledger.selection import Selection, Way, lines_of
from tests.erec.claims import cast_claims as c
from tests.erec.exports.cast_ledger import Row, history, told

SEEDS = range(int(os.environ.get("LEDGER_HISTORIES", "2")))
STEPS = 45


def lines(asked: Selection, way: Way) -> list[Row]:
    statement = lines_of(asked, way)
    columns = "due_on, record_number, number, coalesce(bank_number, ''), amount_yen, account"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM ({statement.sql}) l", statement.values)
        return sorted((day, n, p, b, int(yen), a) for day, n, p, b, yen, a in cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_every_table_of_every_company_is_what_its_events_say_on_any_day(seed: int, settings: Any) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "demo_balance_yen": 1_500}
    companies = [c.party() for _ in range(4)]
    machine = history(seed, STEPS, companies)
    some_day = Random(seed).choice(_days(machine.model.today))
    try:
        for company in companies:
            for day in (None, some_day, machine.model.today):
                expected = told(company.company_id, day)
                for (name, basis), rows in expected.items():
                    asked = Selection(company.company_id, name, basis, as_of=day)
                    assert lines(asked, Way.BOTH) == rows, asked
                    assert lines(asked, Way.EVENTS) == rows, asked
                    assert lines(asked, Way.ROWS) in (rows, []), asked
    finally:
        machine.teardown()


def _days(last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(c.TODAY.toordinal(), last.toordinal() + 1)]
