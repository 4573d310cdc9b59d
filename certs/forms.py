"""Shapes of input on the certificates' side."""

from typing import Any

from django import forms

from certs.models import RevocationReason
from erec.fields import ChoiceField, CodeField, LoginIdField, SecretField, TickField

LOGIN_ID_HINT = "先頭は「d-」（ディーマイナス）です。"


class FetchForm(forms.Form):
    """電子証明書取得: what the first-login sheets carry."""

    login_id = LoginIdField(label="ログインID（お客様ID）", help_text=f"{LOGIN_ID_HINT}例：d-taro01")
    password = SecretField(
        label="ログインパスワード", help_text="初めてのときは、初回ログインパスワードを入力します。"
    )
    code = CodeField(label="取得コード", help_text="パスワードとは別にお渡しした、16文字のコードです。")


class LoginForm(forms.Form):
    """電子証明書ログイン: the ID is read from the certificate, only the password is typed."""

    password = SecretField(label="ログインパスワード")


# Those that a master or the owner can know of.
REASONS = (
    RevocationReason.KEY_COMPROMISE,
    RevocationReason.AFFILIATION_CHANGED,
    RevocationReason.SUPERSEDED,
    RevocationReason.CESSATION,
)


def _reasons(*, required: bool = True, initial: RevocationReason | None = None) -> ChoiceField:
    return ChoiceField(
        label="理由",
        choices=[(reason.value, reason.label) for reason in REASONS],
        widget=forms.RadioSelect,
        required=required,
        initial=initial,
    )


class StopForm(forms.Form):
    """利用停止 and 削除; `seen` is what the page showed, signed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = _reasons()


class OwnStopForm(forms.Form):
    """自分の利用停止; the last master must say that he knows."""

    reason = _reasons(initial=RevocationReason.KEY_COMPROMISE)
    last = TickField(label="マスターユーザがいなくなることを確認しました")

    def __init__(self, *args: Any, is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_last:
            del self.fields["last"]


class PersonForm(forms.Form):
    """電子証明書管理: whose."""

    user = ChoiceField(label="ユーザ", widget=forms.RadioSelect)

    def __init__(self, *args: Any, login_ids: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [(login_id, login_id) for login_id in login_ids]  # type: ignore[attr-defined]


class CertificateActForm(forms.Form):
    """電子証明書管理: what. A reason is asked for a revocation only."""

    act = ChoiceField(label="手続き", widget=forms.RadioSelect)
    reason = _reasons(required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["act"].initial = choices[0][0]
        if not any(value.startswith("revoke:") for value, _ in choices):
            del self.fields["reason"]
        else:
            self.fields["reason"].label = "失効の理由（失効のときだけ）"

    def clean(self) -> None:
        if self.cleaned_data.get("act", "").startswith("revoke:") and not self.cleaned_data.get("reason"):
            self.add_error("reason", "失効の理由を選んでください。")
