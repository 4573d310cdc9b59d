"""The approval password: rules, strikes and age."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password

from accounts.passwords import CountedSecret
from accounts.policy import password_policy
from erec.members.errors import ApprovalPasswordExpired, NoApprovalPassword
from erec.members.models import ApprovalPassword, Member
from erec.parameters import table

SECRET = CountedSecret(ApprovalPassword, "hash", "strikes", "locked_at", "approval_strikes_max")


def shape_problem(member: Member, new: str) -> str | None:
    """Why nobody's approval password looks like `new`, as a sentence; None if it may (初期設定編).

    Also for an initial one that a master types for another: there the hashes must not be compared, or
    the answer would tell him the other's passwords, one guess at a time and uncounted.
    """
    policy = password_policy()
    if not all("!" <= c <= "~" for c in new):
        return "半角の英字・数字・記号だけで入力してください（空白・全角は使えません）。"
    if not policy.length_min <= len(new) <= policy.length_max:
        lengths = f"{policy.length_min}文字以上{policy.length_max}文字以内"
        return f"{lengths}で入力してください（今は{len(new)}文字）。"
    if policy.needs_letter_and_digit and not (any(map(str.isalpha, new)) and any(map(str.isdigit, new))):
        return "半角英字と半角数字を、それぞれ1文字以上含めてください。"
    if new.lower() in (member.login_id, member.login_id.removeprefix("d-")):
        return "ログインIDと同じものは使えません。"
    return None


def problem(member: Member, new: str) -> str | None:
    """Why `new` may not be one's own approval password, as a sentence; None if it may.

    Besides its shape: not the login password, not the last few (domain facts §2.4, §7). Hashes up to
    1 + N passwords: outside transactions.
    """
    sentence = shape_problem(member, new)
    if sentence:
        return sentence
    if check_password(new, member.user.password):
        return "ログインパスワードと同じものは使えません。"
    if any(check_password(new, old) for old in _last_hashes(member)):
        return f"直近{table.value('approval_history')}回に使った承認パスワードは使えません。"
    return None


def _last_hashes(member: Member) -> list[str]:
    """The present one and the N - 1 before it."""
    present = ApprovalPassword.objects.filter(member=member).values_list("hash", flat=True)
    former = member.former_approval_passwords.order_by("-pk").values_list("hash", flat=True)
    return [*present, *former[: table.value("approval_history") - 1]]


@dataclass(frozen=True)
class Standing:
    """What a screen says of somebody's approval password."""

    exists: bool
    is_initial: bool = False
    locked: bool = False
    expires_at: datetime | None = None

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and at >= self.expires_at

    def days_left(self, at: datetime) -> int | None:
        return None if self.expires_at is None else max(0, (self.expires_at - at).days)

    def near_end(self, at: datetime) -> bool:
        days = self.days_left(at)
        return days is not None and days <= table.value("approval_reminder_days")


def standing(member: Member) -> Standing:
    row = ApprovalPassword.objects.filter(member=member).first()
    if row is None:
        return Standing(exists=False)
    validity = table.value("approval_validity_days")
    expires = row.set_at + timedelta(days=validity) if validity and not row.is_initial else None
    locked = row.locked_at is not None or row.strikes >= table.value("approval_strikes_max")
    return Standing(exists=True, is_initial=row.is_initial, locked=locked, expires_at=expires)


def usable(member: Member, at: datetime) -> ApprovalPassword:
    """The one that may bind the company now. Raises NoApprovalPassword, ApprovalPasswordExpired."""
    row = ApprovalPassword.objects.filter(member=member).first()
    if row is None or row.is_initial:
        raise NoApprovalPassword
    if standing(member).expired(at):
        raise ApprovalPasswordExpired
    return row
