"""Reads a certificate request (PKCS#10, RFC 2986) and takes from it the public key, nothing else.

Subject, attributes and requested extensions are not honoured: the certificate's fields come from
our own profile (the request only proves that its sender holds the private key).
"""

import enum
import re

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

LENGTH_MAX = 8192

# RFC 7468 7: the second label is an old one that means the same.
_BEGIN = re.compile(r"-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----")
_ANY_BEGIN = "-----BEGIN "

# What the library raises for content that it cannot read or does not know.
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


class RequestFault(enum.Enum):
    """Why a request is refused, in the order in which it is looked at."""

    TOO_LONG = "too_long"
    NOT_PEM = "not_pem"
    SEVERAL_BLOCKS = "several_blocks"
    MALFORMED = "malformed"
    WRONG_KEY = "wrong_key"
    WEAK_DIGEST = "weak_digest"
    BAD_SIGNATURE = "bad_signature"


class BadRequest(Exception):
    """The request is refused for one reason."""

    def __init__(self, fault: RequestFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_request(pem: str) -> ec.EllipticCurvePublicKey:
    """The public key of a request that is one PEM block of at most 8 KB, on P-256, signed by that key.

    Raises BadRequest, whatever the text is.
    """
    if len(pem.encode(errors="replace")) > LENGTH_MAX:
        raise BadRequest(RequestFault.TOO_LONG)
    if not pem.isascii() or not _BEGIN.search(pem):
        raise BadRequest(RequestFault.NOT_PEM)
    if pem.count(_ANY_BEGIN) > 1:
        raise BadRequest(RequestFault.SEVERAL_BLOCKS)
    try:
        request = x509.load_pem_x509_csr(pem.encode())
    except _UNREADABLE as error:
        raise BadRequest(RequestFault.MALFORMED) from error
    return _key(request)


def _key(request: x509.CertificateSigningRequest) -> ec.EllipticCurvePublicKey:
    try:
        key = request.public_key()
    except _UNREADABLE as error:  # a kind of key or a curve that the library does not know
        raise BadRequest(RequestFault.WRONG_KEY) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadRequest(RequestFault.WRONG_KEY)
    try:
        digest = request.signature_hash_algorithm
    except _UNREADABLE as error:
        raise BadRequest(RequestFault.WEAK_DIGEST) from error
    if not isinstance(digest, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        raise BadRequest(RequestFault.WEAK_DIGEST)
    try:
        valid = request.is_signature_valid
    except _UNREADABLE as error:
        raise BadRequest(RequestFault.BAD_SIGNATURE) from error
    if not valid:
        raise BadRequest(RequestFault.BAD_SIGNATURE)
    return key
