"""Three demo companies, a debtor and two creditors, whose masters have everything but a certificate.

Their secrets are kept in EREC_VAR/demo.json (mode 0600): the database holds only hashes. A code leaves
the file once its master has fetched.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.actions.companies import AccountNumber
from accounts.actions.users import NewUser
from accounts.models import Company
from accounts.origin import Origin
from certs.actions.registration import register
from certs.models import Issue

ORIGIN = Origin(door="command", environment="デモデータ")

BANK = "9999"
COMPANIES = (
    (
        "AQ7B2M4K1",
        "青葉部品株式会社",
        "経理 太郎",
        "d-aoba0001",
        (("101", "2", "0123456"), ("102", "2", "7654321")),
    ),
    (
        "MDR5S8K2T",
        "みどり精機株式会社",
        "財務 花子",
        "d-midori01",
        (("101", "2", "1112223"), ("103", "1", "3332221")),
    ),
    (
        "KTG3W6H9Y",
        "北川商事株式会社",
        "総務 次郎",
        "d-kitagawa1",
        (("104", "2", "4445556"), ("104", "1", "6665554")),
    ),
)


def demo_file() -> Path:
    return Path(settings.VAR) / "demo.json"


def prepare(at: datetime) -> None:
    """Register the demo companies that are not there yet, each with its secrets in the file."""
    told: list[dict[str, Any]] = _read()
    for user_number, name, master, login_id, accounts in COMPANIES:
        if Company.objects.filter(user_number=user_number).exists():
            continue
        _, (starter,) = register(
            user_number=user_number,
            name=name,
            contact_mail=f"contact@{login_id[2:]}.example",
            accounts=[AccountNumber(BANK, *account) for account in accounts],
            masters=[NewUser(login_id, master, f"{login_id[2:]}@{login_id[2:]}.example")],
            at=at,
            origin=ORIGIN,
        )
        entry = {
            "name": name,
            "user_number": user_number,
            "accounts": ["-".join(account) for account in accounts],
            "master": {
                "login_id": login_id,
                "initial_password": starter.initial_password,
                "activation_code": starter.code,
            },
        }
        told = [old for old in told if old["user_number"] != user_number] + [entry]
        _write(told)


def forget_used_codes() -> bool:
    """Take out of the file the codes that are worth nothing any more; True if there were any."""
    told = _read()
    open_for = set(
        Issue.objects.filter(fetched_at=None, cancelled_at=None).values_list("user__login_id", flat=True)
    )
    changed = False
    for company in told:
        master = company["master"]
        if "activation_code" in master and master["login_id"] not in open_for:
            del master["activation_code"]
            changed = True
    if changed:
        _write(told)
    return changed


def _read() -> list[dict[str, Any]]:
    try:
        told: list[dict[str, Any]] = json.loads(demo_file().read_text(encoding="utf-8"))["companies"]
    except FileNotFoundError:
        return []
    return told


def _write(told: list[dict[str, Any]]) -> None:
    made = demo_file().with_suffix(".new")
    with os.fdopen(
        os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump({"companies": told}, file, ensure_ascii=False, indent=1)
    made.replace(demo_file())
