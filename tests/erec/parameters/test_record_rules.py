"""The dated rules: what held when, both sides of each change, and the listing for the page."""

from datetime import date

import pytest
from django.conf import settings
from django.test import override_settings

from erec.parameters.record_rules import OPENED, RULES, Rule, rules_on, value_on

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("code", "day", "number"),
    [
        # でんさいネット 2022-04-28, 桑名三重信金 2022-10-26: from 2023-01-10
        ("amount_min_yen", date(2023, 1, 9), 10_000),
        ("amount_min_yen", date(2023, 1, 10), 1),
        ("due_earliest_days", date(2023, 1, 9), 7),
        ("due_earliest_days", date(2023, 1, 10), 3),
        ("assignment_before_due_days", date(2023, 1, 9), 7),
        ("assignment_before_due_days", date(2023, 1, 10), 3),
        ("division_min_yen", date(2023, 1, 9), 10_000),
        ("division_min_yen", date(2023, 1, 10), 1),
        # unchanged then
        ("due_earliest_days_by_obligee", date(2023, 1, 9), 7),
        ("due_earliest_days_by_obligee", date(2023, 1, 10), 7),
        ("amount_max_yen", TODAY, 9_999_999_999),
        ("reservation_months", TODAY, 1),
        ("answer_days", TODAY, 5),
        ("answer_before_due_days", TODAY, 7),
        ("cancel_reserved_days", TODAY, 1),
        ("cancel_recorded_days", TODAY, 5),
        ("cancel_before_due_days", TODAY, 3),
        ("accrual_lines_max", TODAY, 500),
        ("assignment_lines_max", TODAY, 200),
        ("guarantee_answer_days", TODAY, 5),
        ("guarantee_before_due_days", TODAY, 1),
        ("change_before_due_days", TODAY, 7),
        ("change_answer_days", TODAY, 5),
        ("change_due_earliest_days", TODAY, 7),
        ("payment_before_due_days", TODAY, 3),
        ("payment_answer_days", TODAY, 5),
    ],
)
def test_a_rule_has_the_number_of_its_day(code: str, day: date, number: int) -> None:
    assert value_on(code, day) == number


def test_before_the_book_opened_its_first_rules_count() -> None:
    assert value_on("amount_min_yen", date(1999, 1, 1)) == 10_000


def test_a_rule_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        value_on("amount_min", TODAY)


def test_the_institutions_number_counts_where_a_rule_names_a_parameter() -> None:
    assert value_on("due_latest_months", TODAY) == 12
    with override_settings(PARAMETERS={**settings.PARAMETERS, "due_latest_months": 120}):
        assert value_on("due_latest_months", TODAY) == 120


def test_a_listing_has_each_rule_once_as_it_is_that_day() -> None:
    codes = [rule.code for rule in rules_on(TODAY)]
    assert codes == list(dict.fromkeys(rule.code for rule in RULES))
    since = {rule.code: rule.since for rule in rules_on(TODAY)}
    assert since["amount_min_yen"] == date(2023, 1, 10)
    assert since["due_latest_months"] == date(2016, 4, 18)
    assert {rule.since for rule in rules_on(date(2015, 1, 1))} == {OPENED}
    assert rules_on(date(2013, 2, 17)) == []


def test_each_codes_rows_stand_in_the_order_of_their_days_from_the_opening_on() -> None:
    for code in {rule.code for rule in RULES}:
        days = [rule.since for rule in RULES if rule.code == code]
        assert days == sorted(days)
        assert days[0] == OPENED


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("amount_min_yen", "債権金額は1円以上です。"),
        ("amount_max_yen", "債権金額は9,999,999,999円までです。"),
        ("cut_off_minutes", "当日を電子記録年月日とする請求は、15:00（締切時刻）までに承認まで終えます。"),
        ("due_earliest_days", "債務者請求の支払期日は、電子記録年月日の3営業日後からです。"),
        ("assignment_lines_max", "1回の譲渡請求の明細は200件までです。"),
    ],
)
def test_a_rule_reads_as_a_sentence_with_its_number(code: str, sentence: str) -> None:
    assert {rule.code: rule.sentence for rule in rules_on(TODAY)}[code] == sentence


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code} {rule.since}")
def test_each_rule_is_whole(rule: Rule) -> None:
    assert rule.source
    assert rule.sentence.endswith("。")
    assert "{" not in rule.sentence
    assert sum((other.code, other.since) == (rule.code, rule.since) for other in RULES) == 1
