"""The book in words."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from erec.claims.instructions import party_to_json
from erec.claims.models import RecordEvent
from erec.claims.reading import _FACTS, account_words, counterpart, day, distance, name_of, time_left, yen
from tests.erec.claims.cast_checks import nowhere

NOW = datetime.fromisoformat("2026-11-20T10:00:00+09:00")


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("9999-101-2-0123456", "一〇信用金庫 本店 当座 0123456"),
        ("9999-999-1-0000001", "一〇信用金庫 999 普通 0000001"),
        ("0001-001-9-7654321", "みずほ 東京営業部 その他 7654321"),
        ("0000-001-1-7654321", "0000 001 普通 7654321"),
    ],
)
def test_an_account_by_its_names_where_there_are_some(account: str, words: str) -> None:
    assert account_words(account) == words


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 20), "本日"),
        (date(2026, 11, 21), "1日後"),
        (date(2026, 11, 18), "2日前"),
        (date(2027, 2, 26), "98日後"),
    ],
)
def test_how_far_a_day_is(on: date, words: str) -> None:
    assert distance(on, date(2026, 11, 20)) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"days": 7, "hours": 5}, "あと7日"),
        ({"days": 1}, "あと1日"),
        ({"hours": 23, "minutes": 59, "seconds": 59}, "あと23時間59分"),
        ({"hours": 1}, "あと1時間0分"),
        ({"minutes": 42, "seconds": 30}, "あと42分"),
        ({"seconds": 59}, "あと0分"),
    ],
)
def test_the_time_that_is_left_is_never_more_than_there_is(span: dict[str, int], words: str) -> None:
    assert time_left(NOW + timedelta(**span), NOW) == words


def test_days_and_yen() -> None:
    assert day(date(2027, 2, 26)) == "2027年2月26日（金）"
    assert yen(9_999_999_999) == "9,999,999,999円"


def test_every_kind_of_record_can_be_told() -> None:
    assert set(_FACTS) == set(RecordEvent.Kind)


def event(kind: str, **facts: Any) -> RecordEvent:
    return RecordEvent(kind=kind, recorded_on=date(2026, 11, 20), facts=facts)


def told(of: RecordEvent, company_id: int) -> dict[str, str]:
    return dict(_FACTS[RecordEvent.Kind(of.kind)](of.facts, company_id))


FIRST, SECOND, THIRD = (party_to_json(nowhere(n)) for n in (1, 2, 3))
CHANGE = event(
    "change",
    requester=FIRST,
    other=SECOND,
    reference="R-1",
    due_on="2027-03-15",
    amount_yen=2500,
    restricted=True,
    before={"due_on": "2027-02-26", "amount_yen": 1000, "restricted": False},
)
PAID = {"amount_yen": 300, "cause": "相殺", "paid_on": "2026-11-20", "payer": FIRST, "payee": SECOND}


def test_a_change_is_told_as_before_and_after() -> None:
    changes = {
        "支払期日": "2027年2月26日（金） → 2027年3月15日（月）",
        "債権金額": "1,000円 → 2,500円",
        "譲渡制限": "無 → 有",
    }
    assert told(CHANGE, 1) == {**changes, "依頼人Ref.No.": "R-1"}
    assert told(CHANGE, 3) == changes
    assert (counterpart(CHANGE, 1), counterpart(CHANGE, 3)) == ("試験", "")


def test_a_deleted_claim_is_named_so() -> None:
    deleted = event("change", requester=FIRST, other=SECOND, reference="", delete=True)
    assert (name_of(deleted), told(deleted, 1)) == ("変更記録（債権の削除）", {})
    assert name_of(CHANGE) == "変更記録"


def test_who_was_paid_as_holder_is_named_to_the_two_companies_only() -> None:
    payment = event("payment", to="holder", reference="R-2", **PAID)
    known = {
        "支払等の金額": "300円",
        "原因": "相殺",
        "支払日": "2026年11月20日（金）",
        "支払った企業": "試験（T00000001）",
    }
    both = {**known, "受け取った企業": "試験（T00000002）", "依頼人Ref.No.": "R-2"}
    assert told(payment, 1) == told(payment, 2) == both
    assert told(payment, 3) == known
    assert counterpart(payment, 3) == "試験"
    assert counterpart(payment, 2) == "試験"


def test_a_guarantor_who_was_paid_back_is_named_to_all() -> None:
    payment = event("payment", to="recourse", reference="", **PAID)
    assert told(payment, 3)["受け取った企業"] == "試験（T00000002）"
    assert counterpart(payment, 3) == "試験、試験"


def test_an_account_transfer_names_no_parties() -> None:
    transfer = event("payment", amount_yen=300, cause="口座間送金決済", paid_on="2026-11-20")
    assert list(told(transfer, 1)) == ["支払等の金額", "原因", "支払日"]
    assert counterpart(transfer, 1) == ""


def test_the_reference_of_a_guarantee_is_its_two_companies_own() -> None:
    guarantee = event("guarantee", guarantor=THIRD, requester=SECOND, reference="R-3")
    assert told(guarantee, 2) == {"保証人": "試験（T00000003）", "依頼人Ref.No.": "R-3"}
    assert told(guarantee, 1) == {"保証人": "試験（T00000003）"}
