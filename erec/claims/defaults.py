"""支払不能, and what may be stated against a transfer: 中止の申出, 異議申立; the notice to the institutions.

A claim is not paid for a ground (`grounds`). Until the bank has its console, its counter states grounds by
the commands `halt_transfer` and `end_halt`; that cover is missing shows when the money is to move.
Locks: the claim, then the debtor (his count of defaults), then what is told, the trail last.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Company
from accounts.origin import Origin, tell
from erec.claims import sanctions, telling, windows
from erec.claims.default_models import DefaultNotice, Halt
from erec.claims.desk import Desk
from erec.claims.grounds import GROUNDS, Ending, Ground, Unpaid
from erec.claims.models import Claim, Sanction
from erec.claims.one_by_one import one_by_one
from erec.formats import bank_calendar
from erec.notices.actions import tell_many
from erec.parameters import business_day
from erec.parameters.record_rules import value_on
from erec.trail import outbox
from erec.trail.events import Event

_LOCK = 0x6465660000000000  # "def"; the debtor's id is added


class CannotHalt(Exception):
    """The counter's statement is refused; nothing has changed. The text is a sentence for people."""


NO_SUCH_CLAIM = "この記録番号の債権はありません。"
NOT_OPEN = "この債権は「{state}」のため、口座間送金決済の中止はできません。"
STOPPED_ALREADY = "口座間送金決済は、すでに中止されています（{words}）。"
TOO_LATE = "第2号の申出は、{until}に締め切りました。"
OF_DEBTOR = "「{label}」は、債権ではなく債務者について申し出てください（--debtor）。"
OF_CLAIM = "「{label}」は、債権ごとに申し出てください（記録番号）。"
NO_OBJECTION = "「{label}」（{kind}）には異議申立がありません。預託金を付けずに申し出てください。"
OTHER_DEPOSIT = "異議申立預託金は、債権の未払額と同じ{open_yen:,}円にしてください。"
NOT_REMITTED = "「{label}」では、預託の免除はできません。"
NOTHING_TO_END = "終えられる口座間送金決済の中止はありません。"


def halts_of(claim: Claim) -> list[Halt]:
    """What is stated against the claim's transfer now; of several, what counts comes first.

    第0号 goes before 第1号 before 第2号 (inferred, as with paper notes).
    """
    open_ones = Halt.objects.filter(ended_at=None)
    found = open_ones.filter(Q(claim=claim) | Q(claim=None, company_id=claim.obligor_id))
    return sorted(found, key=lambda halt: (GROUNDS[halt.ground].number, halt.pk))


def under_objection(numbers: Collection[str]) -> set[str]:
    """Which of these claims may not be assigned, because an 異議申立 is open ([DN34])."""
    found = Halt.objects.filter(ended_at=None, objection=True, claim__record_number__in=numbers)
    return set(found.values_list("claim__record_number", flat=True))


def words(halt: Halt) -> str:
    return Unpaid(GROUNDS[halt.ground], halt.objection).words


@transaction.atomic
def halt_claim(
    record_number: str,
    ground: Ground,
    *,
    deposit_yen: int | None = None,
    remitted: bool = False,
    at: datetime,
    origin: Origin,
) -> Halt:
    """The claim will not be debited on its day. With a deposit, or one that is remitted: 異議申立.

    Raises CannotHalt.
    """
    today = business_day.today(at)
    desk = Desk([record_number], at)
    claim = desk.rows.get(record_number)
    if claim is None:
        raise CannotHalt(NO_SUCH_CLAIM)
    if ground.of_debtor:
        raise CannotHalt(OF_DEBTOR.format(label=ground.label))
    if claim.state != Claim.State.RECORDED:
        raise CannotHalt(NOT_OPEN.format(state=claim.get_state_display()))
    if halt := claim.halts.filter(ended_at=None).first():
        raise CannotHalt(STOPPED_ALREADY.format(words=words(halt)))
    until = windows.objection_until(claim.settle_on)
    if ground.kind.may_object and today.moment >= until:
        raise CannotHalt(TOO_LATE.format(until=f"{until:%Y年%-m月%-d日%-H時%M分}"))
    _check_deposit(ground, claim.amount_yen - claim.paid_yen, deposit_yen, remitted)
    halt = Halt.objects.create(
        company_id=claim.obligor_id,
        claim=claim,
        ground=ground.code,
        objection=remitted or deposit_yen is not None,
        deposit_yen=deposit_yen or 0,
        stated_on=today.date,
        stated_at=at,
        operator=origin.environment,
    )
    tell_many(telling.halted(f"halt:{halt.pk}", desk.books[record_number], words(halt)), at=at)
    _record(Event.TRANSFER_HALTED, halt, record_number, at, origin, deposit_yen=halt.deposit_yen)
    return halt


