"""取引先の補助科目コード: register what was proposed, change one, set the range and the 勘定科目."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from erec.accounting import access, codes
from erec.accounting.codes import Proposal
from erec.accounting.errors import Changed, CodeTaken
from erec.accounting.models import CodeRange, PartnerCode
from erec.partners.access import partners_of
from erec.partners.models import Partner
from erec.trail.events import Event


@transaction.atomic
def register(digest: str, *, acting_user: User, at: datetime, origin: Origin) -> list[Proposal]:
    """All that is proposed, as it was seen. Raises NotAllowed, Changed, RangeFull."""
    user = access.working(acting_user)
    new = codes.unregistered(codes.proposals(user.company_id))
    if digest_of(new) != digest:
        raise Changed
    PartnerCode.objects.bulk_create(
        PartnerCode(
            company_id=user.company_id,
            user_number=one.user_number,
            code=one.code,
            kana=one.kana,
            decided_by=user,
            at=at,
        )
        for one in new
    )
    _tell(user, at, origin, "", registered=len(new))
    return new


@transaction.atomic
def change(
    user_number: str, code: str, kana: str, *, acting_user: User, at: datetime, origin: Origin
) -> PartnerCode:
    """One partner's code and フリガナ, registered before or not.

    Raises NotAllowed, Partner.DoesNotExist, CodeTaken (another partner has it).
    """
    user = access.working(acting_user)
    if not partners_of(user.company_id).filter(user_number=user_number).exists():
        raise Partner.DoesNotExist
    rows = PartnerCode.objects.filter(company_id=user.company_id)
    if rows.filter(code=code).exclude(user_number=user_number).exists():
        raise CodeTaken
    row, _ = rows.update_or_create(
        user_number=user_number,
        defaults={"code": code, "kana": kana, "decided_by": user, "at": at},
        create_defaults={
            "company_id": user.company_id,
            "code": code,
            "kana": kana,
            "decided_by": user,
            "at": at,
        },
    )
    _tell(user, at, origin, user_number, code=code)
    return row


@transaction.atomic
def set_range(
    first: int,
    last: int,
    digits: int,
    account_codes: Sequence[str],
    *,
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> CodeRange:
    """Where new codes come from, and which 勘定科目 get the partners. Raises NotAllowed."""
    user = access.working(acting_user)
    chosen = {
        "first": first,
        "last": last,
        "digits": digits,
        "account_codes": list(account_codes),
        "changed_at": at,
    }
    row, _ = CodeRange.objects.update_or_create(company_id=user.company_id, defaults=chosen)
    _tell(user, at, origin, "", first=first, last=last, accounts=",".join(account_codes))
    return row


def digest_of(proposed: Sequence[Proposal]) -> str:
    """Equal as long as the same would be registered."""
    return hashlib.sha256(json.dumps([astuple(one) for one in proposed]).encode()).hexdigest()


def _tell(user: User, at: datetime, origin: Origin, target: str, **detail: str | int) -> None:
    tell(
        Event.PARTNER_CODES_SET,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=target,
        **detail,
    )
