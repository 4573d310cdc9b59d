"""入金予定 and 支払予定: calendar, bars, tables and files of one address say the same."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest

from erec.claims import runs
from erec.claims.instructions import Party
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_screens import ACCRUES, looker

pytestmark = pytest.mark.django_db
ADDRESS = "/densai/schedule"


def shown(person: cast.Person, query: str = "") -> Any:
    answer = person.client.get(f"{ADDRESS}{query}")
    assert answer.status_code == 200
    return answer


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def file_of(person: cast.Person, query: str) -> list[list[str]]:
    answer = person.client.get(f"{ADDRESS}{query}&file=csv")
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.parametrize("side", ["in", "out"])
def test_calendar_bars_tables_and_files_say_the_same(side: str) -> None:
    person, own = looker()
    other = c.party()
    pair = (other, own) if side == "in" else (own, other)
    c.claim(*pair, 9_999_999_999)
    paid = c.claim(*pair, 1_000_000).record_number
    c.recorded(c.payment(paid, pair[0], pair[1], 300_000))
    c.claim(*pair, 50_000, record_on=c.LATER)
    c.claim(*pair, 7_000_000, due_on=date(2027, 2, 10))
    c.claim(*pair, 123, due_on=date(2027, 1, 29))
    month = 9_999_999_999 + 700_000 + 50_000 + 7_000_000
    query = f"?side={side}&month=2027-02"
    answer = shown(person, query)
    days = [day for week in answer.context["weeks"] for day in week if day.value]
    assert [(day.on.day, day.value.coming_yen) for day in days] == [(10, 7_000_000), (26, month - 7_000_000)]
    assert sum(sums.coming_yen for _, _, sums in answer.context["days"]) == month
    assert answer.context["sum"].coming_yen == month
    assert answer.context["months_sum"].coming_yen == month
    assert [bar.value for bar in answer.context["chart"].bars] == [month, *[0] * 11]
    by_day = file_of(person, query)
    assert [(row[0], row[2], row[3], row[4]) for row in by_day] == [
        ("2027/02/10", "1", "7000000", "0"),
        ("2027/02/26", "3", str(month - 7_000_000), "50000"),
    ]
    assert [(row[0], row[3]) for row in file_of(person, f"{query}&of=months")] == [("2027/02", str(month))]
    text = words(answer)
    name = "入金予定" if side == "in" else "支払予定"
    assert f"2027年2月の{name}は、10,007,749,999円です" in text
    assert "うち予約 50,000" in text
    year = shown(person, f"?side={side}&month=2026-11").context["chart"]
    assert {bar.label: bar.value for bar in year.bars if bar.value} == {"2027年1月": 123, "2027年2月": month}


def test_what_is_settled_and_what_was_not_paid_are_told_apart(obligor: Party) -> None:
    person, own = looker()
    c.claim(obligor, own, 1_000_000, due_on=c.SOON)
    runs.settle(c.SOON, cast.AT)
    text = words(shown(person, "?month=2026-12"))
    assert "2026年12月の入金予定はありません" in text
    assert "入金済 1,000,000" in text
    assert "支払不能 " not in text


def test_without_a_choice_it_is_this_month_s_income() -> None:
    person, _ = looker()
    answer = shown(person)
    assert (answer.context["side"], answer.context["month"]) == ("in", date(2026, 11, 1))
    assert [day.on for week in answer.context["weeks"] for day in week if day.today] == [c.TODAY]
    text = words(answer)
    assert "この月が支払期日の債権はありません" in text
    assert "この期間の予定はありません" in text
    assert "今月へ" not in text


def test_the_months_beside_it_keep_side_and_account() -> None:
    person, own = looker()
    nav = shown(person, f"?side=out&month=2027-01&account={own.account}").context["nav"]
    kept = f"?account={own.account}&side=out&month="
    assert (nav["previous"], nav["next"], nav["now"]) == (
        f"{kept}2026-12",
        f"{kept}2027-02",
        f"{kept}2026-11",
    )
    assert [(link.label, link.here) for link in nav["sides"]] == [("入金予定", False), ("支払予定", True)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2027-2", date(2027, 2, 1)),
        ("2027/02", date(2027, 2, 1)),
        ("２０２７年２月", date(2027, 2, 1)),
        ("2000-01", date(2000, 1, 1)),
        ("2999-12", date(2999, 12, 1)),
    ],
)
def test_a_month_is_understood_as_people_write_it(typed: str, first: date) -> None:
    person, _ = looker()
    answer = person.client.get(ADDRESS, {"month": typed})
    assert (answer.status_code, answer.context["month"]) == (200, first)
    nav = answer.context["nav"]
    assert bool(nav["previous"]) == (first > date(2000, 1, 1))
    assert bool(nav["next"]) == (first < date(2999, 12, 1))


@pytest.mark.parametrize(
    "query",
    [
        "month=9999-99",
        "month=2027-13",
        "month=1999-12",
        "month=3000-01",
        "month=0000-00",
        "month=2027-02-26",
        "month=%00",
        "month=<script>",
        "side=both",
        "account=9999-101-2-9999999",
        "month=9999-99&file=csv",
    ],
)
def test_a_senseless_address_shows_why_and_no_figures(query: str) -> None:
    person, _ = looker()
    answer = person.client.get(f"{ADDRESS}?{query}")
    assert answer.status_code in (400, 422)
    assert "カレンダー</h2>" not in answer.content.decode()


def test_another_company_s_account_is_not_to_choose(obligor: Party, obligee: Party) -> None:
    person, _ = looker()
    c.claim(obligor, obligee)
    answer = person.client.get(ADDRESS, {"month": "2027-02", "account": str(obligee.account)})
    assert answer.status_code == 422
    assert shown(person, "?month=2027-02").context["sum"].count == 0


@pytest.mark.parametrize("file", ["", "&file=csv"])
def test_without_the_right_nothing_is_shown(file: str) -> None:
    person, _ = looker(ACCRUES)
    answer = person.client.get(f"{ADDRESS}?side=in{file}")
    assert answer.status_code == 403
    assert "債権情報照会（開示）の利用権限" in answer.content.decode()


def test_the_picture_carries_its_text(obligor: Party) -> None:
    person, own = looker()
    c.claim(obligor, own)
    page = shown(person, "?month=2027-02").content.decode()
    picture = re.search(r'<svg class="bare".*?</svg>', page, re.S)
    assert picture
    for name in re.findall(r'aria-labelledby="([^"]+)"', picture[0])[0].split():
        assert f'id="{name}"' in picture[0]
    assert "style=" not in picture[0]
    assert "1,000,000円" in picture[0]
