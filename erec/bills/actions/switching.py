"""でんさいへ切替: the entry of a request is begun, filled with what the bill says."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.bills import access, switching
from erec.bills.errors import CannotSwitch, Changed
from erec.bills.models import Bill, BillSwitch
from erec.bills.policy import Kind
from erec.members import access as members
from erec.members.models import Member
from erec.parameters import business_day
from erec.partners.models import Partner
from erec.trail.events import Event
from erec.workflow import access as workflow
from erec.workflow.actions import keeping
from erec.workflow.forms import tokens
from erec.workflow.forms.base import Setting

UNUSABLE = "この取引先の口座は、今は使えません。取引先に確かめて、取引先管理で登録し直してください。"


@transaction.atomic
def begin(
    pk: int,
    partner_id: int,
    *,
    version: int,
    standing: str,
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> BillSwitch:
    """An entry under way, for the person to look over, mend and enter; its page has the switch's token.

    `version` and `standing` are what the page showed of the bill. Raises NotAllowed, RightMissing (he is no
    担当者 of 発生), Bill.DoesNotExist, Changed, CannotSwitch.
    """
    today = business_day.today(at)
    # First, because of a master it asks for more of the company's row than `working` does.
    member = workflow.acting(acting_user).member
    user = access.working(acting_user)
    bill = access.bill_for(user, pk)
    if (bill.version, bill.now) != (version, standing):
        raise Changed
    reason = switching.why_not(bill, today)
    if reason:
        raise CannotSwitch(reason)
    partner = switching.candidates(bill).filter(pk=partner_id).first()
    if partner is None:
        raise Changed
    if not vars(partner)["is_usable"]:
        raise CannotSwitch(UNUSABLE)
    switch = _entry(bill, partner, user, member, today)
    tell(
        Event.BILL_SWITCH_BEGUN,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=bill.number,
        kind=bill.get_kind_display(),
        due_on=bill.due_on.isoformat(),
        amount_yen=bill.amount_yen,
        partner=partner.user_number,
    )
    return switch


def _entry(bill: Bill, partner: Partner, user: User, member: Member, today: business_day.Today) -> BillSwitch:
    setting = Setting(user.company, list(members.accounts_of(member)), today)
    token = tokens.new(member)
    texts = switching.texts_for(bill, partner, setting)
    type_code = switching.TYPES[Kind(bill.kind)]
    keeping.keep(token, type_code, texts.to_json(), acting_user=user, at=today.at)
    return BillSwitch.objects.create(
        company_id=bill.company_id, bill=bill, token=token, begun_by=user, begun_at=today.at
    )
