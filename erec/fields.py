"""The form fields of every screen: each takes what can be understood and refuses the rest in a sentence.

Shape only. Whether a password is right, a name is taken or a code fits is asked elsewhere.
"""

import re
from typing import Any, ClassVar, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from erec.formats import text
from erec.formats.text import BadText

NAME_MAX = 40
MAIL_MAX = 128
SECRET_MAX = 64
LOGIN_ID = re.compile(r"d-[0-9a-z]{6,12}")
USER_NUMBER = re.compile(r"[0-9A-HJ-NP-Y]{9}")
_LETTERS_AND_DIGITS = re.compile(r"[0-9A-Za-z]*")
_CODE_SEPARATORS = re.compile(r"[\s\u3000\-\u2010-\u2015\u2212\u30fc\uff0d]+")


class TextField(forms.CharField):
    """One line of text: tidied, without unseen characters, then read by `understood`."""

    # Set by a subclass: attributes that help the person's keyboard and password manager. What is typed
    # about somebody else is not filled in by the browser: `autocomplete` is given where it is one's own.
    typing: ClassVar[dict[str, str]] = {"autocomplete": "off"}

    def __init__(self, *, autocomplete: str = "", **options: Any) -> None:
        self.autocomplete = autocomplete
        options.setdefault("strip", False)
        super().__init__(**options)
        self.error_messages["required"] = "入力してください。"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = {**super().widget_attrs(widget), **self.typing}
        if self.autocomplete:
            attrs["autocomplete"] = self.autocomplete
        return attrs

    def tidied(self, value: str) -> str:
        return text.tidy(value)

    def understood(self, value: str) -> str:
        """The value that the form hands on. Raises BadText with the sentence for the field."""
        return value

    def to_python(self, value: Any) -> str:
        typed: str = self.tidied(super().to_python(value) or "")
        if typed in self.empty_values:
            return ""
        try:
            text.refuse_unseen(typed)
            return self.understood(typed)
        except BadText as refusal:
            raise ValidationError(str(refusal), code="invalid") from refusal


class NameField(TextField):
    """ユーザ名 and other names: 全角・半角, at most 40 characters that Windows-31J can hold."""

    def __init__(self, *, longest: int = NAME_MAX, **options: Any) -> None:
        self.longest = longest
        super().__init__(**options)

    def understood(self, value: str) -> str:
        text.refuse_length(value, maximum=self.longest)
        text.refuse_unwritable(value)
        return value