def _check_deposit(ground: Ground, open_yen: int, deposit_yen: int | None, remitted: bool) -> None:
    """The deposit is what is open. The bank's own books keep it: no account here is debited (inferred)."""
    if not ground.kind.may_object and (remitted or deposit_yen is not None):
        raise CannotHalt(NO_OBJECTION.format(label=ground.label, kind=ground.kind.name))
    if remitted and (not ground.without_deposit or deposit_yen is not None):
        raise CannotHalt(NOT_REMITTED.format(label=ground.label))
    if deposit_yen not in (None, open_yen):
        raise CannotHalt(OTHER_DEPOSIT.format(open_yen=open_yen))


@transaction.atomic
def halt_debtor(company: Company, ground: Ground, *, at: datetime, origin: Origin) -> Halt:
    """No claim on this debtor will be debited. The creditors are told when it comes to it. CannotHalt."""
    today = business_day.today(at)
    if not ground.of_debtor:
        raise CannotHalt(OF_CLAIM.format(label=ground.label))
    _lock_debtor(company.pk)
    if halt := Halt.objects.filter(company=company, claim=None, ended_at=None).first():
        raise CannotHalt(STOPPED_ALREADY.format(words=words(halt)))
    halt = Halt.objects.create(
        company=company,
        ground=ground.code,
        objection=False,
        stated_on=today.date,
        stated_at=at,
        operator=origin.environment,
    )
    _record(Event.TRANSFER_HALTED, halt, company.user_number, at, origin)
    return halt


@transaction.atomic
def end_claims_halt(record_number: str, ending: Ending, *, at: datetime, origin: Origin) -> Halt:
    """Before the day: the transfer runs after all. After it: an objection that is given up no longer keeps
    the default back: it is announced and counted. Raises CannotHalt.
    """
    today = business_day.today(at)
    desk = Desk([record_number], at)
    claim = desk.rows.get(record_number)
    halt = claim.halts.select_for_update().filter(ended_at=None).first() if claim else None
    if claim is None or halt is None:
        raise CannotHalt(NOTHING_TO_END)
    _end(halt, ending, today.date, at)
    if claim.state == Claim.State.DEFAULTED and halt.objection and ending.counted:
        _announce_later(claim, GROUNDS[halt.ground], not_before=today.date, at=at)
    runs_again = claim.state == Claim.State.RECORDED
    told = telling.halt_ended(f"halt:{halt.pk}:ended", desk.books[record_number], ending.label, runs_again)
    tell_many(told, at=at)
    _record(Event.HALT_ENDED, halt, record_number, at, origin, because=ending.label)
    return halt


@transaction.atomic
def end_debtors_halt(company: Company, ending: Ending, *, at: datetime, origin: Origin) -> Halt:
    """Claims on this debtor are debited again from today on. Raises CannotHalt."""
    today = business_day.today(at)
    open_one = Halt.objects.filter(company=company, claim=None, ended_at=None)
    halt = open_one.select_for_update().first()
    if halt is None:
        raise CannotHalt(NOTHING_TO_END)
    _end(halt, ending, today.date, at)
    _record(Event.HALT_ENDED, halt, company.user_number, at, origin, because=ending.label)
    return halt


