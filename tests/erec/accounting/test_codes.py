"""補助科目コード of the partners: found in the master, else the next free one, registered by a person."""

import html
import re
from typing import Any

import pytest

from accounts.errors import NotAllowed
from erec.accounting import codes
from erec.accounting.actions import codes as acts
from erec.accounting.errors import Changed, CodeTaken, RangeFull
from erec.accounting.models import CodeRange, Kind, PartnerCode
from erec.members.models import BusinessRight
from erec.partners.models import Partner
from erec.trail.models import Entry as TrailEntry
from tests.erec.accounting.cast_accounting import HERE, Accountant, accountant, entered, knows, reads, row

pytestmark = pytest.mark.django_db

CODES = "/densai/accounting/codes"
SUB = Kind.SUB_ACCOUNTS


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def span(who: Accountant, first: str, last: str, *accounts: str) -> None:
    acts.set_range(int(first), int(last), len(first), accounts, acting_user=who.user, **HERE)


def proposed(who: Accountant) -> list[tuple[str, str, str, str]]:
    return [(one.name, one.code, one.kana, one.origin) for one in codes.proposals(who.user.company_id)]


def register(who: Accountant) -> None:
    new = codes.unregistered(codes.proposals(who.user.company_id))
    acts.register(acts.digest_of(new), acting_user=who.user, **HERE)


def test_a_partner_has_the_code_of_its_name_in_the_master_else_the_next_free_one() -> None:
    who = accountant()
    span(who, "1001", "1005")
    reads(
        who,
        SUB,
        row(SUB, _7="ｱｵﾊﾞｼﾖｳｼﾞ"),
        row(SUB, _1="305", _7="ｱｵﾊﾞｼﾖｳｼﾞ"),  # the same code in another 勘定科目
        row(SUB, _3="1003", _4="赤松", _6="赤松工業"),
        row(SUB, _3="1004", _4="白木", _6="白木"),
        row(SUB, _3="1005", _4="白木", _6="白木"),  # two of one name: no one can say which
    )
    for name in ("青葉商事株式会社", "アカマツ株式会社", "白木"):
        knows(who, name)
    assert proposed(who) == [
        ("青葉商事株式会社", "1001", "ｱｵﾊﾞｼﾖｳｼﾞ", "台帳の同じ名前"),
        ("アカマツ株式会社", "1002", "ｱｶﾏﾂ(ｶ", "次の番号"),
        ("白木", "", "", "番号の空きなし"),
    ]
    with pytest.raises(RangeFull):
        register(who)
    assert not PartnerCode.objects.exists()


def test_what_was_seen_is_registered_and_stays() -> None:
    who = accountant()
    first = knows(who, "アカマツ株式会社")
    new = codes.proposals(who.user.company_id)
    digest = acts.digest_of(new)
    knows(who, "青葉")
    with pytest.raises(Changed):
        acts.register(digest, acting_user=who.user, **HERE)
    register(who)
    found = PartnerCode.objects.filter(company=who.user.company).order_by("code")
    assert [(one.code, one.kana, one.decided_by_id) for one in found] == [
        ("0001", "ｱｶﾏﾂ(ｶ", who.user.pk),
        ("0002", "", who.user.pk),
    ]
    span(who, "5001", "5999")
    assert [one[1] for one in proposed(who)] == ["0001", "0002"]
    event = TrailEntry.objects.filter(event="accounting.partner_codes_set").order_by("pk")[0]
    assert (event.target, event.detail) == ("", {"registered": 2})
    acts.change(first.user_number, "A1", "ｱｶﾏﾂ", acting_user=who.user, **HERE)
    assert proposed(who)[0] == ("アカマツ株式会社", "A1", "ｱｶﾏﾂ", "登録済み")


def test_a_code_stands_for_one_partner_and_only_for_an_own_one() -> None:
    who, stranger = accountant(), accountant()
    first, second = knows(who, "青葉"), knows(who, "白木")
    foreign = knows(stranger, "秘密")
    register(who)
    with pytest.raises(CodeTaken):
        acts.change(second.user_number, "0001", "", acting_user=who.user, **HERE)
    with pytest.raises(Partner.DoesNotExist):
        acts.change(foreign.user_number, "0009", "", acting_user=who.user, **HERE)
    acts.change(foreign.user_number, "0001", "", acting_user=stranger.user, **HERE)  # a book of its own
    BusinessRight.objects.filter(member=who.user.member).delete()
    with pytest.raises(NotAllowed):
        acts.change(first.user_number, "0008", "", acting_user=who.user, **HERE)
    found = PartnerCode.objects.filter(company=who.user.company).order_by("code")
    assert list(found.values_list("user_number", "code")) == [
        *((first.user_number, "0001"), (second.user_number, "0002")),
    ]


def test_the_pages_propose_register_and_change() -> None:
    who = entered()
    partner = knows(who, "アカマツ株式会社")
    shown = page(who.client.get(CODES))
    assert "提案どおり登録（1件）" in shown
    (digest,) = re.findall(r'name="digest" value="([^"]+)"', shown)
    assert who.client.post(CODES, {"digest": digest}).headers["Location"] == CODES
    assert "1件の補助科目コードを登録しました。" in page(who.client.get(CODES))
    assert who.client.post(CODES, {"digest": digest}).status_code == 409
    url = f"{CODES}/{partner.user_number}"
    answer = who.client.post(url, {"code": "あ", "kana": "赤松"})
    assert answer.status_code == 422
    assert "半角の英数字10文字以内で入力してください。" in page(answer)
    assert "カナ・英数字で入力してください。" in page(answer)
    assert who.client.post(url, {"code": "２００１", "kana": "アカマツ（カ"}).headers["Location"] == CODES
    row = PartnerCode.objects.get()
    assert (row.code, row.kana) == ("2001", "ｱｶﾏﾂ(ｶ")
    assert entered().client.get(url).status_code == 404


def test_a_wrong_range_is_refused() -> None:
    who = entered()
    reads(who, Kind.LEDGER_ACCOUNTS, row(Kind.LEDGER_ACCOUNTS))
    for first, last, accounts, sentence in (
        ("0", "9", "", "1以上の数字10桁以内で入力してください。"),
        ("100", "99", "", "最初と最後の桁数をそろえてください。"),
        ("200", "100", "", "入れ替えてください。"),
        ("100", "200", "999", "勘定科目コード999は、取り込んだ勘定科目にありません。"),
        ("100", "200", "135,電債", "「電債」は、勘定科目コードではありません。"),
    ):
        typed = {"first": first, "last": last, "account_codes": accounts}
        answer = who.client.post(f"{CODES}/range", typed)
        assert (answer.status_code, sentence, sentence in page(answer)) == (422, sentence, True)
    assert not CodeRange.objects.exists()
    good = {"first": "0100", "last": "0200", "account_codes": "１３５、135"}
    assert who.client.post(f"{CODES}/range", good).headers["Location"] == CODES
    saved = CodeRange.objects.get()
    assert (saved.ends, saved.account_codes) == (("0100", "0200"), ["135"])
