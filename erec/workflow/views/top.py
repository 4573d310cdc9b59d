"""トップ: what waits for me, by deadline; the day; what is debited; what is still to set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.claims import schedule
from erec.claims.models import Claim
from erec.claims.schedule import Side
from erec.formats import bank_calendar
from erec.members import access as members
from erec.members import checklist
from erec.members.catalogue import Tick
from erec.members.checklist import Step
from erec.members.gate import densai
from erec.parameters import business_day
from erec.parameters.business_day import Today
from erec.workflow import access, queue
from erec.workflow.queue import Item, Kind
from erec.workflow.types.base import as_account

DEBITS_DAYS = 31  # how far ahead トップ looks


@dataclass(frozen=True)
class Debit:
    """What one account must hold on one day."""

    on: date
    account: str
    count: int
    amount_yen: int


@for_(Audience.USER)
@require_safe
@densai()
def top(request: Any) -> HttpResponse:
    today = business_day.today(request.at)
    items = queue.items_for(request.member, request.grants)
    steps = checklist.steps_for(request.member, request.user, request.at)
    open_steps = [step for step in steps if not (step.done or step.advice)]
    waiting = _waiting(request)
    context = {
        "today": today,
        "cut_off": business_day.cut_off_on(today.date),
        "items": items,
        "heading": _heading(waiting, open_steps),
        "to_approve": waiting[Kind.APPROVE],
        "mends": waiting[Kind.MEND],
        "urgent": [item for item in items if _is_urgent(item, today)],
        "counted_max": queue.COUNTED_MAX,
        "next_day": bank_calendar.after(today.date, 1),
        "is_business_day": bank_calendar.is_business_day(today.date),
        "debits": _debits(request, today.date),
        "may_inquire": ("inquiry", Tick.USE) in request.grants,
        "steps": steps,
        "open_steps": open_steps,
        "accounts": members.accounts_of(request.member),
    }
    return render(request, "workflow/top.html", context)


def _waiting(request: Any) -> dict[Kind, int]:
    """How many of each kind wait, at most COUNTED_MAX each."""
    member, grants = request.member, request.grants
    return {
        Kind.APPROVE: queue.capped(queue.approvable_by(member, grants)),
        Kind.ANSWER: queue.capped(access.unanswered(member, grants)),
        Kind.MEND: queue.capped(access.to_be_mended(member, grants)),
        Kind.RESUME: queue.capped(access.drafts_of(member)),
        Kind.TYPING: queue.capped(access.working_copies(member)),
    }


# The sentence that the person came for, the most pressing kind first.
HEADINGS = {
    Kind.APPROVE: "承認を待っている請求が{count}あります。",
    Kind.ANSWER: "承諾依頼が{count}届いています。",
    Kind.MEND: "差戻し中の請求が{count}あります。",
    Kind.RESUME: "一時保存した請求が{count}あります。",
    Kind.TYPING: "入力の途中の請求が{count}あります。",
}


def _heading(waiting: dict[Kind, int], open_steps: Sequence[Step]) -> str:
    for kind, sentence in HEADINGS.items():
        if count := waiting[kind]:
            return sentence.format(count=f"{count}件" if count < queue.COUNTED_MAX else "99件より多く")
    if open_steps:
        return f"準備が{len(open_steps)}件残っています。"
    return "準備はすべて済んでいます。"


def _is_urgent(item: Item, today: Today) -> bool:
    """It ends today. What ended already cannot be helped by hurrying."""
    end = item.deadline_at
    return end is not None and today.moment < end and _same_day(end, today)


def _same_day(moment: datetime, today: Today) -> bool:
    return timezone.localtime(moment).date() == today.date


def _debits(request: Any, on: date) -> list[Debit]:
    """What will be debited from the company's accounts, day by day; for who may see its claims."""
    if ("inquiry", Tick.USE) not in request.grants:
        return []
    company = request.user.company
    labels = {str(as_account(account)): account.label for account in company.settlement_accounts.all()}
    ahead = timedelta(days=DEBITS_DAYS)
    sheet = schedule.by_day(company.pk, Side.OUT, on - ahead, on + ahead)
    return [
        Debit(
            place.on,
            labels.get(place.account, place.account),
            sums.counts[Claim.State.RECORDED],
            sums.recorded_yen,
        )
        for place, sums in sheet.items()
        if sums.recorded_yen
    ]
