"""The life of a certificate as data, and what each refusal says."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from certs.models import ClientCertificate, Issue
from erec.parameters import table

# 16 characters of 31: 79 bits, more than the 64 that the design asks for; none is mistaken on paper.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 16

# Before the end: 30 and 10 from the field, the rest ours; 0 tells that it is over.
REMINDER_DAYS = (60, 30, 10, 3, 1, 0)

# Wrong passwords beside a right 取得コード: nobody is locked, but each further try waits longer.
FREE_TRIES = 5
WAIT_LONGEST = timedelta(hours=1)

# The same request, sent again because its answer was lost, is answered again for this long.
REPEAT_WINDOW = timedelta(minutes=30)


class State(StrEnum):
    """Where a person's certificate is in its life."""

    NOT_ISSUED = "未発行"
    READY = "取得できます"
    WINDOW_OVER = "取得期限切れ"
    VALID = "有効"
    RENEWABLE = "更新できます"
    EXPIRED = "満了"
    REVOKED = "失効"


def state_of_issue(issue: Issue | None, at: datetime) -> State:
    if issue is None or issue.cancelled_at is not None:
        return State.NOT_ISSUED
    return State.READY if at <= issue.fetch_until else State.WINDOW_OVER


def state_of(certificate: ClientCertificate, at: datetime) -> State:
    if certificate.revoked_at is not None:
        return State.REVOKED
    if at > certificate.not_after:
        return State.EXPIRED
    return State.RENEWABLE if at >= renewable_from(certificate) else State.VALID


def state_of_person(issue: Issue | None, newest: ClientCertificate | None, at: datetime) -> State:
    """One word for a list: an open right to fetch says more than what was fetched before."""
    if issue is not None:
        return state_of_issue(issue, at)
    return state_of(newest, at) if newest is not None else State.NOT_ISSUED


def renewable_from(certificate: ClientCertificate) -> datetime:
    return certificate.not_after - timedelta(days=table.value("renewal_window_days"))


def fetch_until(at: datetime) -> datetime:
    return at + timedelta(days=table.value("fetch_window_days"))


def valid_until(at: datetime) -> datetime:
    return at + timedelta(days=table.value("certificate_validity_days"))


def approves_from(kind: Issue.Kind | str, at: datetime) -> datetime:
    """A certificate beside or after others waits, so that its owner can hear of it first."""
    wait = 0 if kind == Issue.Kind.FIRST else table.value("approval_wait_hours")
    return at + timedelta(hours=wait)


def wait_after(wrong_passwords: int) -> timedelta:
    """6th wrong entry: 1 minute, 7th: 2, 8th: 4 … at most an hour."""
    if wrong_passwords <= FREE_TRIES:
        return timedelta()
    return min(WAIT_LONGEST, timedelta(minutes=2 ** min(10, wrong_passwords - FREE_TRIES - 1)))


def new_code() -> str:
    """A 取得コード as it is printed: 「ABCD-EFGH-JKMN-PQRS」."""
    made = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(made[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def code_hash(code: str) -> str:
    """The stored form; what people add or leave out when copying (hyphens, spaces, case) is no matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True)
class RefusalText:
    """One refused certificate, as its page says it."""

    title: str
    what: str
    next_step: str


class Refusal(StrEnum):
    """Why a certificate does not open the door."""

    NONE = "none"
    MALFORMED = "malformed"
    FOREIGN = "foreign"
    WRONG_PURPOSE = "wrong_purpose"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    OTHER_OWNER = "other_owner"
    USER_SUSPENDED = "user_suspended"
    USER_DELETED = "user_deleted"
    COMPANY_STOPPED = "company_stopped"


_CHOOSE_AGAIN = (
    "ブラウザをすべて閉じてから開き直し、［電子証明書ログイン］で、"
    "ログインIDが表示されている証明書を選んでください。"
)
_ASK_MASTER = "マスターユーザに再発行を依頼してください。マスターユーザご自身の場合は、窓口へご連絡ください。"
_ASK_BANK = "お取引店の窓口へご連絡ください。"

REFUSALS: dict[Refusal, RefusalText] = {
    Refusal.NONE: RefusalText(
        "電子証明書が選ばれていません",
        "この入口では、電子証明書でご本人を確かめます。証明書がこの端末にないか、選択の画面で取り消されました。",
        f"まだ取得していないときは、先に［電子証明書取得］へお進みください。取得済みのときは、{_CHOOSE_AGAIN}",
    ),
    Refusal.MALFORMED: RefusalText(
        "電子証明書を読み取れませんでした",
        "送られた証明書の形が正しくありません。",
        _CHOOSE_AGAIN,
    ),
    Refusal.FOREIGN: RefusalText(
        "このサービスの電子証明書ではありません",
        "選ばれた証明書は、別の発行者のものです。",
        _CHOOSE_AGAIN,
    ),
    Refusal.WRONG_PURPOSE: RefusalText(
        "ログイン用の電子証明書ではありません",
        "選ばれた証明書は、ログインに使えない種類のものです。",
        _CHOOSE_AGAIN,
    ),
    Refusal.NOT_YET: RefusalText(
        "電子証明書の有効期間がまだ始まっていません",
        "証明書の有効期間の開始より前です。",
        "しばらく待ってから、もう一度お試しください。続くときは、お取引店の窓口へご連絡ください。",
    ),
    Refusal.EXPIRED: RefusalText(
        "電子証明書の有効期間が過ぎています",
        "証明書の満了日を過ぎたため、ログインできません。登録されている内容はそのまま残っています。",
        f"更新した証明書をお持ちのときは、そちらを選んでください。ないときは、{_ASK_MASTER}",
    ),
    Refusal.REVOKED: RefusalText(
        "電子証明書は失効しています",
        "この証明書は失効の手続きが済んでいるため、使えません。",
        "新しい証明書をお持ちのときは、そちらを選んでください。"
        f"心当たりがないときや、お持ちでないときは、{_ASK_MASTER}",
    ),
    Refusal.UNKNOWN: RefusalText(
        "登録されていない電子証明書です",
        "この証明書の記録が見つかりません。",
        _ASK_BANK,
    ),
    Refusal.OTHER_OWNER: RefusalText(
        "電子証明書の名義が一致しません",
        "証明書に書かれたログインIDと、登録されている持ち主が違います。",
        _ASK_BANK,
    ),
    Refusal.USER_SUSPENDED: RefusalText(
        "このユーザは利用を停止しています",
        "利用停止の手続きが済んでいるため、ログインできません。",
        "マスターユーザに確かめてください。マスターユーザご自身の場合は、お取引店の窓口へご連絡ください。",
    ),
    Refusal.USER_DELETED: RefusalText(
        "このユーザは削除されています",
        "削除の手続きが済んでいるため、ログインできません。",
        "マスターユーザに確かめてください。",
    ),
    Refusal.COMPANY_STOPPED: RefusalText(
        "ご契約の利用を停止しています",
        "企業全体の利用が停止されているため、ログインできません。",
        _ASK_BANK,
    ),
}
