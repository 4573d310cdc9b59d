"""The certificate that the proxy in front says was shown, and whether it opens the door.

One adapter per form, one of them configured (EREC_CERT_HEADER), none believed from elsewhere: the
private socket is reachable only for the proxy, which strips these names from what a client sends.
"""

import base64
import binascii
import urllib.parse
from collections.abc import Callable
from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from certs import access
from certs.actions.fetching import fingerprint_of
from certs.authority import authority
from certs.errors import CertificateRefused
from certs.models import ClientCertificate
from certs.pki import verifier
from certs.pki.login import login_id_of, login_policy
from certs.policy import Refusal

_REASONS = {
    verifier.Reason.EXPIRED: Refusal.EXPIRED,
    verifier.Reason.NOT_YET_VALID: Refusal.NOT_YET,
    verifier.Reason.FOREIGN_ISSUER: Refusal.FOREIGN,
    verifier.Reason.BAD_SIGNATURE: Refusal.FOREIGN,
    verifier.Reason.WRONG_PURPOSE: Refusal.WRONG_PURPOSE,
}


def _from_nginx(request: HttpRequest) -> x509.Certificate | None:
    """$ssl_client_escaped_cert: percent-encoded PEM."""
    text = urllib.parse.unquote(request.headers.get("X-Erec-Client-Cert", ""))
    return verifier.read_certificate(text.encode("ascii")) if text else None


def _from_rfc9440(request: HttpRequest) -> x509.Certificate | None:
    """Client-Cert: an RFC 8941 byte sequence, `:base64:` of the DER."""
    text = request.headers.get("Client-Cert", "").strip()
    if not text:
        return None
    if not (len(text) > 2 and text.startswith(":") and text.endswith(":")):
        raise ValueError("not a byte sequence")
    return verifier.read_certificate(base64.b64decode(text[1:-1], validate=True))


def _from_nowhere(request: HttpRequest) -> x509.Certificate | None:
    return None


ADAPTERS: dict[str, Callable[[HttpRequest], x509.Certificate | None]] = {
    "nginx": _from_nginx,
    "rfc9440": _from_rfc9440,
    "none": _from_nowhere,
}


def certificate_of(request: HttpRequest, at: datetime) -> ClientCertificate:
    """The row of the certificate that was shown, good for entering now. Raises CertificateRefused."""
    try:
        shown = ADAPTERS[settings.CERT_HEADER](request)
    except (ValueError, binascii.Error, UnicodeEncodeError, verifier.Refused) as error:
        raise CertificateRefused(Refusal.MALFORMED) from error
    if shown is None:
        raise CertificateRefused(Refusal.NONE)
    try:
        verifier.verify_client_certificate(shown, [], _policy(), at)
    except verifier.Refused as refused:
        # Ours, only at the wrong time: its owner sees in the login history that somebody tried it.
        timely = refused.reason in (verifier.Reason.EXPIRED, verifier.Reason.NOT_YET_VALID)
        row = access.by_fingerprint(fingerprint_of(shown)) if timely else None
        raise CertificateRefused(_REASONS.get(refused.reason, Refusal.MALFORMED), row) from refused
    # Ours says why first; then the edge must agree. nginx always says; RFC 9440 has no such word (§2.4).
    if settings.CERT_HEADER == "nginx" and request.headers.get("X-Erec-Client-Verify") != "SUCCESS":
        raise CertificateRefused(Refusal.MALFORMED)
    row = access.by_fingerprint(fingerprint_of(shown))
    if row is None:
        raise CertificateRefused(Refusal.UNKNOWN)
    refusal = _owner_refusal(row, shown)
    if refusal is not None:
        raise CertificateRefused(refusal, row)
    return row


def _policy() -> verifier.TrustPolicy:
    return login_policy(authority().root, authority().issuing.certificate)


def _owner_refusal(row: ClientCertificate, shown: x509.Certificate) -> Refusal | None:
    if login_id_of(shown) != row.user.login_id:
        return Refusal.OTHER_OWNER
    if row.revoked_at is not None and row.user.status == User.Status.ACTIVE:
        return Refusal.REVOKED
    if row.user.status == User.Status.SUSPENDED:
        return Refusal.USER_SUSPENDED
    if row.user.status == User.Status.DELETED:
        return Refusal.USER_DELETED
    if row.user.company.stopped_at is not None:
        return Refusal.COMPANY_STOPPED
    return None
