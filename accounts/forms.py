"""Shapes of input on the portal side."""

from django import forms

from accounts import policy
from erec.fields import SecretField, require_same


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
