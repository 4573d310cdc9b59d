"""What is copied off a partner's papers, by hand or in a file: all that can be understood is taken."""

import unicodedata
from typing import Any, ClassVar

from django import forms

from erec.fields import DigitsField, UserNumberField
from erec.formats import text
from erec.formats.text import BadText
from erec.lists.fields import YenField
from erec.partners import policy


def narrowed(value: str) -> str:
    """Full-width letters and digits as half-width ones, without the hyphens and spaces that papers print."""
    return "".join(text.tidy(unicodedata.normalize("NFKC", value)).replace("-", "").split())


class WideUserNumberField(UserNumberField):
    """利用者番号, also full-width, in lower case and with hyphens or spaces inside."""

    def tidied(self, value: str) -> str:
        return narrowed(value)


class PaddedDigitsField(DigitsField):
    """A code or an account number: leading zeros, which a spreadsheet eats, are put back."""

    def tidied(self, value: str) -> str:
        return narrowed(value)

    def understood(self, value: str) -> str:
        return super().understood(value.zfill(self.digits) if value.isdecimal() else value)


class CarriedTickField(forms.BooleanField):
    """A tick that may stay off, and that comes back as it was from a page that carried it as a text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> bool:
        return value not in (None, False, "", "False")


class GroupAmountField(YenField):
    """登録債権金額, or nothing: at least one yen."""

    typing: ClassVar = {"autocomplete": "off", "inputmode": "numeric", "class": "fixed narrow"}

    def understood(self, value: str) -> str:
        yen = super().understood(value)
        if not 1 <= int(yen) <= policy.AMOUNT_MAX_YEN:
            raise BadText(f"1円から{policy.AMOUNT_MAX_YEN:,}円までの金額を入力してください。")
        return f"{int(yen):,}"
