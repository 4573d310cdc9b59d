"""Every shared field: what it understands, and its sentence for what it does not."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from erec import fields

FIELDS: dict[str, forms.Field] = {
    "name": fields.NameField(),
    "login id": fields.LoginIdField(),
    "own part of a login id": fields.LoginIdField(prefixed=True),
    "current password": fields.SecretField(),
    "new password": fields.SecretField(kind="new"),
    "initial password": fields.SecretField(kind="initial"),
    "mail": fields.MailField(),
    "user number": fields.UserNumberField(),
    "code": fields.CodeField(),
    "digits": fields.DigitsField(digits=7),
}
UNSEEN = "貼り付けた場合は、入力欄を空にしてから入力し直してください。"


def sentences(field: forms.Field, typed: object) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    return refusal.value.messages


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("name", "\u3000山田 太郎 ", "山田 太郎"),
        ("name", "髙" * 40, "髙" * 40),
        ("login id", " d-Taro01 ", "d-taro01"),
        ("login id", "D-123456789012", "d-123456789012"),
        ("own part of a login id", "Taro01", "d-taro01"),
        ("own part of a login id", "d-taro01", "d-taro01"),
        ("current password", "x", "x"),
        ("new password", "a1 b2~", "a1 b2~"),
        ("new password", "a1" * 32, "a1" * 32),
        ("initial password", "abc123", "abc123"),
        ("initial password", "abcdef123456", "abcdef123456"),
        ("mail", " keiri@example.co.jp\n", "keiri@example.co.jp"),
        ("user number", "q3t7k91ab", "Q3T7K91AB"),
        ("code", "7kqf-2m9x ht4c\u3000wb3a", "7KQF2M9XHT4CWB3A"),
        ("code", "7KQFー2M9X－HT4C‐WB3A", "7KQF2M9XHT4CWB3A"),
        ("digits", " 0123456 ", "0123456"),
    ],
)
def test_what_can_be_understood_is_taken(name: str, typed: str, value: str) -> None:
    assert FIELDS[name].clean(typed) == value


HALF = "半角の英数字・記号で入力してください。"
SECRET_HALF = "半角の英字・数字・記号で入力してください。全角の文字が入っています。"


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("name", "あ" * 41, "40文字以内で入力してください。今は41文字です。"),
        ("name", "山田😀", "「😀」は使えません。別の文字か、かなに置きかえてください。"),
        ("login id", "ｄ-taro01", HALF + "「ｄ」は使えません。"),
        ("login id", "taro01", "先頭の「d-」（ディー、マイナス）から入力してください。例：d-tanaka01"),
        ("login id", "d-taro1", "「d-」の後は、6文字以上12文字以内で入力してください。今は5文字です。"),
        (
            "login id",
            "d-1234567890123",
            "「d-」の後は、6文字以上12文字以内で入力してください。今は13文字です。",
        ),
        ("login id", "d-taro_01", "「d-」の後は、半角の英字と数字だけで入力してください。"),
        ("own part of a login id", "太郎", HALF + "「太」は使えません。"),
        (
            "own part of a login id",
            "d-ab",
            "「d-」の後は、6文字以上12文字以内で入力してください。今は2文字です。",
        ),
        ("current password", "ｐａｓｓ", SECRET_HALF),
        ("current password", "a" * 65, "64文字以内で入力してください。今は65文字です。"),
        ("new password", "abc12", "6文字以上で入力してください。今は5文字です。"),
        ("new password", "abc123 ", "先頭か末尾に空白があります。空白を除いて入力してください。"),
        ("new password", "\u3000abc123", "先頭か末尾に空白があります。空白を除いて入力してください。"),
        ("initial password", "abc12!", "半角の英字と数字だけで入力してください。"),
        ("initial password", "abcdef1234567", "12文字以内で入力してください。今は13文字です。"),
        ("mail", "keiri＠example.co.jp", HALF + "「＠」は使えません。"),
        ("mail", "keiri", "メールアドレスの形で入力してください。例：keiri@example.co.jp"),
        ("mail", "a@b@example.jp", "メールアドレスの形で入力してください。例：keiri@example.co.jp"),
        ("mail", "a" * 117 + "@example.com", "128文字以内で入力してください。今は129文字です。"),
        ("user number", "Q3T7K91A", "9文字で入力してください。今は8文字です。"),
        ("user number", "Q3T7K91AI", "英字（I、O、Zを除く）と数字で入力してください。1と0は数字です。"),
        ("code", "7KQF!", "取得コードは、半角の英字と数字で入力してください。"),
        ("digits", "012345", "半角の数字7桁で入力してください。"),
        ("digits", "012-456", "半角の数字7桁で入力してください。"),
        ("digits", "０１２３４５６", HALF + "「０」は使えません。"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(name: str, typed: str, sentence: str) -> None:
    assert sentences(FIELDS[name], typed) == [sentence]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("empty", ["", None])
def test_a_required_field_asks_to_be_filled(name: str, empty: str | None) -> None:
    assert sentences(FIELDS[name], empty) == ["入力してください。"]


@pytest.mark.parametrize("name", [n for n in FIELDS if "password" not in n])
def test_only_spaces_are_nothing(name: str) -> None:
    assert sentences(FIELDS[name], " \u3000") == ["入力してください。"]


@pytest.mark.parametrize("name", FIELDS)
def test_a_nul_is_refused_with_one_sentence(name: str) -> None:
    assert sentences(FIELDS[name], "a\0b") == [f"目に見えない文字（U+0000）が入っています。{UNSEEN}"]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "typed", ["\x1b[2J", "\u202eabc", "\ud83d", "👨\u200d👩\u200d👧", "x" * 1_000_000, "\U000e0100"]
)
def test_hostile_text_gets_one_sentence(name: str, typed: str) -> None:
    (sentence,) = sentences(FIELDS[name], typed)
    assert "ください" in sentence


@pytest.mark.parametrize("name", [n for n in FIELDS if "password" in n])
def test_a_sentence_about_a_password_never_quotes_it(name: str) -> None:
    assert sentences(FIELDS[name], "秘密pass1") == [SECRET_HALF]


class Entry(forms.Form):
    secret = fields.SecretField(label="ログインパスワード")
    name = fields.NameField(label="ユーザ名")
    mail = fields.MailField(label="メールアドレス")
    mail_again = fields.MailField(label="メールアドレス（確認）")
    memo = fields.NameField(label="備考", required=False)
    seen = fields.TickField(label="内容を確認しました")
    kind = fields.ChoiceField(label="区分", choices=[("master", "マスターユーザ")])

    def clean(self) -> None:
        fields.require_same(self, "mail", "mail_again")


FILLED = {
    "secret": "abc123",
    "name": "山田",
    "mail": "a@example.jp",
    "mail_again": "a@example.jp",
    "seen": "on",
    "kind": "master",
}


def test_a_filled_form_is_taken_and_the_optional_field_is_empty() -> None:
    form = Entry(FILLED)
    assert form.errors == {}
    assert form.cleaned_data["memo"] == ""


def test_a_second_entry_that_differs_is_told_at_the_second() -> None:
    form = Entry({**FILLED, "mail_again": "b@example.jp"})
    assert form.errors == {"mail_again": ["1回目の入力と違います。同じものを2回入力してください。"]}


def test_a_first_entry_that_is_wrong_itself_is_told_once() -> None:
    form = Entry({**FILLED, "mail": "a@"})
    assert list(form.errors) == ["mail"]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("seen", "", "チェックを付けてから、進んでください。"),
        ("kind", "", "選んでください。"),
        ("kind", "gene\0ral", "一覧の中から選んでください。"),
    ],
)
def test_ticks_and_choices_have_their_sentences(name: str, typed: str, sentence: str) -> None:
    assert Entry({**FILLED, name: typed}).errors == {name: [sentence]}


def test_a_password_is_never_written_back_and_other_text_is() -> None:
    form = Entry({**FILLED, "mail": "a@"})
    assert "abc123" not in str(form["secret"])
    assert 'value="a@"' in str(form["mail"])


@pytest.mark.parametrize(
    ("field", "autocomplete"),
    [
        (fields.SecretField(), "current-password"),
        (fields.SecretField(kind="new"), "new-password"),
        (fields.SecretField(kind="initial"), "off"),
        (fields.LoginIdField(), "username"),
        (fields.LoginIdField(prefixed=True), "off"),
        (fields.CodeField(), "one-time-code"),
        (fields.NameField(), "off"),
        (fields.MailField(), "off"),
        (fields.MailField(autocomplete="email"), "email"),
    ],
)
def test_the_browser_is_told_what_it_may_fill_in(field: forms.Field, autocomplete: str) -> None:
    assert field.widget.attrs["autocomplete"] == autocomplete


def test_a_printed_prefix_is_not_written_into_the_input_again() -> None:
    class Own(forms.Form):
        user_id = fields.LoginIdField(label="ユーザID", prefixed=True)

    assert 'value="taro01"' in str(Own({"user_id": "d-taro01"})["user_id"])