class LoginIdField(TextField):
    """ログインID: `d-` and 6 to 12 half-width letters and digits; hands on lower case, `d-` included.

    With `prefixed`, the screen prints `d-` before the input and the person types the rest.
    """

    typing: ClassVar = {
        "autocapitalize": "none",
        "spellcheck": "false",
        "class": "fixed",
    }

    def __init__(self, *, prefixed: bool = False, **options: Any) -> None:
        self.affix = "d-" if prefixed else ""  # read by erec/field.html
        options.setdefault("autocomplete", "off" if prefixed else "username")
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Without the printed `d-`, also when the person typed it again."""
        return value.removeprefix(self.affix) if self.affix and isinstance(value, str) else value

    def understood(self, value: str) -> str:
        text.refuse_full_width(value)
        login_id = value.lower()
        if self.affix and not login_id.startswith(self.affix):
            login_id = self.affix + login_id
        if not login_id.startswith("d-"):
            raise BadText("先頭の「d-」（ディー、マイナス）から入力してください。例：d-tanaka01")
        own = login_id.removeprefix("d-")
        if not _LETTERS_AND_DIGITS.fullmatch(own):
            raise BadText("「d-」の後は、半角の英字と数字だけで入力してください。")
        if not LOGIN_ID.fullmatch(login_id):
            raise BadText(f"「d-」の後は、6文字以上12文字以内で入力してください。今は{len(own)}文字です。")
        return login_id


class SecretField(TextField):
    """A password: never tidied, never shown again.

    `kind` says which: `current` is only checked for what no password can hold, `new` must be 6 to 64
    half-width characters, `initial` (handed over on paper) 6 to 12 half-width letters and digits.
    """

    widget = forms.PasswordInput

    typing: ClassVar = {"autocapitalize": "none", "spellcheck": "false", "class": "fixed"}

    def __init__(self, *, kind: Literal["current", "new", "initial"] = "current", **options: Any) -> None:
        self.kind = kind
        autocomplete = {"current": "current-password", "new": "new-password", "initial": "off"}
        options.setdefault("autocomplete", autocomplete[kind])
        super().__init__(**options)

    def tidied(self, value: str) -> str:
        return value

    def understood(self, value: str) -> str:
        if value != value.strip(text.ENDS):
            raise BadText("先頭か末尾に空白があります。空白を除いて入力してください。")
        text.refuse_length(value, maximum=SECRET_MAX)
        try:
            text.refuse_full_width(value)
        except BadText:
            # The sentence must not name a character of a secret.
            raise BadText("半角の英字・数字・記号で入力してください。全角の文字が入っています。") from None
        if self.kind == "initial" and not _LETTERS_AND_DIGITS.fullmatch(value):
            raise BadText("半角の英字と数字だけで入力してください。")
        if self.kind != "current":
            text.refuse_length(value, minimum=6, maximum=12 if self.kind == "initial" else SECRET_MAX)
        return value


class MailField(TextField):
    """メールアドレス: half-width, at most 128 characters."""

    # Not type=email: a browser rewrites what is typed there, and we could not say what was wrong.
    typing: ClassVar = {
        "autocomplete": "off",
        "inputmode": "email",
        "autocapitalize": "none",
        "spellcheck": "false",
        "class": "long",
    }
    _shape = EmailValidator()

    def understood(self, value: str) -> str:
        text.refuse_full_width(value)
        text.refuse_length(value, maximum=MAIL_MAX)
        try:
            self._shape(value)
        except ValidationError:
            raise BadText("メールアドレスの形で入力してください。例：keiri@example.co.jp") from None
        return value


class UserNumberField(TextField):
    """利用者番号: 9 upper-case letters and digits without I, O and Z; lower case is raised."""

    typing: ClassVar = {"autocomplete": "off", "autocapitalize": "characters", "class": "fixed narrow"}

    def understood(self, value: str) -> str:
        text.refuse_full_width(value)
        number = value.upper()
        text.refuse_length(number, minimum=9, maximum=9)
        if not USER_NUMBER.fullmatch(number):
            raise BadText("英字（I、O、Zを除く）と数字で入力してください。1と0は数字です。")
        return number


class CodeField(TextField):
    """取得コード: groups as printed; hyphens (also the long vowel sign), spaces and case do not matter."""

    typing: ClassVar = {
        "autocomplete": "one-time-code",
        "autocapitalize": "characters",
        "spellcheck": "false",
        "class": "fixed",
    }

    def tidied(self, value: str) -> str:
        return _CODE_SEPARATORS.sub("", value)

    def understood(self, value: str) -> str:
        text.refuse_full_width(value)
        text.refuse_length(value, maximum=SECRET_MAX)
        if not _LETTERS_AND_DIGITS.fullmatch(value):
            raise BadText("取得コードは、半角の英字と数字で入力してください。")
        return value.upper()


class DigitsField(TextField):
    """Exactly so many half-width digits: branch codes, account numbers, one-time numbers."""

    typing: ClassVar = {"autocomplete": "off", "inputmode": "numeric", "class": "fixed narrow"}

    def __init__(self, *, digits: int, **options: Any) -> None:
        self.digits = digits
        super().__init__(**options)

    def understood(self, value: str) -> str:
        text.refuse_full_width(value)
        if not (value.isascii() and value.isdigit() and len(value) == self.digits):
            raise BadText(f"半角の数字{self.digits}桁で入力してください。")
        return value


class TickField(forms.BooleanField):
    """「内容を確認しました」: one box that must be ticked."""

    default_error_messages: ClassVar = {"required": "チェックを付けてから、進んでください。"}


class ChoiceField(forms.ChoiceField):
    """One of a few: radio buttons or a list."""

    default_error_messages: ClassVar = {
        "required": "選んでください。",
        "invalid_choice": "一覧の中から選んでください。",
    }


def require_same(form: forms.BaseForm, name: str, again: str) -> None:
    """For `clean`: the second entry must repeat the first; the sentence stands at the second."""
    first, second = form.cleaned_data.get(name), form.cleaned_data.get(again)
    if first is not None and second is not None and first != second:
        form.add_error(again, "1回目の入力と違います。同じものを2回入力してください。")
