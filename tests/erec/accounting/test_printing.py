"""Which names fit their cell, why others do not, what is proposed, and who decides."""

import threading

import pytest
from django.db import connection

from accounts.errors import NotAllowed
from accounts.models import Company
from erec.accounting import gathering, printing
from erec.accounting.actions import names
from erec.accounting.actions.names import Decision
from erec.accounting.errors import Changed, Unprintable
from erec.accounting.models import PrintedName
from erec.members.models import BusinessRight
from erec.trail.models import Entry as TrailEntry
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.accounting.cast_accounting import HERE, UNKNOWN, WIDE, accountant, knows
from tests.erec.claims.cast_claims import assign, claim, party


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("青葉商事", []),
        ("髙島屋①㈱ﾃｽﾄA", []),  # 14 cells exactly
        ("髙島屋①㈱ﾃｽﾄAB", ["半角14文字（全角7文字）に対して、半角1文字分長すぎます。"]),
        (WIDE, ["半角14文字（全角7文字）に対して、半角8文字分長すぎます。"]),
        (
            "𠮷田𠮷",
            ["「𠮷」は、会計ソフトの文字コード（Windows-31J）にありません。"],
        ),
        (
            UNKNOWN,
            [
                "「𠮷」は、会計ソフトの文字コード（Windows-31J）にありません。",
                "半角14文字（全角7文字）に対して、半角2文字分長すぎます。",
            ],
        ),
        ("〜波", ["「〜」は、会計ソフトの文字コード（Windows-31J）にありません。"]),
        ("", ["印字名を入力してください。"]),
        ("青葉\u3000", ["先頭と末尾の空白を除いてください。"]),
        ("青\n葉", ["改行などの目に見えない文字は使えません。"]),
        *(
            (text, ["先頭の記号（=、+、-、@）は、表計算ソフトで開くと計算式になるため使えません。"])
            for text in ("=1+1", "＝1", "@a", "+81", "－1")
        ),
    ],
)
def test_a_reason_says_what_is_wrong(name: str, why: list[str]) -> None:
    assert printing.reasons(name) == why


def rows(company: Company) -> list[tuple[str, str, str]]:
    found = PrintedName.objects.filter(company=company).order_by("user_number", "name")
    return list(found.values_list("user_number", "name", "printed"))


@pytest.mark.django_db
def test_what_fits_is_printed_as_it_is_and_the_rest_waits() -> None:
    company, _ = cast.company()
    pairs = [("A00000001", "青葉商事"), ("A00000002", WIDE), ("9999", "青葉商事"), ("A00000001", "青葉商事")]
    fitted = printing.fit(company.pk, pairs, at=cast.AT)
    assert fitted.printed == {("A00000001", "青葉商事"): "青葉商事", ("9999", "青葉商事"): "青葉商事"}
    assert fitted.waiting == [("A00000002", WIDE)]
    assert rows(company) == [
        ("9999", "青葉商事", "青葉商事"),
        ("A00000001", "青葉商事", "青葉商事"),
        ("A00000002", WIDE, ""),
    ]
    assert printing.fit(company.pk, pairs, at=cast.AT) == fitted
    assert len(rows(company)) == 3


@pytest.mark.django_db
def test_a_decision_holds_for_that_name_alone_and_a_new_name_is_asked_about() -> None:
    who = accountant()
    company = who.user.company
    printing.fit(company.pk, [("A00000002", WIDE)], at=cast.AT)
    (row,) = PrintedName.objects.filter(company=company)
    names.decide({row.pk: Decision("北海道総合開発")}, acting_user=who.user, **HERE)
    fitted = printing.fit(company.pk, [("A00000002", WIDE), ("A00000002", f"新{WIDE}")], at=cast.AT)
    assert fitted.printed == {("A00000002", WIDE): "北海道総合開発"}
    assert fitted.waiting == [("A00000002", f"新{WIDE}")]
    row.refresh_from_db()
    assert (row.printed, row.decided_by, row.at) == ("北海道総合開発", who.user, cast.AT)
    event = TrailEntry.objects.get(event="accounting.printed_names_decided")
    assert (event.target, event.detail) == ("A00000002", {"decided": 1})


