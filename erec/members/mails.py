"""Mails about rights. A false checker is what a thief needs, so the company's contact is told."""

from datetime import datetime

from django.conf import settings

from accounts.mails import moment, send, watchers
from accounts.models import User
from erec.members.catalogue import BY_CODE, Grant, Tick
from erec.members.models import Deputy, Member
from erec.trail import outbox


def checker_given(member: Member, by: User, grants: frozenset[Grant], at: datetime) -> None:
    names = "、".join(BY_CODE[code].name for code, tick in sorted(grants) if tick is Tick.CHECKER)
    body = "\n".join(
        [
            f"{by.company.name} 御中",
            "",
            f"{by.name}（{by.login_id}）が、{member.name}（{member.login_id}）に承認者の権限を設定しました。",
            f"業務: {names}",
            "お心当たりがない場合は、ただちにお取引店の窓口へご連絡ください。",
            "",
            settings.INSTITUTION,
        ]
    )
    outbox.put(
        key=f"checker:{member.pk}:{member.rights_version}",
        to=by.company.contact_mail,
        subject=f"【{settings.INSTITUTION}】承認者の権限が設定されました",
        body=body,
        at=at,
    )


def approval_reset(member: Member, by: User, at: datetime) -> None:
    """An initial approval password is what a false checker needs: told to all who may notice."""
    send(
        f"approval-reset:{member.pk}:{at.isoformat()}",
        watchers(member.user),
        member.user,
        "承認パスワードが初期化されました",
        [
            f"{moment(at)}に、このユーザの承認パスワードが、新しい初期承認パスワードに変わりました。",
            f"手続きをした人: {by.name}（{by.login_id}）",
            "お心当たりがない場合は、ただちにお取引店の窓口へご連絡ください。",
        ],
        at,
    )


def deputy_appointed(row: Deputy, by: User, at: datetime) -> None:
    _of_deputy(
        row,
        "appointed",
        "承認の代理が登録されました",
        [f"登録した人: {by.name}（{by.login_id}）", "期間が過ぎると、代理は自動的に終わります。"],
        at,
    )


def deputy_ended(row: Deputy, by: User, at: datetime) -> None:
    lines = [f"終了させた人: {by.name}（{by.login_id}）", "この代理による承認は、もうできません。"]
    _of_deputy(row, "ended", "承認の代理が終了しました", lines, at)


def _of_deputy(row: Deputy, what: str, subject: str, lines: list[str], at: datetime) -> None:
    """To both, all masters and the company's contact: a false deputy is what a thief needs."""
    user = row.deputy.user
    send(
        f"deputy-{what}:{row.pk}",
        list(dict.fromkeys([row.principal.mail, *watchers(user)])),
        user,
        subject,
        [
            f"{row.deputy.name}さんが、{row.principal.name}さんの代理で承認する期間:",
            f"{row.from_on:%Y年%-m月%-d日}から{row.until_on:%Y年%-m月%-d日}まで",
            f"手続きの日時: {moment(at)}",
            *lines,
            "お心当たりがない場合は、ただちにお取引店の窓口へご連絡ください。",
        ],
        at,
    )
