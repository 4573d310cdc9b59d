"""Shapes of input on the certificates' side."""

from django import forms

from erec.fields import CodeField, LoginIdField, SecretField

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
