"""操作履歴照会."""

import csv
import io

import pytest

from erec.members.catalogue import Tick
from tests import cast
from tests.erec.members.cast_members import colleague, enter, give, master

pytestmark = pytest.mark.django_db


def csv_of(person: cast.Person, query: str = "") -> list[list[str]]:
    answer = person.client.get(f"/densai/history.csv{query}")
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
    rows = csv_of(boss, "?event=login.accepted&since=2026-11-20&until=2026-11-20")
    assert [row[3] for row in rows[1:]] == ["ログイン"]
    assert csv_of(boss, "?since=2026-11-21")[1:] == []
    assert csv_of(boss, "?words=d-nobody01")[1:] == []


def test_a_wrong_date_is_told_at_the_field() -> None:
    boss, _ = master()
    page = boss.client.get("/densai/history?since=2026-02-30")
    assert page.status_code == 422


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1", "@cmd", "\tx"])
def test_a_formula_is_defused(cell: str) -> None:
    from erec.members.views.history import _defused

    assert _defused(cell) == f"'{cell}"
    assert _defused("普通") == "普通"
