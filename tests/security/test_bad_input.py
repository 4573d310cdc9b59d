"""What nobody should type into a form: a sentence at its field, nothing saved, never a 500.

And no password, wrong or right, is ever sent back in a page.
"""

import html
import re
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User, UserSession
from tests import cast
from tests.security.conftest import rows

UNSEEN = (
    "目に見えない文字（U+{:04X}）が入っています。貼り付けた場合は、入力欄を空にしてから入力し直してください。"
)
FULL_WIDTH = "半角の英字・数字・記号で入力してください。全角の文字が入っています。"
AT_THE_ENDS = "先頭か末尾に空白があります。空白を除いて入力してください。"
EMPTY = "入力してください。"

# What is typed for a password, and the sentence that stands at its field. No sentence tells a character.
BAD_SECRETS = {
    "nothing": ("", EMPTY),
    "full width": ("ｈｉｍｉｔｓｕ７８９０", FULL_WIDTH),
    "kana": ("ひみつのことば", FULL_WIDTH),
    "half-width kana": ("ﾋﾐﾂﾉｺﾄﾊﾞ12", FULL_WIDTH),
    "emoji": ("himitsu😀7890", FULL_WIDTH),
    "outside of Windows-31J": ("himitsu𠮷7890한", FULL_WIDTH),
    "inner full-width space": ("himitsu　7890", FULL_WIDTH),
    "space before": (" himitsu7890", AT_THE_ENDS),
    "space after": ("himitsu7890 ", AT_THE_ENDS),
    "full-width space after": ("himitsu7890　", AT_THE_ENDS),
    "65 characters": ("himitsu78" * 7 + "xx", "64文字以内で入力してください。今は65文字です。"),
    "ten thousand": ("himitsu789" * 1000, "64文字以内で入力してください。今は10000文字です。"),
    "NUL": ("himitsu\x007890", UNSEEN.format(0)),
    "bell": ("himitsu\x077890", UNSEEN.format(7)),
    "escape": ("himitsu\x1b[31m7890", UNSEEN.format(0x1B)),
    "tab inside": ("himitsu\t7890", UNSEEN.format(9)),
    "line end inside": ("himitsu\n7890", UNSEEN.format(10)),
    "delete": ("himitsu\x7f7890", UNSEEN.format(0x7F)),
    "nothing to see": ("himitsu\u200b7890", UNSEEN.format(0x200B)),
    "right to left": ("himitsu\u202e7890", UNSEEN.format(0x202E)),
    "byte order mark": ("\ufeffhimitsu7890", UNSEEN.format(0xFEFF)),
    "line separator": ("himitsu\u20287890", UNSEEN.format(0x2028)),
}


@dataclass(frozen=True)
class Form:
    """A form of passwords: where it is, and what the right entries would be."""

    path: str
    right: dict[str, str]


CHANGE = {"current": cast.PASSWORD, "new": "atarashii55", "again": "atarashii55"}
FORMS = (
    Form("/login", {"password": cast.PASSWORD}),
    Form("/password", CHANGE),
)
FIELDS = [(form, name) for form in FORMS for name in form.right]
BAD = pytest.mark.parametrize(("typed", "sentence"), BAD_SECRETS.values(), ids=BAD_SECRETS)


def ready(person: cast.Person, form: Form) -> cast.DoorClient:
    if form.path != "/login":
        assert person.log_in().status_code == 302
    return person.client


def error_at(page: str, name: str) -> str:
    found = re.search(rf'<p class="error" id="id_{name}_error">(.*?)</p>', page, re.DOTALL)
    return html.unescape(found.group(1)) if found else ""


def echoes(page: str, typed: str) -> bool:
    return bool(typed.strip()) and (typed in page or html.escape(typed) in page)


@pytest.mark.parametrize(("form", "name"), FIELDS, ids=lambda value: getattr(value, "path", value))
@BAD
def test_a_bad_password_gets_its_sentence_at_its_field(
    form: Form, name: str, typed: str, sentence: str, person: cast.Person
) -> None:
    client = ready(person, form)
    before = rows()
    response = client.post(form.path, {**form.right, name: typed})
    page = response.content.decode()
    assert (response.status_code, error_at(page, name)) == (422, sentence)
    assert f'<a href="#id_{name}">' in page  # the summary on top leads there
    for secret in (*form.right.values(), typed):
        assert not echoes(page, secret)
    assert rows() == before  # not even a strike


def test_the_forced_change_answers_the_same(person: cast.Person) -> None:
    person.log_in()
    User.objects.filter(pk=person.user.pk).update(password_is_initial=True)
    before = rows()
    for typed, sentence in BAD_SECRETS.values():
        response = person.client.post("/password/first", {**CHANGE, "new": typed})
        page = response.content.decode()
        assert (response.status_code, error_at(page, "new")) == (422, sentence)
        assert not echoes(page, typed)
    assert rows() == before


def test_a_wrong_password_is_not_sent_back(person: cast.Person) -> None:
    response = person.client.post("/login", {"password": "chigau1234"})
    assert response.status_code == 422
    assert "chigau1234" not in response.content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(min_size=1, max_size=200).filter(lambda text: text != cast.PASSWORD))
def test_whatever_is_typed_as_password_is_answered(typed: str, person: cast.Person) -> None:
    User.objects.filter(pk=person.user.pk).update(login_strikes=0)
    body = typed.encode("utf-8", errors="surrogatepass")
    response = person.client.post("/login", {"password": body.decode("utf-8", errors="replace")})
    assert response.status_code == 422
    assert UserSession.objects.count() == 0
