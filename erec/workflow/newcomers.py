"""Whom the company has never approved anything for, or not on this account: where a deceived company pays.

Only what counts for the limits is looked at: who pays us is no danger. Known is who stands in a request that
was approved on an earlier business date; one that only waits, or was approved today, does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from erec.claims.instructions import Accrual, Guarantee, Party, from_json
from erec.formats import bank_calendar
from erec.parameters.business_day import Today
from erec.workflow import limits
from erec.workflow.errors import TooEarly
from erec.workflow.models import KnownPartner, Version
from erec.workflow.types import TYPES
from erec.workflow.types.base import Content

SHOWN = 5  # of a request with many lines; the sentence says how many more


@dataclass(frozen=True)
class Newcomer:
    """`other_account`: the company is known, this account is not."""

    name: str
    user_number: str
    account: str
    other_account: bool

    @property
    def sentence(self) -> str:
        if self.other_account:
            return f"{self.name}（{self.user_number}）の口座が、これまで承認した口座と違います。"
        return f"{self.name}（{self.user_number}）は、初めての相手先です。"


def newcomers_in(company_id: int, code: str, content: Content, on: date) -> list[Newcomer]:
    """Of a checked content, each once, in the content's order."""
    parties = _parties(code, content)
    rows = KnownPartner.objects.filter(
        company_id=company_id, approved_on__lt=on, user_number__in={party.user_number for party in parties}
    )
    known = set(rows.values_list("user_number", "account"))
    numbers = {number for number, _ in known}
    return [
        Newcomer(party.name, party.user_number, str(party.account), party.user_number in numbers)
        for party in dict.fromkeys(parties)
        if (party.user_number, str(party.account)) not in known
    ]


def remember(company_id: int, code: str, content: Content, on: date) -> None:
    """Part of the last approval. In one order, so that two approvals never wait in a circle."""
    named = {(party.user_number, str(party.account)) for party in _parties(code, content)}
    KnownPartner.objects.bulk_create(
        [
            KnownPartner(company_id=company_id, user_number=number, account=account, approved_on=on)
            for number, account in sorted(named)
        ],
        ignore_conflicts=True,
    )


def warnings(found: Sequence[Newcomer]) -> list[str]:
    """What maker and checker read, whatever the company has set."""
    if not found:
        return []
    sentences = [newcomer.sentence for newcomer in found[:SHOWN]]
    more = [f"ほか{len(found) - SHOWN}件の初めての相手先・口座があります。"] if len(found) > SHOWN else []
    return [*sentences, *more, "相手先と口座が正しいか、電話などで確かめてください。"]


def warnings_of(company_id: int, code: str, content: Content, today: Today) -> list[str]:
    """The same for a content that is not entered yet."""
    return warnings(newcomers_in(company_id, code, content, today.date))


def first_day(entered_on: date) -> date:
    """The business date from which it may be approved, where the company lets a night pass.

    Worked example: entered on 20 November 2026 (Friday), approved from the 24th (the 23rd is a holiday).
    """
    return bank_calendar.after(entered_on, 1)


def begins(entered_on: date) -> datetime:
    return timezone.make_aware(datetime.combine(first_day(entered_on), time()))


def check_night(found: Sequence[Newcomer], version: Version, on: date) -> None:
    """Raises TooEarly. A version from before it was written when it was entered waits for nothing."""
    if not found or version.made_on is None or on >= first_day(version.made_on):
        return
    from_on = first_day(version.made_on)
    raise TooEarly(
        f"{found[0].sentence}承認できるのは、仮登録の翌営業日（{from_on.month}月{from_on.day}日）からです。"
        "何も変わっていません。それまでに、相手先と口座を電話などで確かめてください。"
    )


def _parties(code: str, content: Content) -> list[Party]:
    return [
        party
        for part, of_part in limits.parts(code, content)
        if limits.counts(part, of_part)
        for party in (_who_asks(of_part) or TYPES[part].partners(of_part))
    ]


def _who_asks(content: Content) -> list[Party]:
    """Of an answer: to whom the company will owe if it consents."""
    asked = [from_json(line["instruction"]) for line in content["lines"] if "instruction" in line]
    found = []
    for instruction in asked:
        if isinstance(instruction, Accrual):
            found.append(instruction.obligee)
        elif isinstance(instruction, Guarantee):
            found.append(instruction.requester)
    return found
