"""Fields of the search forms. Every condition may stay empty."""

from datetime import date
from typing import ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from erec.fields import TextField
from erec.formats.text import BadText

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
WRONG_DAY = "2000年から2999年までの、正しい日付を入力してください。"
YEN_MAX = 9_999_999_999  # 債権金額: 10 digits (domain facts §5.2)
_HALF_WIDTH = str.maketrans("０１２３４５６７８９\\", "0123456789￥", ",，、")


class DayField(forms.DateField):
    """A day of this service's life, or nothing."""

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, required=False, widget=forms.DateInput({"type": "date"}))
        self.validators = [MinValueValidator(FIRST_DAY, WRONG_DAY), MaxValueValidator(LAST_DAY, WRONG_DAY)]
        self.error_messages["invalid"] = WRONG_DAY


class YenField(TextField):
    """A bound of an amount, or nothing: full-width digits, separators and 円 may be typed."""

    typing: ClassVar = {"autocomplete": "off", "inputmode": "numeric", "class": "narrow"}

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, required=False)

    def understood(self, value: str) -> str:
        digits = value.translate(_HALF_WIDTH).removesuffix("円").removeprefix("￥")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(YEN_MAX))):
            raise BadText(f"0から{YEN_MAX:,}までの金額を、数字で入力してください。")
        return str(int(digits))


def require_range(form: forms.BaseForm, first: str, last: str) -> None:
    """For `clean`: から must not lie behind まで. YenField's values compare as numbers."""
    low, high = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if not low or not high:
        return
    if (int(low) > int(high)) if isinstance(low, str) else (low > high):
        form.add_error(last, f"「{form.fields[first].label}」より前になっています。入れ替えてください。")
