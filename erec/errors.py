"""The pages for what cannot be answered, all of one look: what happened, what stays, what to do next.

None of them tells a cause from inside. The page for 500 asks neither the database nor the request.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes

from erec.context import brand

API = "/api/"  # answered in JSON, whatever went wrong

_SENTENCES = {
    HTTPStatus.BAD_REQUEST: "送信された内容を読み取れませんでした。何も保存していません。",
    HTTPStatus.FORBIDDEN: "この操作は許可されていません。何も保存していません。",
    HTTPStatus.NOT_FOUND: "お探しのページはありません。",
    HTTPStatus.METHOD_NOT_ALLOWED: "この呼び出し方には対応していません。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "送信された内容が大きすぎます。何も保存していません。",
    HTTPStatus.TOO_MANY_REQUESTS: "送信が続いたため、受け付けていません。しばらく待ってください。",
    HTTPStatus.INTERNAL_SERVER_ERROR: "処理できませんでした。しばらく待ってから、やり直してください。",
}


def _json(status: HTTPStatus) -> JsonResponse:
    """Japanese as it is: somebody reads it in a terminal."""
    content = {"error": status.name.lower(), "message": _SENTENCES[status]}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def refuse(
    request: HttpRequest, status: HTTPStatus, *, missing_right: str = "", retry_after_seconds: int = 0
) -> HttpResponse:
    """The page for `status`; JSON `{"error", "message"}` for the API.

    `missing_right` names what the user would need (403), as 「ユーザ管理」.
    """
    response: HttpResponse
    if request.path.startswith(API):
        response = _json(status)
    else:
        response = render(
            request,
            f"erec/errors/{status.value}.html",
            {"missing_right": missing_right, "minutes": -(-retry_after_seconds // 60)},
            status=status,
        )
    if retry_after_seconds:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """PermissionDenied("ユーザ管理") names the right that is missing; without a name none is told."""
    return refuse(request, HTTPStatus.FORBIDDEN, missing_right=str(exception))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path.startswith(API):
        return _json(status)
    return HttpResponse(render_to_string("erec/errors/500.html", brand()), status=status)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return refuse(request, HTTPStatus.METHOD_NOT_ALLOWED)


def too_many_requests(request: HttpRequest, *, retry_after_seconds: int = 60) -> HttpResponse:
    return refuse(request, HTTPStatus.TOO_MANY_REQUESTS, retry_after_seconds=retry_after_seconds)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was old, or another tab logged in or out meanwhile; `reason` is not for people."""
    return render(
        request,
        "erec/errors/csrf.html",
        {"again_url": escape_leading_slashes(request.path)},
        status=HTTPStatus.FORBIDDEN,
    )
