"""What the institution does with a company: register it, change its contact, stop and resume it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.access import lock_company
from accounts.actions.users import NewUser, add_user
from accounts.errors import AlreadyThere, LimitReached, NotUsable
from accounts.models import Company, SettlementAccount, User
from accounts.origin import Origin, tell
from accounts.sessions import End, end
from erec.parameters import table
from erec.trail.events import Event


@dataclass(frozen=True)
class AccountNumber:
    """金融機関4, 支店3, 種別 (1 普通, 2 当座, 9 その他), 番号7: digits, zero-padded."""

    bank_code: str
    branch_code: str
    kind: str
    number: str


@transaction.atomic
def register_company(
    *,
    user_number: str,
    name: str,
    contact_mail: str,
    accounts: list[AccountNumber],
    masters: list[NewUser],
    for_each_master: Callable[[User, str], None],
    at: datetime,
    origin: Origin,
) -> Company:
    """A company with its settlement accounts and masters.

    `for_each_master` gets each one with the initial password, before the event is recorded. Raises
    AlreadyThere (user_number, account or login_id), LimitReached.
    """
    if not masters or len(masters) > table.value("masters_max"):
        raise LimitReached(f"マスターユーザは1名から{table.value('masters_max')}名までです。")
    if not accounts:
        raise LimitReached("決済口座が1つ以上必要です。")
    if Company.objects.filter(user_number=user_number).exists():
        raise AlreadyThere("user_number")
    try:
        with transaction.atomic():
            company = Company.objects.create(
                user_number=user_number, name=name, contact_mail=contact_mail, registered_at=at
            )
            SettlementAccount.objects.bulk_create(
                SettlementAccount(company=company, added_at=at, **vars(account)) for account in accounts
            )
    except IntegrityError as error:
        raise AlreadyThere("account" if "settlement_account" in str(error) else "user_number") from error
    for new in masters:
        for_each_master(*add_user(company, User.Kind.MASTER, new, at=at))
    tell(
        Event.COMPANY_REGISTERED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=user_number,
        accounts=len(accounts),
        masters=", ".join(new.login_id for new in masters),
    )
    return company


@transaction.atomic
def stop_company(company: Company, *, because: str, at: datetime, origin: Origin) -> int:
    """Nobody of the company can enter any more, from the next click on; how many sessions ended."""
    company = lock_company(company.pk)
    if company.stopped_at is not None:
        raise NotUsable
    company.stopped_at, company.stopped_because = at, because
    company.save(update_fields=["stopped_at", "stopped_because"])
    sessions = end(list(company.users.values_list("pk", flat=True)), End.STOPPED, at)
    tell(
        Event.COMPANY_STOPPED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=company.user_number,
        because=because,
        sessions=sessions,
    )
    return sessions


@transaction.atomic
def resume_company(company: Company, *, at: datetime, origin: Origin) -> None:
    """Undo stop_company. Raises NotUsable if it was not stopped."""
    company = lock_company(company.pk)
    if company.stopped_at is None:
        raise NotUsable
    company.stopped_at, company.stopped_because = None, ""
    company.save(update_fields=["stopped_at", "stopped_because"])
    tell(
        Event.COMPANY_RESUMED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=company.user_number,
    )


@transaction.atomic
def change_contact(company: Company, *, contact_mail: str, at: datetime, origin: Origin) -> None:
    """The address that is told of acts that could hide a thief; only the institution changes it."""
    company = lock_company(company.pk)
    company.contact_mail = contact_mail
    company.save(update_fields=["contact_mail"])
    tell(
        Event.COMPANY_CONTACT_CHANGED,
        at=at,
        origin=origin,
        acting_user=None,
        company_id=company.pk,
        target=company.user_number,
    )
