"""The page of a refused certificate, and its event."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import LoginRecord
from accounts.origin import tell
from certs.errors import CertificateRefused
from certs.policy import REFUSALS
from erec.doors import ENTRY, door_url
from erec.trail.events import Event

STATUS = 403


def page(request: Any, refused: CertificateRefused) -> HttpResponse:
    """Say what is wrong with the certificate and what to do; record that it was refused."""
    refusal, row = refused.refusal, refused.row
    with transaction.atomic():
        if row is not None:
            LoginRecord.objects.create(
                company_id=row.user.company_id,
                user=row.user,
                at=request.at,
                address=request.origin.address,
                environment=request.origin.environment,
                certificate_id=row.pk,
                result=LoginRecord.Result.REFUSED,
            )
        tell(
            Event.CERTIFICATE_REFUSED,
            at=request.at,
            origin=request.origin,
            acting_user=None,
            company_id=row.user.company_id if row else None,
            target=row.user.login_id if row else "",
            reason=refusal,
        )
    return render(
        request,
        "certs/refused.html",
        {
            "text": REFUSALS[refusal],
            "refusal": refusal,
            "fetch_url": door_url(ENTRY, "fetch"),
            "guide_url": door_url(ENTRY, "guide-import"),
        },
        status=STATUS,
    )
