"""CRL, OCSP and the authority's certificates, for the edge and for others."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certs.authority import authority
from certs.models import ClientCertificate
from certs.pki import crl, ocsp
from erec.audience import Audience, for_

CRL_VALID = timedelta(days=1)
OCSP_VALID = timedelta(hours=1)


@for_(Audience.ANYBODY)
@require_safe
def ca_pem(request: HttpRequest) -> HttpResponse:
    """The chain below the leaf: issuing authority, then root."""
    return HttpResponse(authority().chain_pem, content_type="application/x-pem-file")


@for_(Audience.ANYBODY)
@require_safe
def issuer_der(request: HttpRequest) -> HttpResponse:
    """Where caIssuers points: one certificate in DER (RFC 5280 §4.2.2.1)."""
    return HttpResponse(authority().issuing_der, content_type="application/pkix-cert")


@for_(Audience.ANYBODY)
@require_safe
def revocation_list(request: Any) -> HttpResponse:
    """The complete CRL as of now. Its number is the microsecond of issue: it only grows (RFC 5280 §5.2.3).

    An entry stays until it was on a list issued after the certificate's end (§3.3).
    """
    rows = ClientCertificate.everyone.filter(revoked_at__isnull=False, not_after__gte=request.at - CRL_VALID)
    revoked = [
        crl.RevokedEntry(serial=int(serial, 16), revoked_at=at, reason=x509.ReasonFlags(reason))
        for serial, at, reason in rows.order_by("pk").values_list("serial", "revoked_at", "revocation_reason")
    ]
    content = crl.revocation_list(
        authority(),
        revoked,
        number=int(request.at.timestamp() * 1_000_000),
        this_update=request.at,
        next_update=request.at + CRL_VALID,
    )
    return HttpResponse(content, content_type="application/pkix-crl")


@for_(Audience.ANYBODY)
@csrf_exempt
@require_http_methods(["POST"])
def ocsp_answer(request: Any) -> HttpResponse:
    """RFC 6960 A.1: the request in the body, the answer in the body."""
    # Another type is answered as malformedRequest: Django may have read such a body as a form already.
    body = request.body if request.content_type == "application/ocsp-request" else b""
    content = ocsp.answer(authority(), body, _status, at=request.at, validity=OCSP_VALID)
    return HttpResponse(content, content_type="application/ocsp-response")


@for_(Audience.ANYBODY)
@require_safe
def ocsp_get(request: Any, encoded: str) -> HttpResponse:
    """RFC 6960 A.1: the request in the path, base64."""
    try:
        body = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        body = b""  # answered as malformedRequest
    content = ocsp.answer(authority(), body, _status, at=request.at, validity=OCSP_VALID)
    return HttpResponse(content, content_type="application/ocsp-response")


def _status(serial: int) -> ocsp.CertStatus | None:
    row = (
        ClientCertificate.everyone.filter(serial=f"{serial:x}")
        .values_list("revoked_at", "revocation_reason")
        .first()
    )
    return _known(*row) if row else None


def _known(revoked_at: datetime | None, reason: str) -> ocsp.CertStatus:
    return ocsp.CertStatus(revoked_at=revoked_at, reason=x509.ReasonFlags(reason) if reason else None)
