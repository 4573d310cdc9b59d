"""The cases of the rules without a number: each makes what it is about and says whether it is allowed."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from accounts.actions.companies import AccountNumber
from accounts.models import Company
from erec.claims import access, defaults, reading, runs
from erec.claims.checks import problems
from erec.claims.grounds import ENDINGS, GROUNDS
from erec.claims.instructions import Account, Cause, Party, Payment
from erec.claims.models import Claim, DefaultNotice, Recourse, Sanction
from erec.claims.settlement import set_balance
from erec.partners.actions.designations import Setting, set_contract, set_designations
from erec.partners.directory import Key
from erec.partners.policy import Area
from erec.workflow.types.payment import PaymentByPayee, PaymentByPayer
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_checks import NOW, cancelling, clock, codes, nowhere
from tests.erec.claims.test_defaults import COUNTER
from tests.field.rows import SOON, TODAY, accepts, at, claim, unpaid

LATER = c.LATER
FIRST_AFTER = date(2026, 12, 4)  # the 3rd business day after SOON


def company(sanctioned: bool) -> Party:
    """A company; under 取引停止処分 from today on if so."""
    party = c.party()
    if sanctioned:
        Sanction.objects.create(
            company_id=party.company_id,
            starts_on=TODAY,
            ends_on=date(2028, 11, 19),
            reason="6か月以内に2回の支払不能",
            recorded_at=cast.AT,
        )
    return party


def cancels(of: str, **changed: Any) -> Callable[[str], bool]:
    """Whether this party (of a claim that went from first to second, if `of` is an assignment) may."""

    def may(who: str) -> bool:
        number, obligor, first = claim(**changed)
        second = c.party()
        if of == "assignment":
            assert c.assign(number, first, second).error == ""
        parties = {"obligor": obligor, "first": first, "second": second}
        return not codes(cancelling(number, of, parties[who]))

    return may


def reserved_assignment_cancelled_by(who: str) -> bool:
    number, _, first = claim()
    second, third = c.party(), c.party()
    assert c.assign(number, first, second, record_on=LATER).error == ""
    return not codes(cancelling(number, "assignment", {"first": first, "third": third}[who]))


def assigns_again(first_on: date | None) -> bool:
    """Whether a holder may assign a claim that is reserved for another from that day on."""
    number, _, holder = claim()
    if first_on:
        assert c.assign(number, holder, c.party(), record_on=first_on).error == ""
    return not codes(c.assignment(number, holder, c.party(), record_on=LATER))


def restricted_goes_to(institution: bool) -> bool:
    assignee = c.party()
    Company.objects.filter(pk=assignee.company_id).update(is_institution=institution)
    return accepts(lambda n, o, h: c.assignment(n, h, assignee), restricted=True)


def is_guarantor_after_assignment(who: str) -> bool:
    number, obligor, holder = claim()
    assert c.assign(number, holder, c.party()).error == ""
    guarantors = access.guarantors_for(obligor.company_id, number)
    return guarantors.filter(company=(holder if who == "assignor" else obligor).company_id).exists()


def changes_after(act: str) -> bool:
    number, obligor, holder = claim()
    if act == "assignment":
        other = c.party()
        assert c.assign(number, holder, other).error == ""
        holder = other
    return not codes(c.change(number, holder, obligor, amount_yen=1))


def guarantees(who: str) -> bool:
    """A claim that `first` assigned with 保証 to the holder who asks."""
    number, obligor, first = claim()
    holder = c.party()
    assert c.assign(number, first, holder).error == ""
    parties = {"third": c.party(), "obligor": obligor, "holder": holder, "guarantor": first}
    return not codes(c.guarantee(number, holder, parties[who]))


def guarantee_in_a_circle(is_guarantor: bool) -> bool:
    """The claim came back to a company that guarantees it: who pays for it would be paid by it."""
    number, _, first = claim()
    second = c.party()
    assert c.assign(number, first, second, with_guarantee=is_guarantor).error == ""
    assert c.assign(number, second, first, with_guarantee=False).error == ""
    return not codes(c.guarantee(number, first, c.party()))


def has_recourse(payer: str) -> bool:
    number, obligor, first = claim()
    holder = c.party()
    assert c.assign(number, first, holder).error == ""
    c.recorded(c.payment(number, {"obligor": obligor, "guarantor": first}[payer], holder, 1))
    return Recourse.objects.filter(claim__record_number=number).exists()


def recourse_is_paid_by(who: str) -> bool:
    """To the second guarantor, who paid: by the debtor and by guarantors before him."""
    number, obligor, first = claim()
    second, third, holder = c.party(), c.party(), c.party()
    for giver, taker in ((first, second), (second, third), (third, holder)):
        assert c.assign(number, giver, taker).error == ""
    c.recorded(c.payment(number, second, holder, 1000))
    payer = {"obligor": obligor, "first": first, "third": third}[who]
    return not codes(c.payment(number, payer, second, 1000))


def payment_needs_consent(by_payer: bool) -> bool:
    asked = Payment("", nowhere(1), nowhere(2), 1, Cause.PERFORMANCE, TODAY, TODAY, by_payer)
    return (PaymentByPayer() if by_payer else PaymentByPayee()).consent(asked) is not None


def recorded_by_the_run_of(on: date) -> bool:
    claim(due_on=SOON)
    runs.settle(SOON, cast.AT)
    runs.settle(on, cast.AT)
    return Claim.objects.get().paid_yen > 0


def takes_from(registered: bool) -> bool:
    """指定許可: a company that takes 債務者請求 only from whom it registered."""
    obligor, obligee = c.party(), c.party()
    company = Company.objects.get(pk=obligee.company_id)
    set_contract(company, used=True, on=TODAY, at=cast.AT, origin=cast.ORIGIN)
    if registered:
        account = obligor.account
        key = Key(
            obligor.user_number,
            AccountNumber(account.bank_code, account.branch_code, account.kind, account.number),
        )
        areas = frozenset({Area.ACCRUAL_BY_OBLIGOR})
        set_designations(company.pk, [Setting(key, obligor.name, areas, frozenset())], cast.AT)
    return not problems(c.accrual(obligor, obligee), NOW)


def is_paid_with(balance_yen: int) -> bool:
    _, obligor, _ = claim(amount_yen=1000, due_on=SOON)
    set_balance(str(obligor.account), obligor.company_id, balance_yen, at=cast.AT)
    runs.settle(SOON, cast.AT)
    return Claim.objects.get().state == "settled"


def free_after_defaults_on(days: tuple[date, ...]) -> bool:
    obligor = c.party()
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    for day in days:
        c.claim(obligor, c.party(), due_on=day)
    runs.settle(max(days), cast.AT)
    return not Sanction.objects.exists()


def stays_unannounced(ground: str, deposit_yen: int | None = None) -> bool:
    number, _, _ = claim(amount_yen=1000, due_on=SOON)
    defaults.halt_claim(number, GROUNDS[ground], deposit_yen=deposit_yen, at=cast.AT, origin=COUNTER)
    runs.settle(SOON, cast.AT)
    return not DefaultNotice.objects.exists()


def defaulted_moves(amount_yen: int | None) -> bool:
    number, _, holder = unpaid()
    asked = c.assignment(number, holder, c.party(), amount_yen, record_on=FIRST_AFTER, with_guarantee=False)
    return not codes(asked, clock(at(FIRST_AFTER)))


def moves_after_objection(ended: bool) -> bool:
    number, _, holder = claim(amount_yen=1000)
    defaults.halt_claim(number, GROUNDS["breach"], deposit_yen=1000, at=cast.AT, origin=COUNTER)
    if ended:
        defaults.end_claims_halt(number, ENDINGS["解決"], at=cast.AT, origin=COUNTER)
    return not codes(c.assignment(number, holder, c.party()))


def moves_after_payment_of(amount_yen: int) -> bool:
    number, obligor, holder = claim()
    if amount_yen:
        c.recorded(c.payment(number, obligor, holder, amount_yen))
    return not codes(c.assignment(number, holder, c.party()))


def sees(who: str) -> bool:
    number, obligor, _ = claim()
    party = obligor if who == "obligor" else c.party()
    return bool(access.parts_of(party.company_id, number))


def is_shown_the_assignor(who: str) -> bool:
    number, _, first = claim()
    second, third = c.party(), c.party()
    assert c.assign(number, first, second).error == ""
    assert c.assign(number, second, third).error == ""
    company_id = {"second": second, "third": third}[who].company_id
    events = list(access.events_for(company_id, number))
    shown = [fact for told in reading.history(events[:2], [], company_id) for fact in told.facts]
    return "譲渡人" in dict(shown)


def accrues_from(kind: str) -> bool:
    own, account = nowhere(1), Account("9999", "101", kind, "0000001")
    obligor = Party(own.company_id, own.user_number, own.name, account)
    return not codes(c.accrual(obligor, nowhere(2)))


def valid(field: Any) -> Callable[[str], bool]:
    def valid(text: str) -> bool:
        try:
            field.clean(text)
        except ValidationError:
            return False
        return True

    return valid


def shaped(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def other_than_oneself(same: str) -> bool:
    return not codes(c.accrual(nowhere(1), nowhere(1 if same == "own" else 2)))


def by_role(role: str) -> tuple[Party, Party]:
    sanctioned, other = company(True), c.party()
    return (sanctioned, other) if role == "obligor" else (other, sanctioned)
