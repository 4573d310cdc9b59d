"""電子証明書取得 at the entry door, for people (page) and for programs (JSON)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from certs.actions.fetching import fetch
from certs.authority import authority
from certs.errors import FetchRefused
from certs.forms import FetchForm
from certs.models import ClientCertificate
from certs.pki import csr
from erec.audience import Audience, for_
from erec.parameters import table

REFUSED = (
    "ログインID、ログインパスワード、取得コードのいずれかが違うか、取得できる期間ではありません。"
    "続けて間違えると、しばらく受け付けません。入力を確かめて、時間をおいてもう一度お試しください。"
    "証明書は発行されていません。"
)
BAD_JSON = "JSONの形が正しくありません。login_id、password、code、csr を文字列で送ってください。"
BAD_CSR = "証明書の要求（CSR）を受け付けられません。P-256の鍵で作り直してください。"


@for_(Audience.ANYBODY)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The form; the key is made in the browser, so nothing is posted without its script."""
    return render(
        request,
        "certs/fetch.html",
        {"form": FetchForm(), "fetch_window_days": table.value("fetch_window_days")},
    )


# No cookie and no session take part: another site's page cannot send JSON here, nor know the code.
@for_(Audience.ANYBODY)
@csrf_exempt
@require_POST
def api(request: Any) -> HttpResponse:
    """POST api/certificates (CONTRACT, HTTP): 201 with the certificate, or 4xx with a sentence."""
    typed = json_object(request, ("login_id", "password", "code", "csr"))
    if typed is None:
        return error("bad_request", BAD_JSON)
    form = FetchForm(typed)
    if not form.is_valid():
        sentences = [f"{form[name].label}：{e}" for name, errors in form.errors.items() for e in errors]
        return error("bad_request", " ".join(sentences))
    try:
        public_key = csr.read_request(typed["csr"])
    except csr.BadRequest:
        return error("bad_csr", BAD_CSR)
    try:
        certificate = fetch(
            login_id=form.cleaned_data["login_id"],
            password=form.cleaned_data["password"],
            code=form.cleaned_data["code"],
            public_key=public_key,
            at=request.at,
            origin=request.origin,
        )
    except FetchRefused:
        return error("refused", REFUSED, status=403)
    return answer(certificate)


def json_object(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str] | None:
    """The named strings of a JSON object body; None if it is anything else."""
    if request.content_type != "application/json":
        return None
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or not all(isinstance(sent.get(name), str) for name in names):
        return None
    return {name: sent[name] for name in names}


def answer(certificate: ClientCertificate) -> JsonResponse:
    return _readable({"certificate": certificate.pem, "chain": authority().chain_pem}, status=201)


def error(name: str, message: str, status: int = 400) -> JsonResponse:
    return _readable({"error": name, "message": message}, status=status)


def _readable(content: dict[str, str], status: int) -> JsonResponse:
    """Japanese as it is: somebody reads it in a terminal."""
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
