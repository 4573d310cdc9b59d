"""指定許可 through maker and checker, and what a sender meets who is not registered."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from erec.claims import book, checks, orders
from erec.claims.checks import designation as of_sender
from erec.claims.checks.accrual import _sanction
from erec.claims.checks.designation import UNAVAILABLE
from erec.claims.instructions import Accrual, Cause, Change, Guarantee, Instruction, Payment, from_json
from erec.claims.models import Claim, Order
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.partners.models import Designation
from erec.partners.policy import Area
from erec.trail.models import Entry, Outbox
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import CheckFailed, MovedOn
from erec.workflow.models import Demand, Request
from erec.workflow.types import TYPES
from tests import cast
from tests.erec.claims.cast_claims import party
from tests.erec.workflow.cast_designation import chooses, designation, takes
from tests.erec.workflow.cast_workflow import (
    TODAY,
    Trader,
    accrual,
    accrued,
    answer,
    approved,
    assignment,
    by,
    submitted,
    trader,
    typed,
)

pytestmark = pytest.mark.django_db
TYPE = "designation"
ALL = list(Area)


@pytest.fixture
def own() -> Trader:
    found = trader()
    chooses(found.company)
    return found


def rows(own: Trader) -> dict[str, list[str]]:
    found = Designation.objects.filter(company=own.company)
    return {row.user_number: row.areas for row in found}


def refused(own: Trader, content: dict[str, Any], type_code: str = TYPE) -> list[tuple[int, str, str]]:
    """What the check says; and nothing was entered, and nobody told."""
    before = Request.objects.count(), Notice.objects.count(), Outbox.objects.count()
    with pytest.raises(CheckFailed) as failed:
        submitted(own, type_code, content)
    assert (Request.objects.count(), Notice.objects.count(), Outbox.objects.count()) == before
    return [(problem.line, problem.field, problem.sentence) for problem in failed.value.problems]


def test_approval_sets_what_was_ticked_and_is_one_event(own: Trader) -> None:
    first, second = trader(), trader()
    takes(own, second, Area.CHANGE)
    request = submitted(own, TYPE, designation((first, [Area.ASSIGNMENT, Area.CHANGE]), (second, [])))
    assert rows(own) == {second.company.user_number: ["change"]}
    before = list(Entry.objects.values_list("pk", flat=True))
    done = deciding.approve(request.request_no, 1, **by(own.checker))
    assert (done.state, rows(own)) == ("done", {first.company.user_number: ["assignment", "change"]})
    assert [entry.event for entry in Entry.objects.exclude(pk__in=before)] == ["request.approved"]
    line = done.lines.get()
    assert (line.state, line.partner_name) == ("done", f"{first.company.name} ほか1社")


def test_it_is_to_be_approved_within_five_business_days(own: Trader) -> None:
    request = submitted(own, TYPE, designation((trader(), [Area.CHANGE])))
    # From Friday the 20th; the 23rd is a holiday.
    assert request.deadline_at is not None
    assert request.deadline_at.isoformat() == "2026-11-30T15:00:00+09:00"


def test_the_sheet_shows_what_holds_and_what_will(own: Trader) -> None:
    other = trader()
    takes(own, other, Area.CHANGE, Area.ASSIGNMENT)
    request = submitted(own, TYPE, designation((other, [Area.CHANGE])))
    sheet = TYPES[TYPE].sheet(request.versions.get().content)
    (row,) = sheet.rows
    assert sheet.columns == ("相手先", "口座", "今の許可", "承認後の許可")
    assert row.cells[0] == f"{other.company.name}（{other.company.user_number}）"
    assert row.cells[2:] == ("譲渡記録、変更記録", "変更記録")
    assert sheet.warnings == (
        "許可を取り消しても、記録が済んだものと、すでに届いている承諾依頼は、そのまま残ります。",
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            lambda own, other: designation((own, ALL)),
            (1, "user_number", "相手先に、自社は指定できません。"),
        ),
        (
            lambda own, other: {"lines": [{**other.as_partner(), "number": "9999999", "areas": ["change"]}]},
            (
                1,
                "user_number",
                "利用者番号と口座の組合せが見つかりません。相手先の契約内容と合っているか、確かめてください。",
            ),
        ),
        (
            lambda own, other: designation((other, ALL), (other, [Area.CHANGE])),
            (2, "user_number", "明細1と同じ相手先・口座です。どちらかの行を削除してください。"),
        ),
        (
            lambda own, other: designation((other, [])),
            (1, "user_number", "許可する業務区分を、1つ以上選んでください。"),
        ),
        (lambda own, other: {"lines": []}, (0, "lines", "明細は1件以上100件以内で入力してください。")),
        (
            lambda own, other: designation(*[(other, ALL)] * 101),
            (0, "lines", "明細は1件以上100件以内で入力してください。"),
        ),
    ],
    ids=["own company", "unknown account", "twice", "no area", "no line", "too many lines"],
)
def test_what_cannot_be_registered(
    own: Trader, content: Callable[[Trader, Trader], dict[str, Any]], problem: tuple[int, str, str]
) -> None:
    assert refused(own, content(own, trader())) == [problem]


def test_what_holds_already_is_no_change(own: Trader) -> None:
    other = trader()
    takes(own, other, Area.CHANGE)
    sentence = "今の許可と同じです。業務区分を選び直すか、この行を削除してください。"
    assert refused(own, designation((other, [Area.CHANGE]))) == [(1, "user_number", sentence)]


def test_without_the_contract_nothing_is_registered() -> None:
    sentence = "指定許可機能は、お申込みをいただいた企業だけが使えます。取引店に連絡してください。"
    assert refused(trader(), designation((trader(), ALL))) == [(0, "lines", sentence)]


def test_beyond_the_most_nothing_is_registered(own: Trader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erec.partners.actions.designations.DESIGNATIONS_MAX", 1)
    ((line, field, sentence),) = refused(own, designation((trader(), ALL), (trader(), ALL)))
    assert (line, field) == (0, "lines")
    assert sentence.startswith("指定許可先は")


def test_whose_contract_is_gone_can_still_be_taken_out(own: Trader) -> None:
    gone = trader()
    takes(own, gone, Area.CHANGE)
    gone.company.settlement_accounts.filter(number=gone.account.number).update(number="7777777")
    assert approved(own, TYPE, designation((gone, []))).state == "done"
    assert rows(own) == {}


def test_what_was_seen_is_what_is_changed(own: Trader) -> None:
    other = trader()
    request = submitted(own, TYPE, designation((other, [Area.CHANGE])))
    takes(own, other, Area.ASSIGNMENT)
    with pytest.raises(CheckFailed) as failed:
        deciding.approve(request.request_no, 1, **by(own.checker))
    (problem,) = failed.value.problems
    assert problem.sentence == (
        "この相手先の許可が、登録したときの「なし」から「譲渡記録」に変わりました。登録し直してください。"
    )
    assert rows(own) == {other.company.user_number: ["assignment"]}


def test_what_changes_between_check_and_deed_is_not_overwritten(
    own: Trader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two approvals at once: the check of one saw what the other changes before it."""
    other = trader()
    request = submitted(own, TYPE, designation((other, [Area.CHANGE])))
    takes(own, other, Area.ASSIGNMENT)
    monkeypatch.setattr("erec.workflow.types.designation._problems", lambda lines, now: ())
    with pytest.raises(MovedOn):
        deciding.approve(request.request_no, 1, **by(own.checker))
    request.refresh_from_db()
    assert (request.state, rows(own)) == ("awaiting_approval", {other.company.user_number: ["assignment"]})


