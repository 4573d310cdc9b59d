"""The error pages: one look, a sentence for what happened, nothing from inside."""

from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory, override_settings

from erec import errors

HEADINGS = {
    400: "送信された内容を読み取れませんでした",
    403: "この操作はできません",
    404: "お探しのページはありません",
    405: "この方法では開けません",
    413: "送信された内容が大きすぎます",
    429: "しばらく待ってから、やり直してください",
}


@pytest.mark.parametrize("status", HEADINGS)
def test_each_refusal_has_its_page(status: int, rf: RequestFactory) -> None:
    response = errors.refuse(rf.get("/x"), HTTPStatus(status))
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{HEADINGS[status]}</h1>" in page
    assert f"<title>{HEADINGS[status]}｜電子記録債権サービス</title>" in page


def test_the_handlers_answer_with_their_status(rf: RequestFactory) -> None:
    request = rf.get("/x")
    assert errors.bad_request(request, ValueError("secret")).status_code == 400
    assert errors.page_not_found(request, Http404("secret")).status_code == 404
    assert errors.permission_denied(request, PermissionDenied()).status_code == 403
    assert b"secret" not in errors.page_not_found(request, Http404("secret")).content


def test_a_missing_right_is_named(rf: RequestFactory) -> None:
    page = errors.permission_denied(rf.get("/x"), PermissionDenied("ユーザ管理")).content.decode()
    assert "「ユーザ管理」の権限がないため、この画面は使えません。何も保存していません。" in page


def test_without_a_name_no_right_is_told(rf: RequestFactory) -> None:
    page = errors.permission_denied(rf.get("/x"), PermissionDenied()).content.decode()
    assert "この画面を使う権限がありません。何も保存していません。" in page
    assert "「」" not in page


def test_too_many_requests_says_when_to_come_back(rf: RequestFactory) -> None:
    response = errors.too_many_requests(rf.post("/certificate/"), retry_after_seconds=90)
    assert response.headers["Retry-After"] == "90"
    assert "約2分待ってから、もう一度操作してください。" in response.content.decode()
    assert "お客様のIDはロックされていません。" in response.content.decode()


def test_an_old_page_is_explained_and_can_be_opened_again(rf: RequestFactory) -> None:
    response = errors.csrf_failure(rf.post("/password"), reason="CSRF token from POST incorrect.")
    page = response.content.decode()
    assert response.status_code == 403
    assert "<h1>画面が古くなっています</h1>" in page
    assert '<a class="button" href="/password">画面を開き直す</a>' in page
    assert "incorrect" not in page


def test_an_old_page_never_leads_to_another_host(rf: RequestFactory) -> None:
    request = rf.post("/x")
    request.path = "//example.com/"
    assert 'href="/%2Fexample.com/"' in errors.csrf_failure(request).content.decode()


def test_the_page_for_a_fault_needs_neither_user_nor_database(rf: RequestFactory) -> None:
    request = rf.get("/services")

    class Broken:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError("the database was asked")

    request.user = Broken()  # type: ignore[assignment]
    response = errors.server_error(request)
    assert response.status_code == 500
    assert "<h1>処理できませんでした</h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "bad_request"), (403, "forbidden"), (404, "not_found"), (429, "too_many_requests")],
)
def test_the_api_gets_json(status: int, error: str, rf: RequestFactory) -> None:
    response = errors.refuse(rf.post("/api/certificates"), HTTPStatus(status))
    assert response.headers["Content-Type"] == "application/json"
    assert f'"error": "{error}"'.encode() in response.content


def test_the_api_gets_json_for_a_fault(rf: RequestFactory) -> None:
    response = errors.server_error(rf.post("/api/certificates"))
    assert response.headers["Content-Type"] == "application/json"
    assert b'"error": "internal_server_error"' in response.content


@override_settings(ROOT_URLCONF="erec.urls.cert")
def test_behind_the_cert_door_the_person_stays_named(rf: RequestFactory) -> None:
    request = rf.get("/nowhere")
    request.user = SimpleNamespace(  # type: ignore[assignment]
        is_authenticated=True,
        name="経理 太郎",
        login_id="d-taro01",
        get_kind_display="マスターユーザ",
        company=SimpleNamespace(name="青葉部品株式会社"),
    )
    page = errors.page_not_found(request, Http404()).content.decode()
    assert "経理 太郎（d-taro01）" in page
    assert '<form class="inline sign-out" method="post" action="/logout">' in page
