"""操作履歴照会: the trail of the company (masters) or one's own, to search and to take along as a file."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.fields import NameField
from erec.lists.downloads import Column, Kind
from erec.lists.fields import DayField
from erec.lists.keyset import Order
from erec.lists.listing import Listing
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.trail import access as trail
from erec.trail.events import Event
from erec.trail.models import Entry

RIGHT = ("operation_history", Tick.USE)


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
def history(request: Any) -> HttpResponseBase:
    form = SearchForm(request.GET)
    found = _found(request, form)
    return HISTORY.answer(request, "members/history.html", form=form, found=found, shown_as=_shown)


def _found(request: Any, form: SearchForm) -> QuerySet[Entry]:
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


def _event(entry: Entry) -> str:
    return str(dict(Event.choices).get(entry.event, entry.event))


def _detail(entry: Entry) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(entry.detail.items()))


def _shown(entries: Sequence[Entry]) -> list[tuple[Entry, str, str]]:
    return [(entry, _event(entry), _detail(entry)) for entry in entries]


HISTORY = Listing[Entry](
    name="srk",  # what the files of the field are called (domain facts §5.1)
    orders=(Order("newest", "新しい順", ("position",), descending=True),),
    columns=(
        Column("日時", lambda entry: entry.recorded_at, Kind.MOMENT),
        Column("ログインID", lambda entry: entry.login_id, width=16),
        Column("ユーザ名", lambda entry: entry.user_name),
        Column("操作", _event, width=30),
        Column("対象", lambda entry: entry.target),
        Column("接続元", lambda entry: entry.address, width=16),
        Column("内容", _detail, width=60),
    ),
)
