"""操作履歴照会."""

import csv
import io
import re

import pytest
from django.db import transaction

from accounts.origin import tell
from erec.members.catalogue import Tick
from erec.trail.events import Event
from tests import cast
from tests.erec.members.cast_members import colleague, enter, give, master

pytestmark = pytest.mark.django_db


def csv_of(person: cast.Person, query: str = "") -> list[list[str]]:
    answer = person.client.get(f"/densai/history?file=csv{query}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="srk20261120100000.csv"'
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_master_sees_the_company_and_others_only_themselves() -> None:
    boss, _ = master()
    worker, member = colleague(boss)
    enter(worker, member)
    refused = worker.client.get("/densai/history")
    assert refused.status_code == 403
    assert "操作履歴照会の利用権限" in refused.content.decode()
    give(member, ("operation_history", Tick.USE))
    everybody = {row[1] for row in csv_of(boss)[1:]}
    assert {boss.user.login_id, worker.user.login_id} <= everybody
    assert {row[1] for row in csv_of(worker)[1:]} == {worker.user.login_id}


def test_nothing_of_another_company_is_there() -> None:
    boss, _ = master()
    outsider, _ = master()
    text = boss.client.get("/densai/history").content.decode()
    assert boss.user.login_id in text
    assert outsider.user.login_id not in text
    assert outsider.user.login_id not in str(csv_of(boss))


def test_search_by_day_event_and_person() -> None:
    boss, _ = master()
    rows = csv_of(boss, "&event=login.accepted&since=2026-11-20&until=2026-11-20")
    assert [row[3] for row in rows[1:]] == ["ログイン"]
    assert csv_of(boss, "&since=2026-11-21")[1:] == []
    assert csv_of(boss, "&words=d-nobody01")[1:] == []


def test_a_wrong_date_is_told_at_the_field() -> None:
    boss, _ = master()
    page = boss.client.get("/densai/history?since=2026-02-30")
    assert page.status_code == 422


def test_the_pages_joined_are_the_history_and_keep_the_search() -> None:
    boss, _ = master()
    for number in range(60):
        cast_event(boss, f"R{number:03d}")
    first = boss.client.get("/densai/history?event=right.denied")
    assert shown(first.content.decode()) == [f"R{n:03d}" for n in reversed(range(10, 60))]
    second = boss.client.get("/densai/history" + first.context["nav"].next)
    assert shown(second.content.decode()) == [f"R{n:03d}" for n in reversed(range(10))]
    assert (second.context["nav"].first, second.context["nav"].next) == ("?event=right.denied", "")


def shown(page: str) -> list[str]:
    return re.findall(r'data-th="対象" class="code">([^<]*)<', page)


@transaction.atomic
def cast_event(person: cast.Person, target: str) -> None:
    tell(
        Event.RIGHT_DENIED,
        at=cast.AT,
        origin=cast.ORIGIN,
        acting_user=person.user,
        company_id=person.user.company_id,
        target=target,
    )
