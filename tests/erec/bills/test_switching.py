"""でんさいへ切替: from a bill to the entry of a request, and what becomes of the bill as that goes on."""

import html
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from accounts.actions.companies import stop_company
from accounts.models import User
from erec.bills import access
from erec.bills.actions import bills
from erec.bills.actions.switching import UNUSABLE, begin
from erec.bills.errors import BeingSwitched, CannotSwitch, Changed
from erec.bills.models import Bill, BillSwitch
from erec.bills.policy import Kind
from erec.journals.actions import making
from erec.journals.models import EntryLine
from erec.members.catalogue import PARTNERS, Tick
from erec.partners.models import Partner
from erec.trail.models import Entry as TrailEntry
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import RightMissing
from erec.workflow.models import Demand, Request, WorkingCopy
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.bills.cast_bills import HERE, USE, Accountant, entry
from tests.erec.journals.cast_journals import keeps_books
from tests.erec.members.cast_members import enter, give, member_of
from tests.erec.partners.cast_partners import Keeper
from tests.erec.workflow.cast_pages import errors, sent, shared, submitted, values
from tests.erec.workflow.cast_workflow import (
    CHECKS,
    MAKES,
    Trader,
    answer,
    approved,
    by,
    cancellation,
    person,
    trader,
    typed,
)
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

LIST = "/densai/accounting/bills"


@dataclass
class Switching:
    """A company with an accountant who also makes requests, and a partner."""

    own: Trader
    accountant: Accountant
    other: Trader
    partner: Partner

    def standing(self, bill: Bill) -> str:
        return access.bill_for(self.accountant.user, bill.pk).now.value

    def page(self, bill: Bill) -> Page:
        return go(self.accountant.client, f"{LIST}/{bill.pk}/switch")

    def begun(self, bill: Bill) -> Page:
        """The entry's form, as it is opened for a bill."""
        page = self.page(bill)
        fields = {**page.hidden, "partner": str(self.partner.pk), "checked": "on"}
        to = self.accountant.client.post(f"{LIST}/{bill.pk}/switch", fields)
        assert to.status_code == 302, html.unescape(to.content.decode())
        return go(self.accountant.client, to.headers["Location"])

    def filled(self, form: Page) -> dict[str, str]:
        """What stands in it, and the account, which the person chooses."""
        lists = {"account": self.own.account_text, "l0-kind": self.partner.kind}
        return {**values(form), **lists}

    def entered(self, bill: Bill) -> Request:
        """Looked over and entered, as the form proposes it."""
        form = self.begun(bill)
        confirmation = sent(form, self.filled(form))
        assert "仮登録の実行" in confirmation.buttons, errors(confirmation)
        assert submitted(confirmation).status_code == 302
        return Request.objects.filter(company=self.own.company).latest("pk")

    def approves(self, request: Request) -> Request:
        return deciding.approve(request.request_no, request.version, **by(self.own.checker))


@pytest.fixture
def world() -> Switching:
    own, other = trader(), trader()
    someone = cast.fetched(cast.general(own.company))
    member = give(member_of(someone, approval=None), USE, (PARTNERS, Tick.USE), *MAKES)
    accountant = Accountant(someone, enter(someone, member))
    partner = Keeper(someone, member).adds(other.company, registered_name="青葉製作所")
    return Switching(own, accountant, other, partner)


def rows() -> tuple[int, int, int]:
    switched = TrailEntry.objects.filter(event="bill.switch_begun").count()
    return BillSwitch.objects.count(), WorkingCopy.objects.count(), switched


def test_a_bill_in_hand_opens_a_demand_to_its_debtor_with_everything_filled_in(world: Switching) -> None:
    bill = world.accountant.adds()
    page = world.page(bill)
    assert "発生記録（債権者請求）" in page.text
    world.begun(bill)
    copy = WorkingCopy.objects.get()
    assert (copy.type, copy.content["lines"]) == (
        "accrual_by_obligee",
        [
            {
                **world.other.as_partner(),
                "amount_yen": "1,234,567",
                "due_on": "2027-01-29",
                "reference": "手形 AB123456",
            }
        ],
    )
    assert copy.content["shared"]["record_on"] == "2026-11-20"
    switch = BillSwitch.objects.get()
    assert (switch.bill, switch.token, switch.begun_by) == (bill, copy.token, world.accountant.user)
    event = TrailEntry.objects.get(event="bill.switch_begun")
    assert (event.target, event.detail) == (
        "AB123456",
        {
            "kind": "受取手形",
            "due_on": "2027-01-29",
            "amount_yen": 1234567,
            "partner": world.other.company.user_number,
        },
    )
    assert world.standing(bill) == "切替の入力中"


