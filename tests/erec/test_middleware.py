"""What cannot be read is answered with 400 or 413 and a Japanese page, and every page carries its headers."""

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory

from erec.middleware import InputMiddleware, PageHeadersMiddleware

FORM = "application/x-www-form-urlencoded"
Make = Callable[[RequestFactory], HttpRequest]


def through(request: HttpRequest) -> HttpResponse:
    return InputMiddleware(lambda r: HttpResponse("seen"))(request)


def with_path(path: str) -> Make:
    def make(factory: RequestFactory) -> HttpRequest:
        request = factory.get("/login")
        request.path = request.path_info = path
        return request

    return make


BAD: dict[str, tuple[HTTPStatus, Make]] = {
    "NUL in the path": (HTTPStatus.BAD_REQUEST, with_path("/certificates/\0")),
    "NUL in the query": (HTTPStatus.BAD_REQUEST, lambda f: f.get("/login?next=%00")),
    "NUL in a query's name": (HTTPStatus.BAD_REQUEST, lambda f: f.get("/login?a%00b=1")),
    "NUL in a field's name": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.post("/login", "a%00b=1", content_type=FORM),
    ),
    "too many fields": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.post("/login", "&".join(f"f{n}=1" for n in range(5001)), content_type=FORM),
    ),
    "too many query parameters": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.get("/login?" + "&".join(f"f{n}=1" for n in range(5001))),
    ),
    "ten megabytes": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda f: f.post("/login", b"a=" + b"x" * 10_000_000, content_type=FORM),
    ),
    "ten megabytes of JSON": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda f: f.post("/session/extend", b"x" * 10_000_000, content_type="application/json"),
    ),
    "ten megabytes in a multipart field": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        lambda f: f.post("/login", {"a": "x" * 10_000_000}),
    ),
    "multipart without a boundary": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.post("/login", b"a", content_type="multipart/form-data"),
    ),
    "multipart with too long a boundary": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.post("/login", b"a", content_type="multipart/form-data; boundary=" + "x" * 300),
    ),
    "a form in UTF-16": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.post("/login", "a=1", content_type=f"{FORM}; charset=utf-16"),
    ),
    "a charset that nobody knows": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.generic("POST", "/login", b"a=1", content_type=f"{FORM}; charset=no-such"),
    ),
    "a codec that is no charset": (
        HTTPStatus.BAD_REQUEST,
        lambda f: f.generic("GET", "/login", "x", content_type="text/plain; charset=rot13"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_gets_its_page(name: str, rf: RequestFactory) -> None:
    status, make = BAD[name]
    response = through(make(rf))
    assert response.status_code == status
    words = {400: "送信された内容を読み取れませんでした", 413: "送信された内容が大きすぎます"}[status]
    assert f"<h1>{words}</h1>" in response.content.decode()
    assert "何も保存していません。" in response.content.decode()


def test_the_api_gets_json(rf: RequestFactory) -> None:
    response = through(rf.post("/api/certificates", b"x" * 2_000_000, content_type="application/json"))
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/json"
    assert b'"error": "request_entity_too_large"' in response.content


@pytest.mark.parametrize(
    "make",
    [
        lambda f: f.get("/login?next=%2Fservices"),
        lambda f: f.post("/login", {"name": "山田"}),
        lambda f: f.post("/login", "a=%FF%FE", content_type=FORM),
        lambda f: f.post("/login", "name=a%00b", content_type=FORM),
        lambda f: f.post("/login", "a=1", content_type=f"{FORM}; charset=UTF-8"),
        lambda f: f.post("/login", {"file": b"\\x00"}),
        lambda f: f.generic("POST", "/api/certificates", "{", content_type="application/json"),
    ],
)
def test_what_can_be_read_reaches_the_view(make: Make, rf: RequestFactory) -> None:
    assert through(make(rf)).content == b"seen"


def test_a_method_that_is_not_allowed_gets_a_page_that_keeps_the_header(rf: RequestFactory) -> None:
    response = InputMiddleware(lambda r: HttpResponseNotAllowed(["POST"]))(rf.get("/logout"))
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "<h1>この方法では開けません</h1>" in response.content.decode()


def test_every_page_says_that_it_is_not_to_be_kept(rf: RequestFactory) -> None:
    response = PageHeadersMiddleware(lambda r: HttpResponse())(rf.get("/"))
    assert {name: response.headers[name] for name, _ in PageHeadersMiddleware.HEADERS} == dict(
        PageHeadersMiddleware.HEADERS
    )
    assert response.headers["Cache-Control"] == "no-store"


def test_a_view_that_may_be_cached_keeps_its_word(rf: RequestFactory) -> None:
    kept = HttpResponse(headers={"Cache-Control": "max-age=3600"})
    response = PageHeadersMiddleware(lambda r: kept)(rf.get("/pki/crl.der"))
    assert response.headers["Cache-Control"] == "max-age=3600"


def test_a_whole_page_allows_no_inline_script_and_no_inline_style(client: Client) -> None:
    response = client.get("/environment/", headers={"X-Erec-Door": "entry"})
    policy = response.headers["Content-Security-Policy"]
    assert response.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", response.content.decode())
