"""でんさいへ切替: which request takes a bill's place, with whom, and why it cannot be made now.

電子交換所 ends in April 2027, and with it the paper. A bill in hand becomes 発生記録 by the creditor, to
which its debtor consents; a bill that the company has issued, 発生記録 by the debtor. One that was discounted
or endorsed is in other hands, and only its holder can have it replaced (inferred).
"""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from erec.bills.models import Bill
from erec.bills.policy import Kind
from erec.bills.standing import Standing
from erec.claims import windows
from erec.formats.text import BadText
from erec.parameters.business_day import Today
from erec.partners import access as partners
from erec.partners.folding import fold
from erec.partners.models import Partner
from erec.partners.suggestions import key_of
from erec.workflow.forms import FORMS
from erec.workflow.forms.base import Setting, Texts
from erec.workflow.forms.fields import ReferenceField
from erec.workflow.forms.partners import texts_of
from erec.workflow.forms.reading import AMOUNT_MAX_YEN

TYPES: Mapping[Kind, str] = {Kind.HELD: "accrual_by_obligee", Kind.ISSUED: "accrual_by_obligor"}

NOT_IN_HAND = (
    "割引・裏書をした手形は、もう手元にないため切り替えられません。切り替えられるのは、今の所持人です。"
)
SWITCHED = "この手形は、もうでんさいに切り替わっています。"
ASKED = (
    "この手形の切替の請求が進んでいます。結果が出るまで、もう一度は請求できません。"
    "やり直すときは、その請求を先に取りやめてください。"
)
TOO_MUCH = (
    "電子記録債権は1件{most:,}円までです。この手形は、切替の画面ではなく、金額を分けて請求してください。"
)
TOO_NEAR = (
    "満期日（{due}）が近すぎるか、過ぎています。今から請求できる支払期日は{first}からです。"
    "この手形は、手形のまま取立て・決済してください。"
)
TOO_FAR = (
    "満期日（{due}）が先すぎます。今から請求できる支払期日は{last}までです。"
    "その範囲に入ってから、もう一度切り替えてください。"
)


def why_not(bill: Bill, today: Today) -> str:
    """The sentence for a bill that cannot be switched now; empty if it can."""
    kind = Kind(bill.kind)
    if kind not in TYPES:
        return NOT_IN_HAND
    if bill.now is Standing.SWITCHED:
        return SWITCHED
    if bill.now is Standing.ASKED:
        return ASKED
    if bill.amount_yen > AMOUNT_MAX_YEN:
        return TOO_MUCH.format(most=AMOUNT_MAX_YEN)
    return _due_problem(bill.due_on, today, by_obligee=kind is Kind.HELD)


def _due_problem(due_on: date, today: Today, *, by_obligee: bool) -> str:
    """The bounds that 発生記録 has for the first and the last 電子記録年月日 of now."""
    days = windows.record_dates(today)
    first = windows.earliest_due(days.first, by_obligee=by_obligee)
    last = windows.latest_due(days.last)
    if due_on < first:
        return TOO_NEAR.format(due=_day(due_on), first=_day(first))
    if due_on > last:
        return TOO_FAR.format(due=_day(due_on), last=_day(last))
    return ""


def _day(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def candidates(bill: Bill) -> QuerySet[Partner]:
    """Partners who may be the other side: by 利用者番号 where the bill has it, else of its very name."""
    name = bill.debtor if bill.kind == Kind.HELD else bill.party
    if bill.user_number:
        wanted = Q(user_number=bill.user_number)
    else:
        wanted = Q(sort_name=fold(name)) | Q(name=name) | Q(registered_name=name)
    rows = partners.with_standing(partners.partners_of(bill.company_id)).filter(wanted)
    found: QuerySet[Partner] = rows.order_by("sort_name", "pk")
    return found


def texts_for(bill: Bill, partner: Partner, setting: Setting) -> Texts:
    """The entry's form as it is opened: everything that the bill says."""
    form_class = FORMS[TYPES[Kind(bill.kind)]]
    texts = form_class.empty(setting)
    line = {
        **texts_of(key_of(partner)),
        "amount_yen": f"{bill.amount_yen:,}",
        "due_on": bill.due_on.isoformat(),
        "reference": reference_of(bill),
    }
    texts.lines = [{**form_class.blank(), **line}]
    return texts


def reference_of(bill: Bill) -> str:
    """依頼人Ref.No.: the bill's number, by which both sides know it."""
    try:
        return ReferenceField(label="").understood(f"手形 {bill.number}")
    except BadText:
        return ""
