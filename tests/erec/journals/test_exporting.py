"""What leaves as 仕訳データ: exact bytes, once, and back when it was no use."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.errors import NotAllowed
from erec.accounting.models import CompanyAccount, PartnerCode, PrintedName
from erec.claims.desk import obligor_of
from erec.claims.models import Claim
from erec.journals.actions import exporting
from erec.journals.actions.exporting import CANCELLED_ALREADY, CHANGED, NOT_OF_CLOSED
from erec.journals.cells import tax_in
from erec.journals.errors import Changed, HasProblems, Refused
from erec.journals.models import AccountOfRole, Calendar, Entry, Export, JournalSettings
from erec.journals.roles import Role
from erec.journals.rules import Method
from erec.members.models import BusinessRight
from erec.trail.models import Entry as Trail
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.claims import cast_claims as c
from tests.erec.journals.cast_journals import Desk, desk, made, partner

pytestmark = pytest.mark.django_db


def creditor_with_a_claim(amount_yen: int = 1_000_000, **more: object) -> tuple[Desk, str]:
    own = desk(**more)  # type: ignore[arg-type]
    debtor = partner()
    return own, c.claim(debtor, own.party, amount_yen).record_number


def text(made_: Export) -> str:
    return bytes(made_.content).decode("cp932")


def test_an_accrual_is_one_line_of_42_cells_with_due_date_and_record_number() -> None:
    own, number = creditor_with_a_claim()
    found = own.exports()
    name = Entry.objects.get(company_id=own.company_id).partner_name
    side = '0,,,"{}","{}",,,"00",,1000000,0'
    memo = f"発生（債権者） 記録番号{number} 支払期日2027/02/26 {name}"
    assert text(found) == (
        "20261120,1,21,0,"
        + side.format("133", "電子記録債権")
        + ","
        + side.format("135", "売掛金")
        + f',"{memo}","270226","{number}",1,,,,,,,,,,,,\r\n'
    )
    assert (found.entries_count, found.lines_count, found.total_yen) == (1, 1, 1_000_000)


def test_the_older_formats_have_34_and_22_cells() -> None:
    own, number = creditor_with_a_claim()
    eight = text(own.exports(format=Export.Format.EIGHT))
    exporting.cancel(1, "形式を間違えた", **own.who)
    old = text(own.exports(format=Export.Format.OLD))
    side = ',"{}","{}",,,"00",1000000,0'
    sides = side.format("133", "電子記録債権") + "," + side.format("135", "売掛金")
    name = Entry.objects.get(company_id=own.company_id).partner_name
    memo = f"発生（債権者） 記録番号{number} 支払期日2027/02/26 {name}"
    assert eight == (f'"#2",20261120,1,0,1,0,{sides},"270226","{number}","{memo}","KOKUYO",,,,0,,,,\r\n')
    assert old == f'20261120,2,0,{sides},"270226","{number}","{memo}"\r\n'


def test_version_line_and_names_come_first_where_they_are_wanted() -> None:
    own, _ = creditor_with_a_claim()
    lines = text(own.exports(version_line=True, header=True)).split("\r\n")
    assert lines[0] == "\\text version='5' \\"
    assert lines[1].startswith('"伝票日付","伝票番号","仕訳区分","管理仕訳区分","借方税計算モード"')
    assert len(lines) == 4


def test_a_discount_is_one_voucher_whose_sides_are_equal() -> None:
    own, number = creditor_with_a_claim(100, method=Method.CONTRA)
    supplier = partner()
    c.assign(number, own.party, supplier, 60)
    found = own.exports()
    rows = [line.split(",") for line in text(found).split("\r\n")[:-1]]
    assert [(row[1], row[7], row[13], row[18], row[24]) for row in rows] == [
        ("1", '"133"', "100", '"135"', "100"),
        ("2", '"305"', "60", '"310"', "60"),
    ]


def test_partners_and_own_accounts_bear_the_codes_of_the_accounting_software() -> None:
    own, number = creditor_with_a_claim(100)
    debtor = obligor_of(Claim.objects.get(record_number=number))
    PartnerCode.objects.create(
        company_id=own.company_id,
        user_number=debtor.user_number,
        code="1001",
        decided_by=own.user,
        at=cast.AT,
    )
    account = own.party.account
    CompanyAccount.objects.create(
        company_id=own.company_id,
        code="1",
        name="当座",
        bank_code=account.bank_code,
        branch_code=account.branch_code,
        kind=account.kind,
        number=account.number,
        ledger_code="114",
        sub_code="7",
        cells=[],
        read_at=cast.AT,
    )
    c.recorded(c.payment(number, debtor, own.party, 30))
    rows = [line.split(",") for line in text(own.exports()).split("\r\n")[:-1]]
    printed = PrintedName.objects.get(name=debtor.name).printed
    assert (rows[0][9], rows[0][10]) == ('"1001"', f'"{printed}"')
    assert (rows[1][7], rows[1][9]) == ('"114"', '"7"')


def test_the_japanese_calendar_writes_the_year_of_the_era() -> None:
    own, _ = creditor_with_a_claim()
    JournalSettings.objects.filter(pk=own.company_id).update(calendar=Calendar.JAPANESE)
    assert '"090226"' in text(own.exports())


TAXES = [(1_099, 10, 99), (1_100, 10, 100), (-1_099, 10, -99), (107, 8, 7)]


@pytest.mark.parametrize(("yen", "rate", "tax"), TAXES)
def test_the_tax_in_an_amount_is_cut_off(yen: int, rate: int, tax: int) -> None:
    assert tax_in(yen, rate) == tax


def test_what_has_left_does_not_leave_again() -> None:
    own, _ = creditor_with_a_claim()
    own.exports()
    assert own.sees().count == 0
    with pytest.raises(Changed, match=CHANGED[:20]):
        own.exports()
    assert Export.objects.count() == 1


def test_two_tabs_give_one_file_and_the_second_is_told() -> None:
    own, _ = creditor_with_a_claim()
    digest = own.sees().digest
    exporting.export(own.wish(), digest, **own.who)
    with pytest.raises(Changed):
        exporting.export(own.wish(), digest, **own.who)
    assert Export.objects.count() == 1
    assert Trail.objects.filter(event="journals.exported").count() == 1


def test_what_was_recorded_after_the_preview_is_seen_before_it_leaves() -> None:
    own, _ = creditor_with_a_claim()
    digest = own.sees().digest
    c.claim(partner(), own.party)
    made(own.party)
    with pytest.raises(Changed):
        exporting.export(own.wish(), digest, **own.who)
    assert not Export.objects.exists()


def test_only_what_lies_before_the_chosen_day_leaves_and_the_rest_stays_open() -> None:
    own, _ = creditor_with_a_claim()
    assert own.sees(until=date(2026, 11, 19)).count == 0
    assert own.sees(until=c.TODAY).count == 1


def test_an_export_that_was_no_use_gives_its_entries_back_with_new_numbers() -> None:
    own, _ = creditor_with_a_claim()
    own.exports()
    exporting.cancel(1, "受入に失敗した", **own.who)
    with pytest.raises(Refused, match=CANCELLED_ALREADY):
        exporting.cancel(1, "もう一度", **own.who)
    again = own.exports()
    assert again.number == 2
    assert list(Entry.objects.values_list("export__number", "voucher_number")) == [(2, 2)]
    assert list(Trail.objects.filter(event__startswith="journals.").values_list("event", flat=True)) == [
        "journals.exported",
        "journals.export_cancelled",
        "journals.exported",
    ]


def test_the_same_bytes_come_again_and_the_trail_says_for_whom() -> None:
    own, _ = creditor_with_a_claim()
    first = own.exports()
    found = exporting.fetch(1, **own.who)
    assert (bytes(found.content), found.sha256) == (bytes(first.content), first.sha256)
    assert Trail.objects.get(event="journals.fetched").target == "1"


def test_of_a_closed_month_nothing_is_taken_back() -> None:
    own, _ = creditor_with_a_claim()
    own.exports()
    JournalSettings.objects.filter(pk=own.company_id).update(closed_until=date(2026, 11, 30))
    with pytest.raises(Refused, match=NOT_OF_CLOSED[:15]):
        exporting.cancel(1, "まちがい", **own.who)
    assert Export.objects.get().cancelled_at is None


def test_numbers_go_on_where_the_day_stopped_and_run_out_before_anything_leaves() -> None:
    own, _ = creditor_with_a_claim(voucher_first=500, voucher_last=501)
    own.exports()
    for _ in range(2):
        c.claim(partner(), own.party)
    assert own.sees().problems == [
        "2026年11月20日の伝票番号が足りません。1枚分しか残っていませんが、2枚あります。"
        "［仕訳の設定］で伝票番号の最後を大きくしてください。"
    ]
    with pytest.raises(HasProblems):
        own.exports()
    JournalSettings.objects.filter(pk=own.company_id).update(voucher_last=502)
    own.exports()
    numbers = Entry.objects.order_by("voucher_number").values_list("voucher_number", flat=True)
    assert list(numbers) == [500, 501, 502]


def test_a_role_without_an_account_and_a_name_that_cannot_be_printed_stop_an_export() -> None:
    own = desk()
    debtor = partner()
    changed = debtor.__class__(debtor.company_id, debtor.user_number, "𠮷田総合エネルギー", debtor.account)
    c.claim(changed, own.party)
    AccountOfRole.objects.filter(company_id=own.company_id, role=Role.SALES).delete()
    assert own.sees().problems == [
        "「売掛金（電子記録債権を受け取るとき）」の勘定科目が決まっていません。［仕訳の設定］で登録してください。",
        "「𠮷田総合エネルギー」の印字名が決まっていません。［印字名の確認］で決めてください。",
    ]
    with pytest.raises(HasProblems):
        own.exports()
    assert not Export.objects.exists()
    assert Entry.objects.get().export is None


def test_without_the_right_nothing_leaves() -> None:
    own, _ = creditor_with_a_claim()
    digest = own.sees().digest
    BusinessRight.objects.filter(member__user=own.user).delete()
    with pytest.raises(NotAllowed):
        exporting.export(own.wish(), digest, **own.who)
    assert not Export.objects.exists()


def test_another_company_has_no_such_export() -> None:
    own, _ = creditor_with_a_claim()
    own.exports()
    other = desk()
    for act in (exporting.fetch, lambda n, **who: exporting.cancel(n, "x", **who)):
        with pytest.raises(Export.DoesNotExist):
            act(1, **other.who)


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE journals_entry SET total_yen = 1",
        "UPDATE journals_entry SET export_id = NULL, voucher_number = NULL",
        "DELETE FROM journals_entry",
        "UPDATE journals_entryline SET debit_yen = 1",
        "DELETE FROM journals_entryline",
        "UPDATE journals_export SET sha256 = 'x'",
        "DELETE FROM journals_export",
    ],
)
def test_the_database_keeps_what_left(wrong: str) -> None:
    own, _ = creditor_with_a_claim()
    own.exports()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)


UNBALANCED = """
    WITH made AS (
        INSERT INTO journals_entry (company_id, source, moment, part, "on", happened_on, record_number,
            due_on, partner_number, partner_name, account, memo, total_yen, made_at)
        SELECT company_id, 'x', moment, part, "on", happened_on, record_number, due_on, partner_number,
            partner_name, account, memo, 5, made_at FROM journals_entry RETURNING 1
    )
    SELECT * FROM made
