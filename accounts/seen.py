"""What somebody was shown of a user when a form was opened: two masters must not undo each other unseen.

The form carries it, signed, in a hidden field; the action compares it with the row under lock.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.core import signing
from django.utils.crypto import salted_hmac

from accounts.errors import Changed
from accounts.models import User

_SALT = "accounts.seen"

LABELS = {"name": "ユーザ名", "mail": "メールアドレス", "status": "状態", "password": "ログインパスワード"}

# What must not have changed meanwhile, by what is about to happen.
FOR_CHANGE = ("name", "mail", "status")
FOR_RESET = ("name", "status", "password")
FOR_DELETION = ("name", "mail", "status")


@dataclass(frozen=True)
class Seen:
    """One user at one moment. `password` is a fingerprint that only says "another one"."""

    login_id: str
    name: str
    mail: str
    status: str
    password: str

    def token(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT)


def seen_of(user: User) -> Seen:
    return Seen(
        login_id=user.login_id,
        name=user.name,
        mail=user.mail,
        status=user.get_status_display(),
        password=salted_hmac(_SALT, user.password).hexdigest()[:16],
    )


def read(token: str) -> Seen | None:
    """None for what this service did not sign."""
    try:
        return Seen(**signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None


def check_unchanged(seen: Seen | None, user: User, fields: Collection[str]) -> None:
    """Raises Changed with the differences; without any if `seen` is unknown or about somebody else."""
    now = seen_of(user)
    if seen is None or seen.login_id != now.login_id:
        raise Changed([])
    differences = [
        _difference(name, seen, now) for name in fields if getattr(seen, name) != getattr(now, name)
    ]
    if differences:
        raise Changed(differences)


def _difference(name: str, seen: Seen, now: Seen) -> tuple[str, str, str]:
    if name == "password":
        return LABELS[name], "前のもの", "変更されました"
    return LABELS[name], getattr(seen, name), getattr(now, name)
