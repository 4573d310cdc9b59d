"""A master from a file: what it would do, all of it or nothing, and what cannot be read."""

import html
import re
from typing import Any

import pytest

from accounts.errors import NotAllowed
from erec.accounting import policy
from erec.accounting.actions import imports
from erec.accounting.errors import Changed, HasErrors, Unreadable
from erec.accounting.importing import Outcome, judged
from erec.accounting.models import (
    CompanyAccount,
    Department,
    Kind,
    LedgerAccount,
    MasterUpload,
    Payee,
    SubAccount,
)
from erec.members.models import BusinessRight
from erec.trail.models import Entry as TrailEntry
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.accounting.cast_accounting import (
    HERE,
    IMPORT,
    PREVIEW,
    Accountant,
    accountant,
    entered,
    file_of,
    reads,
    row,
    streamed,
    upload,
)

pytestmark = pytest.mark.django_db

DEPARTMENTS = Kind.DEPARTMENTS
MASTERS = "/densai/accounting/masters"


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def run(who: Accountant) -> Any:
    hidden = dict(re.findall(r'name="(token|digest)" value="([^"]+)"', page(who.client.get(PREVIEW))))
    return who.client.post(PREVIEW, {**hidden, "checked": "on"})


def keep(who: Accountant, content: bytes, *, mode: str = "replace", kind: Kind = DEPARTMENTS) -> MasterUpload:
    return imports.keep(
        kind, MasterUpload.Mode(mode), "quoted", "部門.csv", content, acting_user=who.user, at=cast.AT
    )


def departments(who: Accountant) -> list[tuple[str, str]]:
    found = Department.objects.filter(company=who.user.company).order_by("code")
    return list(found.values_list("code", "name"))


def test_a_file_is_shown_before_and_stands_for_the_whole_master() -> None:
    who = entered()
    reads(
        who, DEPARTMENTS, row(DEPARTMENTS), row(DEPARTMENTS, _1="20", _2="営業部"), row(DEPARTMENTS, _1="30")
    )
    kept = Department.objects.get(code="20")
    new = file_of(
        DEPARTMENTS,
        row(DEPARTMENTS),
        row(DEPARTMENTS, _1="20", _2="第一営業部", _3="ｴｲｷﾞﾖ"),
        row(DEPARTMENTS, _1="40", _2="工場"),
        version_line=True,
        header=True,
    )
    assert upload(who, DEPARTMENTS, new).headers["Location"] == PREVIEW
    shown = page(who.client.get(PREVIEW))
    assert re.findall(r"<dt>(エラー|削除|変更|追加|変更なし)</dt><dd>(\d+)行", shown) == [
        *(("削除", "1"), ("変更", "1"), ("追加", "1"), ("変更なし", "1")),
    ]
    assert "部門名：営業部 → 第一営業部" in shown
    assert "ｶﾅ索引：（空） → ｴｲｷﾞﾖ" in shown
    assert departments(who) == [("10", "総務部"), ("20", "営業部"), ("30", "総務部")]
    assert run(who).headers["Location"] == MASTERS
    assert departments(who) == [("10", "総務部"), ("20", "第一営業部"), ("40", "工場")]
    assert Department.objects.get(code="20").pk == kept.pk
    assert Department.objects.get(code="20").cells == ["20", "第一営業部", "ｴｲｷﾞﾖ", ""]
    assert "取り込みました（追加1件、変更1件、変更なし1件、削除1件）。" in page(who.client.get(MASTERS))
    assert not MasterUpload.objects.exists()
    event = TrailEntry.objects.filter(event="accounting.masters_imported").order_by("pk")[1]
    assert (event.target, event.detail) == (
        "部門",
        {"file": "台帳.csv", "added": 1, "changed": 1, "gone": 1, "same": 1},
    )
    assert who.client.get(PREVIEW).headers["Location"] == IMPORT


def test_a_part_of_a_master_is_added_without_taking_the_rest_away() -> None:
    who = accountant()
    reads(who, DEPARTMENTS, row(DEPARTMENTS), row(DEPARTMENTS, _1="20"))
    reads(who, DEPARTMENTS, row(DEPARTMENTS, _1="20", _2="営業部"), mode="merge")
    assert departments(who) == [("10", "総務部"), ("20", "営業部")]


