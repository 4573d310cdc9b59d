"""What people and the institution decide about an application. Each in the caller's transaction, under the
lock of its request (the workflow's) and then of the application.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erec.financing import access, policy, telling
from erec.financing.models import Application, ApplicationLine, Step
from erec.parameters.business_day import Today

State = Application.State
LineState = ApplicationLine.State
What = Step.What

# As 利用者番号: without I, O and Z, which are read as digits.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXY"
_RANDOM = 6


@dataclass(frozen=True)
class AskedClaim:
    """A claim of an application as the company entered it."""

    record_number: str
    obligor_name: str
    due_on: date
    amount_yen: int


@dataclass(frozen=True)
class Asked:
    """What a company applied for. `account` as 9999-101-2-0123456."""

    company_id: int
    request_no: str
    kind: Application.Kind
    wished_on: date
    account: str
    claims: Sequence[AskedClaim]
    remarks: str = ""
    loan_yen: int | None = None
    repay_on: date | None = None


@dataclass(frozen=True)
class Terms:
    """The institution's yes: to these lines, what it pays out for them, and in 譲渡担保 what it lends."""

    lines: frozenset[int]
    proceeds_yen: int
    loan_yen: int | None = None
    rate: Decimal | None = None


@dataclass(frozen=True)
class LineNow:
    """What has become of a line in the workflow."""

    state: LineState
    record_number: str = ""
    error: str = ""


def apply(asked: Asked, today: Today) -> Application:
    """The application is made, with its number, and the institution's desk is told."""
    application = Application.objects.create(
        company_id=asked.company_id,
        application_no=_new_number(today.date),
        request_no=asked.request_no,
        kind=asked.kind,
        wished_on=asked.wished_on,
        account=asked.account,
        amount_yen=sum(claim.amount_yen for claim in asked.claims),
        loan_yen=asked.loan_yen,
        repay_on=asked.repay_on,
        remarks=asked.remarks,
        applied_at=today.at,
        answer_until=policy.answer_until(asked.wished_on),
    )
    ApplicationLine.objects.bulk_create(
        ApplicationLine(
            application=application,
            company_id=asked.company_id,
            number=number,
            asked_number=claim.record_number,
            record_number=claim.record_number,
            obligor_name=claim.obligor_name,
            due_on=claim.due_on,
            amount_yen=claim.amount_yen,
        )
        for number, claim in enumerate(asked.claims, start=1)
    )
    note(application, What.APPLIED, today.at, application.amount_yen)
    telling.applied(application, today.at)
    return application


def keep_terms(application: Application, terms: Terms, at: datetime) -> None:
    """What the institution said yes to, each claim with its share. The caller has locked and checked."""
    lines = list(application.lines.filter(number__in=terms.lines).order_by("number"))
    amounts = [line.amount_yen for line in lines]
    granted = amounts if terms.loan_yen is None else policy.shared(terms.loan_yen, amounts)
    proceeds = policy.shared(terms.proceeds_yen, granted)
    for line, granted_yen, proceeds_yen in zip(lines, granted, proceeds, strict=True):
        line.granted_yen, line.proceeds_yen = granted_yen, proceeds_yen
    ApplicationLine.objects.bulk_update(lines, ["granted_yen", "proceeds_yen"])
    application.rate, application.granted_yen, application.answered_at = terms.rate, sum(granted), at
    application.save(update_fields=["rate", "granted_yen", "answered_at"])
    note(application, What.ACCEPTED, at, terms.proceeds_yen, _in_words(terms))
    telling.accepted(application, at)


def keep_refusal(application: Application, because: str, at: datetime) -> None:
    application.because, application.answered_at = because, at
    application.save(update_fields=["because", "answered_at"])
    note(application, What.DECLINED, at, None, because)


_STEP_OF: Mapping[State, What] = {
    State.ASSIGNED: What.ASSIGNED,
    State.FAILED: What.FAILED,
    State.LAPSED: What.LAPSED,
    State.WITHDRAWN: What.WITHDRAWN,
}


def follow(company_id: int, request_no: str, now: Mapping[int, LineNow], at: datetime) -> None:
    """The lines are now so in the workflow; the application follows. What was paid out stays as it is."""
    found = access.of_request(company_id, request_no).select_for_update(of=("self",)).get()
    if found.state in policy.PAID:
        return
    lines = list(found.lines.order_by("number"))
    for line in lines:
        line.state, line.error = now[line.number].state, now[line.number].error
        line.record_number = now[line.number].record_number or line.record_number
    ApplicationLine.objects.bulk_update(lines, ["state", "error", "record_number"])
    state = policy.state_of({LineState(line.state) for line in lines})
    if state == found.state:
        return
    found.state = state
    found.save(update_fields=["state"])
    if state in _STEP_OF:
        assigned = sum(line.amount_yen for line in lines if line.state == LineState.ASSIGNED)
        note(found, _STEP_OF[state], at, assigned or None)


def note(application: Application, what: What, at: datetime, yen: int | None = None, text: str = "") -> None:
    """One more line of the history."""
    Step.objects.create(
        application=application,
        company_id=application.company_id,
        what=what,
        amount_yen=yen,
        note=text[:300],
        at=at,
    )


def _in_words(terms: Terms) -> str:
    numbers = "、".join(str(number) for number in sorted(terms.lines))
    rate = f"、利率 年{terms.rate.normalize():f}%" if terms.rate is not None else ""
    return f"明細{numbers}{rate}"


def _new_number(on: date) -> str:
    """The day and a lot: a running number would tell how much others apply."""
    return f"F{on:%Y%m%d}-" + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
