"""手形: add, change, delete and list, each refusal with what it leaves."""

import html
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import NotAllowed
from erec.bills import policy
from erec.bills.actions import bills
from erec.bills.errors import AlreadyThere, Changed, LimitReached
from erec.bills.forms import BillForm
from erec.bills.models import Bill
from erec.bills.policy import Kind
from erec.members.models import BusinessRight
from erec.trail.models import Entry as TrailEntry
from erec.trail.models import Outbox
from tests import cast
from tests.erec.bills.cast_bills import HERE, Accountant, entry, kept, typed

pytestmark = pytest.mark.django_db

LIST = "/densai/accounting/bills"


def page_text(response: Any) -> str:
    return html.unescape(response.content.decode())


def errors(**more: str) -> dict[str, list[str]]:
    form = BillForm(typed(**more))
    return {name: [str(sentence) for sentence in told] for name, told in form.errors.items()}


def events() -> list[tuple[str, str, dict[str, Any]]]:
    rows = TrailEntry.objects.filter(event__startswith="bill.").order_by("pk")
    return list(rows.values_list("event", "target", "detail"))


def test_a_bill_is_entered_changed_and_deleted_and_each_is_told_once() -> None:
    accountant = Accountant.at_work()
    mails = Outbox.objects.count()
    made = accountant.client.post(f"{LIST}/new", typed())
    bill = Bill.objects.get()
    assert made.headers["Location"] == f"{LIST}/{bill.pk}"
    page = page_text(accountant.client.get(f"{LIST}/{bill.pk}"))
    assert "手形「AB123456」を登録しました。" in page
    assert "1,234,567円" in page
    change = f"{LIST}/{bill.pk}/change"
    assert 'value="1,234,567"' in page_text(accountant.client.get(change))
    changed = accountant.client.post(change, typed(amount_yen="２，０００円", version="1"))
    assert changed.headers["Location"] == f"{LIST}/{bill.pk}"
    bill.refresh_from_db()
    assert (bill.amount_yen, bill.version, bill.party_printed, bill.company_id) == (
        *(2000, 2, "青葉製作所", accountant.company_id),
    )
    gone = accountant.client.post(f"{LIST}/{bill.pk}/delete", {"version": "2", "checked": "on"})
    assert gone.headers["Location"] == LIST
    assert kept() == []
    about = {"kind": "受取手形", "due_on": "2027-01-29", "party": "青葉製作所"}
    assert events() == [
        ("bill.added", "AB123456", {**about, "amount_yen": 1234567}),
        (
            "bill.changed",
            "AB123456",
            {**about, "amount_yen": 2000, "before": "受取手形 2027-01-29 青葉製作所 1234567"},
        ),
        ("bill.deleted", "AB123456", {**about, "amount_yen": 2000}),
    ]
    assert Outbox.objects.count() == mails


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kind": ""}, {"kind": ["選んでください。"]}),
        ({"kind": "cheque"}, {"kind": ["一覧の中から選んでください。"]}),
        ({"number": ""}, {"number": ["入力してください。"]}),
        ({"number": "手形1"}, {"number": ["手形番号は半角で入力してください。「手」は使えません。"]}),
        (
            {"number": "A" * 24},
            {"number": ["半角23文字（全角11文字）に対して、半角1文字分長すぎます。"]},
        ),
        ({"due_on": "2027-02-30"}, {"due_on": ["この日付は暦にありません。年月日を確かめてください。"]}),
        (
            {"due_on": "1999-12-31", "voucher_on": ""},
            {"due_on": ["2000年から2099年までの日付を入力してください。"]},
        ),
        (
            {"voucher_on": "2027-01-30"},
            {"voucher_on": ["伝票日付が満期日より後になっています。どちらかを直してください。"]},
        ),
        ({"amount_yen": "0"}, {"amount_yen": ["0円は入力できません。1円以上で入力してください。"]}),
        ({"amount_yen": "1000000000000"}, {"amount_yen": ["金額は999,999,999,999円までです。"]}),
        ({"kind": "issued"}, {"bank": ["支払手形では、銀行名を入力してください。"]}),
        ({"kind": "discounted"}, {"bank": ["割引手形では、銀行名を入力してください。"]}),
        ({"reason": "買掛金"}, {"reason": ["発行事由は裏書手形だけの項目です。消してください。"]}),
        (
            {"kind": "issued", "bank": "みずほ銀行", "drawer": "青葉"},
            {"drawer": ["振出人は受取手形だけの項目です。消してください。"]},
        ),
        ({"user_number": "IOZ"}, {"user_number": ["9文字で入力してください。今は3文字です。"]}),
        (
            {"note": "あ" * 129},
            {"note": ["半角256文字（全角128文字）に対して、半角2文字分長すぎます。"]},
        ),
        (
            {"note": "=1+1"},
            {"note": ["先頭の記号（=、+、-、@）は、表計算ソフトで開くと計算式になるため使えません。"]},
        ),
    ],
)
def test_what_cannot_stand_on_a_bill_is_told_at_its_field(
    more: dict[str, str], told: dict[str, list[str]]
) -> None:
    assert errors(**more) == told


