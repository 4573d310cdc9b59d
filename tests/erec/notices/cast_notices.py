"""A company whose people hold different permissions, and notices for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from erec.members.actions.entering import copy_of
from erec.members.catalogue import Grant, Tick
from erec.members.models import Member
from erec.notices.actions import tell
from erec.notices.models import Notice
from erec.notices.what import What
from erec.trail.models import Outbox
from tests import cast
from tests.erec.members.cast_members import enter, give, member_of

MAKER: Grant = ("accrual", Tick.MAKER)
CHECKER: Grant = ("accrual", Tick.CHECKER)
INQUIRER: Grant = ("inquiry", Tick.USE)

SUBJECT = "請求 2026112000001 が差し戻されました"


class Company:
    """A master without any right in business, a maker and a checker of 債権発生請求, without certificates."""

    def __init__(self) -> None:
        company, (starter,) = cast.company()
        self.master = copy_of(starter.user, None, cast.AT)
        self.maker, self.checker = self.colleague(MAKER), self.colleague(CHECKER)
        self.pk = company.pk

    def colleague(self, *grants: Grant) -> Member:
        """One more general user who came through ユーザ更新."""
        member = copy_of(cast.general(self.master.company), None, cast.AT)
        return give(member, *grants, accounts=False)

    def person(self, member: Member) -> cast.Person:
        """The member with a certificate, an approval password and a browser, in the service."""
        person = cast.fetched(member.user)
        enter(person, member_of(person))
        return person

    def say(self, what: What = What.SENT_BACK, key: str = "r1", **changed: Any) -> Notice:
        """Tell the company something; the notice, if it is a new one or not."""
        given: dict[str, Any] = {
            "company_id": self.pk,
            "business": "accrual",
            "subject": SUBJECT,
            "lines": ["請求番号: 2026112000001", "コメント: 金額を確かめてください。"],
            "request_no": "2026112000001",
            "at": cast.AT,
        }
        with transaction.atomic():
            tell(what, key=key, **{**given, **changed})
        return Notice.objects.get(key=key)


def mailed(prefix: str = "notice:") -> list[str]:
    """Whom mails with such keys are for, in the order in which they were put."""
    mails = Outbox.objects.filter(key__startswith=prefix).order_by("pk")
    return list(mails.values_list("to", flat=True))


class Died(Exception):
    """The process is gone."""


@contextmanager
def dying_at(statement: int) -> Iterator[None]:
    """The database's `statement`-th statement from here, counted from 1, is not carried out.

    Savepoints do not count: outside of a test they are the action's BEGIN and COMMIT.
    """
    left = statement

    def die(execute: Any, sql: str, *arguments: Any) -> Any:
        nonlocal left
        left -= "SAVEPOINT" not in sql
        if left == 0 and "SAVEPOINT" not in sql:
            raise Died
        return execute(sql, *arguments)

    with connection.execute_wrapper(die):
        yield
