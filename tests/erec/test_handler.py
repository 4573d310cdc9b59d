"""No Content-Type stops the handler before the middleware can answer."""

import io
from typing import Any

import pytest

from erec.handler import Handler

FORM = "application/x-www-form-urlencoded"


def answer(content_type: str, query: str) -> tuple[str, str]:
    """Status and page of one POST to the entry door through the whole application."""
    started: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started.append(status)

    body = b"a=%41"
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/environment/",
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "HTTP_HOST": "localhost",
        "HTTP_X_EREC_DOOR": "entry",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }
    page = b"".join(Handler()(environ, start_response))
    return started[0], page.decode()


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "punycode", "undefined", "utf-16", "no-such"])
@pytest.mark.parametrize("query", ["", "a=%41", "b=%E3%81%82"])
def test_a_charset_that_is_not_utf_8_gets_a_page(charset: str, query: str) -> None:
    status, page = answer(f"{FORM}; charset={charset}", query)
    assert status == "400 Bad Request"
    assert "<h1>送信された内容を読み取れませんでした</h1>" in page


def test_too_many_parameters_with_a_charset_get_a_page() -> None:
    status, _page = answer(f"{FORM}; charset=utf-8", "&".join(f"f{n}=1" for n in range(5001)))
    assert status == "400 Bad Request"


def test_utf_8_is_read_and_reaches_the_csrf_check() -> None:
    status, page = answer(f"{FORM}; charset=UTF-8", "a=1")
    assert status == "403 Forbidden"
    assert "<h1>画面が古くなっています</h1>" in page
