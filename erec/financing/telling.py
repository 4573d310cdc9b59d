"""What a company is told of its application, and the institution's desk of a new one."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from erec.financing.models import Application
from erec.notices.actions import tell
from erec.notices.what import What
from erec.trail import outbox

BUSINESS = "financing"


def applied(application: Application, at: datetime) -> None:
    """To the institution's desk. It names the company and the sum, and no claim: mails travel openly."""
    until = timezone.localtime(application.answer_until)
    lines = [
        f"{application.company.name}（{application.company.user_number}）から{_kind(application)}がありました。",
        *_facts(application),
        f"回答の期限: {until:%Y年%-m月%-d日 %-H時%-M分}",
    ]
    outbox.put(
        key=f"financing:{application.application_no}:applied",
        to=settings.INSTITUTION_MAIL,
        subject=f"{_kind(application)}を受け付けました（{application.application_no}）",
        body="\n".join(lines),
        at=at,
    )


def accepted(application: Application, at: datetime) -> None:
    lines = [
        f"承諾額: {_yen(application.granted_yen or 0)}",
        *([f"利率: 年{application.rate.normalize():f}%"] if application.rate is not None else []),
        f"{day(application.wished_on)}に債権を譲渡し、お金は{application.account}に入ります。",
    ]
    _tell(What.CONSENT_GIVEN, application, "accepted", f"{_kind(application)}が承諾されました", lines, at)


def executed(application: Application, at: datetime) -> None:
    subject = f"{_kind(application)}により、{_yen(application.paid_yen)}が入金されました"
    lines = [f"入金口座: {application.account}"]
    _tell(What.MONEY_RECEIVED, application, "executed", subject, lines, at)


def repaid(application: Application, key: str, amount_yen: int, by: str, at: datetime) -> None:
    rest = [f"返済額: {_yen(amount_yen)}（{by}）", f"借入残高: {_yen(application.owed_yen)}"]
    subject = "譲渡担保の借入を完済しました" if not application.owed_yen else "譲渡担保の借入を返済しました"
    _tell(What.MONEY_PAID, application, f"repaid:{key}", subject, rest, at)


def excess(application: Application, record_number: str, amount_yen: int, at: datetime) -> None:
    subject = f"譲渡担保の債権の超過額、{_yen(amount_yen)}が入金されました"
    lines = [f"記録番号: {record_number}", f"入金口座: {application.account}"]
    _tell(What.MONEY_RECEIVED, application, f"excess:{record_number}", subject, lines, at)


def day(moment: date) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _kind(application: Application) -> str:
    return f"{application.get_kind_display()}の申込"


def _yen(amount: int) -> str:
    return f"{amount:,}円"


def _facts(application: Application) -> list[str]:
    facts = [
        f"申込番号: {application.application_no}",
        f"申込金額: {_yen(application.amount_yen)}（{application.lines.count()}件）",
        f"希望日: {day(application.wished_on)}",
    ]
    if application.loan_yen is not None and application.repay_on is not None:
        facts.append(f"希望借入金額: {_yen(application.loan_yen)}（返済期日 {day(application.repay_on)}）")
    return facts


def _tell(
    what: What, application: Application, key: str, subject: str, lines: Sequence[str], at: datetime
) -> None:
    tell(
        what,
        key=f"financing:{application.application_no}:{key}",
        company_id=application.company_id,
        business=BUSINESS,
        subject=subject,
        lines=[*_facts(application), *lines],
        at=at,
        request_no=application.request_no,
    )
