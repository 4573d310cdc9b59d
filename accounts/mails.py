"""The mails about users, and how every mail to a company's people is made.

None carries a secret, and none links to a page that asks for one.
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from erec.trail import outbox

NEVER = "当方から、電話やメールでパスワードや取得コードをおたずねすることはありません。"
_NOT_YOURS = "お心当たりがない場合は、ただちにマスターユーザまたはお取引店の窓口へご連絡ください。"


def moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y年%-m月%-d日 %-H時%-M分")


def watchers(user: User) -> list[str]:
    """Whom an act that could hide a thief is told to: the person, the masters, the company's contact."""
    masters = User.objects.filter(
        company_id=user.company_id, kind=User.Kind.MASTER, status=User.Status.ACTIVE
    )
    addresses = [user.mail, *masters.order_by("pk").values_list("mail", flat=True), user.company.contact_mail]
    return list(dict.fromkeys(addresses))


def send(key: str, to: list[str], user: User, subject: str, lines: list[str], at: datetime) -> None:
    """One mail to each address, about `user`. The same key again sends nothing new."""
    body = "\n".join(
        [f"{user.company.name}　{user.name} 様（{user.login_id}）", "", *lines, "", settings.INSTITUTION]
    )
    for number, address in enumerate(to):
        outbox.put(
            key=f"{key}:{number}",
            to=address,
            subject=f"【{settings.INSTITUTION}】{subject}",
            body=body,
            at=at,
        )


def user_created(user: User, by: User, at: datetime) -> None:
    send(
        f"user-created:{user.pk}",
        watchers(user),
        user,
        "ユーザが登録されました",
        [
            f"{moment(at)}に、{user.get_kind_display()}として登録されました。",
            f"登録した人: {by.name}（{by.login_id}）",
            "初回ログインパスワードと取得コードは、マスターユーザから別々にお受け取りください。",
            NEVER,
            _NOT_YOURS,
        ],
        at,
    )


def mail_changed(user: User, old: str, by: User, at: datetime) -> None:
    """Also to the address that is not in use any more."""
    send(
        f"mail-changed:{user.pk}:{at.isoformat()}",
        list(dict.fromkeys([old, *watchers(user)])),
        user,
        "メールアドレスが変更されました",
        [
            f"{moment(at)}に、このユーザのメールアドレスが変更されました。",
            f"変更前: {old}",
            f"変更後: {user.mail}",
            f"変更した人: {by.name}（{by.login_id}）",
            _NOT_YOURS,
        ],
        at,
    )


def password_reset(user: User, by: User | None, at: datetime) -> None:
    send(
        f"password-reset:{user.pk}:{at.isoformat()}",
        watchers(user),
        user,
        "初回ログインパスワードが再設定されました",
        [
            f"{moment(at)}に、このユーザのログインパスワードが、新しい初回ログインパスワードに変わりました。",
            f"手続きをした人: {f'{by.name}（{by.login_id}）' if by else settings.INSTITUTION}",
            "これまでのログインパスワードは使えません。",
            NEVER,
            _NOT_YOURS,
        ],
        at,
    )
