"""Telling a company something, reading it, and choosing what comes by mail.

`tell` is called inside the action that it tells of: the notice, its mails and what happened are written
together or not at all. Whoever calls it holds his row locks already; it locks nothing that is there before.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction

from accounts.errors import NotAllowed
from accounts.models import User
from accounts.origin import Origin
from accounts.origin import tell as record
from erec.members import access as members
from erec.members.models import Member
from erec.notices import access, mails, receivers
from erec.notices.models import MailChoice, Notice, NoticeRead
from erec.notices.what import What, audience
from erec.trail import outbox
from erec.trail.events import Event

READS_BATCH = 1000


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

    Three statements, however many. `at` is the wall clock's moment: mails leave then.
    Raises ValueError for a business that nobody could see the notice with, and
    TransactionManagementError outside transaction.atomic.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A notice is told inside the action's transaction.")
    by_key = {telling.key: _tidied(telling) for telling in tellings}
    for telling in by_key.values():
        if not audience(telling.what, telling.business):
            raise ValueError(f"No tick of {telling.business} gets {telling.what}.")
    new = [by_key[key] for key in _inserted(by_key, at)]
    if not new:
        return
    people = receivers.of_companies(
        {telling.company_id for telling in new},
        {telling.business for telling in new},
        {telling.what for telling in new},
    )
    outbox.put_many(
        (mail for telling in new for mail in _mails(telling, people.get(telling.company_id, []))), at=at
    )


def _tidied(telling: Telling) -> Telling:
    return replace(
        telling,
        subject=mails.one_line(telling.subject),
        lines=[mails.cleaned(line) for line in telling.lines],
    )


def _inserted(by_key: Mapping[str, Telling], at: datetime) -> list[str]:
    """The keys that were not there yet. One statement, in the order of the keys: two who tell the same things
    wait for each other and never deadlock.
    """
    tellings = [by_key[key] for key in sorted(by_key)]
    columns: dict[str, tuple[str, list[object]]] = {
        "company_id": ("bigint", [t.company_id for t in tellings]),
        "code": ("text", [secrets.token_hex(8) for _ in tellings]),
        "key": ("text", [t.key for t in tellings]),
        "what": ("text", [t.what.value for t in tellings]),
        "importance": ("text", [t.what.importance.value for t in tellings]),
        "business": ("text", [t.business for t in tellings]),
        "subject": ("text", [t.subject for t in tellings]),
        "body": ("text", ["\n".join(t.lines) for t in tellings]),
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


def _mails(telling: Telling, people: list[receivers.Receiver]) -> Iterator[outbox.Mail]:
    chosen, masters_instead = receivers.of_notice(telling.what, telling.business, people)
    for person in chosen:
        if person.wants(telling.what):
            yield mails.mail_to(
                telling.key,
                person,
                what=telling.what,
                business=telling.business,
                subject=telling.subject,
                lines=telling.lines,
                for_want_of_a_holder=masters_instead,
            )


def mark_read(notices: Sequence[Notice], *, member: Member, at: datetime) -> None:
    """Opened by `member`. Once is enough: a second time changes nothing.

    The one kind of write without an audit event: who has read what stands in its own append-only rows, and
    a chain in which every look is an entry hides what was done.
    """
    NoticeRead.objects.bulk_create(
        [NoticeRead(company_id=n.company_id, notice=n, member=member, read_at=at) for n in notices],
        batch_size=READS_BATCH,
        ignore_conflicts=True,
    )


@transaction.atomic
def mark_all_read(*, up_to: Notice, member: Member, at: datetime) -> None:
    """All that `member` may see, up to the newest that the page knew: what came later stays unread."""
    unread = access.unread_by(member, members.powers_of(member), at)
    mark_read(list(access.up_to(unread, up_to).only("company_id")), member=member, at=at)


@transaction.atomic
def choose_mails(
    member: Member, wanted: Mapping[What, bool], *, acting_user: User, at: datetime, origin: Origin
) -> dict[What, bool]:
    """Set which kinds come by mail; returns what changed. Kinds that are not named stay as they are.

    The person is told by mail of what was switched off: whoever uses another's session must not do it
    unseen. Raises NotAllowed (not one's own, or not usable any more).
    """
    member = members.locked(member.pk)
    if member.user_id != acting_user.pk or not member.user.is_active:
        raise NotAllowed
    before = access.mail_choices_of(member)
    changed = {what: wish for what, wish in wanted.items() if before[what] != wish}
    if not changed:
        return changed
    MailChoice.objects.bulk_create(
        [
            MailChoice(company_id=member.company_id, member=member, what=what, wanted=wish)
            for what, wish in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["member", "what"],
        update_fields=["wanted"],
    )
    off = [what for what, wish in changed.items() if not wish]
    if off:
        mails.switched_off(member, off, at)
    record(
        Event.MAIL_CHOICES_CHANGED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=member.company_id,
        target=member.login_id,
        on=", ".join(what for what, wish in changed.items() if wish),
        off=", ".join(off),
    )
    return changed