@pytest.mark.django_db
def test_a_decision_that_does_not_fit_changes_nothing() -> None:
    who = accountant()
    printing.fit(who.user.company_id, [("A00000002", WIDE), ("A00000003", UNKNOWN)], at=cast.AT)
    first, second = PrintedName.objects.filter(company=who.user.company).order_by("pk")
    wanted = {first.pk: Decision("北海道総合開発"), second.pk: Decision("𠮷田商店")}
    with pytest.raises(Unprintable) as refusal:
        names.decide(wanted, acting_user=who.user, **HERE)
    assert refusal.value.sentences == {
        second.pk: "「𠮷」は、会計ソフトの文字コード（Windows-31J）にありません。"
    }
    assert [printed for _, _, printed in rows(who.user.company)] == ["", ""]
    assert not TrailEntry.objects.filter(event="accounting.printed_names_decided").exists()


@pytest.mark.django_db
def test_who_saw_something_else_is_told_and_other_companies_rows_are_not_there() -> None:
    who, stranger = accountant(), accountant()
    printing.fit(who.user.company_id, [("A00000002", WIDE)], at=cast.AT)
    (row,) = PrintedName.objects.filter(company=who.user.company)
    names.decide({row.pk: Decision("北海道総合開発")}, acting_user=who.user, **HERE)
    with pytest.raises(Changed):
        names.decide({row.pk: Decision("北海道")}, acting_user=who.user, **HERE)
    with pytest.raises(PrintedName.DoesNotExist):
        names.decide({row.pk: Decision("北海道", "北海道総合開発")}, acting_user=stranger.user, **HERE)
    BusinessRight.objects.filter(member=who.user.member).delete()
    with pytest.raises(NotAllowed):
        names.decide({row.pk: Decision("北海道", "北海道総合開発")}, acting_user=who.user, **HERE)
    row.refresh_from_db()
    assert row.printed == "北海道総合開発"
    assert not PrintedName.objects.filter(company=stranger.user.company).exists()


@pytest.mark.django_db(transaction=True)
def test_a_death_in_the_midst_of_a_decision_leaves_nothing() -> None:
    who = accountant()
    printing.fit(who.user.company_id, [("A00000002", WIDE)], at=cast.AT)
    (row,) = PrintedName.objects.filter(company=who.user.company)
    deaths = every_death_leaves_nothing(
        lambda: names.decide({row.pk: Decision("北海道総合開発")}, acting_user=who.user, **HERE),
        "accounting",
        "trail",
    )
    assert deaths >= 2


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_holds_and_the_other_is_told() -> None:
    who = accountant()
    printing.fit(who.user.company_id, [("A00000002", WIDE)], at=cast.AT)
    (row,) = PrintedName.objects.filter(company=who.user.company)
    start = threading.Barrier(2)
    ended: list[str] = []

    def decide(printed: str) -> None:
        try:
            start.wait(timeout=10)
            names.decide({row.pk: Decision(printed)}, acting_user=who.user, **HERE)
            ended.append(printed)
        except Changed:
            ended.append("changed")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[printed]) for printed in ("北総", "道総")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    row.refresh_from_db()
    assert sorted(ended) == sorted(["changed", row.printed])
    assert TrailEntry.objects.filter(event="accounting.printed_names_decided").count() == 1


@pytest.mark.django_db
def test_the_partners_own_short_name_comes_first_and_only_what_fits_is_proposed() -> None:
    who = accountant()
    partner = knows(who, WIDE, registered_name="北総開発")
    other = knows(who, UNKNOWN, registered_name="=cmd|' /C calc'!A0")
    found = printing.proposals(
        who.user.company_id, [(partner.user_number, WIDE), (other.user_number, UNKNOWN)]
    )
    assert found[partner.user_number, WIDE][0] == "北総開発"
    assert found[other.user_number, UNKNOWN][0] == "吉田商店㈱"
    proposed = [text for texts in found.values() for text in texts]
    assert [text for text in proposed if printing.reasons(text)] == []


@pytest.mark.django_db
def test_names_are_gathered_from_claims_their_assignors_partners_and_banks() -> None:
    who = accountant()
    own, buyer, seller = party(who.user.company), party(), party()
    mine = claim(buyer, seller)
    assert assign(mine.record_number, seller, own).error == ""
    creditor = party()
    claim(own, creditor)
    partner = knows(who, "青葉商事")
    found = set(gathering.names_of(who.user.company_id))
    assert found == {
        (buyer.user_number, buyer.name),
        (seller.user_number, seller.name),
        (creditor.user_number, creditor.name),
        (partner.user_number, "青葉商事"),
        ("9999", "一〇信用金庫"),
    }
    assert set(gathering.names_of(seller.company_id)) == {
        (buyer.user_number, buyer.name),
        ("9999", "一〇信用金庫"),
    }
