"""The mails of notices. None carries a secret or a link: a mail that links trains people for the thief's."""

import re
from collections.abc import Sequence
from datetime import datetime
from unicodedata import category

from django.conf import settings

from accounts.mails import moment
from accounts.mails import send as send_to_user
from erec.members.catalogue import BY_CODE
from erec.members.models import Member
from erec.notices.receivers import Receiver
from erec.notices.what import What
from erec.trail import outbox
from erec.trail.outbox import Mail

SUBJECT_MAX = 100
WHERE = (
    "くわしい内容は、いつもの手順で電子記録債権サービスにログインし、［通知情報］でご確認ください。",
    "このメールに、ログインのためのリンクはありません。",
)
NOBODY = (
    "この業務の権限を持つ人がいないため、マスターユーザにお知らせしています。"
    "［ユーザ情報管理］で権限を設定してください。"
)

_LINK_DOT = re.compile(r"(?<=[0-9A-Za-z])\.(?=[0-9A-Za-z])")


def cleaned(line: str) -> str:
    """Without what neither a header nor the database may hold: what was typed must not stop the telling."""
    return "".join(c for c in line if category(c) not in outbox.NOT_IN_A_LINE)


def one_line(text: str) -> str:
    """A subject: at most 100 characters."""
    line = cleaned(text)
    return line if len(line) <= SUBJECT_MAX else line[: SUBJECT_MAX - 1] + "…"


def unlinked(line: str) -> str:
    """Text that no mail program makes a link of: a company's name may be somebody's trap.

    Worked example: 「example.com の件 https://a.b」 gives 「example．com の件 https：//a．b」.
    """
    return _LINK_DOT.sub("．", line.replace("://", "：//"))


def mail_to(
    key: str,
    to: Receiver,
    *,
    what: What,
    business: str,
    subject: str,
    lines: Sequence[str],
    for_want_of_a_holder: bool,
) -> Mail:
    """The mail to one person, once for ever: its key says notice and person."""
    body = [
        f"{to.company_name}　{to.name} 様（{to.login_id}）",
        "",
        unlinked(subject),
        *map(unlinked, lines),
        "",
        f"業務：{BY_CODE[business].name}",
        f"重要度：{what.importance}",
        *([NOBODY] if for_want_of_a_holder else []),
        "",
        *WHERE,
        "メールで受け取る通知は、［管理業務］の［メール通知の設定］で選べます。",
        "",
        settings.INSTITUTION,
    ]
    return Mail(
        key=f"notice:{key}:{to.member_id}",
        to=to.mail,
        subject=f"【{settings.INSTITUTION}】{unlinked(subject)}",
        body="\n".join(body),
    )


def switched_off(member: Member, whats: Sequence[What], at: datetime) -> None:
    """Told to the address that gets fewer mails from now on."""
    send_to_user(
        f"mail-choices:{member.pk}:{at.isoformat()}",
        [member.mail],
        member.user,
        "メール通知の設定が変更されました",
        [
            f"{moment(at)}に、次の通知をメールで受け取らない設定になりました。",
            *(f"・{what.label}" for what in whats),
            "お心当たりがない場合は、ただちにマスターユーザまたはお取引店の窓口へご連絡ください。",
        ],
        at,
    )
