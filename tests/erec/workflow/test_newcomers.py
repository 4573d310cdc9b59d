"""A partner or an account that is new: who it is, what is said of it, and what a company may ask for it."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import SettlementAccount
from erec.parameters import business_day
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import AlreadyApproved, CheckFailed, TooEarly
from erec.workflow.models import Demand, KnownPartner, Request
from erec.workflow.newcomers import newcomers_in, warnings
from tests import cast
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, controls, desk, kept
from tests.erec.workflow.cast_pages import at_confirmation
from tests.erec.workflow.cast_workflow import Trader, by, person, submitted, trader

pytestmark = pytest.mark.django_db

TYPE = "accrual_by_obligor"
CHECK_IT = "相手先と口座が正しいか、電話などで確かめてください。"
NEXT = date(2026, 11, 24)  # the 23rd is a holiday


def new_in(a: Trader, request: Request, on: date = w.TODAY) -> list[str]:
    content = request.versions.latest("number").content
    return [newcomer.sentence for newcomer in newcomers_in(a.company.pk, request.type, content, on)]


def approve(request: Request, member: Any, **options: Any) -> Request:
    return deciding.approve(request.request_no, request.version, **by(member, **options))


def moved_to(day: date) -> Any:
    """The business date is then; the wall's time of day on that day."""
    at = cast.AT + (day - w.TODAY)
    business_day.move_to(day, at)
    return at


def test_only_what_was_approved_on_an_earlier_day_makes_a_partner_known() -> None:
    a, b = trader(), trader()
    first = f"{b.company.name}（{b.company.user_number}）は、初めての相手先です。"
    waiting = submitted(a, TYPE, w.accrual(a, b))
    assert new_in(a, waiting) == [first]
    assert new_in(a, submitted(a, TYPE, w.accrual(a, b))) == [first]  # entered before, approved by nobody
    approve(waiting, a.checker)
    again = submitted(a, TYPE, w.accrual(a, b))
    assert new_in(a, again) == [first]  # approved today
    assert new_in(a, again, NEXT) == []
    assert new_in(b, again, NEXT) == [first]  # what another company approved is its own business


def test_a_known_partner_with_another_account_is_named_so() -> None:
    a, b = trader(), trader()
    approve(submitted(a, TYPE, w.accrual(a, b)), a.checker)
    other = SettlementAccount.objects.filter(company=b.company).exclude(pk=b.account.pk).get()
    b.accounts = [other]
    request = submitted(a, TYPE, w.accrual(a, b))
    assert new_in(a, request, NEXT) == [
        f"{b.company.name}（{b.company.user_number}）の口座が、これまで承認した口座と違います。"
    ]


def test_who_is_asked_to_pay_is_no_danger_and_who_is_consented_to_is() -> None:
    a, b = trader(), trader()
    asked = submitted(a, "accrual_by_obligee", w.accrual(a, b))
    assert new_in(a, asked) == []
    approve(asked, a.checker)
    assert not KnownPartner.objects.exists()
    answer = submitted(b, "answer", w.answer(Demand.objects.get()))
    assert new_in(b, answer) == [f"{a.company.name}（{a.company.user_number}）は、初めての相手先です。"]
    approve(answer, b.checker)
    known = KnownPartner.objects.get()
    assert (known.company, known.user_number, known.account) == (
        b.company,
        a.company.user_number,
        a.account_text,
    )


def test_of_many_new_partners_five_are_named() -> None:
    a = trader()
    request = submitted(a, TYPE, w.accrual(a, *[trader() for _ in range(7)]))
    content = request.versions.get().content
    said = warnings(newcomers_in(a.company.pk, TYPE, content, w.TODAY))
    assert (len(said), said[5:]) == (7, ["ほか2件の初めての相手先・口座があります。", CHECK_IT])
    assert warnings([]) == []


def test_where_two_must_approve_a_new_partner_a_known_one_needs_one() -> None:
    a, b = trader(), trader()
    second = person(a.company, *w.CHECKS)
    controls(a, new_partner="second")
    request = submitted(a, TYPE, w.accrual(a, b))
    assert approve(request, a.checker).state == "awaiting_approval"
    before = kept()
    with pytest.raises(AlreadyApproved):
        approve(request, a.checker)
    assert kept() == before
    assert approve(request, second).state == "recorded"
    at = moved_to(NEXT)
    known = submitted(a, TYPE, w.accrual(a, b, record_on=NEXT), at)
    assert approve(known, a.checker, at=at).state == "recorded"


def test_where_a_night_must_pass_it_is_approved_from_the_next_business_day() -> None:
    a, b = trader(), trader()
    controls(a, new_partner="next_day")
    request = submitted(a, TYPE, w.accrual(a, b, record_on=NEXT))
    before = kept()
    with pytest.raises(TooEarly) as early:
        approve(request, a.checker)
    assert kept() == before
    assert early.value.sentence == (
        f"{b.company.name}（{b.company.user_number}）は、初めての相手先です。"
        "承認できるのは、仮登録の翌営業日（11月24日）からです。何も変わっていません。"
        "それまでに、相手先と口座を電話などで確かめてください。"
    )
    moved_to(w.TODAY + timedelta(days=1))
    with pytest.raises(TooEarly):
        approve(request, a.checker, at=cast.AT + timedelta(days=1))
    at = moved_to(NEXT)
    assert approve(request, a.checker, at=at).state == "recorded"


def test_mending_begins_the_night_anew() -> None:
    a, b = trader(), trader()
    controls(a, new_partner="next_day")
    later = date(2026, 11, 26)
    request = submitted(a, TYPE, w.accrual(a, b, record_on=later))
    at = moved_to(NEXT)
    entry = w.typed(TYPE, w.accrual(a, b, record_on=later), request_no=request.request_no, version=1)
    mended = entering.submit(entry, **by(a.maker, at))
    with pytest.raises(TooEarly):
        approve(mended, a.checker, at=at)


def test_what_could_not_wait_a_night_is_told_at_entry() -> None:
    a, b = trader(), trader()
    controls(a, new_partner="next_day")
    before = kept()
    with pytest.raises(CheckFailed) as failed:
        submitted(a, TYPE, w.accrual(a, b))
    assert [(p.field, "翌営業日（11月24日）から" in p.sentence) for p in failed.value.problems] == [
        ("record_on", True)
    ]
    assert kept() == before


@pytest.fixture
def own() -> Desk:
    return desk()


def test_maker_and_checker_are_warned_in_any_setting(own: Desk) -> None:
    other = trader()
    warning = f"{other.company.name}（{other.company.user_number}）は、初めての相手先です。"
    confirm = at_confirmation(own.making.person, own, other)
    assert warning in confirm.text
    assert CHECK_IT in confirm.text
    request = submitted(own, TYPE, w.accrual(own, other))
    path = f"/densai/requests/{request.request_no}"
    for page in (own.making.page(path), own.checking.page(path), own.checking.page(f"{path}/approve")):
        assert warning in page.text
    many = own.checking.page("/densai/requests/approve", {"item": f"{request.request_no}:1"})
    assert warning in many.text
    approve(request, own.checker)
    assert warning not in own.making.page(path).text
