"""Mails that are no notices: how a company approves has changed. A false setting is what a thief needs."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from accounts.access import active_masters
from accounts.mails import moment, send, watchers
from accounts.models import Company, User
from erec.members.catalogue import Tick
from erec.notices.receivers import active_members
from erec.trail import outbox


def controls_changed(master: User, version: int, lines: Sequence[str], at: datetime) -> None:
    """To all masters, the checkers and the company's contact. `lines`: what was, and what is."""
    checkers = active_members().filter(company_id=master.company_id, business_rights__tick=Tick.CHECKER)
    mails = checkers.order_by("pk").values_list("mail", flat=True).distinct()
    send(
        f"controls:{master.company_id}:{version}",
        list(dict.fromkeys([*watchers(master), *mails])),
        master,
        "企業情報（承認のしかた）が変更されました",
        [
            f"{moment(at)}に、承認のしかたが次のとおり変わりました。",
            *lines,
            f"変更した人: {master.name}（{master.login_id}）",
            "お心当たりがない場合は、ただちにお取引店の窓口へご連絡ください。",
        ],
        at,
    )


def fees_changed(master: User, version: int, lines: Sequence[str], at: datetime) -> None:
    """To all masters and the company's contact: a false fee makes every claim smaller."""
    send(
        f"fees:{master.company_id}:{version}",
        watchers(master),
        master,
        "企業情報（手数料）が変更されました",
        [
            f"{moment(at)}に、手数料が次のとおり変わりました。",
            *lines,
            f"変更した人: {master.name}（{master.login_id}）",
            "お心当たりがない場合は、ただちにお取引店の窓口へご連絡ください。",
        ],
        at,
    )


def second_master_ended(company: Company, version: int, at: datetime) -> None:
    """To all masters and the company's contact: the bank has ended that they approve one another's acts."""
    body = "\n".join(
        [
            f"{company.name} 御中",
            "",
            f"{moment(at)}に、窓口の手続きで、マスターユーザの操作の承認を取りやめました。",
            "これからは、マスターユーザ1人の操作が、ほかのマスターユーザの承認なしに行われます。",
            "お心当たりがない場合は、ただちにお取引店の窓口へご連絡ください。",
            "",
            settings.INSTITUTION,
        ]
    )
    masters = active_masters(company).values_list("mail", flat=True)
    for number, address in enumerate(dict.fromkeys([*masters, company.contact_mail])):
        outbox.put(
            key=f"second-master:{company.pk}:{version}:{number}",
            to=address,
            subject=f"【{settings.INSTITUTION}】マスターユーザの操作の承認を取りやめました",
            body=body,
            at=at,
        )
