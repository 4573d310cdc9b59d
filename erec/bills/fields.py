"""What is copied off a bill, by hand or from a file: held to what the accounting software's cells hold."""

from datetime import date
from typing import Any, ClassVar

from erec.accounting import printing
from erec.bills import policy
from erec.fields import TextField
from erec.formats import windows31j
from erec.formats.text import BadText
from erec.workflow.forms import reading
from erec.workflow.forms.fields import AmountField, DayField, half_width

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class CellField(TextField):
    """A text that stands in a cell of so many half-width characters."""

    def __init__(self, *, half: int, **options: Any) -> None:
        self.half = half
        super().__init__(**options)

    def understood(self, value: str) -> str:
        wrong = printing.reasons(value, half=self.half)
        if wrong:
            raise BadText("".join(wrong))
        return value


class NumberField(CellField):
    """手形番号: half-width, full-width letters and digits made so."""

    typing: ClassVar = {"autocomplete": "off", "class": "fixed"}

    def tidied(self, value: str) -> str:
        return half_width(value)

    def understood(self, value: str) -> str:
        wide = [character for character in value if windows31j.width(character) > 1]
        if wide:
            raise BadText(f"手形番号は半角で入力してください。「{wide[0]}」は使えません。")
        return super().understood(value)


class BillDayField(DayField):
    """A day of this century."""

    def understood(self, value: str) -> str:
        day = reading.day(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise BadText("2000年から2099年までの日付を入力してください。")
        return day.isoformat()


class BillAmountField(AmountField):
    def understood(self, value: str) -> str:
        return f"{reading.amount_yen(value, policy.AMOUNT_MAX_YEN):,}"
