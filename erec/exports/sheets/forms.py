"""Which 手形期日管理帳票, and how its file is written."""

from typing import Any

from django import forms

from erec.accounting.policy import PROFILES
from erec.bills.policy import Kind
from erec.exports.sheets.bills import FORMATS
from erec.fields import ChoiceField
from erec.lists.fields import DayField, require_range


class BillReportForm(forms.Form):
    """Everything may stay empty: then it is 受取手形 of any 満期日, in the newest form."""

    kind = ChoiceField(label="帳票", choices=Kind.choices, required=False)
    first = DayField(label="満期日から")
    last = DayField(label="満期日まで")
    switched = forms.BooleanField(label="でんさいへ切替済の手形も出す", required=False)
    form = ChoiceField(
        label="レイアウト",
        required=False,
        choices=[(name, "PCA会計Xシリーズ" if name == "X" else name) for name in FORMATS],
    )
    profile = ChoiceField(label="ファイルの形式", choices=PROFILES, required=False)
    header = forms.BooleanField(label="項目名を出力する", required=False)

    def clean(self) -> dict[str, Any]:
        require_range(self, "first", "last")
        return self.cleaned_data
