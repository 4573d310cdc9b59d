"""The company under 取引停止処分 sees it on its own pages, and nobody else does."""

from datetime import date

import pytest

from erec.claims.models import Sanction
from tests import cast
from tests.erec.claims.cast_screens import looker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (date(2026, 11, 20), date(2028, 11, 19), "取引停止処分の期間中です。"),
        (date(2024, 11, 21), date(2026, 11, 20), "取引停止処分の期間中です。"),
        (date(2026, 11, 24), date(2028, 11, 23), "取引停止処分が始まります。"),
        (date(2024, 11, 20), date(2026, 11, 19), ""),
    ],
)
def test_it_stands_on_the_list_of_claims_of_the_company_itself(
    starts_on: date, ends_on: date, words: str
) -> None:
    (person, party), (other, _) = looker(), looker()
    Sanction.objects.create(
        company_id=party.company_id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason="6か月以内に2回の支払不能",
        recorded_at=cast.AT,
    )
    page = person.client.get("/densai/claims").content.decode()
    assert ("取引停止処分" in page) is bool(words)
    assert words in page
    if words:
        assert f"{ends_on.year}年{ends_on.month}月{ends_on.day}日まで" in page
    assert "取引停止処分" not in other.client.get("/densai/claims").content.decode()
