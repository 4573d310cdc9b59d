"""操作履歴照会: the trail of the company (masters) or one's own, to search and to take along as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certs.middleware import returnable
from erec.audience import Audience, for_
from erec.fields import NameField
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.trail import access as trail
from erec.trail.events import Event
from erec.trail.models import Entry

RIGHT = ("operation_history", Tick.USE)
ROWS = 50
FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)
WRONG_DAY = "2000年から2999年までの、正しい日付を入力してください。"
CSV_ROWS_MAX = 100_000
COLUMNS = ("日時", "ログインID", "ユーザ名", "操作", "対象", "接続元", "内容")


class DayField(forms.DateField):
    """A day of this service's life, or nothing."""

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, required=False, widget=forms.DateInput({"type": "date"}))
        self.validators = [MinValueValidator(FIRST, WRONG_DAY), MaxValueValidator(LAST, WRONG_DAY)]
        self.error_messages["invalid"] = WRONG_DAY


class SearchForm(forms.Form):
    """Every condition may stay empty."""

    since = DayField(label="操作日（から）")
    until = DayField(label="操作日（まで）")
    event = forms.ChoiceField(label="操作", required=False)
    words = NameField(label="ログインIDまたは対象", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [("", "すべて"), *Event.choices]  # type: ignore[attr-defined]


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def history(request: Any) -> HttpResponse:
    form = SearchForm(request.GET)
    entries = _found(request, form)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        entries = entries.filter(position__lt=int(before))
    rows = list(entries[: ROWS + 1])
    context = {
        "form": form,
        "rows": [_row(e) for e in rows[:ROWS]],
        "older": rows[ROWS - 1].position if len(rows) > ROWS else None,
        "query": _query(request),
    }
    return render(request, "members/history.html", context, status=422 if form.errors else 200)


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def history_csv(request: Any) -> HttpResponseBase:
    """The same rows as a CSV file for Excel: UTF-8 with BOM, formulas defused."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        # That page says what is wrong, unless the search is too long to repeat.
        page = reverse("history")
        return HttpResponseRedirect(returnable(f"{page}?{request.GET.urlencode()}") or page)
    entries = _found(request, form)[:CSV_ROWS_MAX]
    answer = StreamingHttpResponse(_lines(entries), content_type="text/csv; charset=utf-8")
    name = timezone.localtime(request.at).strftime("srk%Y%m%d%H%M%S.csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(request: Any, form: SearchForm) -> Any:
    """Masters see the company's, others their own; the chain's order is the time's."""
    entries = trail.events_of_company(request.user.company_id)
    if not request.user.is_master:
        entries = entries.filter(user_id=request.user.pk)
    if not form.is_valid():
        return entries.none()
    typed = form.cleaned_data
    if typed["since"]:
        entries = entries.filter(recorded_at__gte=_midnight(typed["since"]))
    if typed["until"]:
        entries = entries.filter(recorded_at__lt=_midnight(typed["until"] + timedelta(days=1)))
    if typed["event"]:
        entries = entries.filter(event=typed["event"])
    if typed["words"]:
        entries = entries.filter(login_id=typed["words"]) | entries.filter(target=typed["words"])
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _row(entry: Entry) -> tuple[str, ...]:
    labels = dict(Event.choices)
    return (
        timezone.localtime(entry.recorded_at).strftime("%Y/%m/%d %H:%M:%S"),
        entry.login_id,
        entry.user_name,
        str(labels.get(entry.event, entry.event)),
        entry.target,
        entry.address,
        " ".join(f"{name}={value}" for name, value in sorted(entry.detail.items())),
    )


def _lines(entries: Any) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for entry in entries.iterator(chunk_size=1000):
        yield _line(_defused(cell) for cell in _row(entry))


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _defused(cell: str) -> str:
    """Excel runs what begins like a formula (OWASP, CSV injection); an apostrophe makes it text."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _query(request: Any) -> str:
    kept = request.GET.copy()
    kept.pop("before", None)
    return str(kept.urlencode())
