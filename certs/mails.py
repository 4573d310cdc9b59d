"""The mails about certificates. None carries a secret, and none links to a page that asks for one."""

from datetime import datetime

from accounts.mails import NEVER, moment, send, watchers
from certs.models import ClientCertificate, Issue
from erec.parameters import table

_NOT_YOU = (
    "お心当たりがない場合は、第三者が証明書を取得したおそれがあります。"
    "ただちにマスターユーザまたはお取引店の窓口へご連絡ください。"
)


def issued(issue: Issue, at: datetime) -> None:
    send(
        f"issue:{issue.pk}:{issue.code_hash[:12]}",
        watchers(issue.user),
        issue.user,
        "電子証明書を取得できるようになりました",
        [
            f"電子証明書の{issue.get_kind_display()}の手続きが済みました。",
            f"取得の期限は{moment(issue.fetch_until)}です。取得には、別にお渡しする取得コードが必要です。",
            NEVER,
        ],
        at,
    )


def code_remade(issue: Issue, at: datetime) -> None:
    send(
        f"code-remade:{issue.pk}:{issue.code_hash[:12]}",
        watchers(issue.user),
        issue.user,
        "取得コードが作り直されました",
        [
            f"{moment(at)}に、電子証明書の取得コードが作り直されました。前の取得コードは使えません。",
            f"取得の期限は{moment(issue.fetch_until)}です。",
            NEVER,
        ],
        at,
    )


def fetched(certificate: ClientCertificate, at: datetime) -> None:
    send(
        f"fetched:{certificate.pk}",
        watchers(certificate.user),
        certificate.user,
        "電子証明書が取得されました",
        [
            f"{moment(at)}に、このユーザの電子証明書が取得されました。",
            f"有効期間は{moment(certificate.not_after)}までです。",
            _NOT_YOU,
        ],
        at,
    )


def renewed(certificate: ClientCertificate, at: datetime) -> None:
    send(
        f"renewed:{certificate.pk}",
        watchers(certificate.user),
        certificate.user,
        "電子証明書が更新されました",
        [
            f"{moment(at)}に、このユーザの電子証明書が更新されました。",
            f"新しい証明書の有効期間は{moment(certificate.not_after)}までです。",
            "これまでの証明書も、満了の日まで使えます。",
            _NOT_YOU,
        ],
        at,
    )


def first_used(certificate: ClientCertificate, at: datetime) -> None:
    send(
        f"first-used:{certificate.pk}",
        watchers(certificate.user),
        certificate.user,
        "新しい電子証明書が初めて使われました",
        [f"{moment(at)}に、新しい電子証明書で初めてログインがありました。", _NOT_YOU],
        at,
    )


def revoked(certificate: ClientCertificate, at: datetime) -> None:
    send(
        f"revoked:{certificate.pk}",
        watchers(certificate.user),
        certificate.user,
        "電子証明書が失効しました",
        [
            f"{moment(at)}に、このユーザの電子証明書を失効しました。",
            f"理由: {certificate.get_revocation_reason_display()}",
            "この証明書ではログインできません。",
        ],
        at,
    )


def ends(certificate: ClientCertificate, days: int, at: datetime) -> None:
    """`days` before the end; 0: it is over."""
    if days == 0:
        send(
            f"ends:{certificate.pk}:0",
            watchers(certificate.user),
            certificate.user,
            "電子証明書が満了しました",
            [
                f"電子証明書の有効期間が{moment(certificate.not_after)}に終わりました。",
                "この証明書ではログインできません。続けて使うには、再発行の手続きが必要です。",
            ],
            at,
        )
        return
    send(
        f"ends:{certificate.pk}:{days}",
        [certificate.user.mail],
        certificate.user,
        f"電子証明書の満了まであと{days}日です",
        [
            f"電子証明書の有効期間は{moment(certificate.not_after)}までです。",
            f"満了の{table.value('renewal_window_days')}日前から、ログイン後のサービス一覧に［証明書更新］が表示されます。",
            "満了後は、再発行の手続きが必要になります。",
        ],
        at,
    )


def window_over(issue: Issue, at: datetime) -> None:
    send(
        f"window-over:{issue.pk}",
        watchers(issue.user),
        issue.user,
        "電子証明書の取得期限が過ぎました",
        [
            f"電子証明書を取得できる期限（{moment(issue.fetch_until)}）が過ぎました。",
            "お渡しした取得コードは使えません。続けるには、もう一度発行の手続きが必要です。",
        ],
        at,
    )
