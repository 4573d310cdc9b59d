"""The four masters that are put out: whole files byte for byte, what is missing or wrong, and whose rows."""

import html
import io
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Company, SettlementAccount, User
from erec.accounting.actions import codes as acts
from erec.accounting.actions import names
from erec.accounting.actions.names import Decision
from erec.accounting.codes import proposals, unregistered
from erec.accounting.models import Kind, PrintedName
from erec.exports.masters.outputs import BY_CODE, Asked
from erec.exports.masters.rows import Made
from erec.formats import pca
from erec.partners.models import Partner
from tests import cast
from tests.erec.accounting.cast_accounting import (
    HERE,
    WIDE,
    Accountant,
    accountant,
    entered,
    knows,
    reads,
    row,
    streamed,
)

pytestmark = pytest.mark.django_db

OUTPUT = "/densai/accounting/output"


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def made(who: Accountant, code: str, paid_from: str = "") -> Made:
    return BY_CODE[code].made(who.user.company, Asked(cast.AT, paid_from))


def file(who: Accountant, code: str, **asked: str) -> bytes:
    answer = who.client.get(f"{OUTPUT}/{code}", {"file": "1", **asked})
    assert answer.status_code == 200, page(answer)
    return streamed(answer)


def register(who: Accountant, *accounts: str) -> None:
    """Codes from 1001 on, under these 勘定科目."""
    acts.set_range(1001, 1999, 4, accounts, acting_user=who.user, **HERE)
    new = unregistered(proposals(who.user.company_id))
    acts.register(acts.digest_of(new), acting_user=who.user, **HERE)


def prints(who: Accountant, name: str, printed: str) -> None:
    """The name is met by an output, and decided on."""
    made(who, "sub_accounts")
    waiting = PrintedName.objects.get(company=who.user.company, name=name)
    names.decide({waiting.pk: Decision(printed)}, acting_user=who.user, **HERE)


def lines(*rows: str) -> bytes:
    """As Windows writes them; the test's own reading of the layout document, not the codec's."""
    return "".join(f"{row}\r\n" for row in rows).encode("cp932")


def test_partners_become_sub_accounts_of_each_chosen_account() -> None:
    who = entered()
    reads(who, Kind.LEDGER_ACCOUNTS, row(Kind.LEDGER_ACCOUNTS))
    knows(who, "アカマツ株式会社")
    knows(who, WIDE)
    register(who, "135", "305")
    prints(who, WIDE, "北総開発")
    prints(who, "アカマツ株式会社", "アカマツ㈱")
    rest = "," * 12 + "0,0,0"  # 8 to 18 are empty
    assert file(who, "sub_accounts") == lines(
        f'"135","電子記録債権","1001","アカマツ㈱","ｱｶﾏﾂ","アカマツ株式会社","ｱｶﾏﾂ(ｶ"{rest}',
        f'"135","電子記録債権","1002","北総開発",,"{WIDE}",{rest}',
        f'"305",,"1001","アカマツ㈱","ｱｶﾏﾂ","アカマツ株式会社","ｱｶﾏﾂ(ｶ"{rest}',
        f'"305",,"1002","北総開発",,"{WIDE}",{rest}',
    )


def test_what_the_accounting_software_has_is_left_out_but_for_a_new_printed_name() -> None:
    who = entered()
    knows(who, "青葉商事")
    knows(who, "白木")
    sub = Kind.SUB_ACCOUNTS
    reads(
        who, sub, row(sub, _6="青葉商事", _15="京都市"), row(sub, _3="1002", _4="シラキ", _6="白木", _20="31")
    )
    register(who, "135")
    assert file(who, "sub_accounts") == lines('"135","電子記録債権","1002","白木",,"白木",,,,,,,,,,,,,,31,')
    PrintedName.objects.filter(name="白木").update(printed="シラキ")
    shown = page(who.client.get(f"{OUTPUT}/sub_accounts"))
    assert "出力するものはありません。" in shown
    assert who.client.get(f"{OUTPUT}/sub_accounts?file=1").status_code == 422


