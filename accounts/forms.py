"""Shapes of input on the portal side."""

from typing import Any

from django import forms

from accounts import policy
from accounts.models import User
from erec.fields import ChoiceField, LoginIdField, MailField, NameField, SecretField, require_same
from erec.parameters import table

INITIAL_HINT = "半角英数字6文字以上12文字以内。最初の1回だけ使えます。"


class PasswordForm(forms.Form):
    """ログインパスワード変更."""

    current = SecretField(label="現ログインパスワード")
    new = SecretField(label="新ログインパスワード", kind="new")
    again = SecretField(label="新ログインパスワード（確認）", kind="new")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["new"].help_text = policy.password_policy().sentence

    def clean(self) -> None:
        require_same(self, "new", "again")


class OwnMailForm(forms.Form):
    """メールアドレス変更, one's own."""

    mail = MailField(label="メールアドレス", autocomplete="email")
    mail_again = MailField(label="メールアドレス（確認）", autocomplete="email")
    current = SecretField(label="現ログインパスワード")

    def clean(self) -> None:
        require_same(self, "mail", "mail_again")


class NewUserForm(forms.Form):
    """ID新規作成."""

    login_id = LoginIdField(
        label="ユーザID", prefixed=True, help_text="「d-」の後に続く、半角英数字6文字以上12文字以内。"
    )
    name = NameField(label="ユーザ名", help_text="40文字以内（全角・半角可）")
    mail = MailField(label="メールアドレス", help_text="半角英数字記号128文字以内")
    mail_again = MailField(label="メールアドレス（確認）")
    initial_password = SecretField(label="初回ログインパスワード", kind="initial", help_text=INITIAL_HINT)
    initial_again = SecretField(label="初回ログインパスワード（確認）", kind="initial")
    kind = ChoiceField(
        label="区分",
        choices=[(kind.value, kind.label) for kind in (User.Kind.GENERAL, User.Kind.MASTER)],
        widget=forms.RadioSelect,
        required=False,
        initial=User.Kind.GENERAL,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if table.value("masters_max") == 1:
            del self.fields["kind"]

    def clean_kind(self) -> str:
        """Not chosen: a general user, as the manual makes."""
        return self.cleaned_data["kind"] or User.Kind.GENERAL.value

    def clean(self) -> None:
        require_same(self, "mail", "mail_again")
        require_same(self, "initial_password", "initial_again")
        _refuse_login_id(self, self.cleaned_data.get("login_id", ""))


class ChangeUserForm(forms.Form):
    """ユーザ情報の変更. `seen` is what the page showed, signed; one's own mail is changed elsewhere."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = NameField(label="ユーザ名", help_text="40文字以内（全角・半角可）")
    mail = MailField(label="メールアドレス", help_text="半角英数字記号128文字以内")
    mail_again = MailField(label="メールアドレス（確認）")

    def __init__(self, *args: Any, without_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if without_mail:
            del self.fields["mail"], self.fields["mail_again"]

    def clean(self) -> None:
        require_same(self, "mail", "mail_again")


class ResetForm(forms.Form):
    """初回ログインパスワードの再設定."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    initial_password = SecretField(label="初回ログインパスワード", kind="initial", help_text=INITIAL_HINT)
    initial_again = SecretField(label="初回ログインパスワード（確認）", kind="initial")

    def __init__(self, *args: Any, login_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._login_id = login_id

    def clean(self) -> None:
        require_same(self, "initial_password", "initial_again")
        _refuse_login_id(self, self._login_id)


def _refuse_login_id(form: forms.BaseForm, login_id: str) -> None:
    problem = policy.initial_password_problem(
        initial=form.cleaned_data.get("initial_password", ""), login_id=login_id
    )
    if problem:
        form.add_error("initial_password", problem)
