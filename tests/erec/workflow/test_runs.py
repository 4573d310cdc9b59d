"""The day's run: what each business date begins and ends with, once, whatever dies or sleeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erec.claims.models import AccountMovement, Claim, RecordEvent, Sanction, SettlementResult
from erec.claims.settlement import set_balance
from erec.claims.verify import differences
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.parameters.models import BusinessDay
from erec.trail.models import Entry, Outbox
from erec.workflow import day, runs
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import MovedOn, TooLate
from erec.workflow.models import ClaimInUse, Demand, Line, Request
from tests import cast
from tests.crash import Died, dies_at, fingerprint
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
from tests.erec.workflow.test_entering import refused

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 27)  # a week after cast.AT's day
SOON = date(2026, 12, 1)  # a due date not far from TODAY
SOON_RECORDED = date(2026, 12, 4)  # 支払等記録: 3 business days later
APPS = ("parameters", "notices", "claims", "workflow", "trail")


@dataclass
class Scene:
    """A payment, a reservation, a demand and a request that nobody approves: due on different days."""

    debtor: Trader
    creditor: Trader
    reserved: Request
    unapproved: Request
    demand: Demand

    def now(self) -> dict[str, Any]:
        return {
            "reserved": state_of(self.reserved),
            "unapproved": state_of(self.unapproved),
            "demand": Demand.objects.get(pk=self.demand.pk).state,
            "claims": sorted(Claim.objects.values_list("state", flat=True)),
            "events": sorted(RecordEvent.objects.values_list("kind", flat=True)),
            "money": sorted(AccountMovement.objects.values_list("amount_yen", flat=True)),
        }


FIRST_YEN = 50_000_000_000
DONE = {
    "reserved": "recorded",
    "unapproved": "lapsed",
    "demand": "lapsed",
    "claims": ["recorded", "settled"],
    "events": ["accrual", "accrual", "payment"],
    "money": [-1_000_000, 1_000_000, FIRST_YEN, FIRST_YEN],
}
DEATHS = 14


def everything() -> Scene:
    a, b = trader(), trader()
    accrued(a, b, due_on=SOON)
    reserved = approved(a, "accrual_by_obligor", accrual(a, b, record_on=FRIDAY))
    unapproved = submitted(a, "accrual_by_obligor", accrual(a, b))
    demand = approved(b, "accrual_by_obligee", accrual(b, a)).lines.get().demand
    assert demand is not None
    return Scene(a, b, reserved, unapproved, demand)


def happened() -> dict[str, list[Any]]:
    """What was told and written down, without the numbers that are drawn by lot or count on."""
    return {
        "notices": sorted(Notice.objects.values_list("key", "subject")),
        "mails": sorted(Outbox.objects.values_list("key", flat=True)),
        "trail": sorted(Entry.objects.values_list("event", "target", "detail__step").order_by()),
    }


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def let_go_of_locks() -> None:
    """A process that dies loses its connection, and with it the lock; here the connection lives on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")


def run_to(last: date) -> list[date]:
    return day.run_through(last, cast.AT, cast.ORIGIN)


def wall(on: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(hour, minute)))


def notices(of: Trader, what: str) -> list[Notice]:
    return list(Notice.objects.filter(company=of.company, what=what).order_by("pk"))


def state_of(request: Request) -> str:
    return Request.objects.get(pk=request.pk).state


def test_a_reservation_takes_effect_on_its_day_and_both_sides_are_told() -> None:
    a, b = trader(), trader()
    request = approved(a, "accrual_by_obligor", accrual(a, b, record_on=FRIDAY))
    assert request.state == "reserved"
    run_to(FRIDAY - timedelta(days=1))
    assert (state_of(request), RecordEvent.objects.count()) == ("reserved", 0)
    run_to(FRIDAY)
    claim = Claim.objects.get()
    assert (state_of(request), claim.state, claim.accrued_on) == ("recorded", "recorded", FRIDAY)
    assert request.lines.get().record_number == claim.record_number
    assert RecordEvent.objects.get().recorded_on == FRIDAY
    assert [n.record_number for n in notices(b, "claim_reserved")] == [claim.record_number]
    assert [n.record_number for n in notices(b, "claim_received")] == [claim.record_number]
    assert [n.subject for n in notices(a, "recorded")] == ["予約が登録されました", "記録が完了しました"]


def test_a_reserved_assignment_on_a_reserved_claim_takes_effect_after_it() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b, record_on=FRIDAY)
    request = approved(b, "assignment", assignment(c, (number, 400_000), record_on=FRIDAY))
    run_to(FRIDAY)
    assert state_of(request) == "recorded"
    child = Claim.objects.get(record_number=request.lines.get().record_number)
    assert (child.holder, child.amount_yen, child.parent.record_number) == (c.company, 400_000, number)  # type: ignore[union-attr]
    assert Claim.objects.get(record_number=number).amount_yen == 600_000


