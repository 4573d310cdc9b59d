"""Answers to OCSP requests (RFC 6960), signed by the delegated responder. certs/README.md, section 6."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from certs.pki import fields
from certs.pki.authority import Authority

LENGTH_MAX = 4096
OUR_SERIALS = range(1, 2**159)  # what fields.base gives out; nobody is asked about others
NONCE_LENGTHS = range(1, 129)  # RFC 9654 2.1: outside of it a request MUST be refused as malformed

_Status = ocsp.OCSPResponseStatus
# What the library raises for content that it cannot read.
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm)


@dataclass(frozen=True)
class CertStatus:
    """What we know about a certificate that we issued: good while `revoked_at` is None."""

    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None


Lookup = Callable[[int], CertStatus | None]


class _Unanswerable(Exception):
    """Ends in an answer without signature; `.status` is its only content."""

    def __init__(self, status: ocsp.OCSPResponseStatus) -> None:
        self.status = status


def answer(
    authority: Authority, request_der: bytes, lookup: Lookup, *, at: datetime, validity: timedelta
) -> bytes:
    """The answer in DER, whatever the request is. `lookup` gives None for a serial that we never issued.

    producedAt is the wall clock (the library sets it), thisUpdate is `at`; nextUpdate is `validity`
    later, or the end of the responder's certificate if that comes first.
    """
    try:
        request = _parse(request_der)
        nonce = _nonce(request)
        _must_be_ours(request, authority.issuing.certificate)
    except _Unanswerable as refusal:
        return _unsigned(refusal.status)
    responder = authority.ocsp.certificate
    this_update = fields.whole_seconds(at)
    if not responder.not_valid_before_utc <= this_update < responder.not_valid_after_utc:
        return _unsigned(_Status.TRY_LATER)
    next_update = min(fields.whole_seconds(at + validity), responder.not_valid_after_utc)
    serial = request.serial_number
    status = lookup(serial) if serial in OUR_SERIALS else None
    builder = _response(request, status, this_update, next_update)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, responder).certificates([responder])
    if nonce is not None:
        builder = builder.add_extension(nonce, critical=False)
    return authority.ocsp.sign_ocsp(builder).public_bytes(serialization.Encoding.DER)


def _parse(request_der: bytes) -> ocsp.OCSPRequest:
    if len(request_der) > LENGTH_MAX:
        raise _Unanswerable(_Status.MALFORMED_REQUEST)
    try:
        return ocsp.load_der_ocsp_request(request_der)
    except NotImplementedError as error:  # several certificates at once: RFC 5019 2.1.1 forbids it
        raise _Unanswerable(_Status.UNAUTHORIZED) from error
    except _UNREADABLE as error:
        raise _Unanswerable(_Status.MALFORMED_REQUEST) from error


def _nonce(request: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    """The nonce to echo. Another extension that is critical is one we do not know (RFC 6960 4.4)."""
    try:
        extensions = request.extensions
    except (*_UNREADABLE, x509.DuplicateExtension) as error:
        raise _Unanswerable(_Status.MALFORMED_REQUEST) from error
    nonce = None
    for extension in extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            nonce = extension.value
        elif extension.critical:
            raise _Unanswerable(_Status.MALFORMED_REQUEST)
    if nonce is not None and len(nonce.nonce) not in NONCE_LENGTHS:
        raise _Unanswerable(_Status.MALFORMED_REQUEST)
    return nonce


def _must_be_ours(request: ocsp.OCSPRequest, issuer: x509.Certificate) -> None:
    """The request names its issuer by two hashes; we answer for one issuer (RFC 5019 2.2.3).

    A negative serial number is nobody's (RFC 5280 4.1.2.2), and the library cannot write it back.
    """
    try:
        algorithm = request.hash_algorithm
    except _UNREADABLE as error:
        raise _Unanswerable(_Status.UNAUTHORIZED) from error
    if not isinstance(algorithm, hashes.SHA1 | hashes.SHA256) or request.serial_number < 0:
        raise _Unanswerable(_Status.UNAUTHORIZED)
    name_hash = hashlib.new(algorithm.name, issuer.subject.public_bytes()).digest()
    key_hash = hashlib.new(algorithm.name, fields.key_bits(fields.key_of(issuer))).digest()
    if (request.issuer_name_hash, request.issuer_key_hash) != (name_hash, key_hash):
        raise _Unanswerable(_Status.UNAUTHORIZED)


def _response(
    request: ocsp.OCSPRequest, status: CertStatus | None, this_update: datetime, next_update: datetime
) -> ocsp.OCSPResponseBuilder:
    certificate_status = ocsp.OCSPCertStatus.UNKNOWN
    revoked_at, reason = None, None
    if status is not None and status.revoked_at is None:
        certificate_status = ocsp.OCSPCertStatus.GOOD
    elif status is not None and status.revoked_at is not None:
        certificate_status = ocsp.OCSPCertStatus.REVOKED
        revoked_at, reason = fields.whole_seconds(status.revoked_at), status.reason
    return ocsp.OCSPResponseBuilder().add_response_by_hash(
        request.issuer_name_hash,
        request.issuer_key_hash,
        request.serial_number,
        request.hash_algorithm,
        certificate_status,
        this_update,
        next_update,
        revoked_at,
        None if reason is x509.ReasonFlags.unspecified else reason,
    )


def _unsigned(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
