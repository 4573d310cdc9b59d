"""Shapes of input of 取引先管理."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from accounts.actions.companies import AccountNumber
from accounts.models import SettlementAccount
from erec.fields import ChoiceField, NameField, TickField
from erec.partners import policy
from erec.partners.actions.partners import Entry
from erec.partners.directory import Key
from erec.partners.fields import CarriedTickField, GroupAmountField, PaddedDigitsField, WideUserNumberField
from erec.partners.models import Partner

VERSION_MAX = 2**31 - 1
OLD_PAGE = "画面が古くなっています。開き直して、もう一度入力してください。"


class VersionField(forms.IntegerField):
    """Which version of a row the page showed."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(
            min_value=0,
            max_value=VERSION_MAX,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), OLD_PAGE),
        )


class SearchForm(forms.Form):
    """Names in any kana, 利用者番号, 口座番号; may stay empty."""

    q = NameField(
        label="名前・利用者番号・口座番号",
        required=False,
        help_text="かな・カナ・半角の違いは気にせず探せます。2つの言葉を空けて並べると、両方を含むものを探します。",
    )


class PartnerForm(forms.Form):
    """One partner, by what stands on its papers."""

    user_number = WideUserNumberField(
        label="利用者番号", help_text="取引先から伝えられた9桁です。英字のI・O・Zは使われません。"
    )
    bank_code = PaddedDigitsField(label="金融機関コード", digits=4)
    branch_code = PaddedDigitsField(label="支店コード", digits=3)
    kind = ChoiceField(label="口座種別", choices=[("", "選んでください"), *SettlementAccount.Kind.choices])
    number = PaddedDigitsField(label="口座番号", digits=7, help_text="7桁に足りないときは、前に0を補います。")
    registered_name = NameField(
        label="登録名",
        longest=policy.REGISTERED_NAME_MAX,
        required=False,
        help_text="社内での呼び名です。空のときは、取引先の名前で表示します。",
    )
    memo = NameField(label="メモ", longest=policy.MEMO_MAX, required=False)
    is_small_contractor = CarriedTickField(
        label="取適法の対象（中小受託事業者）",
        help_text=(
            "中小受託取引適正化法で、自社が製造などを委託している相手先のときに選びます。"
            "発生記録（債務者請求）で、支払期日と手数料の注意が出ます。"
        ),
    )

    def entry(self) -> Entry:
        typed = self.cleaned_data
        account = AccountNumber(typed["bank_code"], typed["branch_code"], typed["kind"], typed["number"])
        return Entry(
            Key(typed["user_number"], account),
            typed["registered_name"],
            typed["memo"],
            typed["is_small_contractor"],
        )


def as_typed(partner: Partner) -> dict[str, Any]:
    """A partner's row as the form would hold it."""
    return {name: getattr(partner, name) for name in PartnerForm.base_fields}


class CheckedForm(forms.Form):
    """「内容を確認しました」: what a business without 承認パスワード asks (domain facts §2.4)."""

    checked = TickField(label="内容を確認しました")


class DeleteForm(CheckedForm):
    version = VersionField()


class GroupForm(forms.Form):
    """A group's name, and an amount for each partner in it."""

    name = NameField(label="グループ名", longest=policy.GROUP_NAME_MAX)
    version = VersionField()

    def __init__(self, partners: Sequence[Partner], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = partners
        for partner in partners:
            self.fields[amount_name(partner)] = GroupAmountField(label=f"{partner.shown_name}の登録債権金額")

    @property
    def rows(self) -> list[tuple[Partner, forms.BoundField]]:
        return [(partner, self[amount_name(partner)]) for partner in self.partners]

    def members(self) -> dict[int, int | None]:
        """Each partner's id with its amount; None where none was typed."""
        return {partner.pk: _yen(self.cleaned_data[amount_name(partner)]) for partner in self.partners}


def amount_name(partner: Partner) -> str:
    return f"amount-{partner.pk}"


def _yen(text: str) -> int | None:
    return int(text.replace(",", "")) if text else None


class UploadForm(forms.Form):
    file = forms.FileField(
        label="ファイル",
        help_text=f"CSVまたはExcel（.xlsx）。{policy.IMPORT_LINES_MAX:,}行、1MBまで。",
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


def whole_numbers(texts: Collection[str], *, most: int) -> list[int]:
    """Ids that a page sent back, each once; what is none is left out."""
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(numbers))[:most]