def test_a_name_too_long_to_be_printed_asks_for_another_and_proposes_some() -> None:
    (sentence,) = errors(party="東日本電機製造株式会社")["party_printed"]
    assert sentence.startswith(
        "相手先は、そのままでは帳票の欄に入りません。"
        "半角14文字（全角7文字）に対して、半角8文字分長すぎます。印字名を入力してください。案："
    )
    form = BillForm(typed(party="東日本電機製造株式会社", party_printed="東日本電機"))
    assert form.is_valid()
    assert (form.entry().party, form.entry().party_printed) == ("東日本電機製造株式会社", "東日本電機")
    assert errors(party_printed="東日本電機製造㈱") == {
        "party_printed": ["半角14文字（全角7文字）に対して、半角2文字分長すぎます。"]
    }


def test_a_wrong_entry_keeps_what_was_typed_and_stores_nothing() -> None:
    accountant = Accountant.at_work()
    page = accountant.client.post(f"{LIST}/new", typed(amount_yen="百万", party="青葉"))
    assert page.status_code == 422
    text = page_text(page)
    assert 'value="百万"' in text
    assert 'value="青葉"' in text
    assert "まだ何も保存していません。" in text
    assert (kept(), events()) == ([], [])


def test_the_same_bill_twice_is_refused_and_another_due_date_is_another_bill() -> None:
    accountant = Accountant.at_work()
    first = accountant.adds()
    before = kept()
    again = accountant.client.post(f"{LIST}/new", typed(amount_yen="5"))
    assert (again.status_code, AlreadyThere.sentence in page_text(again)) == (422, True)
    assert kept() == before
    other = accountant.adds(due_on=date(2027, 2, 26))
    moved = accountant.client.post(
        f"{LIST}/{other.pk}/change", typed(due_on=first.due_on.isoformat(), version="1")
    )
    assert (moved.status_code, AlreadyThere.sentence in page_text(moved)) == (422, True)
    assert Bill.objects.get(pk=other.pk).due_on == date(2027, 2, 26)
    assert Accountant.at_work().adds().number == first.number  # another company's is its own


def test_who_changes_an_old_page_sees_the_row_as_it_is_and_may_go_on() -> None:
    accountant = Accountant.at_work()
    bill = accountant.adds()
    bills.change(bill.pk, entry(amount_yen=5), version=1, acting_user=accountant.user, **HERE)
    late = accountant.client.post(f"{LIST}/{bill.pk}/change", typed(amount_yen="6", version="1"))
    text = page_text(late)
    assert (late.status_code, Changed.sentence in text, "今の登録" in text) == (409, True, True)
    assert Bill.objects.get().amount_yen == 5
    assert 'name="version" value="2"' in text
    again = accountant.client.post(f"{LIST}/{bill.pk}/change", typed(amount_yen="6", version="2"))
    assert (again.status_code, Bill.objects.get().amount_yen) == (302, 6)
    stale = accountant.client.post(f"{LIST}/{bill.pk}/delete", {"version": "2", "checked": "on"})
    assert (stale.status_code, Bill.objects.count()) == (409, 1)


