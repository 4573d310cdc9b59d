"""Who banks here is told only to whoever knows the number and the account."""

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.companies import stop_company
from erec.partners import directory
from erec.partners.directory import Found, Key
from erec.partners.errors import NotFound, OwnCompany
from tests import cast
from tests.erec.partners.cast_partners import another, key_of

pytestmark = pytest.mark.django_db


def ask(key: Key, company_id: int) -> Found:
    return directory.find(key.user_number, **vars(key.account), asking_company_id=company_id)


def test_number_and_account_together_tell_the_name() -> None:
    asking, other = another(), another()
    key = key_of(other)
    assert ask(key, asking.pk) == Found(other.pk, other.user_number, other.name, key.account)
    assert ask(key_of(other, 1), asking.pk).company_id == other.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank_code": "0001"},
        {"branch_code": "103"},
        {"kind": "9"},
        {"number": "9999998"},
    ],
    ids=str,
)
def test_a_wrong_account_is_answered_as_an_unknown_number(wrong: dict[str, str]) -> None:
    asking, other = another(), another()
    key = key_of(other)
    refusals = []
    for asked in (
        Key(key.user_number, dataclasses.replace(key.account, **wrong)),
        Key("T99999999", key.account),
    ):
        with pytest.raises(NotFound) as refusal:
            ask(asked, asking.pk)
        refusals.append((type(refusal.value), str(refusal.value)))
    assert refusals == [(NotFound, "")] * 2


def test_another_companys_account_does_not_fit() -> None:
    asking, one, two = another(), another(), another()
    with pytest.raises(NotFound):
        ask(Key(one.user_number, key_of(two).account), asking.pk)


def test_a_stopped_company_is_answered_as_an_unknown_one() -> None:
    asking, other = another(), another()
    stop_company(other, because="試験", at=cast.AT, origin=cast.ORIGIN)
    with pytest.raises(NotFound):
        ask(key_of(other), asking.pk)


def test_the_own_number_is_said_to_be_the_own_whatever_the_account() -> None:
    asking, other = another(), another()
    for account in (key_of(asking).account, key_of(other).account):
        with pytest.raises(OwnCompany):
            ask(Key(asking.user_number, account), asking.pk)


def test_five_hundred_lines_cost_one_query() -> None:
    companies = [another() for _ in range(5)]
    right = [key_of(company) for company in companies]
    wrong = [
        Key(key.user_number, dataclasses.replace(key.account, number=f"{n:07d}"))
        for n in range(9_000_000, 9_000_099)
        for key in right
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = directory.find_many([*right, *wrong])
    assert len(queries) == 1
    assert {key: one.name for key, one in found.items()} == {
        key: company.name for key, company in zip(right, companies, strict=True)
    }