"""


def test_the_database_refuses_a_voucher_whose_sides_differ() -> None:
    own, _ = creditor_with_a_claim()
    made(own.party)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS journals_entry_balanced IMMEDIATE")
        with pytest.raises(IntegrityError, match="debit 0, credit 0, total 5"):
            cursor.execute(UNBALANCED)


def test_what_is_too_much_for_one_file_leaves_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ENTRIES_MAX", 2)
    own, _ = creditor_with_a_claim()
    for _ in range(2):
        c.claim(partner(), own.party)
    assert (own.sees().count, own.sees().later) == (2, 1)
    assert [own.exports().entries_count, own.exports().entries_count, own.sees().count] == [2, 1, 0]


def test_an_export_that_dies_anywhere_has_given_out_nothing() -> None:
    own, _ = creditor_with_a_claim()
    digest = own.sees().digest
    deaths = every_death_leaves_nothing(
        lambda: exporting.export(own.wish(), digest, **own.who), "journals", "trail", "accounting"
    )
    assert deaths > 4
    assert Export.objects.count() == 1


def test_making_that_dies_anywhere_has_entered_nothing() -> None:
    own, _ = creditor_with_a_claim()
    assert every_death_leaves_nothing(lambda: made(own.party), "journals") == 3
    assert Entry.objects.count() == 1
