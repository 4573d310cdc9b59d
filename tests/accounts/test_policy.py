"""The rules of a login password, and what is made for the first login."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import policy

RULES = [
    ("abc12", "6文字以上64文字以内で入力してください（今は5文字）。"),
    ("a1" * 33, "6文字以上64文字以内で入力してください（今は66文字）。"),
    ("abcdef", "半角数字を1文字以上含めてください。"),
    ("123456", "半角英字を1文字以上含めてください。"),
    ("d-taro01", "ログインIDと同じものは使えません。"),
    ("D-TARO01", "ログインIDと同じものは使えません。"),
    ("taro01", "ログインIDと同じものは使えません。"),
    ("genzai12", "現ログインパスワードと同じものは使えません。"),
    ("abc 123", "半角の英字・数字・記号だけで入力してください（空白・全角は使えません）。"),
    ("ａｂｃ１２３", "半角の英字・数字・記号だけで入力してください（空白・全角は使えません）。"),
    ("abc123\x00", "半角の英字・数字・記号だけで入力してください（空白・全角は使えません）。"),
    ("abc123😀", "半角の英字・数字・記号だけで入力してください（空白・全角は使えません）。"),
]


@pytest.mark.parametrize(("new", "sentence"), RULES)
def test_each_rule_of_the_manual_refuses_with_its_own_sentence(new: str, sentence: str) -> None:
    assert policy.password_problem(new=new, login_id="d-taro01", current="genzai12") == sentence


@pytest.mark.parametrize("new", ["abc123", "!a1~~~", "a1" * 32])
def test_what_keeps_the_rules_is_taken(new: str) -> None:
    assert policy.password_problem(new=new, login_id="d-taro01", current="genzai12") is None


def test_the_modern_policy_asks_for_length_and_no_composition(settings: object) -> None:
    settings.PASSWORD_POLICY = "modern"  # type: ignore[attr-defined]
    ask = {"login_id": "d-taro01", "current": "genzai12"}
    assert policy.password_problem(new="tadashiiuma", **ask) is not None
    assert policy.password_problem(new="tadashiiumas", **ask) is None


@given(st.text(max_size=80))
def test_whatever_is_accepted_is_half_width_with_a_letter_and_a_digit(new: str) -> None:
    if policy.password_problem(new=new, login_id="d-taro01", current="genzai12") is None:
        assert new.isascii()
        assert new.isprintable()
        assert " " not in new
        assert 6 <= len(new) <= 64
        assert any(c.isalpha() for c in new)
        assert any(c.isdigit() for c in new)


def test_initial_passwords_keep_the_manuals_shape_and_differ() -> None:
    made = {policy.initial_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert 6 <= len(password) <= 12
        assert password.isalnum()
        assert not set(password) & set("0oO1lI")
