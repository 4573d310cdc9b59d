"""Which table of the ledger, of when and for whom, and how its file is written."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.models import Company
from erec.accounting.policy import PROFILES
from erec.claims.forms import account_choices
from erec.exports.ledger.definition import Basis, Name
from erec.exports.ledger.selection import Selection
from erec.fields import ChoiceField
from erec.lists.fields import DayField, require_range
from erec.partners.fields import WideUserNumberField

BASES = [
    (Basis.ACCRUED.value, "発生分（決済済も残す）"),
    (Basis.BALANCE.value, "残高（基準日に残っているもの）"),
]
NOT_YET = "基準日は、{today:%Y年}{today.month}月{today.day}日までの日付を入力してください。"


class LedgerForm(forms.Form):
    table = ChoiceField(label="帳票", choices=[(name.value, name.value) for name in Name])
    basis = ChoiceField(label="対象", choices=BASES)
    first = DayField(label="支払期日から")
    last = DayField(label="支払期日まで")
    as_of = DayField(label="基準日")
    account = ChoiceField(label="自社の決済口座", required=False)
    partner = WideUserNumberField(label="取引先・支払先の利用者番号", required=False)
    profile = ChoiceField(label="ファイルの形式", choices=PROFILES, required=False)
    header = forms.BooleanField(label="項目名を出力する", required=False)

    def __init__(self, company: Company, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company_id, self.today = company.pk, today
        self.fields["account"].choices = account_choices(company)  # type: ignore[attr-defined]
        self.fields[
            "as_of"
        ].help_text = "その日の終わりの状態です。空欄なら、残高は今日、発生分は今までの記録すべてです。"

    def clean(self) -> dict[str, Any]:
        require_range(self, "first", "last")
        if (as_of := self.cleaned_data.get("as_of")) and as_of > self.today:
            self.add_error("as_of", NOT_YET.format(today=self.today))
        return self.cleaned_data

    def selection(self) -> Selection:
        chosen = self.cleaned_data
        basis = Basis(chosen["basis"])
        return Selection(
            company_id=self.company_id,
            name=Name(chosen["table"]),
            basis=basis,
            first=chosen["first"],
            last=chosen["last"],
            as_of=chosen["as_of"] or (self.today if basis is Basis.BALANCE else None),
            account=chosen["account"],
            partner=chosen["partner"],
        )


def first_look(today: date) -> Mapping[str, str]:
    """What stands in the form before anybody chose: this month's 支払期日."""
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    return {
        "table": Name.CLAIMS.value,
        "basis": Basis.ACCRUED.value,
        "first": today.replace(day=1).isoformat(),
        "last": last.isoformat(),
        "profile": PROFILES[0][0],
    }
