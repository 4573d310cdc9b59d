"""Shapes of input of 会計ソフトの台帳."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from erec.accounting import policy, printing
from erec.accounting.actions.names import Decision
from erec.accounting.models import Kind, MasterUpload, PrintedName
from erec.accounting.printing import Pair
from erec.fields import ChoiceField, NameField, TextField
from erec.partners.forms import CheckedForm

OLD_PAGE = "画面が古くなっています。開き直して、もう一度入力してください。"
OWN = "own"  # of the radio buttons: what is typed beside them


class NameSearchForm(forms.Form):
    """A part of a name, of what is printed for it, or of a number; may stay empty."""

    q = NameField(label="名前・印字名・利用者番号", required=False)


class PrintedTextField(TextField):
    """What a person wants to have printed. Whether it fits is said by printing.reasons, with the reason."""

    typing: ClassVar = {"autocomplete": "off", "class": "narrow"}


class NamesForm(forms.Form):
    """印字名 of several recorded names: one of the proposals, or a text of one's own. Empty ones wait on."""

    def __init__(
        self,
        rows: Sequence[PrintedName],
        proposed: dict[Pair, list[str]],
        data: Any = None,
        *,
        required: bool = False,
    ) -> None:
        super().__init__(data)
        self.rows, self.required = rows, required
        for row in rows:
            choices = [(text, text) for text in proposed[row.user_number, row.name]]
            self.fields[_choice(row)] = ChoiceField(
                label=f"{row.name}の印字名",
                choices=[*choices, (OWN, "ほかの印字名を入力する")],
                widget=forms.RadioSelect,
                required=required,
                initial=row.printed if row.printed in proposed[row.user_number, row.name] else None,
            )
            self.fields[_own(row)] = PrintedTextField(label=f"{row.name}の印字名（入力）", required=False)
            self.fields[_seen(row)] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=policy.CELL, initial=row.printed
            )

    @property
    def cards(
        self,
    ) -> list[tuple[PrintedName, list[str], forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each row with why it cannot be printed as it is, and its three fields."""
        return [
            (row, printing.reasons(row.name), self[_choice(row)], self[_own(row)], self[_seen(row)])
            for row in self.rows
        ]

    def clean(self) -> dict[str, Any]:
        """Typing without a tick means what was typed."""
        typed = super().clean() or {}
        for row in self.rows:
            if typed.get(_own(row)) and not typed.get(_choice(row)) and _choice(row) not in self.errors:
                typed[_choice(row)] = OWN
            if typed.get(_choice(row)) == OWN and not typed.get(_own(row)) and _own(row) not in self.errors:
                self.add_error(_own(row), printing.EMPTY)
        return typed

    def decisions(self) -> dict[int, Decision]:
        typed = self.cleaned_data
        chosen = {row: typed[_choice(row)] for row in self.rows if typed[_choice(row)]}
        return {
            row.pk: Decision(typed[_own(row)] if text == OWN else text, typed[_seen(row)])
            for row, text in chosen.items()
        }

    def refuse(self, sentences: dict[int, str]) -> None:
        """What the act refused, at the names' own fields."""
        for row in self.rows:
            if row.pk in sentences:
                self.add_error(_own(row), sentences[row.pk])


def _choice(row: PrintedName) -> str:
    return f"choice-{row.pk}"


def _own(row: PrintedName) -> str:
    return f"own-{row.pk}"


def _seen(row: PrintedName) -> str:
    return f"seen-{row.pk}"


class UploadForm(forms.Form):
    """Which master, how, and the file."""

    kind = ChoiceField(label="台帳", choices=Kind.choices, widget=forms.RadioSelect)
    mode = ChoiceField(
        label="取込方法",
        choices=MasterUpload.Mode.choices,
        widget=forms.RadioSelect,
        initial=MasterUpload.Mode.REPLACE,
        help_text="入れ替えると、ファイルにない行は消えます。消える行は、次の画面で確かめられます。",
    )
    profile = ChoiceField(
        label="ファイルの形式",
        choices=policy.PROFILES,
        widget=forms.RadioSelect,
        initial=policy.PROFILES[0][0],
    )
    file = forms.FileField(
        label="ファイル",
        help_text=f"会計ソフトの［汎用データの作成］で出力したファイル。{policy.IMPORT_LINES_MAX:,}行、1MBまで。",
        max_length=policy.FILE_NAME_MAX,
        error_messages={
            "required": "ファイルを選んでください。",
            "invalid": "ファイルを選び直してください。",
            "missing": "ファイルを選んでください。",
            "empty": "ファイルが空です。中身のあるファイルを選んでください。",
            "max_length": f"ファイルの名前は{policy.FILE_NAME_MAX}文字以内にしてください。",
        },
    )


class ImportForm(CheckedForm):
    """The preview that was seen: the file's token, and a digest of what would be done."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, error_messages={"required": OLD_PAGE})
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, error_messages={"required": OLD_PAGE})
