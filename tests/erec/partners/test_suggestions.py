"""What a request's form suggests."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erec.partners.actions import partners
from erec.partners.actions.uses import note_use
from erec.partners.directory import Found
from erec.partners.models import PastUse
from erec.partners.suggestions import suggest
from tests import cast
from tests.erec.partners.cast_partners import HERE, Keeper, another, key_of

pytestmark = pytest.mark.django_db


def found(company: object, index: int = 0) -> Found:
    key = key_of(company, index)  # type: ignore[arg-type]
    return Found(company.pk, key.user_number, company.name, key.account)  # type: ignore[attr-defined]


def day(n: int) -> dt.datetime:
    return cast.AT + dt.timedelta(days=n)


def test_the_last_used_come_first_then_partners_by_name() -> None:
    keeper = Keeper.at_work()
    one, two, three, four = another(), another(), another(), another()
    keeper.adds(one, registered_name="んの商店")
    keeper.adds(two, registered_name="あの商店")
    keeper.adds(three, registered_name="かの商店")
    note_use(keeper.company_id, [found(one)], day(1))
    note_use(keeper.company_id, [found(four)], day(2))
    given = suggest(keeper.company_id)
    assert [s.shown_name for s in given] == [four.name, "んの商店", "あの商店", "かの商店"]
    assert [(s.partner_id is None, s.last_used_at) for s in given] == [
        (True, day(2)),
        (False, day(1)),
        (False, None),
        (False, None),
    ]
    assert given[0].key == key_of(four)
    assert (given[0].bank_name, given[0].branch_name) == ("一〇信用金庫", "本店")
    assert [s.shown_name for s in suggest(keeper.company_id, most=2)] == [four.name, "んの商店"]


@pytest.mark.parametrize("text", ["アオバ", "あおば", "ｱｵﾊﾞ", "青葉 ブヒン", "{number}", "{account}", "(株)"])
def test_every_way_to_write_a_word_finds_it(text: str) -> None:
    keeper = Keeper.at_work()
    wanted, other = another(), another()
    keeper.adds(wanted, registered_name="㈱青葉（アオバ）ぶひん")
    keeper.adds(other, registered_name="別の商店")
    key = key_of(wanted)
    text = text.format(number=key.user_number.lower(), account=key.account.number)
    assert [s.key for s in suggest(keeper.company_id, text)] == [key]


def test_two_words_must_both_be_there() -> None:
    keeper = Keeper.at_work()
    keeper.adds(another(), registered_name="青葉部品")
    assert suggest(keeper.company_id, "青葉 精機") == []
    assert suggest(keeper.company_id, "部品 青葉")[0].shown_name == "青葉部品"


def test_nothing_of_another_company_is_suggested() -> None:
    keeper, rival = Keeper.at_work(), Keeper.at_work()
    partner = another()
    rival.adds(partner)
    note_use(rival.company_id, [found(another())], day(1))
    assert suggest(keeper.company_id) == []
    assert suggest(keeper.company_id, partner.name) == []


def test_uses_are_counted_and_the_latest_day_and_name_stay() -> None:
    keeper, company = Keeper.at_work(), another()
    one, two = found(company), found(company, 1)
    note_use(keeper.company_id, [one, two, one], day(2))
    company.name = "改名株式会社"
    note_use(keeper.company_id, [found(company)], day(1))
    rows = PastUse.objects.filter(company_id=keeper.company_id).order_by("branch_code")
    assert [(r.branch_code, r.times, r.last_used_at, r.name) for r in rows] == [
        ("101", 3, day(2), "改名株式会社"),
        ("102", 1, day(2), two.name),
    ]
    note_use(keeper.company_id, [], day(3))
    assert rows.count() == 2


def test_a_deleted_partner_is_not_suggested_again_until_it_is_used_again() -> None:
    keeper, company = Keeper.at_work(), another()
    partner = keeper.adds(company)
    note_use(keeper.company_id, [found(company)], day(1))
    partners.delete(partner.pk, version=1, acting_user=keeper.user, **HERE)
    assert suggest(keeper.company_id) == []
    note_use(keeper.company_id, [found(company)], day(2))
    assert [(s.key, s.partner_id) for s in suggest(keeper.company_id)] == [(key_of(company), None)]


def test_a_used_partner_is_one_suggestion_under_its_registered_name_whichever_word_finds_it() -> None:
    keeper, company = Keeper.at_work(), another()
    partner = keeper.adds(company, registered_name="呼び名")
    note_use(keeper.company_id, [found(company), found(company, 1)], day(1))
    for text in ("", "呼び名", company.name):
        given = suggest(keeper.company_id, text)
        assert [(s.shown_name, s.last_used_at) for s in given if s.partner_id == partner.pk] == [
            ("呼び名", day(1))
        ]
        assert len({s.key for s in given}) == len(given) == (1 if text == "呼び名" else 2)


def test_the_size_of_the_book_does_not_change_the_number_of_queries() -> None:
    keeper = Keeper.at_work()
    for n in range(3):
        keeper.adds(another(), registered_name=f"商店{n}")
    with CaptureQueriesContext(connection) as queries:
        assert len(suggest(keeper.company_id, "商店", most=2)) == 2
    assert len(queries) == 4
