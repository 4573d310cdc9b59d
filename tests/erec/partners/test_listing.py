"""The list of partners and one partner's page."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.companies import resume_company, stop_company
from accounts.models import Company
from erec.partners.models import Partner
from tests import cast
from tests.erec.partners.cast_partners import Keeper, another, key_of
from tests.erec.partners.test_editing import text_of

pytestmark = pytest.mark.django_db

LIST = "/densai/partners"


def many(keeper: Keeper, count: int) -> None:
    """Rows as the act writes them, without asking the directory for each."""
    Partner.objects.bulk_create(
        Partner(
            company_id=keeper.company_id,
            user_number=f"A{n:08d}",
            **vars(key_of(keeper.user.company).account),
            name=f"株式会社{n:05d}",
            sought=f"株式会社{n:05d}",
            sort_name=f"株式会社{n:05d}",
            checked_at=cast.AT,
            changed_at=cast.AT,
        )
        for n in range(count)
    )


@pytest.mark.parametrize("words", ["アオバ", "あおば", "ｱｵﾊﾞ", "部品 青葉"])
def test_the_search_finds_names_however_they_are_written(words: str) -> None:
    keeper = Keeper.at_work()
    keeper.adds(another(), registered_name="㈱青葉（アオバ）部品")
    keeper.adds(another(), registered_name="別の商店")
    page = text_of(keeper.client.get(LIST, {"q": words}))
    assert "㈱青葉（アオバ）部品" in page
    assert "別の商店" not in page


def test_the_list_says_which_partner_needs_a_look() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    assert "要確認" not in text_of(keeper.client.get(LIST))
    stop_company(company, because="試験", at=cast.AT, origin=cast.ORIGIN)
    assert "要確認" in text_of(keeper.client.get(LIST))
    assert "いまは使えません" in text_of(keeper.client.get(f"{LIST}/{row.pk}"))
    resume_company(company, at=cast.AT, origin=cast.ORIGIN)
    company.settlement_accounts.filter(number=row.number, branch_code="101").delete()
    assert "要確認" in text_of(keeper.client.get(LIST))


def test_a_new_name_of_the_contract_is_told_on_the_partners_page() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    Company.objects.filter(pk=company.pk).update(name="新社名株式会社")
    assert "取引先の名前が「新社名株式会社」に変わっています。" in text_of(
        keeper.client.get(f"{LIST}/{row.pk}")
    )


def test_pages_cost_the_same_few_queries_and_lose_no_row() -> None:
    keeper = Keeper.at_work()
    many(keeper, 120)
    seen: list[str] = []
    counts = set()
    address = LIST
    while address:
        with CaptureQueriesContext(connection) as queries:
            page = keeper.client.get(address)
        counts.add(len(queries))
        seen += [row.name for row in page.context["page"].rows]
        address = LIST + page.context["nav"].next if page.context["nav"].next else ""
    assert seen == [f"株式会社{n:05d}" for n in range(120)]
    assert len(counts) == 1


def test_the_file_holds_the_whole_search_under_the_forms_own_headings() -> None:
    keeper, company = Keeper.at_work(), another()
    keeper.adds(company, registered_name="青葉部品", memo="月末")
    keeper.adds(another(), registered_name="別の商店")
    answer = keeper.client.get(LIST, {"q": "青葉", "file": "csv"})
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    key = key_of(company)
    assert table[0][:8] == [
        *("利用者番号", "登録名", "金融機関コード", "支店コード", "口座種別", "口座番号", "メモ"),
        "取適法の対象（中小受託事業者）",
    ]
    assert [row[:10] for row in table[1:]] == [
        [
            *(key.user_number, "青葉部品", "9999", "101", "当座", key.account.number, "月末"),
            *("対象外", company.name, "一〇信用金庫"),
        ]
    ]


@pytest.mark.parametrize("search", [{"q": "😀"}, {"q": "あ" * 41}, {"q": "\u202e"}], ids=str)
def test_a_search_that_makes_no_sense_finds_nothing(search: dict[str, str]) -> None:
    keeper = Keeper.at_work()
    keeper.adds(another(), registered_name="青葉部品")
    page = keeper.client.get(LIST, search)
    assert (page.status_code, "青葉部品" in text_of(page)) == (422, False)


@pytest.mark.parametrize("pk", ["0", "1" * 30, "9223372036854775808"])
def test_a_partner_that_is_none_is_not_found(pk: str) -> None:
    assert Keeper.at_work().client.get(f"{LIST}/{pk}").status_code == 404
