"""The fields of a request: they take what people type and hand on one way of writing it."""

import unicodedata
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from erec.fields import TextField
from erec.formats import text
from erec.formats.text import BadText
from erec.partners.fields import narrowed
from erec.workflow.forms import reading

REFERENCE_MAX = 40  # 依頼人Ref.No. (domain facts §4.6)


def half_width(value: str) -> str:
    """Full-width letters and digits as half-width ones; spaces and hyphens stay."""
    return text.tidy(unicodedata.normalize("NFKC", value))


class AmountField(TextField):
    """Yen, as 1,234,567. Hands on the text so; `yen_of` reads it."""

    typing: ClassVar = {"autocomplete": "off", "inputmode": "numeric", "class": "fixed amount"}

    def understood(self, value: str) -> str:
        return f"{reading.amount_yen(value):,}"


def yen_of(amount: str | None) -> int | None:
    """What AmountField handed on; None for nothing."""
    return int(amount.replace(",", "")) if amount else None


class DayInput(forms.DateInput):
    """The browser's own picker; a text field where it would hide what was typed."""

    input_type = "date"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if value and not _is_iso(str(value)):
            context["widget"]["type"] = "text"
        return context


def _is_iso(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class DayField(TextField):
    """A date; hands on YYYY-MM-DD."""

    widget = DayInput
    typing: ClassVar = {"autocomplete": "off", "class": "fixed day"}

    def understood(self, value: str) -> str:
        return reading.day(value).isoformat()


class RecordNumberField(TextField):
    """記録番号: 20 letters and digits."""

    typing: ClassVar = {"autocomplete": "off", "autocapitalize": "characters", "class": "fixed"}

    def tidied(self, value: str) -> str:
        return narrowed(value).upper()

    def understood(self, value: str) -> str:
        if not (value.isascii() and value.isalnum() and len(value) == 20):
            raise BadText("記録番号は、英字と数字の20桁で入力してください。")
        return value


class ReferenceField(TextField):
    """依頼人Ref.No.: at most 40 characters that Windows-31J can hold."""

    def understood(self, value: str) -> str:
        text.refuse_length(value, maximum=REFERENCE_MAX)
        text.refuse_unwritable(value)
        return value


class CommentField(TextField):
    """コメント（任意） to the other person of the company: several lines, at most so many characters."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **options: Any) -> None:
        self.longest = longest
        super().__init__(required=False, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "rows": "3"}

    def to_python(self, value: Any) -> str:
        lines = [text.tidy(line) for line in str(value or "").splitlines()]
        typed = "\n".join(lines).strip()
        try:
            text.refuse_unseen("".join(lines))
            text.refuse_unwritable("".join(lines))
            text.refuse_length(typed, maximum=self.longest)
        except BadText as refusal:
            raise ValidationError(str(refusal), code="invalid") from refusal
        return typed
