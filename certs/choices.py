"""What may be done now to one person's certificates, as the radio buttons of 電子証明書管理."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts import policy as accounts_policy
from accounts.models import User
from accounts.policy import Act
from certs import access, policy
from certs.models import ClientCertificate
from certs.policy import State
from erec.parameters import table

ISSUE, REISSUE, REMAKE, REVOKE = "issue", "reissue", "remake", "revoke:"


@dataclass(frozen=True)
class Choice:
    """`value` is issue, reissue, remake, or `revoke:` and a serial number."""

    value: str
    label: str
    effect: str

    @property
    def words(self) -> str:
        return f"{self.label}（{self.effect}）"


def choices_for(acting: User, user: User, at: datetime) -> list[Choice]:
    """In the order in which they are likely; empty if the acting user may nothing now."""
    if user.pk == acting.pk or not user.is_active:
        return []
    held = list(access.held_by(user))
    had_one = access.of_user(user).exists()
    ready = policy.state_of_issue(access.open_issue(user), at) is State.READY
    found: list[Choice] = []
    if accounts_policy.may(acting, Act.CERTIFY_AGAIN if had_one else Act.CERTIFY_FIRST, user):
        found = _issues(user, held, had_one=had_one, ready=ready, at=at)
    if accounts_policy.may(acting, Act.REVOKE, user):
        found += [_revocation(certificate) for certificate in held]
    return found


def _issues(
    user: User, held: list[ClientCertificate], *, had_one: bool, ready: bool, at: datetime
) -> list[Choice]:
    days = table.value("fetch_window_days")
    found = []
    if ready:
        found.append(Choice(REMAKE, "取得コード再作成", "前のコードは使えなくなり、期限は変わりません"))
    elif not had_one:
        found.append(Choice(ISSUE, "発行", f"{days}日のあいだ、1枚取得できます"))
    elif access.live_certificates(user, at).count() < table.value("certificates_per_user_max"):
        found.append(Choice(ISSUE, "追加発行", "今の証明書は残し、もう1枚取得できます"))
    if held:
        found.append(Choice(REISSUE, "再発行", "今の証明書をすべて失効し、新しく1枚取得できます"))
    return found


def _revocation(certificate: ClientCertificate) -> Choice:
    day = timezone.localtime(certificate.fetched_at)
    fetched = f"{day:%Y/%m/%d}に取得、シリアル番号 {certificate.serial[:8]}…"
    return Choice(f"{REVOKE}{certificate.serial}", "失効", f"{fetched}。元に戻せません")


def why_none(acting: User, user: User) -> str:
    """The sentence where there is nothing to choose."""
    if user.pk == acting.pk:
        return (
            "ご自分の電子証明書は、サービス一覧の［電子証明書］で失効できます。"
            "追加・再発行は、お取引店の窓口で承ります。"
        )
    if not user.is_active:
        return f"{user.get_status_display()}のため、電子証明書の手続きはできません。"
    return accounts_policy.why_not(acting, Act.CERTIFY_AGAIN, user)
