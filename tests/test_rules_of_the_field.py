"""Each rule of record requests (domain facts §4) is tried on both sides of its bound, on the day it holds."""

from typing import Any

import pytest
from django.db import transaction

from erec.parameters.record_rules import RULES
from tests.field import numbers, parties
from tests.field.rows import Row

pytestmark = pytest.mark.django_db

NUMBERS, PARTIES = list(numbers.rows()), list(parties.rows())
ROWS = [*NUMBERS, *PARTIES]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_rule_allows_the_last_case_and_refuses_the_next(row: Row, settings: Any) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, **row.parameters}
    assert tried(row, row.just) is True
    assert tried(row, row.beyond) is False


def tried(row: Row, value: object) -> bool:
    """And nothing of it stays for the other side."""
    with transaction.atomic():
        may = row.may(value)
        transaction.set_rollback(True)
    return may


def test_every_number_of_the_table_of_rules_has_its_row() -> None:
    assert sorted((row.code, row.since) for row in NUMBERS) == sorted((r.code, r.since) for r in RULES)


def test_every_other_rule_has_words_and_a_source() -> None:
    assert [row for row in PARTIES if not (row.words.endswith("。") and row.source)] == []
    assert {row.section for row in ROWS} >= {f"4.{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, "8c", "8d", 9, 11)}
