"""手数料の変更: the shape of the two tables, each of a few bands."""

import re
from typing import Any, ClassVar

from django import forms

from erec.fields import TextField
from erec.formats.text import BadText
from erec.workflow.fees import Bands, Tables
from erec.workflow.forms.deciding import GONE, VERSION_MAX
from erec.workflow.forms.fields import AmountField, half_width, yen_of
from erec.workflow.models import FeeBand
from erec.workflow.models.fees import FEE_MAX_YEN

BANDS_MAX = 10  # of one table (inferred)
_SPARE = 3  # empty rows behind those that hold something
_FEE = re.compile(r"[0-9][0-9,]*")

ONE_OF_TWO = "「金額」と「手数料」の両方を入力してください。使わない行は、両方を空にしてください。"
TWICE = "同じ金額の行があります。どちらかを直してください。"


class FeeField(TextField):
    """A fee in yen, also 0; hands on 1,234."""

    typing: ClassVar = {"autocomplete": "off", "inputmode": "numeric", "class": "fixed amount"}

    def tidied(self, value: str) -> str:
        return half_width(value)

    def understood(self, value: str) -> str:
        plain = value.removesuffix("円").lstrip("¥\\")
        digits = plain.replace(",", "")
        if not _FEE.fullmatch(plain) or len(digits) > 12 or int(digits) > FEE_MAX_YEN:
            raise BadText(f"0円から{FEE_MAX_YEN:,}円までの金額を、数字で入力してください。")
        return f"{int(digits):,}"


class FeesForm(forms.Form):
    """For each table up to BANDS_MAX bands; a row of which nothing is filled in is none."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=VERSION_MAX,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), GONE),
    )

    def __init__(self, data: Any, *, now: Tables, version: int) -> None:
        initial: dict[str, Any] = {"version": version}
        for table, bands in now.items():
            for n, (start, fee) in enumerate(bands):
                initial |= {f"{table}-{n}-from": f"{start:,}", f"{table}-{n}-fee": f"{fee:,}"}
        super().__init__(data, initial=initial)
        for table in FeeBand.Table:
            for n in range(BANDS_MAX):
                place = f"{table.label} {n + 1}行目"
                self.fields[f"{table}-{n}-from"] = AmountField(label=f"{place}の金額", required=False)
                self.fields[f"{table}-{n}-fee"] = FeeField(label=f"{place}の手数料", required=False)

    @property
    def tables(self) -> list[tuple[FeeBand.Table, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Rows that hold something, and a few to be filled in."""
        return [(table, self._rows(table)) for table in FeeBand.Table]

    def _rows(self, table: FeeBand.Table) -> list[tuple[forms.BoundField, forms.BoundField]]:
        rows = [(self[f"{table}-{n}-from"], self[f"{table}-{n}-fee"]) for n in range(BANDS_MAX)]
        last = max((n for n, row in enumerate(rows, start=1) if any(one.value() for one in row)), default=0)
        return rows[: last + _SPARE]

    def clean(self) -> None:
        for table in FeeBand.Table:
            seen: set[int] = set()
            for n in range(BANDS_MAX):
                self._check_row(table, n, seen)

    def _check_row(self, table: FeeBand.Table, n: int, seen: set[int]) -> None:
        names = f"{table}-{n}-from", f"{table}-{n}-fee"
        if any(name in self.errors for name in names):
            return
        start, fee = (self.cleaned_data[name] for name in names)
        if bool(start) != bool(fee):
            self.add_error(names[0] if fee else names[1], ONE_OF_TWO)
        elif start:
            if (yen_of(start) or 0) in seen:
                self.add_error(names[0], TWICE)
            seen.add(yen_of(start) or 0)

    def wanted(self) -> Tables:
        return {table: self._bands(table) for table in FeeBand.Table}

    def _bands(self, table: FeeBand.Table) -> Bands:
        rows = (
            (yen_of(self.cleaned_data[f"{table}-{n}-from"]), yen_of(self.cleaned_data[f"{table}-{n}-fee"]))
            for n in range(BANDS_MAX)
        )
        return tuple(sorted((start, fee) for start, fee in rows if start is not None and fee is not None))
