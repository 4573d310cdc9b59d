"""Pages that only explain: public, at the entry door, the same for everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.parameters.table import value


@for_(Audience.ANYBODY)
@require_safe
def environment(request: HttpRequest) -> HttpResponse:
    """動作環境: what is needed, and where the preparations of the older system went."""
    return render(request, "erec/guide/environment.html", {"here": "environment"})


@for_(Audience.ANYBODY)
@require_safe
def guide_import(request: HttpRequest) -> HttpResponse:
    """証明書の取り込み: into Windows, macOS, phones and Firefox; choosing it; deleting the file."""
    return render(request, "erec/guide/import.html", {"here": "guide-import"})


@for_(Audience.ANYBODY)
@require_safe
def guide_command_line(request: HttpRequest) -> HttpResponse:
    """コマンドラインでの取得: the same fetch with openssl and curl, for those without a browser's script."""
    return render(
        request,
        "erec/guide/command_line.html",
        {
            "here": "guide-command-line",
            "api_url": f"{settings.ENTRY_URL}api/certificates",
            "validity_days": value("certificate_validity_days"),
        },
    )