def _end(halt: Halt, ending: Ending, on: date, at: datetime) -> None:
    halt.ended_on, halt.ended_at, halt.ended_because = on, at, ending.label
    halt.save(update_fields=["ended_on", "ended_at", "ended_because"])


def put_down(claim: Claim, unpaid: Unpaid, *, at: datetime) -> None:
    """The claim was not paid on its day. The caller holds its lock."""
    if unpaid.is_announced:
        _announce_later(claim, unpaid.ground, not_before=claim.settle_on, at=at)


def _announce_later(claim: Claim, ground: Ground, *, not_before: date, at: datetime) -> None:
    """The default counts from now on, and the institutions hear of it some business days after its day.

    Within 取引停止処分 there is neither notice nor count ([DN72]).
    """
    _lock_debtor(claim.obligor_id)
    due_on = claim.settle_on
    if sanctions.covers(claim.obligor_id, due_on):
        return
    notice = DefaultNotice.objects.create(
        company_id=claim.obligor_id,
        claim=claim,
        ground=ground.code,
        due_on=due_on,
        send_on=max(bank_calendar.after(due_on, value_on("default_notice_days", due_on)), not_before),
        counted_at=at,
    )
    sanctions.count(notice, at)


def announce(on: date, at: datetime) -> int:
    """Send what is due to the institutions; how many notices. Each once, whatever dies."""
    due = DefaultNotice.objects.filter(sent_at=None, send_on__lte=on).order_by("send_on", "pk")
    return one_by_one(due.values_list("pk", flat=True), lambda pk: _send(pk, at))


def _send(pk: int, at: datetime) -> bool:
    rows = DefaultNotice.objects.select_for_update(of=("self",)).select_related("claim", "company")
    notice = rows.get(pk=pk)
    if notice.sent_at is not None:
        return False
    mails = [_default_mail(notice)]
    mails += [_sanction_mail(sanction) for sanction in notice.sanctions.select_related("company")]
    outbox.put_many(mails, at=at)
    notice.sent_at = at
    notice.save(update_fields=["sent_at"])
    return True


def _default_mail(notice: DefaultNotice) -> outbox.Mail:
    claim, debtor = notice.claim, notice.company
    lines = [
        f"債務者: {claim.obligor_name}（{debtor.user_number}）",
        f"債務者の決済口座: {claim.obligor_account}",
        f"記録番号: {claim.record_number}",
        f"支払期日: {telling.day(notice.due_on)}",
        f"支払不能の金額: {claim.settlement_results.get(due_on=notice.due_on).amount_yen:,}円",
        f"支払不能事由: {Unpaid(GROUNDS[notice.ground]).words}",
    ]
    return _mail(f"default-notice:{notice.pk}", f"支払不能通知（{notice.claim.record_number}）", lines)


def _sanction_mail(sanction: Sanction) -> outbox.Mail:
    lines = [
        f"債務者: {sanction.company.name}（{sanction.company.user_number}）",
        f"期間: {telling.day(sanction.starts_on)}から{telling.day(sanction.ends_on)}まで",
        f"理由: {sanction.reason}",
        "この期間は、債務者としてのご利用と貸出の取引ができません。",
    ]
    return _mail(f"sanction-notice:{sanction.pk}", f"取引停止通知（{sanction.company.user_number}）", lines)


def _mail(key: str, subject: str, lines: Collection[str]) -> outbox.Mail:
    return outbox.Mail(key, settings.INSTITUTION_MAIL, subject, "\n".join([*lines, "", settings.INSTITUTION]))


def _lock_debtor(company_id: int) -> None:
    """Two defaults of one debtor are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK + company_id])


def _record(event: Event, halt: Halt, target: str, at: datetime, origin: Origin, **detail: str | int) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=halt.company_id,
        target=target,
        ground=halt.ground,
        objection=halt.objection,
        **detail,
    )
