"""The two first-login sheets. They are two files, because together they open an account."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from erec.doors import ENTRY, base_url
from erec.parameters import table

_RULE = "─" * 30


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y年%-m月%-d日")


def password_sheet(user: User, initial_password: str) -> str:
    """「ご利用開始のお知らせ」: login ID and initial password, and never the code."""
    return "\n".join(
        [
            "ご利用開始のお知らせ",
            _RULE,
            f"{user.company.name}　{user.name} 様",
            "",
            f"ログインID（お客様ID）　　{user.login_id}",
            f"初回ログインパスワード　　{initial_password}",
            "",
            "・初回ログインパスワードは、最初の1回だけ使えます。ログインすると、変更の画面が表示されます。",
            f"・パスワードは{table.value('login_strikes_max')}回間違えるとロックされます。",
            "・電子証明書の取得には、別の紙「取得コードのお知らせ」の取得コードが必要です。",
            f"・はじめのページ: {base_url(ENTRY)}",
            "",
            settings.INSTITUTION,
            "",
        ]
    )


def code_sheet(user: User, code: str, fetch_until: datetime) -> str:
    """「取得コードのお知らせ」: the one-time code, and never the password."""
    return "\n".join(
        [
            "取得コードのお知らせ",
            _RULE,
            f"{user.company.name}　{user.name} 様",
            "",
            f"取得コード　　{code}",
            "",
            f"・{_day(fetch_until)}までに、［電子証明書取得］で1回だけ使えます。",
            "・当方から、電話やメールで取得コードをおたずねすることはありません。",
            "・この紙は、「ご利用開始のお知らせ」と別に保管してください。",
            "",
            settings.INSTITUTION,
            "",
        ]
    )


def write(folder: Path, filename: str, text: str) -> Path:
    """A new file that only its owner may read. Raises FileExistsError rather than overwrite a sheet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / filename
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path
