"""Mails that are no notices: how a company approves has changed. A false setting is what a thief needs."""

from collections.abc import Sequence
from datetime import datetime

from accounts.mails import moment, send, watchers
from accounts.models import User


def controls_changed(master: User, version: int, lines: Sequence[str], at: datetime) -> None:
    """To all masters and the company's contact. `lines`: what was, and what is."""
    send(
        f"controls:{master.company_id}:{version}",
        watchers(master),
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