def test_a_bill_is_switched_when_the_debtor_has_consented_and_the_claim_is_recorded(world: Switching) -> None:
    bill = world.accountant.adds()
    request = world.entered(bill)
    assert (request.type, request.total_yen, world.standing(bill)) == (
        *("accrual_by_obligee", 1_234_567, "切替中"),
    )
    world.approves(request)
    assert world.standing(bill) == "切替中"
    approved(world.other, "answer", answer(Demand.objects.get()))
    assert world.standing(bill) == "切替済"
    page = go(world.accountant.client, f"{LIST}/{bill.pk}")
    number = request.lines.get().record_number
    assert access.claims_from_bills(world.own.company.pk) == {number: Kind.HELD}
    assert access.claims_from_bills(world.other.company.pk) == {}
    keeps_books(world.own.company.pk)
    assert entered_in_books(world) == [("receivable", 1_234_567, "bills_receivable", 1_234_567)]
    keeps_books(world.other.company.pk)
    making.make(world.other.company.pk, at=cast.AT)
    theirs = EntryLine.objects.get(company=world.other.company)
    assert (theirs.debit, theirs.credit) == ("purchases", "payable")  # of the bill they know nothing
    assert f"{number}（1,234,567円）" in page.text
    assert "仕訳では、受取手形を電子記録債権に振り替えます。" in page.text
    assert request.request_no in page.text
    assert "2件以上" not in page.text
    assert world.page(bill).text.count("もうでんさいに切り替わっています") == 1


def test_a_denied_demand_leaves_the_bill_as_it_was_and_it_may_be_switched_again(world: Switching) -> None:
    bill = world.accountant.adds()
    world.approves(world.entered(bill))
    approved(world.other, "answer", answer(Demand.objects.get(), accept=False))
    assert world.standing(bill) == "手形"
    assert world.entered(bill).state == "awaiting_approval"
    assert world.standing(bill) == "切替中"


def test_an_issued_bill_becomes_a_debt_at_the_approval_and_a_cancelled_claim_is_none(
    world: Switching,
) -> None:
    bill = world.accountant.adds(kind=Kind.ISSUED, bank="みずほ銀行")
    request = world.approves(world.entered(bill))
    assert (request.type, world.standing(bill)) == ("accrual_by_obligor", "切替済")
    number = request.lines.get().record_number
    keeps_books(world.own.company.pk)
    assert entered_in_books(world) == [("bills_payable", 1_234_567, "payable", 1_234_567)]
    approved(world.other, "cancel_accrual", cancellation(number))
    assert world.standing(bill) == "手形"
    assert access.claims_from_bills(world.own.company.pk) == {number: Kind.ISSUED}
    assert entered_in_books(world)[1:] == [("bills_payable", -1_234_567, "payable", -1_234_567)]


def entered_in_books(world: Switching) -> list[tuple[str, int, str, int]]:
    """The lines of the company's journals, in the order in which they were made."""
    making.make(world.own.company.pk, at=cast.AT)
    lines = EntryLine.objects.filter(company=world.own.company).order_by("pk")
    return [(line.debit, line.debit_yen, line.credit, line.credit_yen) for line in lines]


def test_a_deleted_or_discarded_entry_leaves_paper(world: Switching) -> None:
    bill = world.accountant.adds()
    request = world.entered(bill)
    entering.delete(request.request_no, 1, **by(world.own.maker))
    assert world.standing(bill) == "手形"
    world.begun(bill)
    assert world.standing(bill) == "切替の入力中"
    WorkingCopy.objects.all().delete()
    assert world.standing(bill) == "手形"


