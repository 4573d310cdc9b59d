"""Every action's last statement: exact rows, gapless chains, nothing left of what was rolled back."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erec.trail import audit
from erec.trail.access import StoredTrail
from erec.trail.audit import Who
from erec.trail.chain import BEGINNING, COLUMNS, Head, Link, digest, first_break
from erec.trail.events import Event
from erec.trail.models import ChainHead, Entry
from tests.erec.trail.cast import BEGUN, MASTER, STRANGER, record_one


def links_of(chain: int) -> list[Link]:
    return [
        Link(*row) for row in Entry.objects.filter(chain=chain).order_by("position").values_list(*COLUMNS)
    ]


def in_threads(count: int, work: Callable[[int], None]) -> None:
    def one(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(count)))


@pytest.mark.django_db
def test_an_event_is_kept_with_everything_that_was_said_about_it() -> None:
    audit.record(
        Event.LOGIN_REFUSED,
        at=BEGUN,
        company_id=7,
        who=MASTER,
        target="証明書 1A2B",
        reason="期限切れ",
        left=5,
        ok=False,
    )
    (link,) = links_of(7)
    assert link == Link(
        version=1,
        chain=7,
        position=1,
        previous_hash=BEGINNING,
        event="login.refused",
        recorded_at=BEGUN,
        company_id=7,
        user_id=41,
        login_id="d-master01",
        user_name="山田　太郎",
        address="192.0.2.1",
        door="cert",
        target="証明書 1A2B",
        detail={"reason": "期限切れ", "left": 5, "ok": False},
        hash=digest(replace(link, hash=b"")),
    )
    assert ChainHead.objects.values_list("chain", "position", "hash").get() == (7, 1, link.hash)


@pytest.mark.django_db
def test_each_company_has_its_own_chain_of_positions_from_one() -> None:
    for company_id in (7, 12, 7, 7):
        record_one(company_id, 1)
    assert [link.position for link in links_of(7)] == [1, 2, 3]
    assert [link.position for link in links_of(12)] == [1]
    assert links_of(7)[1].previous_hash == links_of(7)[0].hash


@pytest.mark.django_db
def test_events_of_no_company_are_spread_over_the_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    lots = iter([0, 15, 0])
    monkeypatch.setattr(secrets, "randbelow", lambda limit: next(lots) if limit == 16 else None)
    for number in range(3):
        record_one(None, number)
    rows = Entry.objects.order_by("chain", "position").values_list(
        "chain", "position", "company_id", "login_id"
    )
    assert list(rows) == [
        (-16, 1, None, STRANGER.login_id),
        (-1, 1, None, STRANGER.login_id),
        (-1, 2, None, STRANGER.login_id),
    ]


@pytest.mark.django_db
def test_the_head_is_locked_before_it_is_read() -> None:
    record_one(7, 1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        audit.record(Event.LOGGED_OUT, at=BEGUN, company_id=7, who=MASTER)
    statements = [query["sql"] for query in queries]
    assert 'FROM "trail_chain_head"' in statements[0]
    assert statements[0].endswith("FOR UPDATE")
    assert len(statements) == 3


@pytest.mark.django_db
def test_an_event_of_two_companies_is_on_both_chains_once_and_locks_them_in_order() -> None:
    with CaptureQueriesContext(connection) as queries:
        audit.record_for_both(
            Event.COMPANY_CONTACT_CHANGED, at=BEGUN, company_ids=[12, 7, 12], who=MASTER, target="取引", n=1
        )
    entries = [q["sql"] for q in queries if q["sql"].startswith('INSERT INTO "trail_entry"')]
    assert len(entries) == 2
    assert [link.target for link in links_of(7)] == [link.target for link in links_of(12)] == ["取引"]
    locked = [q["sql"] for q in queries if "FOR UPDATE" in q["sql"]]
    assert '"chain" = 7 ' in locked[0]
    assert '"chain" = 12 ' in locked[-1]


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(Event.LOGGED_OUT, at=BEGUN, company_id=7, who=MASTER)
    assert Entry.objects.count() == 0
    assert ChainHead.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_neither_entry_nor_gap() -> None:
    record_one(7, 1)

    def act_and_fail() -> None:
        with transaction.atomic():
            record_one(7, 2)
            record_one(99, 2)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        act_and_fail()
    record_one(7, 3)
    assert [(link.position, link.target) for link in links_of(7)] == [(1, "対象1"), (2, "対象3")]
    assert list(ChainHead.objects.values_list("chain", "position")) == [(7, 2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"at": datetime(2026, 4, 1)}, ValueError),  # noqa: DTZ001
        ({"who": Who(door="window")}, ValueError),
        ({"event": "login.invented"}, ValueError),
        ({"share": 0.5}, TypeError),
        ({"names": ["a"]}, TypeError),
    ],
)
def test_what_is_not_an_event_is_refused(changed: dict[str, Any], error: type[Exception]) -> None:
    given: dict[str, Any] = {"event": Event.LOGGED_OUT, "at": BEGUN, "company_id": 7, "who": MASTER}
    with pytest.raises(error), transaction.atomic():
        audit.record(**given | changed)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_what_a_stranger_typed_cannot_stop_its_own_record() -> None:
    who = replace(STRANGER, login_id="d-\0x\ud800", name="長" * 2000)
    audit.record(Event.LOGIN_REFUSED, at=BEGUN, company_id=7, who=who, target="\0", reason="\0")
    (link,) = links_of(7)
    assert link.login_id == "d-\ufffdx\ufffd"
    assert link.user_name == "長" * 999 + "…"
    assert (link.target, link.detail) == ("\ufffd", {"reason": "\ufffd"})
    assert link.hash == digest(link)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_on_one_chain_leave_no_gap_and_no_double() -> None:
    def work(number: int) -> None:
        for turn in range(10):
            record_one(7, number * 10 + turn)

    in_threads(8, work)
    with transaction.atomic():
        ((number, head),) = StoredTrail().chains()
        assert first_break(number, StoredTrail().links(number), head) == (None, 80)
    assert len({link.target for link in links_of(7)}) == 80


@pytest.mark.django_db(transaction=True)
def test_two_companies_named_in_either_order_never_deadlock() -> None:
    def work(number: int) -> None:
        ids = [7, 12] if number % 2 else [12, 7]
        for _ in range(10):
            with transaction.atomic():
                audit.record_for_both(
                    Event.COMPANY_CONTACT_CHANGED, at=timezone.now(), company_ids=ids, who=MASTER
                )

    in_threads(6, work)
    with transaction.atomic():
        assert [(c, h and h.position) for c, h in StoredTrail().chains()] == [(7, 60), (12, 60)]
        for chain, head in list(StoredTrail().chains()):
            assert isinstance(head, Head)
            assert first_break(chain, StoredTrail().links(chain), head) == (None, 60)
