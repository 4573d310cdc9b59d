"""Shapes of input on the densai side of a user."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from accounts.errors import Locked, WrongPassword
from accounts.models import Company, User
from accounts.origin import Origin
from accounts.policy import password_policy
from erec.fields import ChoiceField, SecretField, require_same
from erec.lists.fields import DayField
from erec.members.actions.confirming import confirm
from erec.members.actions.deputies import Wanted
from erec.members.actions.rights import Rights
from erec.members.catalogue import CATALOGUE, Tick
from erec.members.errors import (
    ApprovalPasswordExpired,
    CertificateTooNew,
    LoginPasswordTyped,
    NoApprovalPassword,
)
from erec.members.models import Member
from erec.parameters import table

NOT_LOGIN = "ログインパスワードとは違います。"
CERTIFICATE_TOO_NEW = (
    "この電子証明書は取得したばかりのため、承認パスワードの要る操作には、まだ使えません（取得から{hours}時間）。"
    "何も変わっていません。以前からの電子証明書を使うか、時間をおいて操作してください。"
)
UNKNOWN = "選べない項目が含まれています。画面を開き直して、もう一度選んでください。"


class FirstApprovalForm(forms.Form):
    """A master's first entry: no current one yet."""

    new = SecretField(label="新しい承認パスワード", kind="new")
    again = SecretField(label="新しい承認パスワード（確認）", kind="new")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = password_policy().sentence + NOT_LOGIN

    def clean(self) -> None:
        require_same(self, "new", "again")


class ChangeApprovalForm(FirstApprovalForm):
    """承認パスワード変更, and the first entry of a checker."""

    current = SecretField(label="現在の承認パスワード", help_text=NOT_LOGIN)
    field_order = ("current", "new", "again")


class InitialApprovalForm(forms.Form):
    """初期承認パスワード, typed by the master for a new checker."""

    initial_password = SecretField(
        label="初期承認パスワード",
        kind="initial",
        help_text="半角英数字6文字以上12文字以内。最初の1回だけ使う、一時的なものです。" + NOT_LOGIN,
    )
    again = SecretField(label="初期承認パスワード（確認）", kind="initial")

    def clean(self) -> None:
        require_same(self, "initial_password", "again")


class ConfirmForm(forms.Form):
    """The acting person's own 承認パスワード, under the act it confirms."""

    approval_password = SecretField(label="承認パスワード", help_text=NOT_LOGIN)

    def confirmed(self, member: Member, *, acting_user: User, at: datetime, origin: Origin) -> bool:
        """True if the right password was typed; otherwise the sentence stands at the field."""
        if not self.is_valid():
            return False
        try:
            confirm(
                member,
                self.cleaned_data["approval_password"],
                acting_user=acting_user,
                at=at,
                origin=origin,
            )
        except LoginPasswordTyped as wrong:
            self._refuse(f"ログインパスワードではなく、承認パスワードを入力してください。{_left(wrong)}")
        except WrongPassword as wrong:
            self._refuse(f"承認パスワードが違います。{_left(wrong)}")
        except Locked:
            self._refuse(
                "承認パスワードがロックされています。ほかのマスターユーザに初期化を依頼してください。"
                "マスターユーザが1名のときは、お取引店へご連絡ください。"
            )
        except ApprovalPasswordExpired:
            self._refuse(
                "承認パスワードの有効期限が過ぎています。管理業務の［承認パスワード変更］で変更してください。"
            )
        except CertificateTooNew:
            self._refuse(CERTIFICATE_TOO_NEW.format(hours=table.value("approval_wait_hours")))
        except NoApprovalPassword:
            self._refuse("承認パスワードがまだ設定されていません。サービスに入り直して設定してください。")
        else:
            return True
        return False

    def _refuse(self, sentence: str) -> None:
        self.add_error("approval_password", sentence)


def _left(wrong: WrongPassword) -> str:
    return f"あと{wrong.left}回間違えるとロックされます。"


class DeputyForm(forms.Form):
    """承認の代理. `members`: the company's people; whether they fit, the action asks."""

    principal = ChoiceField(label="代理される人（承認者）")
    deputy = ChoiceField(label="代理する人", help_text="承認パスワードを持つ人から選びます。")
    from_on = DayField(label="開始日")
    until_on = DayField(label="終了日")

    def __init__(self, data: Any, *, members: Sequence[Member]) -> None:
        super().__init__(data)
        self.members = {member.login_id: member for member in members}
        choices = [("", "選んでください"), *((m.login_id, f"{m.name}（{m.login_id}）") for m in members)]
        for name in ("principal", "deputy"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("from_on", "until_on"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = "日付を入力してください。"
        self.fields["until_on"].help_text = "この日まで、代理で承認できます。"

    def wanted(self) -> Wanted:
        typed = self.cleaned_data
        return Wanted(
            self.members[typed["principal"]],
            self.members[typed["deputy"]],
            typed["from_on"],
            typed["until_on"],
        )


class RightsForm(forms.Form):
    """業務権限 and 口座権限: one choice a tick, so that what is in no table cannot be chosen."""

    right = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": UNKNOWN})
    account = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": UNKNOWN})
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, error_messages={"invalid": UNKNOWN})

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = list(company.settlement_accounts.all())
        self.fields["right"].choices = [  # type: ignore[attr-defined]
            (f"{b.code}:{tick}", f"{b.name} {tick}") for b in CATALOGUE for tick in b.ticks
        ]
        self.fields["account"].choices = [(str(a.pk), a.label) for a in self.accounts]  # type: ignore[attr-defined]

    def rights(self) -> Rights:
        pairs = [value.split(":") for value in self.cleaned_data["right"]]
        return Rights(
            frozenset((code, Tick(tick)) for code, tick in pairs),
            frozenset(int(pk) for pk in self.cleaned_data["account"]),
        )
