"""Fields that all our certificates share: names, serial numbers, key identifiers, seconds."""

import hashlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NO_KEY_USAGE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


def whole_seconds(moment: datetime) -> datetime:
    """UTC without a fraction: RFC 5280 4.1.2.5 knows no fractions. Raises ValueError when not aware."""
    if moment.tzinfo is None:
        raise ValueError("times must be aware")
    return moment.astimezone(UTC).replace(microsecond=0)


def name(organization: str, common_name: str) -> x509.Name:
    """C=JP as PrintableString, O and CN as UTF8String (RFC 5280 4.1.2.4), at most 64 characters each."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def organization_of(certificate: x509.Certificate) -> str:
    """The O of a certificate of ours."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)


def key_of(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The public key of a certificate of ours. Raises TypeError when it is of another kind."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("not an elliptic curve key")
    return key


def key_bits(key: ec.EllipticCurvePublicKey) -> bytes:
    """The value of the BIT STRING subjectPublicKey: the uncompressed point (RFC 5480 2.2)."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def key_identifier(key: ec.EllipticCurvePublicKey) -> x509.SubjectKeyIdentifier:
    """The leftmost 160 bits of SHA-256 over the key's bits (RFC 7093 2, method 1)."""
    return x509.SubjectKeyIdentifier(hashlib.sha256(key_bits(key)).digest()[:20])


def issuer_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """The issuer's own subject key identifier (RFC 5280 4.2.1.1)."""
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )


def key_usage(*bits: str) -> x509.KeyUsage:
    """keyUsage with exactly these bits."""
    return x509.KeyUsage(**(NO_KEY_USAGE | dict.fromkeys(bits, True)))


def base(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    """Version 3, a serial of 159 random bits, both ends of the validity, SKI.

    Raises ValueError when the key is not on P-256 or the validity ends before it begins.
    """
    if not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("only keys on P-256 get a certificate")
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(whole_seconds(not_before))
        .not_valid_after(whole_seconds(not_after))
        .add_extension(key_identifier(key), critical=False)
    )
