"""Instructions are values: written as JSON and read back they are the same."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.claims.instructions import (
    Account,
    Accrual,
    Assignment,
    Cancellation,
    FeeBearer,
    Instruction,
    Party,
    from_json,
    to_json,
)

digits = st.text("0123456789", min_size=3, max_size=7)
accounts = st.builds(Account, digits, digits, st.sampled_from(["1", "2", "9"]), digits)
parties = st.builds(Party, st.integers(1), st.text(max_size=9), st.text(max_size=60), accounts)
amounts = st.integers(1, 9_999_999_999)
numbers = st.text("0123456789ABC", max_size=20)
fees = st.sampled_from(FeeBearer)
instructions: st.SearchStrategy[Instruction] = st.one_of(
    st.builds(
        Accrual,
        parties,
        parties,
        amounts,
        st.dates(),
        st.dates(),
        st.booleans(),
        st.booleans(),
        fees,
        st.text(max_size=40),
    ),
    st.builds(
        Assignment,
        numbers,
        parties,
        parties,
        st.dates(),
        st.none() | amounts,
        st.booleans(),
        fees,
        st.text(max_size=40),
    ),
    st.builds(Cancellation, numbers, st.sampled_from(["accrual", "assignment"]), st.integers(1)),
)


@given(instructions)
def test_an_instruction_written_as_json_is_read_back_the_same(instruction: Instruction) -> None:
    assert from_json(json.loads(json.dumps(to_json(instruction)))) == instruction


def test_an_assignment_is_written_in_this_form() -> None:
    giver = Party(1, "T00000001", "甲株式会社", Account("9999", "101", "2", "0000001"))
    taker = Party(2, "T00000002", "乙株式会社", Account("9999", "101", "2", "0000002"))
    number = "T0000000100000000001"
    assert to_json(Assignment(number, giver, taker, date(2026, 11, 20), 500)) == {
        "kind": "assignment",
        "record_number": number,
        "assignor": {
            "company_id": 1,
            "user_number": "T00000001",
            "name": "甲株式会社",
            "account": "9999-101-2-0000001",
        },
        "assignee": {
            "company_id": 2,
            "user_number": "T00000002",
            "name": "乙株式会社",
            "account": "9999-101-2-0000002",
        },
        "record_on": "2026-11-20",
        "amount_yen": 500,
        "with_guarantee": True,
        "fee_bearer": "依頼人負担",
        "reference": "",
        "seen_yen": None,
    }


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "payment"},
        {"kind": "cancellation", "record_number": "1"},
        {"kind": "cancellation", "record_number": "1", "of": "accrual", "by_company_id": 1, "more": 1},
        {"record_number": "1", "of": "accrual", "by_company_id": 1},
    ],
)
def test_what_is_no_instruction_is_not_read(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        from_json(data)


def test_an_account_is_written_with_dashes_and_read_back() -> None:
    assert str(Account.parse("9999-101-2-0000001")) == "9999-101-2-0000001"
    with pytest.raises(TypeError):
        Account.parse("9999-101-2")
