"""The pages that a company opens all day, with ten thousand requests and with a million."""

import statistics
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from erec.members.catalogue import EVERY_GRANT
from erec.parameters import business_day
from erec.stack.roles import as_owner
from erec.workflow import sample
from tests import cast
from tests.erec.members.cast_members import enter, give, member_of

FEW, MANY = 10_000, 1_000_000
ROUNDS = 15
PAGES = {
    "queue page (トップ)": "/densai",
    "awaiting approval (承認待ち一覧)": "/densai/requests/awaiting",
    "list of requests (請求状況一覧)": "/densai/requests",
    "list of claims (債権情報照会)": "/densai/claims",
}


def measure() -> Iterator[dict[str, Any]]:
    """Half of the requests, and a part of the claims, are this person's company's."""
    person = cast.master(at=timezone.now())
    enter(person, give(member_of(person), *EVERY_GRANT))
    _load(companies=100, claims=FEW, requests=FEW)
    few = {name: _milliseconds(person, path) for name, path in PAGES.items()}
    _load(companies=0, claims=MANY - FEW, requests=MANY - FEW)
    for name, path in PAGES.items():
        many = _milliseconds(person, path)
        yield {
            "name": f"{name}, {MANY:,} requests and claims",
            "unit": "ms",
            "ours": many,
            "reference": few[name],
            "reference_name": f"the same page with {FEW:,}",
            "ratio": round(many / few[name], 2),
        }


def _load(**counts: int) -> None:
    with as_owner():
        sample.load(**counts, today=business_day.today(timezone.now()).date)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _milliseconds(person: cast.Person, path: str) -> float:
    """Median of one page, from the request to the finished HTML, without network and TLS."""
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = person.client.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.status_code
    return round(statistics.median(took), 1)