def test_another_company_s_bill_is_not_there() -> None:
    bill, rival = Accountant.at_work().adds(), Accountant.at_work()
    before = kept()
    for path in ("", "/change", "/delete", "/switch"):
        assert rival.client.get(f"{LIST}/{bill.pk}{path}").status_code == 404
    for path in ("/change", "/delete", "/switch"):
        sent = typed(version="1", checked="on", partner="1", standing="手形")
        assert rival.client.post(f"{LIST}/{bill.pk}{path}", sent).status_code == 404
    assert bill.number not in page_text(rival.client.get(LIST))
    with pytest.raises(Bill.DoesNotExist):
        bills.delete(bill.pk, version=1, acting_user=rival.user, **HERE)
    assert kept() == before


def test_a_right_that_was_taken_away_ends_the_work() -> None:
    accountant = Accountant.at_work()
    bill = accountant.adds()
    BusinessRight.objects.filter(member=accountant.member, business="accounting").delete()
    before = kept()
    for path, sent in (
        (f"{LIST}/new", typed(number="X")),
        (f"{LIST}/{bill.pk}/change", typed(version="1", amount_yen="5")),
        (f"{LIST}/{bill.pk}/delete", {"version": "1", "checked": "on"}),
    ):
        assert accountant.client.post(path, sent).status_code == 403
    with pytest.raises(NotAllowed):
        bills.add(entry(number="X"), acting_user=accountant.user, **HERE)
    assert kept() == before


def test_a_full_register_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    accountant = Accountant.at_work()
    accountant.adds()
    monkeypatch.setattr(policy, "BILLS_MAX", 1)
    full = accountant.client.post(f"{LIST}/new", typed(number="X"))
    assert (full.status_code, "1件までです。まだ登録していません。" in page_text(full)) == (422, True)
    with pytest.raises(LimitReached):
        bills.add(entry(number="X"), acting_user=accountant.user, **HERE)
    assert Bill.objects.count() == 1


def test_the_database_holds_what_a_bill_is() -> None:
    company, _ = cast.company()
    wrong: list[dict[str, Any]] = [
        {"amount_yen": 0},
        {"amount_yen": 10**12},
        {"kind": "cheque"},
        {"number": ""},
        {"party_printed": ""},
        {"bank": "みずほ"},
        {"user_number": "ioz"},
        {"voucher_on": date(2027, 1, 30)},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Bill.objects.create(company=company, changed_at=cast.AT, **{**vars(entry()), **values})
    assert kept() == []


def test_the_list_finds_sorts_and_saves() -> None:
    accountant = Accountant.at_work()
    accountant.adds(number="LATE", due_on=date(2027, 3, 31))
    accountant.adds(number="SOON", due_on=date(2026, 12, 31), kind=Kind.ISSUED, bank="みずほ銀行")
    numbers = [
        (query, [row.number for row in accountant.client.get(f"{LIST}?{query}").context["rows"]])
        for query in (
            "",
            "sort=entry",
            "kind=issued",
            "first=2027-01-01",
            "last=2027-01-01",
            "standing=手形",
            "standing=切替済",
            "party=青葉&number=LA",
        )
    ]
    assert numbers == [
        ("", ["SOON", "LATE"]),
        ("sort=entry", ["SOON", "LATE"]),
        ("kind=issued", ["SOON"]),
        ("first=2027-01-01", ["LATE"]),
        ("last=2027-01-01", ["SOON"]),
        ("standing=手形", ["SOON", "LATE"]),
        ("standing=切替済", []),
        ("party=青葉&number=LA", ["LATE"]),
    ]
    wrong = accountant.client.get(f"{LIST}?first=2027-02-01&last=2027-01-01")
    assert (wrong.status_code, list(wrong.context["rows"])) == (422, [])
    saved = accountant.client.get(f"{LIST}?file=csv").getvalue().decode("utf-8-sig").splitlines()
    assert saved[1] == (
        "支払手形,SOON,2026/12/31,2026/10/01,青葉製作所,青葉製作所,,,みずほ銀行,みずほ銀行,,1234567,部品代,手形"
    )
