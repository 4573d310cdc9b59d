"""Telling a company something, reading it, and choosing what comes by mail.

`tell` is called inside the action that it tells of: the notice, its mails and what happened are written
together or not at all. Whoever calls it holds his row locks already; it locks nothing that is there before.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from erec.notices import mails, receivers
from erec.notices.what import What, audience


@dataclass(frozen=True)
class Telling:
    """One notice to be: what, to which company, about which business, and where its page leads.

    `key` names the happening and the company, so that the same one again tells nothing new.
    """

    what: What
    key: str
    company_id: int
    business: str
    subject: str
    lines: Sequence[str] = ()
    request_no: str = ""
    record_number: str = ""
    demand_no: str = ""


def tell(
    what: What,
    *,
    key: str,
    company_id: int,
    business: str,
    subject: str,
    lines: Sequence[str],
    at: datetime,
    request_no: str = "",
    record_number: str = "",
    demand_no: str = "",
) -> None:
    """Tell one company. See tell_many."""
    telling = Telling(what, key, company_id, business, subject, lines, request_no, record_number, demand_no)
    tell_many([telling], at=at)


def tell_many(tellings: Iterable[Telling], *, at: datetime) -> None:
    """Write the notices that are new, and a mail to each member who may see one and wants mail.

    Two queries however many, and one more a mail. Raises ValueError for a business that nobody could see
    the notice with, and TransactionManagementError outside transaction.atomic.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A notice is told inside the action's transaction.")
    by_key = {telling.key: telling for telling in tellings}
    for telling in by_key.values():
        audience(telling.what, telling.business)
    # In the order of their keys: two who tell the same things wait for each other and never deadlock.
    new = [by_key[key] for key in _inserted([by_key[key] for key in sorted(by_key)], at)]
    if not new:
        return
    people = receivers.of_companies(
        {telling.company_id for telling in new},
        {telling.business for telling in new},
        {telling.what for telling in new},
    )
    for telling in new:
        _send(telling, people.get(telling.company_id, []), at)


def _inserted(tellings: list[Telling], at: datetime) -> list[str]:
    """The keys that were not there yet. One statement."""
    columns: dict[str, tuple[str, list[object]]] = {
        "company_id": ("bigint", [t.company_id for t in tellings]),
        "code": ("text", [secrets.token_hex(8) for _ in tellings]),
        "key": ("text", [t.key for t in tellings]),
        "what": ("text", [t.what.value for t in tellings]),
        "importance": ("text", [t.what.importance.value for t in tellings]),
        "business": ("text", [t.business for t in tellings]),
        "subject": ("text", [mails.one_line(t.subject) for t in tellings]),
        "body": ("text", ["\n".join(map(mails.cleaned, t.lines)) for t in tellings]),
        "request_no": ("text", [t.request_no for t in tellings]),
        "record_number": ("text", [t.record_number for t in tellings]),
        "demand_no": ("text", [t.demand_no for t in tellings]),
    }
    names = ", ".join(columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind, _ in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notices_notice ({names}, created_at) "  # noqa: S608 - our own names
            f"SELECT *, %s FROM unnest({arrays}) ON CONFLICT (key) DO NOTHING RETURNING key",
            [at, *(values for _, values in columns.values())],
        )
        return [row[0] for row in cursor.fetchall()]


def _send(telling: Telling, people: list[receivers.Receiver], at: datetime) -> None:
    chosen, masters_instead = receivers.of_notice(telling.what, telling.business, people)
    for person in chosen:
        if person.wants(telling.what):
            mails.send(
                telling.key,
                person,
                what=telling.what,
                business=telling.business,
                subject=mails.one_line(telling.subject),
                lines=telling.lines,
                for_want_of_a_holder=masters_instead,
                at=at,
            )
