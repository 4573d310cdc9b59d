"""Shapes of input of 会計ソフトの台帳."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django import forms

from erec.accounting import policy, printing
from erec.accounting.actions.names import Decision
from erec.accounting.codes import KANA_MAX
from erec.accounting.kana import half_kana
from erec.accounting.models import CODE_PATTERN, Kind, MasterUpload, PrintedName
from erec.accounting.printing import Pair
from erec.fields import ChoiceField, NameField, TextField
from erec.formats.text import BadText
from erec.partners.forms import CheckedForm

OLD_PAGE = "画面が古くなっています。開き直して、もう一度入力してください。"
BOTH = "［ほかの印字名を入力する］を選ぶか、ここの入力を消してください。"
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
            texts = proposed[row.user_number, row.name]
            choices = [(text, text) for text in texts]
            is_own = bool(row.printed) and row.printed not in texts
            self.fields[_choice(row)] = ChoiceField(
                label=f"{row.name}の印字名",
                choices=[*choices, (OWN, "ほかの印字名を入力する")],
                widget=forms.RadioSelect,
                required=False,
                initial=OWN if is_own else row.printed or None,
            )
            self.fields[_own(row)] = PrintedTextField(
                label=f"{row.name}の印字名（入力）", required=False, initial=row.printed if is_own else ""
            )
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
        """Typing without a tick means what was typed; typing beside another tick could mean either."""
        typed = super().clean() or {}
        for row in self.rows:
            if self.errors.keys() & {_choice(row), _own(row)}:
                continue
            chosen, own = typed.get(_choice(row)), typed.get(_own(row))
            if own and not chosen:
                typed[_choice(row)] = OWN
            elif self.required and not chosen:
                self.add_error(_choice(row), "選んでください。")
            elif chosen == OWN and not own:
                self.add_error(_own(row), printing.EMPTY)
            elif chosen and chosen != OWN and own and own != typed.get(_seen(row)):
                self.add_error(_own(row), BOTH)
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


class CodeField(TextField):
    """補助科目コード, as the accounting software has it: half-width, up to ten."""

    typing: ClassVar = {"autocomplete": "off", "class": "fixed narrow"}

    def understood(self, value: str) -> str:
        code = unicodedata.normalize("NFKC", value).upper()
        if not re.fullmatch(CODE_PATTERN, code):
            raise BadText("半角の英数字10文字以内で入力してください。")
        return code


class NumberedCodeField(CodeField):
    """An end of a range of codes: digits, whose number is the codes' own."""

    typing: ClassVar = {"autocomplete": "off", "inputmode": "numeric", "class": "fixed narrow"}

    def understood(self, value: str) -> str:
        code = unicodedata.normalize("NFKC", value)
        if not re.fullmatch(r"[0-9]{1,10}", code) or not int(code):
            raise BadText("1以上の数字10桁以内で入力してください。")
        return code


class CodeListField(TextField):
    """勘定科目コード, several, parted by commas or spaces."""

    def understood(self, value: str) -> str:
        parts = re.split(r"[\s,、，]+", unicodedata.normalize("NFKC", value).upper())
        codes = list(dict.fromkeys(part for part in parts if part))
        if wrong := [code for code in codes if not re.fullmatch(CODE_PATTERN, code)]:
            raise BadText(
                f"「{wrong[0][:20]}」は、勘定科目コードではありません。半角の英数字10文字以内です。"
            )
        if len(codes) > policy.ACCOUNTS_MAX:
            raise BadText(f"勘定科目は{policy.ACCOUNTS_MAX}個までにしてください。")
        return ",".join(codes)


class RangeForm(forms.Form):
    """Where new codes come from, and the 勘定科目 under which the partners stand."""

    account_codes = CodeListField(
        label="勘定科目コード",
        required=False,
        help_text=(
            "取引先を補助科目にする勘定科目です。いくつもあるときは、カンマで区切ります。"
            "例：電子記録債権・電子記録債務・売掛金・買掛金のコード"
        ),
    )
    first = NumberedCodeField(label="補助科目コードの最初", help_text="桁数をそろえて入力します。例：1001")
    last = NumberedCodeField(label="補助科目コードの最後", help_text="例：8999")

    def __init__(self, known: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_account_codes(self) -> str:
        codes = str(self.cleaned_data["account_codes"])
        unknown = [code for code in codes.split(",") if code and code not in self.known]
        if self.known and unknown:
            raise forms.ValidationError(
                f"勘定科目コード{'、'.join(unknown)}は、取り込んだ勘定科目にありません。"
            )
        return codes

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if first and last and len(first) != len(last):
            self.add_error("last", "最初と最後の桁数をそろえてください。")
        elif first and last and first > last:
            self.add_error("last", "「補助科目コードの最初」より前になっています。入れ替えてください。")
        return typed


class PartnerCodeForm(forms.Form):
    """One partner's code and フリガナ."""

    code = CodeField(label="補助科目コード")
    kana = TextField(
        label="フリガナ", required=False, help_text=f"カナで入力すると、半角に直します。{KANA_MAX}文字まで。"
    )

    def clean_kana(self) -> str:
        kana = half_kana(self.cleaned_data["kana"])
        if kana is None:
            raise forms.ValidationError("カナ・英数字で入力してください。")
        if len(kana) > KANA_MAX:
            raise forms.ValidationError(f"半角で{len(kana)}文字あります。{KANA_MAX}文字以内にしてください。")
        return kana


class SeenForm(forms.Form):
    """What was proposed when the page was made."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, error_messages={"required": OLD_PAGE})


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