def test_each_master_keeps_what_this_service_uses_in_columns_and_all_the_rest_as_it_was() -> None:
    who = accountant()
    for kind in Kind:
        reads(who, kind, row(kind))
    ledger, sub = LedgerAccount.objects.get(), SubAccount.objects.get()
    assert (ledger.code, ledger.name, ledger.full_name, ledger.side, len(ledger.cells)) == (
        *("135", "電子記録債権", "電子記録債権", "1", 18),
    )
    assert (sub.account_code, sub.code, sub.name, sub.full_name) == (
        *("135", "1001", "青葉商事", "青葉商事株式会社"),
    )
    own = CompanyAccount.objects.get()
    assert (own.code, own.name, own.bank_code, own.branch_code, own.kind, own.number, own.ledger_code) == (
        *("01", "本店当座", "9999", "101", "2", "7654321", ""),
    )
    payee = Payee.objects.get()
    assert (payee.code, payee.company_account_code, payee.bank_code, payee.branch_code, payee.number) == (
        *("1001", "01", "0001", "001", "1234567"),
    )


def test_company_accounts_of_both_versions_are_read() -> None:
    who = accountant()
    kind = Kind.COMPANY_ACCOUNTS
    five = file_of(kind, row(kind), version_line=True, header=True, hidden=frozenset({"account_titles"}))
    kept = keep(who, five, kind=kind)
    imports.carry_out(kept.token, judged(kept).digest, acting_user=who.user, **HERE)
    six = file_of(kind, row(kind, _40="111", _42="0001"), version_line=True)
    kept = keep(who, six, kind=kind)
    (line,) = judged(kept).lines
    assert [(one.item, one.after) for one in line.differences] == [
        *(("会社口座科目コード", "111"), ("会社口座補助コード", "0001")),
    ]
    imports.carry_out(kept.token, judged(kept).digest, acting_user=who.user, **HERE)
    own = CompanyAccount.objects.get()
    assert (own.ledger_code, own.sub_code) == ("111", "0001")


WRONG_LINES: list[tuple[bytes, tuple[int, str, str]]] = [
    (b'"","a",,\r\n', (2, "部門コード", "必須の項目です。値を入れてください。")),
    ('"20","総務部",,9\r\n'.encode("cp932"), (2, "簡易課税業種", "「9」は選べません。")),
    ('"20","総務部"\r\n'.encode("cp932"), (2, "", "列が足りません。4列のはずですが、2列です。")),
    (
        b'"20","\xfd",,\r\n',
        (2, "部門名", "1バイト目の0xFDは、Windows-31J（Shift_JIS）の文字ではありません。"),
    ),
    ('"10","営業部",,\r\n'.encode("cp932"), (2, "", "1行目と同じコードです。どちらかを消してください。")),
    ('"2000000","部",,\r\n'.encode("cp932"), (2, "部門コード", "半角7桁あります。")),
    (b'"20","a,,\r\n', (2, "部門名", '引用符（"）が閉じていません。')),
    ('"20","部",,\n'.encode("cp932"), (2, "", "行の終わりがLFだけです。CR LFにしてください。")),
    (b'"20","a\x00b",,\r\n', (2, "部門名", "制御文字（0x00）は書けません。")),
]


def test_a_wrong_line_is_told_and_nothing_is_taken() -> None:
    who = accountant()
    for line, (number, item, sentence) in WRONG_LINES:
        kept = keep(who, '"10","総務部",,\r\n'.encode("cp932") + line)
        found = judged(kept)
        wrong = [one for one in found.lines if one.outcome is Outcome.WRONG]
        assert (line, [one.number for one in wrong]) == (line, [number])
        name, why = wrong[0].errors[0]
        assert (line, name, why[: len(sentence)]) == (line, item, sentence)
        with pytest.raises(HasErrors):
            imports.carry_out(kept.token, found.digest, acting_user=who.user, **HERE)
    assert departments(who) == []
    assert not TrailEntry.objects.filter(event="accounting.masters_imported").exists()


def test_the_page_of_a_wrong_file_offers_no_way_on() -> None:
    who = entered()
    content = '"10","総務部",,9\r\n"","",,\r\n'.encode("cp932")
    assert upload(who, DEPARTMENTS, content).status_code == 302
    shown = page(who.client.get(PREVIEW))
    assert "2行にエラーがあります" in shown
    assert "簡易課税業種：「9」は選べません。" in shown
    assert "取込の実行" not in shown


def test_a_file_of_another_kind_is_told_line_by_line_and_never_fails() -> None:
    who = entered()
    wrong = ("\ufeff10,b,,\r\n".encode("utf-16"), b"PK\x03\x04zip", b"\x00" * 100, b"\r\n", b"\x82\r\n")
    for content in wrong:
        assert upload(who, DEPARTMENTS, content, profile="bare").status_code == 302
        shown = who.client.get(PREVIEW)
        assert (content, shown.status_code) == (content, 200)
        assert "1行にエラーがあります" in page(shown)
    assert departments(who) == []