def sent_accrual(own: Trader, sender: Trader) -> tuple[str, dict[str, Any]]:
    return "accrual_by_obligor", accrual(sender, own)


def sent_by_obligee(own: Trader, sender: Trader) -> tuple[str, dict[str, Any]]:
    return "accrual_by_obligee", accrual(sender, own)


def sent_assignment(own: Trader, sender: Trader) -> tuple[str, dict[str, Any]]:
    return "assignment", assignment(own, (accrued(trader(), sender), None))


SENT = {
    Area.ACCRUAL_BY_OBLIGOR: (sent_accrual, "債権者"),
    Area.ACCRUAL_BY_OBLIGEE: (sent_by_obligee, "債務者"),
    Area.ASSIGNMENT: (sent_assignment, "譲受人"),
}


@pytest.mark.parametrize("area", SENT)
def test_who_is_not_registered_is_refused_at_entry_in_words_that_reveal_nothing(
    own: Trader, area: Area
) -> None:
    sender = trader()
    sent, whom = SENT[area]
    type_code, content = sent(own, sender)
    sentence = f"この{whom}への請求は、今は記録できません。{whom}に確認してください。"
    takes(own, sender, *(set(Area) - {area}))
    assert [found[2] for found in refused(sender, content, type_code)] == [sentence]
    takes(own, sender, area)
    assert submitted(sender, type_code, content).state == "awaiting_approval"


@pytest.mark.parametrize("area", SENT)
def test_who_is_taken_out_before_the_approval_is_refused_there(own: Trader, area: Area) -> None:
    sender = trader()
    sent, whom = SENT[area]
    takes(own, sender, *Area)
    request = submitted(sender, *sent(own, sender))
    takes(own, sender)
    told = Notice.objects.filter(company=own.company).count()
    with pytest.raises(CheckFailed) as failed:
        deciding.approve(request.request_no, 1, **by(sender.checker))
    assert [problem.sentence for problem in failed.value.problems] == [UNAVAILABLE.format(whom=whom)]
    request.refresh_from_db()
    assert request.state == "awaiting_approval"
    assert Notice.objects.filter(company=own.company).count() == told
    assert not Demand.objects.filter(company=own.company).exists()