def test_a_reservation_that_cannot_be_recorded_on_its_day_becomes_an_error_with_its_reason() -> None:
    a, b, c = trader(), trader(), trader()
    first = approved(a, "accrual_by_obligor", accrual(a, b, record_on=FRIDAY))
    number = first.lines.get().record_number
    second = approved(b, "assignment", assignment(c, (number, None), record_on=FRIDAY))
    Sanction.objects.create(
        company=a.company, starts_on=TODAY, ends_on=SOON, reason="試験", recorded_at=cast.AT
    )
    run_to(FRIDAY)
    assert [state_of(first), state_of(second)] == ["record_error", "record_error"]
    assert first.lines.get().error == "この債務者の発生記録は、今はできません。債務者に確認してください。"
    assert second.lines.get().error == "この債権は「取消済」のため、記録できません。"
    assert [len(notices(t, "record_error")) for t in (a, b, c)] == [1, 1, 0]
    assert [len(notices(t, "claim_cancelled")) for t in (a, b, c)] == [1, 2, 1]
    assert not RecordEvent.objects.exists()


def test_what_is_unapproved_at_the_days_end_lapses_and_lets_go_of_its_claim() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b)
    request = submitted(b, "assignment", assignment(c, (number, None)))
    later = submitted(a, "accrual_by_obligor", accrual(a, b, record_on=FRIDAY))
    run_to(TODAY)
    assert (state_of(request), state_of(later)) == ("lapsed", "awaiting_approval")
    assert not ClaimInUse.objects.exists()
    assert len(notices(b, "lapsed")) == 1
    entry = Entry.objects.get(event="request.lapsed")
    assert (entry.company_id, entry.target, entry.user_id) == (b.company.pk, request.request_no, None)
    refused(MovedOn, lambda: deciding.approve(request.request_no, 1, **by(b.checker)))
    assert Claim.objects.get().holder == b.company


def test_what_was_sent_back_waits_70_days_to_be_mended() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    deciding.send_back(request.request_no, 1, **by(a.checker))
    until = business_day.cut_off_on(TODAY)
    assert runs.lapse_requests(until, cast.AT + timedelta(days=70), cast.ORIGIN) == 0
    assert runs.lapse_requests(until, cast.AT + timedelta(days=70, seconds=1), cast.ORIGIN) == 1
    assert state_of(request) == "lapsed"


def test_a_draft_never_lapses() -> None:
    a, b = trader(), trader()
    draft = entering.save_draft(typed("accrual_by_obligor", accrual(a, b)), **by(a.maker))
    runs.lapse_requests(business_day.cut_off_on(SOON), cast.AT + timedelta(days=999), cast.ORIGIN)
    assert state_of(draft) == "draft"


def test_on_the_due_date_the_money_moves_and_both_are_told_and_later_it_is_recorded() -> None:
    a, b = trader(), trader()
    number = accrued(a, b, due_on=SOON)
    for t, yen in ((a, 1_500_000), (b, 7)):
        set_balance(t.account_text, t.company.pk, yen, at=cast.AT)
    run_to(SOON - timedelta(days=1))
    assert set_balance(a.account_text, a.company.pk, None, at=cast.AT) == 1_500_000
    run_to(SOON)
    assert set_balance(a.account_text, a.company.pk, None, at=cast.AT) == 500_000
    assert set_balance(b.account_text, b.company.pk, None, at=cast.AT) == 1_000_007
    result = SettlementResult.objects.get()
    assert (result.outcome, result.amount_yen, result.settled_on) == ("paid", 1_000_000, SOON)
    assert [n.record_number for n in notices(b, "money_received")] == [number]
    assert [n.record_number for n in notices(a, "money_paid")] == [number]
    assert Claim.objects.get().state == "settled"
    run_to(SOON_RECORDED - timedelta(days=1))
    assert not RecordEvent.objects.filter(kind="payment").exists()
    run_to(SOON_RECORDED)
    event = RecordEvent.objects.get(kind="payment")
    assert (event.recorded_on, event.facts["amount_yen"]) == (SOON_RECORDED, 1_000_000)
    assert list(differences()) == []


def test_a_claim_due_on_a_holiday_is_settled_on_the_next_business_day() -> None:
    a, b = trader(), trader()
    accrued(a, b, due_on=date(2026, 12, 5))  # a Saturday
    run_to(date(2026, 12, 6))
    assert not SettlementResult.objects.exists()
    run_to(date(2026, 12, 7))
    assert SettlementResult.objects.get().settled_on == date(2026, 12, 7)


