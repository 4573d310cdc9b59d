"""トップ and the lists: what waits for whom, by deadline, and nothing of others."""

import datetime as dt
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erec.members.catalogue import Tick
from erec.workflow import queue
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Controls, FinalChecker, Request, WorkingCopy
from tests import cast
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, Someone, controls, desk

pytestmark = pytest.mark.django_db

DEBTOR = "accrual_by_obligor"
LATER = date(2026, 12, 1)


@pytest.fixture
def own(standing_desk: Desk) -> Desk:
    return deepcopy(standing_desk)


@pytest.fixture
def other() -> w.Trader:
    return w.trader()


def entered(own: Desk, other: w.Trader, **options: Any) -> Request:
    return w.submitted(own, DEBTOR, w.accrual(own, other, **options))


def queued(who: Someone) -> list[tuple[str, str]]:
    grants = frozenset((right.business, Tick(right.tick)) for right in who.member.business_rights.all())
    return [(item.kind, item.number) for item in queue.items_for(who.member, grants)]


def test_the_checker_s_queue_is_what_waits_for_him_the_nearest_deadline_first(
    own: Desk, other: w.Trader
) -> None:
    later = entered(own, other, record_on=LATER, due_on=date(2027, 2, 26))
    today = entered(own, other, amount_yen=12_500_000)
    assert queued(own.checking) == [("承認待ち", today.request_no), ("承認待ち", later.request_no)]
    page = own.checking.page("/densai")
    assert f"{own.checker.name}さん、承認を待っている請求が2件あります。" in page.text
    assert "本日中の期限が1件あります" in page.text
    assert "本日15:00まで あと5時間" in page.text
    assert "12月1日（火）15:00まで あと11日" in page.text
    assert page.links[today.request_no] == f"/densai/requests/{today.request_no}/approve"
    assert "まとめて確認する" in page.links


def test_the_maker_s_queue_is_what_he_has_to_mend_to_answer_and_to_finish(own: Desk, other: w.Trader) -> None:
    creditor = desk()
    asked = w.approved(creditor, "accrual_by_obligee", w.accrual(creditor, own)).lines.get().demand
    assert asked is not None
    back = entered(own, other)
    deciding.send_back(back.request_no, 1, **w.by(own.checker))
    draft = entering.save_draft(w.typed(DEBTOR, w.accrual(own, other)), **w.by(own.maker))
    typing = WorkingCopy.objects.create(
        company=own.company,
        member=own.maker,
        type=DEBTOR,
        token="typing1",
        content=w.accrual(own, other),
        updated_at=cast.AT,
    )
    assert queued(own.making) == [
        ("差戻し中", back.request_no),
        ("承諾依頼", asked.demand_no),
        ("一時保存", draft.request_no),
        ("入力の途中", typing.token),
    ]
    assert "承諾依頼が1件届いています。" in own.making.page("/densai").text
    assert queued(own.checking) == []
    w.submitted(own, "answer", w.answer(asked))
    assert ("承諾依頼", asked.demand_no) not in queued(own.making)


def test_what_one_cannot_approve_himself_does_not_wait_for_him(own: Desk, other: w.Trader) -> None:
    both = own.also(("accrual", Tick.MAKER), ("accrual", Tick.CHECKER))
    row = entering.submit(w.typed(DEBTOR, w.accrual(own, other)), **w.by(both.member))
    waiting = [("承認待ち", row.request_no)]
    assert queued(both) == waiting
    settings = controls(own, own_approval_refused=True, approvals=Controls.Approvals.DOUBLE_ANY)
    assert (queued(both), queued(own.checking)) == ([], waiting)
    deciding.approve(row.request_no, 1, **w.by(own.checker))
    assert queued(own.checking) == []
    settings.own_approval_refused = False
    settings.save()
    assert queued(both) == waiting


