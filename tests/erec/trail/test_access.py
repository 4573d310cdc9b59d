"""The reads for the history screens."""

import pytest

from erec.trail import access, audit
from erec.trail.audit import Who
from erec.trail.events import Event
from tests.erec.trail.cast import BEGUN, MASTER, record_a_trail, record_one

pytestmark = pytest.mark.django_db


def test_a_company_sees_its_own_events_the_newest_first() -> None:
    record_a_trail()
    assert [(e.chain, e.position) for e in access.events_of_company(12)] == [
        (12, p) for p in (6, 5, 4, 3, 2, 1)
    ]


def test_a_user_sees_what_he_did_and_nobody_else_did() -> None:
    record_one(7, 1)
    audit.record(Event.LOGGED_OUT, at=BEGUN, company_id=7, who=Who(user_id=42))
    record_one(7, 2)
    assert [e.target for e in access.events_of_user(41)] == ["対象2", "対象1"]
    assert [e.event for e in access.events_of_user(42)] == ["session.logged_out"]


def test_a_user_without_a_company_sees_the_events_of_all_shards_by_time() -> None:
    for minute in range(5):
        audit.record(
            Event.COMPANY_REGISTERED, at=BEGUN.replace(minute=minute), company_id=None, who=MASTER, n=minute
        )
    assert [e.detail["n"] for e in access.events_of_user(41)] == [4, 3, 2, 1, 0]
