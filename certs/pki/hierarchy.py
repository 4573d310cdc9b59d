"""The three certificates above and beside the clients': root, issuing CA, OCSP responder.

What each field is and why: certs/README.md, sections 1 to 3.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from certs.pki import fields
from certs.pki.signer import Signer

ROOT_VALIDITY = timedelta(days=20 * 365)
ISSUING_VALIDITY = timedelta(days=10 * 365)
# Short, because nobody can revoke it (id-pkix-ocsp-nocheck; RFC 6960 4.2.2.2.1).
RESPONDER_VALIDITY = timedelta(days=90)
RESPONDER_RENEWAL = timedelta(days=30)


def root_certificate(key: ec.EllipticCurvePrivateKey, *, organization: str, at: datetime) -> x509.Certificate:
    """The self-signed root. It has no pathLen, and no AKI (RFC 5280 4.2.1.1 allows that for it alone)."""
    subject = fields.name(organization, "Root CA")
    return (
        fields.base(subject, key.public_key(), subject, at, at + ROOT_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(fields.key_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )


def issuing_certificate(root: Signer, key: ec.EllipticCurvePublicKey, *, at: datetime) -> x509.Certificate:
    """The CA that signs clients, CRLs and the responder; pathLen 0, so no CA can be under it."""
    subject = fields.name(fields.organization_of(root.certificate), "Issuing CA")
    return root.sign_certificate(
        fields.base(subject, key, root.certificate.subject, at, at + ISSUING_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(fields.key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(fields.issuer_identifier(root.certificate), critical=False)
    )


def responder_certificate(
    issuing: Signer, key: ec.EllipticCurvePublicKey, *, at: datetime
) -> x509.Certificate:
    """The delegated OCSP responder (RFC 6960 4.2.2.2); never outlives its issuer."""
    issuer = issuing.certificate
    not_after = min(at + RESPONDER_VALIDITY, issuer.not_valid_after_utc)
    subject = fields.name(fields.organization_of(issuer), "OCSP Responder")
    return issuing.sign_certificate(
        fields.base(subject, key, issuer.subject, at, not_after)
        .add_extension(fields.key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=True)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(fields.issuer_identifier(issuer), critical=False)
    )