def test_below_a_request_a_bill_neither_goes_nor_changes_what_was_asked(world: Switching) -> None:
    bill = world.accountant.adds()
    world.entered(bill)
    before = list(Bill.objects.values_list())
    acting = {"acting_user": world.accountant.user, **HERE}
    with pytest.raises(BeingSwitched) as told:
        bills.delete(bill.pk, version=1, **acting)
    assert str(told.value).startswith("この手形は、でんさいへの切替の請求があるため、削除できません。")
    with pytest.raises(BeingSwitched):
        bills.change(bill.pk, entry(amount_yen=1), version=1, **acting)
    with pytest.raises(CannotSwitch):
        begin(bill.pk, world.partner.pk, version=1, standing="切替中", **acting)
    assert list(Bill.objects.values_list()) == before
    assert bills.change(bill.pk, entry(note="別の摘要"), version=1, **acting).note == "別の摘要"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": Kind.DISCOUNTED, "bank": "みずほ銀行"}, "割引・裏書をした手形は、もう手元にないため"),
    ({"kind": Kind.ENDORSED, "reason": "買掛金"}, "割引・裏書をした手形は、もう手元にないため"),
    # Asked for on Friday 2026-11-20: by the creditor seven business days on, by the debtor three.
    (
        {"due_on": date(2026, 12, 1)},
        "満期日（2026/12/1）が近すぎるか、過ぎています。今から請求できる支払期日は2026/12/2からです。",
    ),
    (
        {"due_on": date(2026, 11, 25), "kind": Kind.ISSUED, "bank": "みずほ銀行"},
        "満期日（2026/11/25）が近すぎるか、過ぎています。今から請求できる支払期日は2026/11/26からです。",
    ),
    (
        {"due_on": date(2026, 11, 2), "voucher_on": None},
        "満期日（2026/11/2）が近すぎるか、過ぎています。",
    ),
    (
        {"due_on": date(2027, 12, 20)},
        "満期日（2027/12/20）が先すぎます。今から請求できる支払期日は2027/12/18までです。",
    ),
    ({"amount_yen": 10_000_000_000}, "電子記録債権は1件9,999,999,999円までです。"),
]


def test_a_bill_that_cannot_become_a_claim_now_says_why(world: Switching) -> None:
    acting = {"acting_user": world.accountant.user, **HERE}
    for n, (more, told) in enumerate(REFUSED):
        bill = world.accountant.adds(number=f"N{n}", **more)
        page = world.page(bill)
        assert (told, page.status, "この手形は切り替えられません" in page.text) == (told, 200, True)
        assert told in page.text
        assert "入力画面へ進む" not in page.buttons
        with pytest.raises(CannotSwitch) as refusal:
            begin(bill.pk, world.partner.pk, version=1, standing="手形", **acting)
        assert refusal.value.sentence.startswith(told)
    assert rows() == (0, 0, 0)


def test_the_last_that_can_be_are_entered(world: Switching) -> None:
    last: list[dict[str, Any]] = [
        {"due_on": date(2026, 12, 2)},
        {"due_on": date(2027, 12, 18)},
        {"amount_yen": 9_999_999_999},
    ]
    for n, more in enumerate(last):
        assert world.begun(world.accountant.adds(number=f"N{n}", **more)).status == 200


def test_who_is_no_partner_yet_is_told_how_to_become_one(world: Switching) -> None:
    nobody = world.accountant.adds(party="みどり精機")
    text = world.page(nobody).text
    assert "「みどり精機」という名前の取引先が、登録されていません。" in text
    numbered = world.accountant.adds(number="N", party="みどり精機", user_number="T99999999")
    assert "T99999999 の取引先が、登録されていません。" in world.page(numbered).text
    before = rows()
    for bill in (nobody, numbered):
        with pytest.raises(Changed):  # another partner than one of the bill's
            begin(
                bill.pk,
                world.partner.pk,
                version=1,
                standing="手形",
                acting_user=world.accountant.user,
                **HERE,
            )
    assert rows() == before


def test_the_debtor_is_found_by_number_by_drawer_or_by_any_way_to_write_its_name(world: Switching) -> None:
    number = world.other.company.user_number
    ways: list[dict[str, Any]] = [
        {"party": "みどり精機", "user_number": number},
        {"party": "みどり精機", "drawer": "青葉製作所"},
        {"party": "青葉 製作所"},
        {"party": world.other.company.name, "party_printed": "試験"},
    ]
    for n, more in enumerate(ways):
        page = world.page(world.accountant.adds(number=f"N{n}", **more))
        assert f"（{number}）" in page.text, more


