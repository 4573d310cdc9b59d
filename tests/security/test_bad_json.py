"""What no program should send to the two JSON addresses: a sentence, nothing saved, never a 500."""

import json
from typing import Any

import pytest

from certs.views.fetch import BAD_CSR, BAD_JSON
from erec.doors import ENTRY
from tests import cast
from tests.security.conftest import rows
from tests.security.test_bad_input import BAD_SECRETS, EMPTY, UNSEEN

# The fields of JSON: what is typed, and the answer; None where it is understood and then simply not right.
HALF_WIDTH = "半角の英数字・記号で入力してください。「{}」は使えません。"
ID = "ログインID（お客様ID）："
BAD_JSON_TEXTS = {
    ("login_id", ""): ID + EMPTY,
    ("login_id", "ｄ－ｔａｒｏ０１"): ID + HALF_WIDTH.format("ｄ"),
    ("login_id", "d-😀😀😀😀😀😀"): ID + HALF_WIDTH.format("😀"),
    (
        "login_id",
        "taro0001",
    ): "ログインID（お客様ID）：先頭の「d-」（ディー、マイナス）から入力してください。例：d-tanaka01",
    (
        "login_id",
        "d-taro 01",
    ): "ログインID（お客様ID）：「d-」の後は、半角の英字と数字だけで入力してください。",
    (
        "login_id",
        "d-' OR 1=1 --",
    ): "ログインID（お客様ID）：「d-」の後は、半角の英字と数字だけで入力してください。",
    ("login_id", "d-" + "a" * 10000): (
        "ログインID（お客様ID）：「d-」の後は、6文字以上12文字以内で入力してください。今は10000文字です。"
    ),
    ("login_id", "d-taro01\0"): f"ログインID（お客様ID）：{UNSEEN.format(0)}",
    ("login_id", "d-taro01\ud800"): (
        "ログインID（お客様ID）：正しく読み取れない文字が入っています。入力し直してください。"
    ),
    ("login_id", " D-NOBODY9 "): None,
    ("code", ""): f"取得コード：{EMPTY}",
    ("code", "２３４５"): "取得コード：" + HALF_WIDTH.format("２"),
    ("code", "2345-6789;DROP"): "取得コード：取得コードは、半角の英字と数字で入力してください。",
    ("code", "A" * 10000): "取得コード：64文字以内で入力してください。今は10000文字です。",
    ("code", "2345\x006789"): f"取得コード：{UNSEEN.format(0)}",
    ("code", " 2345 6789-abcd－efgh "): None,
    **{("password", typed): f"ログインパスワード：{said}" for typed, said in BAD_SECRETS.values()},
}
GOOD = {"login_id": "d-nobody999", "password": cast.PASSWORD, "code": "2345-6789-ABCD-EFGH"}
CSR = cast.csr_for(cast.new_key())


def post_json(path: str, body: str | bytes, content_type: str = "application/json") -> Any:
    client = cast.DoorClient(ENTRY, raise_request_exception=False)
    return client.generic("POST", path, body, content_type=content_type)


def api(body: object) -> Any:
    return post_json("/api/certificates", json.dumps(body))


@pytest.mark.parametrize(("where", "message"), BAD_JSON_TEXTS.items(), ids=lambda value: str(value)[:40])
def test_the_api_says_what_is_wrong_with_a_field(
    where: tuple[str, str], message: str | None, person: cast.Person
) -> None:
    name, typed = where
    before = rows()
    response = api({**GOOD, "csr": CSR, name: typed})
    if message is None:
        assert (response.status_code, response.json()["error"]) == (403, "refused")
    else:
        assert response.status_code == 400
        assert response.json() == {"error": "bad_request", "message": message}
    assert cast.PASSWORD not in response.content.decode()
    assert rows() == before


BAD_CSRS = {
    "nothing": "",
    "words": "証明書をください",
    "half": CSR[:120],
    "two": CSR + CSR,
    "ten thousand": CSR + "\n" * 10000,
    "a certificate's label": CSR.replace("CERTIFICATE REQUEST", "CERTIFICATE"),
    "a surrogate": CSR + "\ud800",
    "NUL": CSR.replace("A", "\0", 1),
    "another's signature": CSR.replace(CSR.splitlines()[2], CSR.splitlines()[2][::-1]),
}


@pytest.mark.parametrize("csr", BAD_CSRS.values(), ids=BAD_CSRS)
@pytest.mark.parametrize("where", ["fetch", "renewal"])
def test_a_bad_request_for_a_certificate_is_refused(where: str, csr: str, person: cast.Person) -> None:
    person.log_in()
    before = rows()
    response = (
        api({**GOOD, "csr": csr})
        if where == "fetch"
        else person.client.post_json("/certificates/renew", {"csr": csr})
    )
    assert (response.status_code, response.json()) == (400, {"error": "bad_csr", "message": BAD_CSR})
    assert rows() == before


WHOLE = json.dumps({**GOOD, "csr": CSR})
BAD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a word": b"hello",
    "a list": b"[]",
    "a text": b'"d-taro01"',
    "a number": b"1e999",
    "not a number": b"NaN",
    "null": b"null",
    "an empty object": b"{}",
    "cut off": WHOLE[:-10].encode(),
    "two objects": (WHOLE + WHOLE).encode(),
    "broken UTF-8": b'{"login_id": "\xff\xfe"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a number of 10,000 digits": b'{"login_id": ' + b"9" * 10_000 + b"}",
    **{
        f"{name} is {json.dumps(value)[:20]}": json.dumps({**GOOD, "csr": CSR, name: value}).encode()
        for name in (*GOOD, "csr")
        for value in (None, 1, True, ["d-taro01"], {"$ne": ""})
    },
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_what_is_not_the_right_json_is_refused(body: bytes, person: cast.Person) -> None:
    before = rows()
    response = post_json("/api/certificates", body)
    assert (response.status_code, response.json()) == (400, {"error": "bad_request", "message": BAD_JSON})
    assert rows() == before


@pytest.mark.parametrize("csr", [None, 1, True, [CSR], {"pem": CSR}])
def test_a_renewal_takes_nothing_but_text(csr: object, person: cast.Person) -> None:
    person.log_in()
    before = rows()
    response = person.client.post_json("/certificates/renew", {"csr": csr})
    assert (response.status_code, response.json()["error"]) == (400, "bad_request")
    assert rows() == before


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"])
def test_json_under_another_name_is_refused(content_type: str, person: cast.Person) -> None:
    response = post_json("/api/certificates", WHOLE, content_type)
    assert (response.status_code, response.json()["error"]) == (400, "bad_request")
