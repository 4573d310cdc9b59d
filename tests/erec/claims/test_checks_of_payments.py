"""Rules of 支払等記録 (domain facts §4.5): who to whom, how much, when, why; each refusal with its field."""

from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pytest

from erec.claims import runs
from erec.claims.checks import Problem, open_yen, problems
from erec.claims.instructions import Cause, Party
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_checks import NOW, clock, codes, sentences

pytestmark = pytest.mark.django_db
NOT_PARTY = "この記録番号の債権は、支払等を記録できる債権の中にありません。記録番号を確かめてください。"
Codes = list[tuple[str, str]]


class Chain(NamedTuple):
    """A claim of 1,000,000 yen that went from `first` to `second` to `holder`, both times with 保証."""

    number: str
    obligor: Party
    first: Party
    second: Party
    holder: Party

    def party(self, name: str) -> Party:
        return c.party() if name == "stranger" else getattr(self, name)


@pytest.fixture
def chain() -> Chain:
    obligor, first, second, holder = (c.party() for _ in range(4))
    number = c.claim(obligor, first).record_number
    assert c.assign(number, first, second).error == ""
    assert c.assign(number, second, holder).error == ""
    return Chain(number, obligor, first, second, holder)


TO_THE_HOLDER: list[tuple[str, str, Codes, Codes]] = [
    ("obligor", "holder", [], []),
    ("first", "holder", [], []),
    ("second", "holder", [], []),
    # Who has no part asks: to him there is no such claim.
    ("stranger", "holder", [("payer", "not_liable")], [("record_number", "not_party")]),
    ("obligor", "stranger", [("record_number", "not_party")], [("payer", "not_liable")]),
    # A guarantor is owed nothing before he has paid.
    ("obligor", "first", [("record_number", "not_party")], [("payer", "not_liable")]),
    ("holder", "first", [("record_number", "not_party")], [("record_number", "not_party")]),
    ("holder", "holder", [("payer", "not_liable")], [("record_number", "not_party")]),
]


def test_the_creditor_is_paid_by_the_debtor_or_a_guarantor(chain: Chain, subtests: pytest.Subtests) -> None:
    for payer, payee, by_payee, by_payer in TO_THE_HOLDER:
        with subtests.test(f"{payer} pays {payee}"):
            asked = c.payment(chain.number, chain.party(payer), chain.party(payee), 1)
            assert codes(asked) == by_payee
            assert codes(replace(asked, by_payer=True)) == by_payer


TO_A_GUARANTOR: list[tuple[str, str, Codes]] = [
    ("obligor", "second", []),
    ("first", "second", []),
    ("second", "second", [("payer", "not_liable")]),
    ("holder", "second", [("payer", "not_liable")]),
    ("stranger", "second", [("payer", "not_liable")]),
    ("obligor", "first", [("record_number", "not_party")]),
]


def test_a_guarantor_who_paid_is_paid_by_the_debtor_and_those_before_him(
    chain: Chain, subtests: pytest.Subtests
) -> None:
    """電子記録債権法第35条第1項"""
    c.recorded(c.payment(chain.number, chain.second, chain.holder, 300_000))
    for payer, payee, found in TO_A_GUARANTOR:
        with subtests.test(f"{payer} pays {payee}"):
            asked = c.payment(chain.number, chain.party(payer), chain.party(payee), 300_000)
            assert codes(asked) == found


def test_nobody_learns_of_others_claims(chain: Chain) -> None:
    missing = c.payment(f"{chain.holder.user_number}99999999999", chain.obligor, chain.holder, 1)
    others = c.payment(chain.number, chain.obligor, c.party(), 1)
    assert problems(missing, NOW) == problems(others, NOW)
    assert problems(others, NOW) == [Problem("record_number", "not_party", NOT_PARTY)]


AMOUNTS: list[tuple[int, Codes]] = [
    (1, []),
    (700_000, []),
    (700_001, [("amount_yen", "amount_bounds")]),
    (0, [("amount_yen", "amount_bounds")]),
    (-1, [("amount_yen", "amount_bounds")]),
]


def test_a_payment_is_from_one_yen_to_what_is_open(chain: Chain, subtests: pytest.Subtests) -> None:
    c.recorded(c.payment(chain.number, chain.obligor, chain.holder, 300_000))
    for amount_yen, found in AMOUNTS:
        with subtests.test(str(amount_yen)):
            assert codes(c.payment(chain.number, chain.obligor, chain.holder, amount_yen)) == found


def test_a_guarantor_gets_back_what_he_paid_and_no_more(chain: Chain) -> None:
    c.recorded(c.payment(chain.number, chain.second, chain.holder, 300_000))
    assert open_yen(chain.number, chain.second.company_id) == 300_000
    assert sentences(c.payment(chain.number, chain.obligor, chain.second, 300_001)) == [
        "金額は1円以上、残りの300,000円以下で入力してください。"
    ]
    c.recorded(c.payment(chain.number, chain.obligor, chain.second, 300_000))
    assert sentences(c.payment(chain.number, chain.obligor, chain.second, 1)) == [
        "この債権には、支払等を記録できる残りの金額がありません。"
    ]


def test_another_amount_than_was_seen_is_not_recorded(chain: Chain) -> None:
    """Both companies record the same payment: the second finds less open than it saw."""
    seen = open_yen(chain.number, chain.holder.company_id)
    c.recorded(c.payment(chain.number, chain.obligor, chain.holder, 400_000, seen_yen=seen))
    again = c.payment(chain.number, chain.obligor, chain.holder, 400_000, seen_yen=seen, by_payer=True)
    assert sentences(again) == [
        "この債権の残りの金額が、登録したときの1,000,000円から600,000円に変わりました。"
        "金額を確かめて、登録し直してください。"
    ]


