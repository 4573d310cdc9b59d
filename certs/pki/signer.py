"""What signs: an interface, so that the key may live in a file today and behind PKCS#11 tomorrow.

A signer is given a finished builder and adds only the signature. The digest is always SHA-256.
"""

from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp


class Signer(Protocol):
    """A key that never shows itself, with the certificate that belongs to it."""

    @property
    def certificate(self) -> x509.Certificate: ...

    def sign_certificate(self, builder: x509.CertificateBuilder) -> x509.Certificate: ...

    def sign_crl(self, builder: x509.CertificateRevocationListBuilder) -> x509.CertificateRevocationList: ...

    def sign_ocsp(self, builder: ocsp.OCSPResponseBuilder) -> ocsp.OCSPResponse: ...


class KeySigner:
    """The signer whose private key is in this process's memory."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        """Raises ValueError when the certificate is not for this key."""
        if key.public_key() != certificate.public_key():
            raise ValueError("the certificate is for another key")
        self._key = key
        self._certificate = certificate

    @property
    def certificate(self) -> x509.Certificate:
        return self._certificate

    def sign_certificate(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.sign(self._key, hashes.SHA256())

    def sign_crl(self, builder: x509.CertificateRevocationListBuilder) -> x509.CertificateRevocationList:
        return builder.sign(self._key, hashes.SHA256())

    def sign_ocsp(self, builder: ocsp.OCSPResponseBuilder) -> ocsp.OCSPResponse:
        return builder.sign(self._key, hashes.SHA256())
