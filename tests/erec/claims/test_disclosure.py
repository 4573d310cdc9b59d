"""開示: what a sheet says, what it leaves out and says so, and what the trail keeps of it."""

import re

import pytest

from erec.claims import disclosure
from erec.claims.disclosure import disclose
from erec.claims.instructions import Party
from erec.claims.models import Claim
from erec.trail.events import Event
from erec.trail.models import Entry
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_screens import ACCRUES, SEES, looker

pytestmark = pytest.mark.django_db
ADDRESS = "/densai/claims/disclosure"


def words(person: cast.Person, *numbers: str, status: int = 200) -> str:
    answer = person.client.post(ADDRESS, {"item": numbers})
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def events(person: cast.Person) -> list[tuple[str, str]]:
    found = Entry.objects.filter(company_id=person.user.company_id, event=Event.CLAIM_DISCLOSED)
    return list(found.order_by("position").values_list("login_id", "target"))


def sheet(person: cast.Person, number: str) -> disclosure.Sheet:
    return disclose([number], acting_user=person.user, at=cast.AT, origin=cast.ORIGIN)[0]


def test_a_sheet_says_who_asked_when_and_everything_of_the_claim(obligor: Party) -> None:
    person, own = looker()
    number = c.claim(obligor, own, 9_999_999_999, reference="ABC-1").record_number
    text = words(person, number)
    assert f"請求した企業 {own.name}（ {own.user_number} ）" in text
    assert f"請求した人 {person.user.name}（ {person.user.login_id} ）" in text
    assert "2026年11月20日（金）10:00:00 現在" in text
    assert dict(sheet(person, number).facts) == {
        "記録番号": number,
        "状態": "記録済",
        "債権金額": "9,999,999,999円",
        "支払等の金額": "0円",
        "支払期日": "2027年2月26日（金）",
        "発生日": "2026年11月20日（金）",
        "債務者": f"{obligor.name}（{obligor.user_number}） 一〇信用金庫 本店 当座 {obligor.account.number}",
        "債権者": f"{own.name}（{own.user_number}） 一〇信用金庫 本店 当座 {own.account.number}",
        "譲渡人": "なし",
        "譲渡制限": "無",
        "手数料": "依頼人負担",
        "依頼人Ref.No.": "ABC-1",
        "請求した企業の立場": "債権者",
    }


def test_each_sheet_is_an_event_once(obligor: Party) -> None:
    person, own = looker()
    numbers = [c.claim(obligor, own).record_number for _ in range(2)]
    text = words(person, *numbers, numbers[0])
    assert text.count("記録事項の開示（通常開示）") == 2
    assert events(person) == [(person.user.login_id, number) for number in sorted(numbers)]


def test_who_assigned_a_claim_is_left_out_and_the_sheet_says_so(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    person, own = looker()
    number = c.claim(own, obligee).record_number
    c.assign(number, obligee, assignee, with_guarantee=False)
    found = sheet(person, number)
    assert dict(found.facts)["譲渡人"] == disclosure.ASSIGNOR_LEFT_OUT
    assert found.left_out == (disclosure.LEFT_OUT_ASSIGNOR, disclosure.LEFT_OUT_REST)
    text = words(person, number)
    assert "譲渡人 通常開示では表示しません" in text
    assert text.count(obligee.name) == 1  # as the creditor of the accrual


def test_guarantors_stand_in_their_order_and_what_they_paid_beside_them(obligor: Party) -> None:
    person, own = looker()
    first, second = c.party(), c.party()
    number = c.claim(obligor, first).record_number
    c.assign(number, first, second)
    c.assign(number, second, own)
    c.recorded(c.payment(number, first, own, 1_000_000))
    found = sheet(person, number)
    assert [(one.order, one.name) for one in found.guarantors] == [(1, first.name), (2, second.name)]
    assert [(one.company.name, one.amount_yen, one.open_yen) for one in found.recourses] == [
        (first.name, 1_000_000, 1_000_000)
    ]
    text = words(person, number)
    assert f"残り（円） {first.name} 1,000,000 0 1,000,000" in text


def test_who_gave_the_claim_away_gets_it_as_it_was_and_the_reason(obligor: Party, assignee: Party) -> None:
    person, own = looker()
    number = c.claim(obligor, own).record_number
    c.assign(number, own, assignee, with_guarantee=False)
    third = c.party()
    c.assign(number, assignee, third)
    found = sheet(person, number)
    assert dict(found.facts)["状態"] == "譲渡済"
    assert {"債権者", "支払等の金額"}.isdisjoint(dict(found.facts))
    assert (found.guarantors, found.recourses) == ([], [])
    assert disclosure.LEFT_OUT_AFTER in found.left_out
    assert third.name not in words(person, number)


def test_a_coming_holder_is_told_that_the_records_come_later(obligor: Party, obligee: Party) -> None:
    person, own = looker()
    number = c.claim(obligor, obligee).record_number
    c.assign(number, obligee, own, record_on=c.LATER)
    found = sheet(person, number)
    assert (found.history, found.left_out[0]) == ([], disclosure.LEFT_OUT_BEFORE)


@pytest.mark.parametrize("number", ["T0000000199999999999", "x", "", "0" * 300, "'; --"])
def test_one_claim_of_others_among_them_and_nothing_is_disclosed(number: str, obligor: Party) -> None:
    person, own = looker()
    mine = c.claim(obligor, own).record_number
    theirs = c.claim(obligor, c.party()).record_number
    for wrong in (number, theirs):
        assert person.client.post(ADDRESS, {"item": [mine, wrong]}).status_code == 404
        with pytest.raises(Claim.DoesNotExist):
            disclose([mine, wrong], acting_user=person.user, at=cast.AT, origin=cast.ORIGIN)
    assert events(person) == []


@pytest.mark.parametrize(
    ("count", "sentence"), [(0, "債権が選ばれていません"), (51, "一度に開示できるのは50件までです（51件")]
)
def test_too_few_and_too_many_are_refused_with_what_to_do(count: int, sentence: str) -> None:
    person, _ = looker()
    text = words(person, *(f"T{n:019}" for n in range(count)), status=422)
    assert sentence in text
    assert "一覧に戻り" in text
    assert events(person) == []


def test_without_the_right_there_is_no_sheet(obligor: Party) -> None:
    person, own = looker(ACCRUES)
    number = c.claim(obligor, own).record_number
    assert "債権情報照会（開示）の利用権限" in words(person, number, status=403)
    assert events(person) == []


def test_list_and_page_lead_to_the_sheet(obligor: Party) -> None:
    person, own = looker(SEES)
    number = c.claim(obligor, own).record_number
    listed = person.client.get("/densai/claims").content.decode()
    assert f'action="{ADDRESS}"' in listed
    assert f'name="item" value="{number}"' in listed
    page = person.client.get(f"/densai/claims/{number}").content.decode()
    assert f'<input type="hidden" name="item" value="{number}">' in page
