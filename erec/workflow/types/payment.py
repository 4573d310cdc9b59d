"""支払等記録 of a payment outside the account transfer, whole or in part. Facts §4.5.

Asked by the payer (the payee must consent) or by the payee. Content: {"other" (the other company's
利用者番号; "": the creditor, or the debtor), "amount_yen", "cause", "paid_on", "reference",
"lines": [{"record_number"}]}. The check adds "payer" and "payee", and to the line what is open to the payee:
from anything else nothing is taken off.
"""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from erec.claims import checks, windows
from erec.claims.desk import holder_of, obligor_of
from erec.claims.instructions import Cause, Party, Payment, party_to_json
from erec.claims.models import Claim
from erec.workflow.errors import Problem
from erec.workflow.types.base import Consent, Content, Context, Effect, Ordered, date_of, day, yen
from erec.workflow.types.of_claim import (
    OneClaim,
    Part,
    Role,
    guarantors_of,
    kept_until,
    record_on,
)

NOT_THE_OTHER = "この会社は、この債権で選べる相手ではありません。選び直してください。"
NO_AMOUNT = "支払等の金額を入力してください。"
NOT_THERE = "この記録番号の債権は、支払等を記録できる債権の中にありません。記録番号を確かめてください。"


class PaymentType(OneClaim[Payment]):
    not_there: ClassVar = NOT_THERE
    by_payer: ClassVar[bool]

    @abstractmethod
    def others(self, part: Part) -> list[Party]:
        """The companies that the other side may be; the first is the usual one."""

    def open_yen(self, part: Part, other: Party) -> int:
        """What may still be paid to whoever is paid."""
        payee = other if self.by_payer else part.own
        return checks.open_yen(part.claim, payee.company_id)

    def asked(self, content: Content, part: Part, context: Context) -> Payment | list[Problem]:
        others = self.others(part)
        wanted = content["other"] or others[0].user_number
        other = next((party for party in others if party.user_number == wanted), None)
        paid_on = date_of(content["paid_on"])
        if other is None or paid_on is None:
            return [Problem(0, "other", NOT_THE_OTHER)]
        if content["amount_yen"] is None:
            return [Problem(0, "amount_yen", NO_AMOUNT)]
        payer, payee = (part.own, other) if self.by_payer else (other, part.own)
        return Payment(
            record_number=part.claim.record_number,
            payer=payer,
            payee=payee,
            amount_yen=content["amount_yen"],
            cause=Cause(content["cause"]),
            paid_on=paid_on,
            record_on=record_on(context.today),
            by_payer=self.by_payer,
            reference=content.get("reference", ""),
            seen_yen=content["lines"][0].get("open_yen"),
        )

    def seen(self, asked: Payment) -> dict[str, Any]:
        return {"open_yen": checks.open_yen(asked.record_number, asked.payee.company_id)}

    def more(self, content: Content, asked: Payment) -> Content:
        """Also with the other company by its number: whoever holds the claim later is another one."""
        payer, payee = party_to_json(asked.payer), party_to_json(asked.payee)
        other = (payee if self.by_payer else payer)["user_number"]
        return {**content, "other": other, "payer": payer, "payee": payee}

    def until(self, part: Part, context: Context) -> datetime:
        """Before 支払期日 there is a last day, as the transfer runs anyway; after a default there is none."""
        if part.claim.state == Claim.State.RECORDED:
            return windows.payment_until(part.claim.due_on)
        return kept_until(context.today)

    def facts(self, content: Content) -> tuple[tuple[str, str], ...]:
        (line,) = content["lines"]
        payer, payee = content["payer"], content["payee"]
        return (
            ("支払った会社", f"{payer['name']}（{payer['user_number']}）"),
            ("受け取った会社", f"{payee['name']}（{payee['user_number']}）"),
            ("支払等の金額", yen(content["amount_yen"])),
            ("記録前の未払の金額", yen(line["open_yen"])),
            ("記録後に残る金額", yen(line["open_yen"] - content["amount_yen"])),
            ("原因", content["cause"]),
            ("支払等の日", day(date.fromisoformat(content["paid_on"]))),
        )

    def total_yen(self, content: Content, line: dict[str, Any]) -> int:
        return content.get("amount_yen") or 0

    def partner_name(self, content: Content, line: dict[str, Any]) -> str:
        return str(content.get("payee" if self.by_payer else "payer", {}).get("name", ""))

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        (line,) = content["lines"]
        payment = self.ordered(content, context)
        name = self.partner_name(content, line)
        return [Ordered(payment, payment.amount_yen, name, line["record_number"], self.consent(payment))]

    def consent(self, payment: Payment) -> Consent | None:
        return None


class PaymentByPayer(PaymentType):
    """支払を行ったことによる記録請求: the debtor or a guarantor asks, the payee must consent."""

    code: ClassVar = "payment_by_payer"
    name: ClassVar = "支払等記録（支払を行ったことによる記録請求）"
    effect: ClassVar = (
        "承認すると、支払を受けた相手先に承諾依頼が届きます。期限までに承諾すると、支払等が記録されます。"
    )
    roles: ClassVar = (Role.OBLIGOR, Role.GUARANTOR)
    by_payer: ClassVar = True

    def others(self, part: Part) -> list[Party]:
        """Of the creditor and the guarantors who paid (特別求償権) those to whom something is open."""
        holder, guarantors = holder_of(part.claim), guarantors_of(part.claim)
        others = [holder, *(g for g in guarantors if g.company_id != holder.company_id)]
        return [
            other
            for other in others
            if other.company_id != part.own.company_id and self.open_yen(part, other)
        ] or [holder]

    def consent(self, payment: Payment) -> Consent | None:
        return Consent(payment.payee.company_id, windows.payment_answer_until(payment.record_on))


class PaymentByPayee(PaymentType):
    """支払を受けたことによる記録請求: the creditor, or a guarantor who paid before; no consent."""

    code: ClassVar = "payment_by_payee"
    name: ClassVar = "支払等記録（支払を受けたことによる記録請求）"
    effect: ClassVar = "承認すると、支払等が記録されます。相手先の承諾は要りません。"
    roles: ClassVar = (Role.HOLDER, Role.GUARANTOR)
    by_payer: ClassVar = False

    def others(self, part: Part) -> list[Party]:
        """The debtor, then the guarantors; to a guarantor who paid, those before him (facts §4.5)."""
        guarantors = guarantors_of(part.claim)
        if part.role is Role.GUARANTOR:
            guarantors = guarantors[: guarantors.index(part.own)]
        return [obligor_of(part.claim), *(g for g in guarantors if g.company_id != part.own.company_id)]
