"""The first page at the entry door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_


@for_(Audience.ANYBODY)
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Two ways on: fetch a certificate, or log in with one."""
    return render(request, "certs/welcome.html")
