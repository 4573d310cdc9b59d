"""承認の代理: on some days a colleague approves in a checker's place. A master says so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts import second
from accounts.access import locked_master
from accounts.errors import NotAllowed
from accounts.models import User
from accounts.origin import Origin, tell
from erec.members import access, mails
from erec.members.errors import DeputyRefused
from erec.members.models import ApprovalPassword, Deputy, Member
from erec.parameters import business_day
from erec.trail.events import Event

LONGEST_DAYS = 366  # of one appointment (inferred: who is away longer is replaced, not stood in for)
KEPT = "代理は登録していません。"
NOT_A_CHECKER = f"代理される人に、承認者の権限がありません。{KEPT}承認者の権限を持つ人を選んでください。"
NOT_USABLE = f"選んだ人は、今は利用できません。{KEPT}ほかの人を選んでください。"
HIMSELF = f"本人を代理にすることはできません。{KEPT}ほかの人を選んでください。"
NO_PASSWORD = (
    f"代理する人に、承認パスワードがありません。{KEPT}"
    "先に、その人の権限変更で、どれかの業務の承認者にしてください。"
)
IN_ORDER = f"終了日は、開始日以降の日にしてください。{KEPT}"
PAST = f"開始日は、今日以降の日にしてください。{KEPT}"
TOO_LONG = f"代理の期間は、{LONGEST_DAYS}日以内にしてください。{KEPT}"
OVERLAPS = (
    "この2人の代理は、{from_on:%Y年%-m月%-d日}から{until_on:%Y年%-m月%-d日}まで、すでに登録されています。"
    "今の入力は登録していません。重ならない日にするか、先にその代理を終了してください。"
)
ENDED = "この代理は、すでに終わっています。何も変わっていません。"


@dataclass(frozen=True)
class Wanted:
    """Who stands in for whom, from the first day to the last, both included."""

    principal: Member
    deputy: Member
    from_on: date
    until_on: date


def check(wanted: Wanted, acting_user: User, today: date) -> None:
    """Raises DeputyRefused, NotAllowed (another company's)."""
    for member in (wanted.principal, wanted.deputy):
        access.check_may_manage(acting_user, member)
    sentence = problem(wanted) or (PAST if wanted.from_on < today else "")
    if sentence:
        raise DeputyRefused(sentence)


def problem(wanted: Wanted) -> str:
    """Why it cannot be, whenever it was wanted; empty if it can."""
    people = (wanted.principal, wanted.deputy)
    if any(status != User.Status.ACTIVE for m in people for status in (m.status, m.user.status)):
        return NOT_USABLE
    if wanted.principal.pk == wanted.deputy.pk:
        return HIMSELF
    if not access.lent_by(wanted.principal):
        return NOT_A_CHECKER
    if not ApprovalPassword.objects.filter(member=wanted.deputy).exists():
        return NO_PASSWORD
    if wanted.until_on < wanted.from_on:
        return IN_ORDER
    if wanted.until_on - wanted.from_on >= timedelta(days=LONGEST_DAYS):
        return TOO_LONG
    overlapping = Deputy.objects.filter(
        principal=wanted.principal,
        deputy=wanted.deputy,
        ended_at=None,
        from_on__lte=wanted.until_on,
        until_on__gte=wanted.from_on,
    ).first()
    return OVERLAPS.format(from_on=overlapping.from_on, until_on=overlapping.until_on) if overlapping else ""


@transaction.atomic
def appoint(
    wanted: Wanted, *, acting_user: User, at: datetime, origin: Origin, approved_in: str = ""
) -> Deputy:
    """Register it. The master's approval password was checked before. The company's lock keeps two masters
    from appointing the same pair at once.

    Raises NotAllowed, DeputyRefused, NeedsSecond.
    """
    today = business_day.today(at)
    master = locked_master(acting_user)
    people = [access.locked(pk) for pk in sorted({wanted.principal.pk, wanted.deputy.pk})]
    now = {member.pk: member for member in people}
    wanted = Wanted(now[wanted.principal.pk], now[wanted.deputy.pk], wanted.from_on, wanted.until_on)
    # What waited for the second master begins when he approves it: its first day may be over.
    check(wanted, master, wanted.from_on if approved_in else today.date)
    second.check(second.Kind.DEPUTY, master, wanted.deputy.user, approved_in)
    made = Deputy.objects.create(
        company_id=master.company_id,
        principal=wanted.principal,
        deputy=wanted.deputy,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        made_by_name=master.name,
        made_at=at,
    )
    mails.deputy_appointed(made, master, at)
    tell(
        Event.DEPUTY_APPOINTED,
        at=at,
        origin=origin,
        acting_user=master,
        company_id=master.company_id,
        target=wanted.deputy.login_id,
        in_place_of=wanted.principal.login_id,
        from_on=wanted.from_on.isoformat(),
        until_on=wanted.until_on.isoformat(),
        **second.told(approved_in),
    )
    return made


@transaction.atomic
def end(pk: int, *, acting_user: User, at: datetime, origin: Origin) -> Deputy:
    """Before its last day, or before it began. It only takes away, so one master does it without a password.

    Raises NotAllowed (also another company's), DeputyRefused (it is over already).
    """
    today = business_day.today(at)
    master = locked_master(acting_user)
    row = Deputy.objects.select_for_update(of=("self",)).select_related("principal", "deputy").filter(pk=pk)
    found = row.filter(company_id=master.company_id).first()
    if found is None:
        raise NotAllowed
    if found.ended_at is not None or found.until_on < today.date:
        raise DeputyRefused(ENDED)
    found.ended_at, found.ended_by_name = at, master.name
    found.save(update_fields=["ended_at", "ended_by_name"])
    mails.deputy_ended(found, master, at)
    tell(
        Event.DEPUTY_ENDED,
        at=at,
        origin=origin,
        acting_user=master,
        company_id=master.company_id,
        target=found.deputy.login_id,
        in_place_of=found.principal.login_id,
    )
    return found