def test_partners_accounts_become_payees_paid_from_the_chosen_account() -> None:
    who = entered()
    partner = knows(who, "アカマツ株式会社")
    Partner.objects.filter(pk=partner.pk).update(
        bank_code="0001", branch_code="001", kind="1", number="7654321"
    )
    register(who)
    prints(who, "アカマツ株式会社", "アカマツ㈱")
    reads(who, Kind.COMPANY_ACCOUNTS, row(Kind.COMPANY_ACCOUNTS, _1="07"))
    expected = (
        '"1001","アカマツ㈱",0,"アカマツ株式会社","ｱｶﾏﾂ(ｶ","07","本店当座","0001","みずほ","001","東京営業部",'
        '"7654321",1,0,1,0,0,,,'
    )
    assert file(who, "payees", paid_from="07") == lines(expected)
    with_version = file(who, "payees", paid_from="07", version="on", profile="bare")
    assert with_version == lines(r"\text version='5' \\"[:-1], expected.replace('"', ""))
    reads(who, Kind.PAYEES, row(Kind.PAYEES, _12="07654321", _13="1"))
    assert made(who, "payees", "07").rows == []
    reads(who, Kind.PAYEES, row(Kind.PAYEES, _12="07654321", _13="2"))
    assert len(made(who, "payees", "07").rows) == 1


def test_a_payee_needs_an_account_that_pays_and_one_of_a_kind_that_can_be_paid() -> None:
    who = accountant()
    partner = knows(who, "青葉")
    Partner.objects.filter(pk=partner.pk).update(kind="9")
    register(who)
    assert made(who, "payees").missing == ["振込に使う会社口座を選んでください。"]
    assert made(who, "payees", "99").missing == ["振込に使う会社口座を選んでください。"]
    found = made(who, "payees", "01")
    assert (found.rows, found.missing) == ([], [])
    account = f"9999 101 その他 {partner.number}"
    assert found.notes == [
        f"青葉の口座（{account}）は、預金種目がその他です。振込先にできないため、出力しません。"
    ]


def test_own_accounts_become_company_accounts_of_version_five() -> None:
    who = entered()
    company = who.user.company
    number = company.settlement_accounts.all()[0].number
    kind = Kind.COMPANY_ACCOUNTS
    reads(who, kind, row(kind, _1="02", _2="別の口座", _3="0001", _6="001"))
    fees = "0,30000,0,30000,0,30000,0," + ",".join(["0"] * 18) + ",0"
    bank, rest = '"9999","一〇信用金庫","ｲﾁﾏﾙｼﾝｷﾝ"', f',"{company.name}",,{fees}'
    assert file(who, "company_accounts", version="on") == lines(
        r"\text version='5' \\"[:-1],
        f'"01","一〇信用金庫 本店 当座 {number}",{bank},"101","本店","ﾎﾝﾃﾝ",2,"{number}",{rest}',
        f'"03","一〇信用金庫 駅前 普通 {number}",{bank},"102","駅前","ｴｷﾏｴ",1,"{number}",{rest}',
    )
    known = row(kind, _3="9999", _6="101", _9="2", _10=number.zfill(8))
    reads(who, kind, known, mode="merge")
    assert [cells[5] for cells in made(who, "company_accounts").rows] == ["102"]


def test_users_become_users_and_never_administrators() -> None:
    who = entered()
    company = who.user.company
    suspended = cast.general(company)
    User.objects.filter(pk=suspended.pk).update(status="suspended", name="佐々木 花子")
    gone = cast.general(company)
    User.objects.filter(pk=gone.pk).update(status="deleted")
    master = who.user
    expected = sorted(
        [
            (master.login_id, f'"{master.login_id}","{master.name}","試験",0,0'),
            (suspended.login_id, f'"{suspended.login_id}","佐々木 花子","佐々木",0,1'),
        ]
    )
    assert file(who, "users") == lines(*(line for _, line in expected))


def test_what_is_missing_is_told_and_there_is_no_file() -> None:
    who = entered()
    assert made(who, "sub_accounts").missing == [
        "取引先がまだ登録されていません。",
        "取引先を補助科目にする勘定科目が、決まっていません。",
    ]
    knows(who, WIDE)
    knows(who, "青葉")
    shown = who.client.get(f"{OUTPUT}/sub_accounts")
    assert shown.status_code == 200
    for sentence in (
        "2社の補助科目コードが、登録されていません。",
        "1社の印字名が、決まっていません。",
        "取引先を補助科目にする勘定科目が、決まっていません。",
    ):
        assert sentence in page(shown)
    assert "ファイルに保存" not in page(shown)
    assert who.client.get(f"{OUTPUT}/sub_accounts?file=1").status_code == 422
    assert who.client.get(f"{OUTPUT}/vouchers").status_code == 404


