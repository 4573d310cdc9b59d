"""How a master's file is written."""

from collections.abc import Sequence
from typing import Any

from django import forms

from erec.accounting.policy import PROFILES
from erec.fields import ChoiceField


class FileForm(forms.Form):
    """The form of the file; for 振込先 also who pays. `file` asks for the file itself."""

    profile = ChoiceField(label="ファイルの形式", choices=PROFILES, initial=PROFILES[0][0], required=False)
    version = forms.BooleanField(label="バージョンを出力する", required=False)
    header = forms.BooleanField(label="項目名を出力する", required=False)

    def __init__(self, paying: Sequence[tuple[str, str]] | None, data: Any) -> None:
        super().__init__(data)
        if paying is not None:
            self.fields["paid_from"] = ChoiceField(
                label="振込に使う会社口座",
                choices=[("", "選んでください"), *((code, f"{code} {name}") for code, name in paying)],
                required=False,
            )

    @property
    def paid_from(self) -> str:
        return str(self.cleaned_data.get("paid_from", "")) if self.is_valid() else ""