def test_utf_8_is_not_taken_for_the_kanji_that_its_bytes_spell() -> None:
    who = entered()
    for mark in ("", "\ufeff"):
        upload(who, DEPARTMENTS, f"{mark}10,総務部,,\r\n".encode(), profile="bare")
        shown = page(who.client.get(PREVIEW))
        assert "1行にエラーがあります" in shown
        assert "文字コードがUTF-8" in shown
    half_width = "10,ﾃｽﾃｱ,,\r\n".encode("cp932")  # which is UTF-8 too, of no kanji
    upload(who, DEPARTMENTS, half_width, profile="bare")
    assert "次のとおり取り込みます" in page(who.client.get(PREVIEW))


def test_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    who = entered()
    answer = upload(who, DEPARTMENTS, b"x" * (policy.IMPORT_BYTES_MAX + 1))
    assert answer.status_code in (413, 422)
    assert not MasterUpload.objects.exists()
    monkeypatch.setattr("erec.accounting.importing.IMPORT_LINES_MAX", 2)
    rows = [row(DEPARTMENTS, _1=str(n)) for n in range(3)]
    answer = upload(who, DEPARTMENTS, file_of(DEPARTMENTS, *rows))
    assert (answer.status_code, "行が多すぎます。" in page(answer)) == (422, True)
    answer = upload(who, DEPARTMENTS, file_of(DEPARTMENTS, header=True))
    assert (answer.status_code, "部門の行がありません。" in page(answer)) == (422, True)
    assert not MasterUpload.objects.exists()


def test_an_unusable_file_leaves_the_one_that_waits() -> None:
    who = accountant()
    kept = keep(who, file_of(DEPARTMENTS, row(DEPARTMENTS)))
    with pytest.raises(Unreadable):
        keep(who, file_of(DEPARTMENTS, header=True))
    assert MasterUpload.objects.get().token == kept.token


def test_what_was_seen_is_what_is_done() -> None:
    who = accountant()
    kept = keep(who, file_of(DEPARTMENTS, row(DEPARTMENTS)))
    digest = judged(kept).digest
    with pytest.raises(Changed):
        imports.carry_out("other", digest, acting_user=who.user, **HERE)
    colleague = accountant()
    with pytest.raises(Changed):  # another company's person with the right token
        imports.carry_out(kept.token, digest, acting_user=colleague.user, **HERE)
    Department.objects.create(
        company=who.user.company, code="10", name="旧", cells=["10", "旧", "", ""], read_at=cast.AT
    )
    with pytest.raises(Changed):
        imports.carry_out(kept.token, digest, acting_user=who.user, **HERE)
    BusinessRight.objects.filter(member=who.user.member).delete()
    with pytest.raises(NotAllowed):
        imports.carry_out(kept.token, digest, acting_user=who.user, **HERE)
    assert departments(who) == [("10", "旧")]


def test_masters_are_the_companys_own() -> None:
    who, stranger = entered(), entered()
    reads(who, DEPARTMENTS, row(DEPARTMENTS))
    reads(stranger, DEPARTMENTS, row(DEPARTMENTS, _2="秘密部"))
    assert "秘密部" not in page(who.client.get(f"{MASTERS}/departments"))
    assert departments(who) == [("10", "総務部")]
    assert departments(stranger) == [("10", "秘密部")]
    assert who.client.get(f"{MASTERS}/vouchers").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_death_in_the_midst_leaves_nothing() -> None:
    who = accountant()
    reads(who, DEPARTMENTS, row(DEPARTMENTS), row(DEPARTMENTS, _1="30"))
    new = file_of(DEPARTMENTS, row(DEPARTMENTS, _2="本部"), row(DEPARTMENTS, _1="20"))
    kept = keep(who, new)
    digest = judged(kept).digest
    deaths = every_death_leaves_nothing(
        lambda: imports.carry_out(kept.token, digest, acting_user=who.user, **HERE), "accounting", "trail"
    )
    assert deaths >= 5
    assert departments(who) == [("10", "本部"), ("20", "総務部")]


def test_a_master_is_listed_by_code_and_its_file_has_every_item_and_runs_nothing() -> None:
    who = entered()
    reads(who, Kind.SUB_ACCOUNTS, row(Kind.SUB_ACCOUNTS, _3="2", _4="=1+1"), row(Kind.SUB_ACCOUNTS))
    shown = page(who.client.get(f"{MASTERS}/sub_accounts"))
    assert shown.index("1001") < shown.index("=1+1")
    file = streamed(who.client.get(f"{MASTERS}/sub_accounts?file=csv")).decode().splitlines()
    assert file[0].startswith(
        "\ufeff勘定科目コード,勘定科目名,補助科目コード,補助科目名,ｶﾅ索引,補助科目正式名,"
    )
    assert file[1] == "135,電子記録債権,1001,青葉商事,,青葉商事株式会社" + "," * 15
    assert file[2] == "135,電子記録債権,2,'=1+1,,青葉商事株式会社" + "," * 15