def test_who_cannot_pay_defaults_once_and_every_party_is_told() -> None:
    a, b, c = trader(), trader(), trader()
    number = accrued(a, b, due_on=SOON)
    approved(b, "assignment", assignment(c, (number, None)))
    set_balance(a.account_text, a.company.pk, 999_999, at=cast.AT)
    run_to(SOON)
    run_to(SOON_RECORDED)
    result = SettlementResult.objects.get()
    assert (result.outcome, result.reason) == ("defaulted", "決済口座の残高不足（第1号）")
    assert Claim.objects.get().state == "defaulted"
    assert [len(notices(t, "defaulted")) for t in (a, b, c)] == [1, 1, 1]
    assert set_balance(a.account_text, a.company.pk, None, at=cast.AT) == 999_999


def test_the_debtor_is_told_2_business_days_before_how_much_each_account_needs() -> None:
    a, b, c = trader(), trader(), trader()
    for yen in (1_000_000, 234_567):
        accrued(a, b, due_on=SOON, amount_yen=yen)
    accrued(c, b, due_on=SOON)
    friday_before = date(2026, 11, 27)  # 1 December is a Tuesday
    run_to(friday_before - timedelta(days=1))
    assert notices(a, "debit_coming") == []
    run_to(friday_before)
    (notice,) = notices(a, "debit_coming")
    assert notice.subject == "口座間送金決済のご依頼（2026年12月1日、1,234,567円）"
    assert notice.lines[0] == f"{a.account_text}　2件　1,234,567円"
    assert len(notices(c, "debit_coming")) == 1
    run_to(SOON)
    assert len(notices(a, "debit_coming")) == 1


def test_checkers_are_reminded_once_in_the_last_hour() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b))
    assert runs.remind(wall(TODAY, 13, 59)) == 0
    assert runs.remind(wall(TODAY, 14)) == 1
    assert runs.remind(wall(TODAY, 14, 59)) == 1
    assert runs.remind(wall(TODAY, 15)) == 0
    assert [n.request_no for n in notices(a, "expiring_soon")] == [request.request_no]
    mails = Outbox.objects.filter(key__contains=":expiring:").values_list("to", flat=True)
    assert list(mails) == [a.checker.mail]


def test_run_through_twice_is_once() -> None:
    everything()
    assert run_to(SOON_RECORDED)[-1] == SOON_RECORDED
    before = fingerprint(*APPS)
    assert run_to(SOON_RECORDED) == []
    assert fingerprint(*APPS) == before


def test_each_day_is_run_in_turn_and_the_trail_tells_each_step() -> None:
    days = run_to(TODAY + timedelta(days=2))
    assert days == [TODAY + timedelta(days=n) for n in range(3)]
    told = Entry.objects.filter(event="business_day.run").values_list("target", "detail__step")
    opening, closing, moving = "日初処理", "日終処理", "日替わり"
    assert sorted(told) == [
        ("2026-11-20", opening),
        ("2026-11-20", closing),
        ("2026-11-21", opening),
        ("2026-11-21", moving),
        ("2026-11-21", closing),
        ("2026-11-22", opening),
        ("2026-11-22", moving),
        ("2026-11-22", closing),
    ]


def test_the_date_never_goes_back() -> None:
    run_to(FRIDAY)
    before = fingerprint(*APPS)
    with pytest.raises(ValueError, match="業務日付は 2026-11-27 です。2026-11-26 へは戻せません。"):
        run_to(FRIDAY - timedelta(days=1))
    assert fingerprint(*APPS) == before


def test_after_the_days_end_nothing_of_that_day_is_approved() -> None:
    a, b = trader(), trader()
    request = submitted(a, "accrual_by_obligor", accrual(a, b, record_on=FRIDAY))
    day.run_through(FRIDAY, wall(TODAY, 16), cast.ORIGIN)
    refused(MovedOn, lambda: deciding.approve(request.request_no, 1, **by(a.checker)))
    again = submitted(a, "accrual_by_obligor", accrual(a, b, record_on=FRIDAY))
    late = by(a.checker, wall(TODAY, 15))
    refused(TooLate, lambda: deciding.approve(again.request_no, 1, **late))


def test_beat_closes_after_the_cut_off_and_moves_at_midnight() -> None:
    def standing() -> tuple[date, bool, bool]:
        row = BusinessDay.objects.get()
        return row.date, row.opened_at is not None, row.closed

    seen = []
    for at in (wall(TODAY, 9), wall(TODAY, 14, 59), wall(TODAY, 15), wall(TODAY, 23, 59)):
        day.catch_up(at)
        seen.append(standing())
    assert seen == [(TODAY, True, False)] * 2 + [(TODAY, True, True)] * 2
    day.catch_up(wall(TODAY + timedelta(days=1), 0))
    assert standing() == (TODAY + timedelta(days=1), True, False)


