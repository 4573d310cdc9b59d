"""Pages of 仕訳, as somebody with the right to 会計データ finds them."""

import re
from typing import Any

import pytest

from erec.accounting.models import LedgerAccount
from erec.journals.models import AccountOfRole, Entry, Export, JournalSettings
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.jobs.cast_jobs import Accountant, entered
from tests.erec.journals.cast_journals import keeps_books, names_accounts, partner

pytestmark = pytest.mark.django_db
HOME = "/densai/accounting/journals"


@pytest.fixture
def own() -> Accountant:
    return entered()


def company_id(own: Accountant) -> int:
    return int(own.user.company_id)


def with_a_claim(own: Accountant, amount_yen: int = 1_000_000) -> str:
    keeps_books(company_id(own))
    names_accounts(company_id(own))
    return c.claim(partner(), c.party(own.user.company), amount_yen).record_number


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def filled(**changed: str) -> dict[str, str]:
    usual = {
        "method": "contra",
        "calendar": "gregorian",
        "starts_on": "2026-11-01",
        "voucher_first": "1",
        "voucher_last": "99999",
        "other_partners": "",
        "version": "0",
        "receivable-code": "133",
        "receivable-name": "電子記録債権",
        "receivable-tax_code": "00",
    }
    return {**usual, **changed}


def test_without_settings_the_list_leads_to_them(own: Accountant) -> None:
    assert "仕訳の設定がまだありません" in words(own.client.get(HOME))


def test_settings_are_saved_and_entries_appear(own: Accountant) -> None:
    response = own.client.post(f"{HOME}/settings", filled())
    assert response.headers["Location"] == HOME
    c.claim(partner(), c.party(own.user.company), 1_000_000)
    page = words(own.client.get(HOME))
    assert "電子記録債権 1,000,000 ／ 売掛金 1,000,000" in page
    row = AccountOfRole.objects.get(company_id=company_id(own))
    assert (row.role, row.code, row.name, row.tax_code) == ("receivable", "133", "電子記録債権", "00")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"receivable-name": "電子記録債権のながい名"}, "半角"),
        ({"receivable-tax_code": ""}, "科目コードがあるときは入力してください。"),
        ({"receivable-code": "", "receivable-sub_code": "1"}, "科目コードを入力してください。"),
        ({"voucher_first": "10", "voucher_last": "9"}, "伝票番号の最後は、最初以上の数にしてください。"),
        ({"other_partners": "ABC"}, "「ABC」は利用者番号ではありません。"),
        ({"starts_on": ""}, "日付を入力してください。"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_saved(
    own: Accountant, changed: dict[str, str], sentence: str
) -> None:
    response = own.client.post(f"{HOME}/settings", filled(**changed))
    assert response.status_code == 422
    assert sentence in words(response)
    assert not JournalSettings.objects.exists()
    assert not AccountOfRole.objects.exists()


def test_settings_that_somebody_else_saved_are_not_written_over(own: Accountant) -> None:
    keeps_books(company_id(own))
    response = own.client.post(f"{HOME}/settings", filled())
    assert response.status_code == 409
    assert "ほかの人が仕訳の設定を変更しました" in words(response)
    assert JournalSettings.objects.get().method == "direct"


def exported(own: Accountant) -> Any:
    page = own.client.get(f"{HOME}/export")
    sent = {
        "until": "2026-11-30",
        "format": "X",
        "profile": "quoted",
        "digest": hidden(page, "digest"),
    }
    return own.client.post(f"{HOME}/export", sent)


def test_what_is_open_is_shown_leaves_and_is_fetched_again(own: Accountant) -> None:
    number = with_a_claim(own)
    assert "1伝票（1行）" in words(own.client.get(f"{HOME}/export"))
    assert exported(own).headers["Location"] == f"{HOME}/exports/1"
    files = [own.client.post(f"{HOME}/exports/1/file") for _ in range(2)]
    assert files[0].content == files[1].content == bytes(Export.objects.get().content)
    assert number.encode() in files[0].content
    assert "すべて出力済み" in words(own.client.get(f"{HOME}/export"))
    assert "出力1" in words(own.client.get(f"{HOME}/exports"))


def test_a_second_press_of_the_same_page_is_told_what_happened(own: Accountant) -> None:
    with_a_claim(own)
    page = own.client.get(f"{HOME}/export")
    sent = {"until": "2026-11-30", "format": "X", "profile": "quoted", "digest": hidden(page, "digest")}
    assert own.client.post(f"{HOME}/export", sent).status_code == 302
    second = own.client.post(f"{HOME}/export", sent)
    assert second.status_code == 409
    assert "まだ何も出力していません" in words(second)
    assert Export.objects.count() == 1


def test_an_export_is_taken_back_with_its_reason(own: Accountant) -> None:
    with_a_claim(own)
    exported(own)
    assert own.client.post(f"{HOME}/exports/1/cancel", {"because": ""}).status_code == 422
    own.client.post(f"{HOME}/exports/1/cancel", {"because": "受入に失敗した"})
    page = words(own.client.get(f"{HOME}/exports/1"))
    assert "取消済み" in page
    assert "受入に失敗した" in page
    assert Entry.objects.get().export is None
    assert own.client.post(f"{HOME}/exports/1/cancel", {"because": "もう一度"}).status_code == 409


def test_a_month_that_is_not_over_is_refused_on_its_page(own: Accountant) -> None:
    with_a_claim(own)
    response = own.client.post(f"{HOME}/months", {"month": "2026-11"})
    assert response.status_code == 409
    assert "まだ終わっていない月" in words(response)


def test_another_companys_export_is_not_there(own: Accountant) -> None:
    with_a_claim(own)
    exported(own)
    stranger = entered()
    for answer in (
        stranger.client.get(f"{HOME}/exports/1"),
        stranger.client.post(f"{HOME}/exports/1/file"),
        stranger.client.post(f"{HOME}/exports/1/cancel", {"because": "x"}),
    ):
        assert answer.status_code == 404
    assert Export.objects.get().cancelled_at is None


def test_entries_are_searched_by_state_event_and_number(own: Accountant) -> None:
    number = with_a_claim(own)
    assert number in words(own.client.get(f"{HOME}?state=open&moment=accrued_in&record_number={number[:10]}"))
    assert "条件に合う仕訳はありません" in words(own.client.get(f"{HOME}?state=exported"))
    assert own.client.get(f"{HOME}?on_from=2026-12-01&on_to=2026-11-01").status_code == 422


def test_codes_are_checked_against_the_imported_accounts(own: Accountant) -> None:
    LedgerAccount.objects.create(
        company_id=company_id(own),
        code="134",
        name="電子記録債権",
        full_name="電子記録債権",
        side="1",
        cells=[],
        read_at=cast.AT,
    )
    page = own.client.get(f"{HOME}/settings").content.decode()
    assert 'name="receivable-code" value="134"' in page
    response = own.client.post(f"{HOME}/settings", filled())
    assert "「133」は、取り込んだ勘定科目の台帳にありません。" in words(response)
