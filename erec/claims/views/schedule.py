"""入金予定 and 支払予定: a month's calendar and a year's bars, each with its table and its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.claims import reading, schedule
from erec.claims.forms import ScheduleForm
from erec.claims.pictures import bars, month
from erec.claims.schedule import Place, Sheet, Side, Sums
from erec.formats import bank_calendar
from erec.lists.downloads import LABELS, Column, File, Kind, table_response
from erec.lists.fields import FIRST_DAY, LAST_DAY
from erec.lists.listing import Link
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.parameters import business_day

RIGHT = ("inquiry", Tick.USE)
MONTHS = 12
# For each side: the page's name, the role by which the list of claims finds the same, the words for 決済済.
WORDS: Mapping[Side, tuple[str, str, str]] = {
    Side.IN: ("入金予定", "holder", "入金済"),
    Side.OUT: ("支払予定", "obligor", "支払済"),
}
Row = tuple[Place, Sums]


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and the two sheets that answer it."""

    side: Side
    month: date
    days: Sheet
    months: Sheet


def columns(on: str, side: Side, written: str) -> tuple[Column[Any], ...]:
    """Of the files, whose rows are `Row`. `written`: how the day is written, because a month is no day."""
    return (
        Column(on, lambda row: row[0].on.strftime(written) if written else row[0].on, Kind.DATE),
        Column("自社の決済口座", lambda row: reading.account_words(row[0].account), width=40),
        Column("件数", lambda row: row[1].count, width=8),
        Column("予定（円）", lambda row: row[1].coming_yen, Kind.YEN),
        Column("うち予約（円）", lambda row: row[1].reserved_yen, Kind.YEN),
        Column(f"{WORDS[side][2]}（円）", lambda row: row[1].settled_yen, Kind.YEN),
        Column("支払不能（円）", lambda row: row[1].defaulted_yen, Kind.YEN),
    )


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def planned(request: Any) -> HttpResponseBase:
    today = business_day.today(request.at).date
    # The month that is shown stands in its field, also when nobody has chosen one.
    chosen = {**request.GET.dict(), "month": request.GET.get("month") or f"{today:%Y-%m}"}
    form = ScheduleForm(request.user.company, chosen)
    if not form.is_valid():
        return render(
            request, "claims/schedule.html", {"form": form, "name": "入金予定・支払予定"}, status=422
        )
    side, first, account = form.chosen(today)
    asked = _asked(request.user.company_id, side, first, account)
    file = request.GET.get("file", "")
    if file in set(File):
        return _file(request, File(file), asked)
    context = {
        "form": form,
        "side": side,
        "name": WORDS[side][0],
        "done": WORDS[side][2],
        "today": today,
        "month": first,
        "account": account,
        "nav": _nav(request.GET, side, first, today),
        **_calendar(asked, today),
        **_chart(asked, today),
    }
    return render(request, "claims/schedule.html", context)


def _asked(company_id: int, side: Side, first: date, account: str) -> Asked:
    end = _months_later(first, MONTHS - 1) or LAST_DAY.replace(day=1)
    year = schedule.by_day(company_id, side, first, month.last_of(end), account)
    days = {place: sums for place, sums in year.items() if place.on <= month.last_of(first)}
    return Asked(side, first, days, schedule.by_month(year))


def _calendar(asked: Asked, today: date) -> dict[str, Any]:
    days = schedule.per_day(asked.days)
    return {
        "weekdays": month.WEEKDAYS,
        "weeks": month.weeks(asked.month, today, days),
        "days": _worded(asked.days),
        "sum": schedule.total(asked.days),
        "claims_url": f"{reverse('claims')}?{urlencode({'role': WORDS[asked.side][1], 'state': 'all'})}",
    }


def _chart(asked: Asked, today: date) -> dict[str, Any]:
    firsts = [on for n in range(MONTHS) if (on := _months_later(asked.month, n))]
    accounts = sorted({place.account for place in asked.months})
    series = [
        (
            reading.account_words(account),
            [asked.months.get(Place(on, account), Sums()).transfer_yen for on in firsts],
        )
        for account in accounts
    ]
    whole = schedule.total(asked.months)
    return {
        "months": _worded(asked.months),
        "months_sum": whole,
        "chart": bars.stacked([f"{on.year}年{on.month}月" for on in firsts], series)
        if whole.transfer_yen
        else None,
        "last_month": firsts[-1],
    }


def _worded(sheet: Sheet) -> list[tuple[date, str, Sums]]:
    return [(place.on, reading.account_words(place.account), sums) for place, sums in sheet.items()]


def _months_later(first: date, count: int) -> date | None:
    """None beyond the days that the service knows."""
    if not FIRST_DAY.year * 12 <= first.year * 12 + first.month - 1 + count < (LAST_DAY.year + 1) * 12:
        return None
    return bank_calendar.same_day_months_later(first, count)


def _nav(asked: QueryDict, side: Side, first: date, today: date) -> dict[str, Any]:
    """Where to go from here: the months beside this one, the other side, the files."""
    here = {"side": side.value, "month": f"{first:%Y-%m}"}
    return {
        "previous": _to(asked, here, _months_later(first, -1)),
        "next": _to(asked, here, _months_later(first, 1)),
        "now": "" if first == today.replace(day=1) else _to(asked, here, today.replace(day=1)),
        "sides": [
            Link(WORDS[one][0], _with(asked, {**here, "side": one.value}), one is side) for one in WORDS
        ],
        "day_files": _files(asked, {**here, "of": "days"}),
        "month_files": _files(asked, {**here, "of": "months"}),
    }


def _to(asked: QueryDict, here: Mapping[str, str], first: date | None) -> str:
    return _with(asked, {**here, "month": f"{first.year}-{first.month:02}"}) if first else ""


def _files(asked: QueryDict, here: Mapping[str, str]) -> list[Link]:
    return [Link(LABELS[file], _with(asked, {**here, "file": file})) for file in File]


def _with(asked: QueryDict, more: Mapping[str, str]) -> str:
    kept = {"account": asked["account"]} if asked.get("account") else {}
    return f"?{urlencode({**kept, **more})}"


def _file(request: Any, file: File, asked: Asked) -> HttpResponseBase:
    name = WORDS[asked.side][0]
    if request.GET.get("of") == "months":
        shown, rows = columns("月", asked.side, "%Y/%m"), asked.months
    else:
        shown, rows = columns("支払期日", asked.side, ""), asked.days
    return table_response(file, name=name, columns=shown, rows=rows.items(), at=request.at)
