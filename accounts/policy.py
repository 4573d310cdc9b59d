"""Rules of the portal side as data: passwords, lock, who may be what."""

import secrets
from dataclasses import dataclass
from enum import Enum, StrEnum

from django.conf import settings

from accounts.models import User


@dataclass(frozen=True)
class PasswordPolicy:
    """What a login password must be. Lengths in characters (half-width printable, U+0021–U+007E)."""

    source: str
    length_min: int
    length_max: int
    needs_letter_and_digit: bool

    @property
    def sentence(self) -> str:
        """The rule as the screens say it."""
        mixed = "半角英字と半角数字をそれぞれ1文字以上含む、" if self.needs_letter_and_digit else ""
        return (
            f"{mixed}{self.length_min}文字以上{self.length_max}文字以内の半角の英数字・記号。"
            "ログインID、今のパスワードと同じものは使えません。"
        )


PASSWORD_POLICIES = {
    "manual": PasswordPolicy("初期設定編 2: 新ログインパスワードの設定条件", 6, 64, True),
    # NIST SP 800-63B §5.1.1: length instead of composition, no rotation.
    "modern": PasswordPolicy("NIST SP 800-63B", 12, 64, False),
}

# Without letters and digits that are mistaken for one another on paper (0 O, 1 l I, …).
_PAPER = "abcdefghjkmnpqrstuvwxyz23456789"
INITIAL_PASSWORD_LENGTH = 12  # 初期設定編: 6 to 12; the institution's are the longest


class Act(StrEnum):
    """What one person does on another in ユーザ管理業務."""

    CHANGE = "ユーザ情報の変更"
    SUSPEND = "利用停止"
    RESUME = "利用再開"
    UNLOCK = "ロックの解除"
    RESET = "初回ログインパスワードの再設定"
    DELETE = "削除"
    CERTIFY_FIRST = "電子証明書の発行"
    CERTIFY_AGAIN = "電子証明書の追加発行・再発行"
    REVOKE = "電子証明書の失効"


class Whom(Enum):
    """The person acted on, as the one who acts sees him."""

    SELF = "自分"
    OTHER_MASTER = "他のマスターユーザ"
    GENERAL = "一般ユーザ"
    STRANGER = "他社のユーザ"


# Who may what on whom; nothing that is not here. Domain facts §1.4 (a master neither resets nor deletes
# himself) and §3.1 (another certificate of a master comes from the institution only); that anybody may stop
# himself and any master another is this service's decision: a lost machine must not wait.
MAY: dict[tuple[User.Kind, Whom], frozenset[Act]] = {
    (User.Kind.MASTER, Whom.SELF): frozenset({Act.CHANGE, Act.SUSPEND, Act.REVOKE}),
    (User.Kind.MASTER, Whom.OTHER_MASTER): frozenset(Act) - {Act.CERTIFY_AGAIN},
    (User.Kind.MASTER, Whom.GENERAL): frozenset(Act),
    (User.Kind.GENERAL, Whom.SELF): frozenset({Act.SUSPEND, Act.REVOKE}),
}


# What the one who may not is told; anything else gets WHY_NOT_AT_ALL.
_ASK = "ほかのマスターユーザか、お取引店の窓口に依頼してください。"
WHY_NOT: dict[tuple[Whom, Act], str] = {
    (Whom.SELF, Act.DELETE): f"ご自分を削除することはできません。{_ASK}",
    (Whom.SELF, Act.RESET): (
        "ご自分の初回ログインパスワードは作れません。サービス一覧の［ログインパスワード変更］を使ってください。"
    ),
    (Whom.SELF, Act.UNLOCK): f"ご自分のロックは解除できません。{_ASK}",
    (Whom.SELF, Act.CERTIFY_FIRST): f"ご自分の電子証明書は発行できません。{_ASK}",
    (Whom.SELF, Act.CERTIFY_AGAIN): "ご自分の電子証明書の追加・再発行は、お取引店の窓口で承ります。",
    (Whom.OTHER_MASTER, Act.CERTIFY_AGAIN): (
        "マスターユーザの電子証明書の追加・再発行は、お取引店の窓口で承ります。"
    ),
}
WHY_NOT_AT_ALL = "この操作をする権限がありません。"


def why_not(acting: User, act: Act, target: User) -> str:
    return WHY_NOT.get((whom(acting, target), act), WHY_NOT_AT_ALL)


def whom(acting: User, target: User) -> Whom:
    if acting.pk == target.pk:
        return Whom.SELF
    if acting.company_id != target.company_id:
        return Whom.STRANGER
    return Whom.OTHER_MASTER if target.is_master else Whom.GENERAL


def may(acting: User, act: Act, target: User) -> bool:
    """Whether `acting`, as his row is now, may do that to `target`."""
    return acting.is_active and act in MAY.get((User.Kind(acting.kind), whom(acting, target)), frozenset())


def password_policy() -> PasswordPolicy:
    return PASSWORD_POLICIES[settings.PASSWORD_POLICY]


def password_problem(*, new: str, login_id: str, current: str) -> str | None:
    """Why `new` may not be the login password, as a sentence; None if it may."""
    policy = password_policy()
    if not all("!" <= c <= "~" for c in new):
        return "半角の英字・数字・記号だけで入力してください（空白・全角は使えません）。"
    if not policy.length_min <= len(new) <= policy.length_max:
        lengths = f"{policy.length_min}文字以上{policy.length_max}文字以内"
        return f"{lengths}で入力してください（今は{len(new)}文字）。"
    letters, digits = any(c.isalpha() for c in new), any(c.isdigit() for c in new)
    if policy.needs_letter_and_digit and not (letters and digits):
        missing = "英字" if not letters else "数字"
        return f"半角{missing}を1文字以上含めてください。"
    if new.lower() in (login_id, login_id.removeprefix("d-")):
        return "ログインIDと同じものは使えません。"
    if new == current:
        return "現ログインパスワードと同じものは使えません。"
    return None


def initial_password_problem(*, initial: str, login_id: str) -> str | None:
    """Why a typed initial password may not be given; its shape (6 to 12, 半角英数字) is the field's."""
    if initial.lower() == login_id.removeprefix("d-"):
        return "ログインIDと同じものは使えません。"
    return None


def initial_password() -> str:
    """A password for the first login only, easy to copy from paper: 12 characters, 59 bits."""
    while True:
        made = "".join(secrets.choice(_PAPER) for _ in range(INITIAL_PASSWORD_LENGTH))
        if any(c.isalpha() for c in made) and any(c.isdigit() for c in made):
            return made