def test_a_cell_that_cannot_be_written_is_named_and_there_is_no_file() -> None:
    who = entered()
    User.objects.filter(pk=who.user.pk).update(name="長い名前の" * 6)
    answer = who.client.get(f"{OUTPUT}/users?file=1")
    assert answer.status_code == 422
    assert "1行目 2列目「ユーザー名」: 半角60桁あります。半角50桁（全角25文字）までにしてください。" in page(
        answer
    )


FORMULAS = ("=1+1", "+81", "@SUM(A1)", "－1", '=HYPERLINK("http://x")')


def test_no_cell_is_a_formula() -> None:
    who = accountant()
    for name in FORMULAS:
        knows(who, name)
    register(who, "135")
    assert made(who, "sub_accounts").missing == ["5社の印字名が、決まっていません。"]
    for name in FORMULAS:
        prints(who, name, "青葉")
    assert [(cells[3], cells[5]) for cells in made(who, "sub_accounts").rows] == [("青葉", "青葉")] * 5
    output = BY_CODE["users"]
    for name in FORMULAS:
        User.objects.filter(pk=who.user.pk).update(name=name)
        problems = output.problems(made(who, "users").rows)
        assert {(one.line, one.item) for one in problems} == {(1, "ユーザー名"), (1, "ユーザー略称")}
        assert "計算式" in problems[0].message


def test_a_name_too_long_for_its_item_is_replaced_by_what_is_printed_and_noted() -> None:
    who = accountant()
    name = "株式会社" + "長" * 20
    knows(who, name)
    register(who, "135", "305")
    prints(who, name, "長い㈱")
    found = made(who, "sub_accounts")
    assert [cells[5] for cells in found.rows] == ["長い㈱", "長い㈱"]
    assert found.notes == [f"{name}の正式名は長いか使えない文字があるため、印字名「長い㈱」を入れます。"]


def test_names_too_wide_for_items_that_may_be_empty_stay_empty_and_are_noted() -> None:
    who = accountant()
    first, second = SettlementAccount.objects.filter(company=who.user.company)
    SettlementAccount.objects.filter(pk=first.pk).update(bank_code="0001", branch_code="253")
    SettlementAccount.objects.filter(pk=second.pk).update(bank_code="0297", branch_code="999")
    Company.objects.filter(pk=who.user.company_id).update(name="名" * 21)
    who.user.company.refresh_from_db()
    found = made(who, "company_accounts")
    assert [(cells[2], cells[3], cells[6], cells[11]) for cells in found.rows] == [
        ("0001", "みずほ", "", ""),
        ("0297", "", "", ""),
    ]
    assert found.notes == [
        "東京ファッションタウン出張所は項目の幅に入らないため、名前を空にします。コードは入ります。",
        "日本マスタートラスト信託は項目の幅に入らないため、名前を空にします。コードは入ります。",
    ]
    assert BY_CODE["company_accounts"].problems(found.rows) == []


def test_only_the_companys_own_rows_are_put_out() -> None:
    who, stranger = accountant(), accountant()
    knows(stranger, "秘密商事")
    register(stranger, "135")
    knows(who, "青葉")
    register(who, "135")
    assert [cells[3] for cells in made(who, "sub_accounts").rows] == ["青葉"]
    assert [cells[0] for cells in made(who, "users").rows] == [who.user.login_id]
    assert len(made(who, "company_accounts").rows) == 2


def test_every_file_can_be_read_again_by_its_layout() -> None:
    who = accountant()
    knows(who, "アカマツ")
    register(who, "135")
    for output in BY_CODE.values():
        rows = output.made(who.user.company, Asked(cast.AT + timedelta(days=1), "01")).rows
        assert rows
        for profile in pca.PROFILES.values():
            content = b"".join(output.file(rows, profile, version_line=True, header=True))
            found = list(pca.read(output.table, io.BytesIO(content), profile=profile))
            assert [one.row for one in found if isinstance(one, pca.Record)] == rows
