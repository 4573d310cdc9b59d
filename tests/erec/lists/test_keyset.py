"""Pages of a list: joined they are the sorted list, whatever the rows, the size and the order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Length
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Company
from erec.lists.keyset import Order, Page, chosen, page
from erec.trail.models import Outbox

pytestmark = pytest.mark.django_db

BY_NAME = Order("name", "企業名", ("name", "id"))
NEWEST = Order("newest", "新しい順", ("registered_at", "id"), descending=True)
BY_LENGTH = Order("length", "名前の長さ", ("length", "id"))
START = datetime(2026, 11, 20, tzinfo=UTC)
# Few different values, so that the first field often ties, and what other collations sort otherwise.
NAMES = st.sampled_from(["a", "B", "Z", "z", "あ", "ア", "ｱ", "髙橋", "a b", "a-b", "ab", "\\'\"%s", "🎌"])
MOMENTS = st.integers(0, 3).map(lambda n: START + timedelta(microseconds=n))


def companies(rows: list[tuple[str, datetime]]) -> QuerySet[Company]:
    Company.objects.all().delete()
    Company.objects.bulk_create(
        Company(user_number=f"{n:09d}", name=name, contact_mail="x@example.com", registered_at=moment)
        for n, (name, moment) in enumerate(rows)
    )
    return Company.objects.all()


def pages(queryset: QuerySet[Company], order: Order, size: int) -> Iterator[Page[Company]]:
    found = page(queryset, order=order, size=size)
    yield found
    while found.next:
        found = page(queryset, order=order, after=found.next, size=size)
        yield found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(NAMES, MOMENTS), max_size=12), size=st.integers(1, 5))
def test_the_pages_joined_are_the_sorted_list(rows: list[tuple[str, datetime]], size: int) -> None:
    queryset = companies(rows)
    by_code_point = sorted(queryset, key=lambda c: (c.name, c.pk))
    newest = sorted(queryset, key=lambda c: (c.registered_at, c.pk), reverse=True)
    for order, expected in ((BY_NAME, by_code_point), (NEWEST, newest)):
        found = list(pages(queryset, order, size))
        assert [row for part in found for row in part.rows] == expected
        assert [len(part.rows) for part in found[:-1]] == [size] * (len(found) - 1)
        assert [part.is_first for part in found] == [True, *[False] * (len(found) - 1)]


def names(found: Page[Any]) -> list[str]:
    return [row.name for row in found.rows]


def three() -> QuerySet[Company]:
    return companies([("c", START), ("a", START), ("bb", START)])


def test_a_row_that_comes_or_goes_between_two_pages_shifts_nothing() -> None:
    queryset = three()
    first = page(queryset, order=BY_NAME, size=1)
    Company.objects.create(user_number="900000000", name="0", contact_mail="x", registered_at=START)
    Company.objects.filter(name="a").delete()
    assert names(page(queryset, order=BY_NAME, after=first.next, size=1)) == ["bb"]


def test_an_annotation_can_be_sorted_by() -> None:
    queryset = three().annotate(length=Length("name"))
    first = page(queryset, order=BY_LENGTH, size=2)
    assert names(first) == ["c", "a"]
    assert names(page(queryset, order=BY_LENGTH, after=first.next, size=2)) == ["bb"]


def test_the_comparison_is_one_of_rows_so_that_an_index_answers_it() -> None:
    queryset = three()
    first = page(queryset, order=BY_NAME, size=1)
    spy = Spy()
    with connection.execute_wrapper(spy):
        page(queryset, order=BY_NAME, after=first.next, size=1)
    assert 'WHERE ("accounts_company"."name", "accounts_company"."id") > (%s, %s)' in spy.sql
    assert spy.sql.endswith('ORDER BY "accounts_company"."name" ASC, "accounts_company"."id" ASC LIMIT 2')


class Spy:
    sql = ""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql = sql
        return execute(sql, params, many, context)


@pytest.mark.parametrize(
    "cursor",
    ["x", ":", "AAAA", "é", "\x00", "W10:" + "A" * 43, "A" * 20_000, "[1,2]", "eyJhIjoxfQ:x"],
)
def test_a_cursor_that_is_not_ours_is_the_first_page(cursor: str) -> None:
    found = page(three(), order=BY_NAME, after=cursor, size=2)
    assert names(found) == ["a", "bb"]
    assert found.is_first is True


def test_a_cursor_of_another_order_or_list_is_the_first_page() -> None:
    queryset = three()
    cursor = page(queryset, order=NEWEST, size=1).next
    assert page(queryset, order=BY_NAME, after=cursor).is_first is True
    mails = page(Outbox.objects.all(), order=Order("newest", "", ("id",)), after=cursor)
    assert mails.is_first is True


def test_a_changed_cursor_is_the_first_page() -> None:
    cursor = page(three(), order=BY_NAME, size=1).next
    changed = ("A" if cursor[5] != "A" else "B").join((cursor[:5], cursor[6:]))
    assert page(three(), order=BY_NAME, after=changed, size=1).is_first is True


def test_what_may_be_null_cannot_be_sorted_by() -> None:
    with pytest.raises(ValueError, match="stopped_at"):
        page(three(), order=Order("stopped", "", ("stopped_at", "id")))


def test_a_field_that_no_list_has_is_a_fault_of_the_program() -> None:
    with pytest.raises(Exception, match="users"):
        page(three(), order=Order("users", "", ("users",)))


def test_an_alias_of_a_column_that_the_search_keeps_from_being_null_can_be_sorted_by() -> None:
    queryset = three().filter(stopped_at__isnull=False).annotate(stopped=F("stopped_at"))
    assert page(queryset, order=Order("stopped", "", ("stopped", "id"))).rows == []


def test_an_unknown_order_is_the_usual_one() -> None:
    assert chosen((NEWEST, BY_NAME), "name") is BY_NAME
    assert chosen((NEWEST, BY_NAME), "'; drop table") is NEWEST
    assert chosen((NEWEST, BY_NAME), "") is NEWEST