def test_the_sentence_is_that_of_a_debtor_under_sanction() -> None:
    """One cause does not tell itself from the other."""
    own, sanctioned = trader(), trader()
    parties = from_json(Order.objects.get(record_number=accrued(own, sanctioned)).instruction)
    assert isinstance(parties, Accrual)
    asked = Accrual(
        obligor=parties.obligor,
        obligee=parties.obligee,
        amount_yen=1,
        due_on=parties.due_on,
        record_on=parties.record_on,
        by_obligee=True,
    )
    assert _sanction(asked).sentence == UNAVAILABLE.format(whom="債務者")


@pytest.mark.parametrize(
    ("area", "sentence"),
    [
        (Area.GUARANTEE, UNAVAILABLE.format(whom="保証人")),
        (Area.CHANGE, UNAVAILABLE.format(whom="相手先")),
        (Area.PAYMENT, UNAVAILABLE.format(whom="相手先")),
    ],
)
def test_what_is_sent_about_a_claim_is_refused_too_and_stays_once_it_was_consented_to(
    own: Trader, area: Area, sentence: str
) -> None:
    sender = trader()
    to, by_us = party(own.company), party(sender.company)
    kinds: dict[Area, Instruction] = {
        Area.GUARANTEE: Guarantee("1", by_us, to, TODAY),
        Area.CHANGE: Change("1", by_us, to, TODAY),
        Area.PAYMENT: Payment("1", by_us, to, 1, Cause.OTHER, TODAY, TODAY, by_payer=True),
    }
    asked = kinds[area]
    takes(own, sender, *(set(Area) - {area}))
    (problem,) = of_sender.found([asked], consented=False)
    assert problem is not None
    assert problem.sentence == sentence
    assert of_sender.found([asked], consented=True) == [None]
    takes(own, sender, area)
    assert of_sender.found([asked], consented=False) == [None]


def test_a_payee_who_says_what_he_got_frees_the_payer_whom_nobody_registered(own: Trader) -> None:
    got = Payment(
        "1", party(own.company), party(trader().company), 1, Cause.OTHER, TODAY, TODAY, by_payer=False
    )
    assert of_sender.found([got], consented=False) == [None]


def test_the_book_refuses_what_slipped_past_the_requests(own: Trader) -> None:
    sender = trader()
    takes(own, sender, *Area)
    number = accrued(sender, own)
    order = Order.objects.get(record_number=number)
    takes(own, sender)
    again = orders.place(
        "again", from_json(order.instruction), company_id=sender.company.pk, request_no="1", at=cast.AT
    )
    assert (again.state, again.error) == ("refused", UNAVAILABLE.format(whom="債権者"))
    assert Claim.objects.count() == 1


def test_what_waits_for_the_companys_own_consent_stays_and_may_be_consented_to(own: Trader) -> None:
    sender = trader()
    takes(own, sender, *Area)
    approved(sender, "accrual_by_obligee", accrual(sender, own))
    demand = Demand.objects.get(company=own.company)
    takes(own, sender)
    assert demand.state == "open"
    assert approved(own, "answer", answer(demand)).state == "done"
    claim = Claim.objects.get()
    assert (claim.obligor_id, claim.state) == (own.company.pk, "recorded")


def test_what_is_reserved_takes_effect(own: Trader) -> None:
    sender = trader()
    takes(own, sender, *Area)
    request = approved(sender, "accrual_by_obligor", accrual(sender, own, record_on=date(2026, 11, 24)))
    takes(own, sender)
    (order,) = Order.objects.filter(request_no=request.request_no)
    assert order.state == "reserved"
    assert checks.problems(from_json(order.instruction), business_day.today(cast.AT)) != []
    book.take_effect(order, at=cast.AT)
    order.refresh_from_db()
    assert order.state == "recorded"


def test_when_the_contract_ends_everybody_may_send_again(own: Trader) -> None:
    sender = trader()
    assert refused(sender, accrual(sender, own), "accrual_by_obligor")
    chooses(own.company, False)
    assert submitted(sender, "accrual_by_obligor", accrual(sender, own)).state == "awaiting_approval"


def test_the_contract_ending_while_a_registration_waits_refuses_its_approval(own: Trader) -> None:
    request = submitted(own, TYPE, designation((trader(), ALL)))
    chooses(own.company, False)
    with pytest.raises(CheckFailed):
        deciding.approve(request.request_no, 1, **by(own.checker))
    assert rows(own) == {}


def test_the_same_page_sent_twice_is_one_request(own: Trader) -> None:
    entry = typed(TYPE, designation((trader(), ALL)))
    first, second = (entering.submit(entry, **by(own.maker)) for _ in range(2))
    assert (first.pk, Request.objects.count()) == (second.pk, 1)