def test_a_partner_whose_account_cannot_be_used_is_not_offered(world: Switching) -> None:
    bill = world.accountant.adds()
    stop_company(world.other.company, because="試験", at=cast.AT, origin=cast.ORIGIN)
    page = world.page(bill)
    assert "口座が今は使えません" in page.text
    assert "入力画面へ進む" not in page.buttons
    with pytest.raises(CannotSwitch) as refusal:
        begin(
            bill.pk, world.partner.pk, version=1, standing="手形", acting_user=world.accountant.user, **HERE
        )
    assert refusal.value.sentence == UNUSABLE
    assert rows() == (0, 0, 0)


def test_a_colleague_s_entry_is_told_and_an_old_page_begins_nothing(world: Switching) -> None:
    bill = world.accountant.adds()
    old = world.page(bill)
    colleague = cast.fetched(cast.general(world.own.company))
    member = give(member_of(colleague, approval=None), USE, *MAKES)
    his = Switching(world.own, Accountant(colleague, enter(colleague, member)), world.other, world.partner)
    assert his.begun(bill).status == 200
    sending = {**old.hidden, "partner": str(world.partner.pk), "checked": "on"}
    late = world.accountant.client.post(f"{LIST}/{bill.pk}/switch", sending)
    text = html.unescape(late.content.decode())
    assert (late.status_code, f"{colleague.user.name}さんが、この手形の切替を" in text) == (409, True)
    assert rows() == (1, 1, 1)
    assert "入力の続きへ" in his.page(bill).text


def test_two_requests_of_one_bill_are_told_on_its_page(world: Switching) -> None:
    bill = world.accountant.adds()
    first, second = world.begun(bill), world.begun(bill)
    for form in (first, second):
        assert submitted(sent(form, world.filled(form))).status_code == 302
    page = go(world.accountant.client, f"{LIST}/{bill.pk}")
    assert "この手形から、切替の請求が2件以上あります。" in page.text


def test_another_amount_than_the_bill_s_is_told_when_it_is_recorded(world: Switching) -> None:
    bill = world.accountant.adds(kind=Kind.ISSUED, bank="みずほ銀行")
    form = world.begun(bill)
    confirmation = sent(form, {**world.filled(form), "l0-amount_yen": "1,000,000"})
    assert submitted(confirmation).status_code == 302
    world.approves(Request.objects.get())
    page = go(world.accountant.client, f"{LIST}/{bill.pk}")
    assert "記録された債権の金額が、手形の金額と違います。" in page.text


def test_a_death_at_any_statement_leaves_no_half_begun_switch(world: Switching) -> None:
    bill = world.accountant.adds()

    def act() -> None:
        begin(
            bill.pk, world.partner.pk, version=1, standing="手形", acting_user=world.accountant.user, **HERE
        )

    assert every_death_leaves_nothing(act, "bills", "workflow", "trail") > 2
    assert rows() == (1, 1, 1)


def test_only_a_maker_of_accruals_may_begin(world: Switching) -> None:
    bill = world.accountant.adds()
    someone = cast.fetched(cast.general(world.own.company))
    clerk = Accountant(someone, enter(someone, give(member_of(someone, approval=None), USE)))
    page = clerk.client.get(f"{LIST}/{bill.pk}/switch")
    assert (page.status_code, "債権発生請求" in html.unescape(page.content.decode())) == (403, True)
    with pytest.raises(RightMissing):
        begin(bill.pk, world.partner.pk, version=1, standing="手形", acting_user=clerk.user, **HERE)
    assert rows() == (0, 0, 0)
    checker = person(world.own.company, *CHECKS, USE)
    with pytest.raises(RightMissing):
        begin(
            bill.pk,
            world.partner.pk,
            version=1,
            standing="手形",
            acting_user=User.objects.get(pk=checker.user_id),
            **HERE,
        )


def test_a_request_that_was_made_without_the_bill_leaves_it_alone(world: Switching) -> None:
    bill = world.accountant.adds()
    content = {
        "account": world.own.account_text,
        **{name: shared(world.own)[name] for name in ("record_on", "fee_bearer")},
        "restricted": False,
        "lines": [
            {**world.other.as_partner(), "amount_yen": 1_234_567, "due_on": "2027-01-29", "reference": ""}
        ],
    }
    entering.submit(typed("accrual_by_obligee", content), **by(world.own.maker))
    assert world.standing(bill) == "手形"