@pytest.mark.parametrize(
    ("paid_on", "found"),
    [
        (date(2026, 11, 20), []),  # the day of the accrual, and today
        (date(2026, 11, 19), [("paid_on", "paid_on_window")]),
        (date(2026, 11, 21), [("paid_on", "paid_on_window")]),
    ],
)
def test_what_was_paid_was_paid_since_the_accrual(chain: Chain, paid_on: date, found: Codes) -> None:
    assert codes(c.payment(chain.number, chain.obligor, chain.holder, 1, paid_on=paid_on)) == found


@pytest.mark.parametrize(
    ("moment", "record_on", "found"),
    [
        # 留意事項: 2027-02-26 less 3 business days, 25, 24 and 22; the 23rd is a holiday
        ("2027-02-22T14:59", date(2027, 2, 22), []),
        ("2027-02-22T15:00", date(2027, 2, 24), [("record_number", "too_near_due")]),
        ("2027-02-26T10:00", date(2027, 2, 26), [("record_number", "too_near_due")]),
    ],
)
def test_near_the_due_date_the_account_transfer_is_waited_for(
    chain: Chain, moment: str, record_on: date, found: Codes
) -> None:
    asked = c.payment(chain.number, chain.obligor, chain.holder, 1, record_on=record_on)
    assert codes(asked, clock(moment)) == found


def test_a_guarantor_is_paid_back_at_any_time(chain: Chain) -> None:
    c.recorded(c.payment(chain.number, chain.second, chain.holder, 300_000))
    asked = c.payment(chain.number, chain.obligor, chain.second, 1, record_on=date(2027, 2, 26))
    assert codes(asked, clock("2027-02-26T10:00")) == []


def test_what_the_transfer_did_not_pay_is_recorded_again(settings: Any) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "demo_balance_yen": 10}
    obligor, obligee = c.party(), c.party()
    number = c.claim(obligor, obligee, due_on=c.SOON).record_number
    assert runs.settle(c.SOON, cast.AT) == 1
    later = clock("2026-12-01T10:00")
    asked = c.payment(number, obligor, obligee, 1_000_000, record_on=c.SOON, paid_on=c.SOON)
    assert codes(asked, later) == []


def test_what_the_transfer_paid_is_over(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee, due_on=c.SOON).record_number
    assert runs.settle(c.SOON, cast.AT) == 1
    asked = c.payment(number, obligor, obligee, 1, record_on=c.SOON)
    assert problems(asked, clock("2026-12-01T10:00")) == [
        Problem("record_number", "state", "この債権は「決済済」のため、支払等を記録できません。")
    ]


def test_a_reservation_must_be_free(obligor: Party, obligee: Party, assignee: Party) -> None:
    """What a reserved 譲渡 will move must be then what its assignee was told."""
    number = c.claim(obligor, obligee).record_number
    assert c.assign(number, obligee, assignee, 400, record_on=c.LATER).error == ""
    sentence = "この債権には譲渡の予約があります。支払等を記録するには、先にその予約を取り消してください。"
    assert problems(c.payment(number, obligor, obligee, 1), NOW) == [
        Problem("record_number", "already_reserved", sentence)
    ]
    reserved = c.claim(obligor, obligee, record_on=c.LATER).record_number
    assert codes(c.payment(reserved, obligor, obligee, 1)) == [("record_number", "state")]


def test_there_is_no_reservation_of_a_payment(chain: Chain) -> None:
    asked = c.payment(chain.number, chain.obligor, chain.holder, 1, record_on=date(2026, 11, 24))
    assert codes(asked) == [("record_on", "record_on_window")]


CAUSES: list[tuple[str, Cause, Codes]] = [
    ("obligor", Cause.PERFORMANCE, []),
    ("obligor", Cause.SET_OFF, []),
    ("obligor", Cause.RELEASE, []),
    ("obligor", Cause.OTHER, []),
    ("obligor", Cause.MERGER, [("cause", "no_merger")]),
    ("first", Cause.SET_OFF, []),
    ("first", Cause.RELEASE, [("cause", "no_release")]),
]


def test_a_cause_fits_who_paid(chain: Chain, subtests: pytest.Subtests) -> None:
    for payer, cause, found in CAUSES:
        with subtests.test(f"{payer}: {cause}"):
            asked = c.payment(chain.number, chain.party(payer), chain.holder, 1, cause=cause)
            assert codes(asked) == found


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"cause": Cause.MERGER}, []),
        ({"cause": Cause.PERFORMANCE}, [("cause", "merger_only")]),
        ({"cause": Cause.MERGER, "amount_yen": 999_999}, [("amount_yen", "merger_whole")]),
        ({"cause": Cause.MERGER, "by_payer": True}, [("payer", "by_payee")]),
    ],
)
def test_a_debtor_who_became_creditor_has_it_merged_whole(
    obligor: Party, obligee: Party, changed: dict[str, Any], found: Codes
) -> None:
    """電子記録債権法第22条第1項ただし書"""
    number = c.claim(obligor, obligee).record_number
    assert c.assign(number, obligee, obligor).error == ""
    asked = c.payment(number, obligor, obligor, changed.pop("amount_yen", 1_000_000), **changed)
    assert codes(asked) == found
