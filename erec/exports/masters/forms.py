"""How a master's file is written, and a file to compare with."""

from collections.abc import Sequence
from typing import Any

from django import forms

from erec.accounting.policy import FILE_NAME_MAX, IMPORT_BYTES_MAX, PROFILES
from erec.exports.masters.comparing import FORMATS
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


class CompareForm(forms.Form):
    """A file of 仕訳データ as the accounting software wrote it."""

    format = ChoiceField(label="形式", choices=FORMATS, initial=FORMATS[0][0])
    profile = ChoiceField(label="ファイルの形式", choices=PROFILES, initial=PROFILES[0][0])
    file = forms.FileField(
        label="ファイル",
        help_text="会計ソフトで出力した仕訳データ。1MBまで。大きいときは、月ごとに分けて出力してください。",
        max_length=FILE_NAME_MAX,
        error_messages={
            "required": "ファイルを選んでください。",
            "invalid": "ファイルを選び直してください。",
            "missing": "ファイルを選んでください。",
            "empty": "ファイルが空です。中身のあるファイルを選んでください。",
            "max_length": f"ファイルの名前は{FILE_NAME_MAX}文字以内にしてください。",
        },
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > IMPORT_BYTES_MAX:
            raise forms.ValidationError("ファイルが大きすぎます。月ごとに分けて出力してください。")
        content: bytes = file.read()
        return content
