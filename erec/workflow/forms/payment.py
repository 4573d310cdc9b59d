"""The forms of 支払等記録: one claim, how much was paid by whom to whom, when and why."""

from typing import ClassVar

from erec.claims.instructions import Cause
from erec.fields import ChoiceField
from erec.workflow.forms.base import Setting, SharedForm, Texts
from erec.workflow.forms.claims import OneClaimEntry
from erec.workflow.forms.fields import AmountField, DayField, ReferenceField, yen_of
from erec.workflow.types.base import Content
from erec.workflow.types.of_claim import Part
from erec.workflow.types.payment import PaymentByPayee, PaymentByPayer, PaymentType

CAUSES = [(cause.value, cause.value) for cause in Cause]
CAUSES[0] = (Cause.PERFORMANCE.value, "弁済（代物弁済を含む）")


class PaymentSharedForm(SharedForm):
    """What was paid."""

    other = ChoiceField(label="相手先", required=False)
    amount_yen = AmountField(
        label="支払等の金額（円）", required=False, help_text="空にすると、残りの全額になります。"
    )
    cause = ChoiceField(label="原因", choices=CAUSES)
    paid_on = DayField(label="支払等の日")
    reference = ReferenceField(label="依頼人Ref.No.", required=False)

    def offer(self, setting: Setting) -> None:
        self.fields["paid_on"].widget.attrs["max"] = setting.today.date.isoformat()


class _PaymentEntry(OneClaimEntry):
    template: ClassVar = "workflow/payment.html"
    Shared: ClassVar = PaymentSharedForm
    aliases: ClassVar = {"payer": "other", "payee": "other"}
    of_the_claim: ClassVar = ("amount_yen", "other")
    payment: ClassVar[PaymentType]
    label: ClassVar[str]  # of the other company

    def __init__(self, texts: Texts, setting: Setting, *, judged: bool = False) -> None:
        super().__init__(texts, setting, judged=judged)
        others = self.payment.others(self.part) if self.part else []
        choices = [(party.user_number, f"{party.name}（{party.user_number}）") for party in others]
        typed = texts.shared.get("other", "")
        if typed not in dict(choices):  # another claim's; the check says so
            choices.append((typed, typed or "債権を選ぶと、選べるようになります"))
        field = self.shared.fields["other"]
        field.label, field.choices = self.label, choices  # type: ignore[attr-defined]

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        texts = super().empty(setting)
        texts.shared |= {"cause": Cause.PERFORMANCE.value, "paid_on": setting.today.date.isoformat()}
        return texts

    @classmethod
    def fill_in(cls, shared: dict[str, str], part: Part) -> None:
        """All that is open to the usual other company, or to the company itself."""
        typ = cls.payment
        others = {party.user_number: party for party in typ.others(part)}
        shared["other"] = shared.get("other") or next(iter(others))
        if shared["other"] in others and not shared.get("amount_yen"):
            shared["amount_yen"] = f"{typ.open_yen(part, others[shared['other']]):,}"

    @classmethod
    def renewed(cls, texts: Texts, setting: Setting) -> Texts:
        """Another payment: of today, and of what is open now."""
        return Texts(
            {**texts.shared, "amount_yen": "", "paid_on": setting.today.date.isoformat()}, texts.lines
        )

    def content(self) -> Content:
        shared = self.shared.cleaned_data
        return {
            "other": shared.get("other", ""),
            "amount_yen": yen_of(shared.get("amount_yen")),
            "cause": shared.get("cause", Cause.PERFORMANCE.value),
            "paid_on": shared.get("paid_on", ""),
            "reference": shared.get("reference", ""),
            "lines": self.lines_content(),
        }

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        amount = content["amount_yen"]
        shared = {
            "amount_yen": f"{amount:,}" if amount else "",
            **{name: content[name] for name in ("other", "cause", "paid_on", "reference")},
        }
        return Texts(shared, cls.lines_texts(content))


class PaymentByPayerEntry(_PaymentEntry):
    code: ClassVar = "payment_by_payer"
    purpose: ClassVar = "口座間送金決済によらずに支払ったことを記録します。受け取った相手先の承諾が必要です。"
    payment: ClassVar = PaymentByPayer()
    label: ClassVar = "受け取った会社"


class PaymentByPayeeEntry(_PaymentEntry):
    code: ClassVar = "payment_by_payee"
    purpose: ClassVar = "口座間送金決済によらずに受け取ったことを記録します。相手先の承諾は要りません。"
    payment: ClassVar = PaymentByPayee()
    label: ClassVar = "支払った会社"
