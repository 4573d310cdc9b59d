"""Who and what appears in these tests: names, keys, good certificates and ones with one fault."""

from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.pki import fields
from certs.pki.authority import Authority
from certs.pki.profile import client_certificate

ORGANIZATION = "一〇信用金庫"
PASSPHRASE = "a passphrase of thirty-two letters"
PKI_URL = "https://entry.example.jp/pki/"
LOGIN_ID = "d-tanaka01"
YEAR = timedelta(days=365)

CLIENT_KEY = ec.generate_private_key(ec.SECP256R1())


def issued(
    authority: Authority, at: datetime, *, login_id: str = LOGIN_ID, validity: timedelta = YEAR
) -> x509.Certificate:
    """A good certificate for the one client key."""
    return client_certificate(
        authority, CLIENT_KEY.public_key(), login_id=login_id, not_before=at, not_after=at + validity
    )


class Template:
    """The fields of a good client certificate, each of which a test may spoil before it is signed."""

    def __init__(self, authority: Authority, at: datetime) -> None:
        good = issued(authority, at)
        self.subject = good.subject
        self.issuer = good.issuer
        self.serial = good.serial_number
        self.key: ec.EllipticCurvePublicKey = CLIENT_KEY.public_key()
        self.not_before = good.not_valid_before_utc
        self.not_after = good.not_valid_after_utc
        self.extensions = {e.oid: (e.value, e.critical) for e in good.extensions}

    def put(self, value: x509.ExtensionType, *, critical: bool) -> None:
        self.extensions[value.oid] = (value, critical)

    def signed(self, sign: Callable[[x509.CertificateBuilder], x509.Certificate]) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(self.issuer)
            .public_key(self.key)
            .serial_number(self.serial)
            .not_valid_before(self.not_before)
            .not_valid_after(self.not_after)
        )
        for value, critical in self.extensions.values():
            builder = builder.add_extension(value, critical=critical)
        return sign(builder)


def signing_with(
    key: ec.EllipticCurvePrivateKey, digest: hashes.SHA256 | hashes.SHA384 | None = None
) -> Callable[[x509.CertificateBuilder], x509.Certificate]:
    return lambda builder: builder.sign(key, digest or hashes.SHA256())


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def user_name(login_id: str) -> x509.Name:
    return fields.name(ORGANIZATION, login_id)