def test_where_the_order_counts_the_final_checker_waits_for_the_first(own: Desk, other: w.Trader) -> None:
    final = own.also(("accrual", Tick.CHECKER))
    controls(own, approvals=Controls.Approvals.DOUBLE_ORDERED)
    FinalChecker.objects.create(company=own.company, member=final.member)
    row = entered(own, other)
    waiting = [("承認待ち", row.request_no)]
    assert (queued(own.checking), queued(final)) == (waiting, [])
    deciding.approve(row.request_no, 1, **w.by(own.checker))
    assert (queued(own.checking), queued(final)) == ([], waiting)


def test_the_day_its_cut_off_and_the_debits_are_told(own: Desk, other: w.Trader) -> None:
    for amount in (1_000_000, 500_000):
        w.approved(own, DEBTOR, w.accrual(own, other, amount_yen=amount, due_on=date(2026, 12, 12)))
    w.approved(own, DEBTOR, w.accrual(own, other, due_on=date(2027, 1, 29)))  # too far away
    page = own.making.page("/densai")
    assert "2026年11月20日（金）" in page.text
    # Saturday's is debited on Monday.
    assert f"12月14日（月） {own.account.label} 2 1,500,000" in page.text
    assert "1,000,000" not in page.text.partition("これからの引落し")[2]
    assert "これからの引落し" not in own.checking.page("/densai").text  # without 債権情報照会


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (4, "当日分の受付 本日15:00まで あと1時間"),
        (5, "当日分の受付 終わりました。次は、11月24日（火）です。"),
    ],
)
def test_after_the_cut_off_the_next_day_is_named(own: Desk, clock: cast.Clock, hours: int, said: str) -> None:
    clock.forward(hours=hours)
    own.making.come_again()
    assert said in own.making.page("/densai").text


def test_the_queue_costs_the_same_however_much_waits(own: Desk, other: w.Trader) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            own.checking.get("/densai")
        return len(asked)

    entered(own, other)
    once = queries()
    for _ in range(4):
        entered(own, other)
    assert queries() == once


def numbers(page: Any) -> list[str]:
    return [name for name in page.links if name.isdigit()]


def test_the_lists_show_each_person_what_is_his(own: Desk, other: w.Trader) -> None:
    waiting, back, taken = (entered(own, other) for _ in range(3))
    deciding.send_back(back.request_no, 1, **w.by(own.checker))
    entering.pull_back(taken.request_no, 1, **w.by(own.maker))
    assert numbers(own.checking.page("/densai/requests/awaiting")) == [waiting.request_no]
    assert numbers(own.making.page("/densai/requests/mending")) == [back.request_no, taken.request_no]
    assert numbers(own.making.page("/densai/requests")) == [
        taken.request_no,
        back.request_no,
        waiting.request_no,
    ]
    assert "あなたは承認者ではありません" in own.making.page("/densai/requests/awaiting").text
    assert "あなたは担当者ではありません" in own.checking.page("/densai/requests/mending").text
    assert numbers(own.boss.page("/densai/requests")) == []
    assert numbers(desk().making.page("/densai/requests")) == []


def test_the_list_of_approvals_can_show_one_s_own_entries_too(own: Desk, other: w.Trader) -> None:
    controls(own, own_approval_refused=True)
    both = own.also(("accrual", Tick.MAKER), ("accrual", Tick.CHECKER))
    row = entering.submit(w.typed(DEBTOR, w.accrual(own, other)), **w.by(both.member))
    page = both.page("/densai/requests/awaiting")
    assert numbers(page) == []
    whole = both.page("/densai/requests/awaiting?all=1")
    assert whole.links[row.request_no] == f"/densai/requests/{row.request_no}"