def test_a_service_that_slept_for_days_makes_up_for_each_of_them() -> None:
    scene = everything()
    awake = wall(SOON_RECORDED, 16)
    day.catch_up(awake)
    assert business_day.today(awake).date == SOON_RECORDED
    assert scene.now() == DONE
    assert SettlementResult.objects.get().settled_on == SOON
    assert RecordEvent.objects.get(kind="payment").recorded_on == SOON_RECORDED
    before = fingerprint(*APPS)
    day.catch_up(awake)
    assert fingerprint(*APPS) == before


def test_a_run_that_died_goes_on_where_it_was() -> None:
    scene = everything()
    with rolled_back(), CaptureQueriesContext(connection) as queries:
        run_to(SOON_RECORDED)
        undisturbed = happened()
        assert scene.now() == DONE
    statements = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    deaths = range(1, len(statements), len(statements) // DEATHS)
    for n in deaths:
        with rolled_back():
            with pytest.raises(Died), dies_at(n):
                run_to(SOON_RECORDED)
            let_go_of_locks()
            run_to(SOON_RECORDED)
            assert scene.now() == DONE
            assert happened() == undisturbed, f"after a death at statement {n}"
    assert len(deaths) >= DEATHS


def test_while_one_run_is_under_way_beat_does_nothing(superuser_cursor: Any) -> None:
    superuser_cursor.execute("SELECT pg_advisory_lock(%s)", [day._LOCK])
    try:
        day.catch_up(wall(TODAY, 16))
        assert not Entry.objects.filter(event="business_day.run").exists()
    finally:
        superuser_cursor.execute("SELECT pg_advisory_unlock(%s)", [day._LOCK])
    day.catch_up(wall(TODAY, 16))
    assert Entry.objects.filter(event="business_day.run").count() == 2


def test_500_demands_to_many_debtors_are_answered_one_by_one() -> None:
    creditor, debtors = trader(), [trader() for _ in range(5)]
    content = accrual(creditor, *debtors * 100)
    request = submitted(creditor, "accrual_by_obligee", content)
    with CaptureQueriesContext(connection) as queries:
        request = deciding.approve(request.request_no, 1, **by(creditor.checker))
    assert len(queries) < 100
    assert (request.state, request.lines.count()) == ("awaiting_consent", 500)
    for debtor in debtors:
        assert Demand.objects.filter(company=debtor.company, state="open").count() == 100
        assert len(notices(debtor, "consent_asked")) == 100
    numbers = Demand.objects.filter(company=debtors[0].company).order_by("pk")
    assert [d.demand_no for d in numbers][::99] == ["20261120000001", "20261120000100"]
    approved(debtors[0], "answer", answer(numbers[0]))
    approved(debtors[0], "answer", answer(numbers[1], accept=False))
    assert state_of(request) == "awaiting_consent"
    states = request.lines.order_by("number").values_list("state", flat=True)
    assert [states[0], states[5], states[1]] == ["recorded", "denied", "awaiting_consent"]
    assert Claim.objects.count() == 1


def test_of_many_demands_those_without_an_answer_lapse_and_the_request_ends() -> None:
    creditor, debtors = trader(), [trader() for _ in range(3)]
    request = approved(creditor, "accrual_by_obligee", accrual(creditor, *debtors * 10))
    first = Demand.objects.filter(company=debtors[0].company).order_by("pk")[0]
    approved(debtors[0], "answer", answer(first))
    run_to(FRIDAY)
    assert state_of(request) == "recorded"
    states = sorted(Line.objects.filter(request=request).values_list("state", flat=True))
    assert states == ["lapsed"] * 29 + ["recorded"]
    assert len(notices(creditor, "recorded")) == 1
    assert [len(notices(d, "answer_lapsed")) for d in debtors] == [9, 10, 10]


def test_the_request_shows_the_next_deadline_of_its_open_demands() -> None:
    creditor, near, far = trader(), trader(), trader()
    content = accrual(creditor, near, far)
    content["lines"][0]["due_on"] = "2026-12-02"  # 7 business days after: to be answered today
    request = approved(creditor, "accrual_by_obligee", content)
    assert request.deadline_at == business_day.cut_off_on(TODAY)
    approved(near, "answer", answer(Demand.objects.get(company=near.company), accept=False))
    request.refresh_from_db()
    assert (request.state, request.deadline_at) == ("awaiting_consent", business_day.cut_off_on(FRIDAY))