def test_ticks_of_the_list_lead_to_the_confirmation(own: Desk, other: w.Trader) -> None:
    row = entered(own, other)
    page = own.checking.page("/densai/requests/awaiting")
    confirm = page.press("まとめて承認", choose=f"{row.request_no} {other.company.name} 1,000,000円を")
    assert "1件を承認しますか" in confirm.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "cba"),
        ("state=awaiting_approval", "ba"),
        ("state=open", "ba"),
        ("state=deleted", "c"),
        ("type=accrual_by_obligor", "cba"),
        ("type=assignment", ""),
        ("partner=相手", ""),
        ("yen_since=200", "cb"),
        ("yen_until=２００", "ba"),
        ("yen_since=101&yen_until=299", "b"),
        ("record_since=2026-11-21", "b"),
        ("record_until=2026-11-20", "ca"),
        ("made_since=2026-11-20&made_until=2026-11-20", "cba"),
        ("made_since=2026-11-21", ""),
        ("made_until=2026-11-19", ""),
        ("maker=だれか", ""),
    ],
)
def test_requests_are_found_by_everything(own: Desk, other: w.Trader, query: str, found: str) -> None:
    a = entered(own, other, amount_yen=100)
    b = entered(own, other, amount_yen=200, record_on=LATER, due_on=date(2027, 2, 26))
    c = entered(own, other, amount_yen=300)
    entering.delete(c.request_no, 1, **w.by(own.maker))
    names = {a.request_no: "a", b.request_no: "b", c.request_no: "c"}
    page = own.making.page(f"/densai/requests?{query}")
    assert "".join(names[number] for number in numbers(page)) == found
    assert ("<details open>" in page.html) is bool(query)


def test_requests_are_found_by_number_partner_and_maker(own: Desk, other: w.Trader) -> None:
    third = w.trader()
    row = entered(own, other)
    several = w.approved(own, DEBTOR, w.accrual(own, other, third))
    search = "/densai/requests"
    assert numbers(own.making.page(f"{search}?number={row.request_no}")) == [row.request_no]
    both = [several.request_no, row.request_no]
    assert numbers(own.making.page(f"{search}?number=20261120")) == both
    assert numbers(own.making.page(f"{search}?partner={third.company.name}")) == [several.request_no]
    assert numbers(own.making.page(f"{search}?maker={own.maker.name}")) == both


@pytest.mark.parametrize(
    "query",
    ["state=x", "type=x", "yen_since=x", "made_since=2026-02-30", "yen_since=2&yen_until=1"],
)
def test_a_search_that_makes_no_sense_finds_nothing(own: Desk, other: w.Trader, query: str) -> None:
    entered(own, other)
    page = own.making.page(f"/densai/requests?{query}")
    assert (page.status, numbers(page)) == (422, [])
    assert own.making.get(f"/densai/requests?{query}&file=csv").status_code == 422


def test_a_list_is_saved_as_a_file(own: Desk, other: w.Trader) -> None:
    row = entered(own, other)
    for path in ("/densai/requests", "/densai/requests/awaiting"):
        who = own.checking
        answer = who.get(f"{path}?file=csv")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").split("\r\n")
        assert lines[0] == (
            "請求番号,種類,状態,相手先,合計金額（円）,明細数,電子記録年月日,決済口座,担当者,作成日時,更新日時,期限"
        )
        assert lines[1] == (
            f"{row.request_no},発生記録（債務者請求）,承認待ち,{other.company.name},1000000,1,2026/11/20,"
            f"{own.account.label},{own.maker.name},2026/11/20 10:00:00,2026/11/20 10:00:00,"
            "2026/11/20 15:00:00"
        )
        assert lines[2:] == [""]
        sheet = who.get(f"{path}?file=excel")
        assert b"".join(sheet.streaming_content).startswith(b"PK")


def test_a_long_list_goes_on_by_deadline(own: Desk, other: w.Trader) -> None:
    row = entered(own, other)
    assert row.deadline_at is not None
    Request.objects.bulk_create(
        Request(
            **{
                **{f.attname: getattr(row, f.attname) for f in Request._meta.fields if f.name != "id"},
                "request_no": f"20261119{n:06}",
                "deadline_at": row.deadline_at + dt.timedelta(minutes=n),
            }
        )
        for n in range(1, 61)
    )
    first = own.checking.page("/densai/requests/awaiting")
    assert "あなたの承認を待つ請求が61件あります" in first.text
    rest = first.follow("次のページ")
    shown = [*numbers(first), *numbers(rest)]
    assert shown == [row.request_no, *(f"20261119{n:06}" for n in range(1, 61))]
