"""The client certificate: the one kind that customers hold. Its fields: certs/README.md, section 4."""

import re
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from certs.pki import fields
from certs.pki.authority import Authority

LOGIN_ID = re.compile(r"d-[a-z0-9]{6,12}\Z")


def client_certificate(
    authority: Authority,
    public_key: ec.EllipticCurvePublicKey,
    *,
    login_id: str,
    not_before: datetime,
    not_after: datetime,
) -> x509.Certificate:
    """Issue a certificate to `login_id`; both ends of the validity belong to it (RFC 5280 4.1.2.5).

    Raises ValueError when the ID is no login ID, the key is not on P-256, the validity is empty or
    reaches beyond the issuing CA's own.
    """
    issuer = authority.issuing.certificate
    if not LOGIN_ID.match(login_id):
        raise ValueError("not a login ID")
    if not_before < issuer.not_valid_before_utc or not_after > issuer.not_valid_after_utc:
        raise ValueError("the validity reaches beyond the issuing CA's")
    subject = fields.name(fields.organization_of(issuer), login_id)
    return authority.issuing.sign_certificate(
        fields.base(subject, public_key, issuer.subject, not_before, not_after)
        .add_extension(fields.key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(fields.issuer_identifier(issuer), critical=False)
        .add_extension(_distribution_points(authority.pki_url), critical=False)
        .add_extension(_information_access(authority.pki_url), critical=False)
    )


def _distribution_points(pki_url: str) -> x509.CRLDistributionPoints:
    point = x509.DistributionPoint([_uri(pki_url, "crl.der")], None, None, None)
    return x509.CRLDistributionPoints([point])


def _information_access(pki_url: str) -> x509.AuthorityInformationAccess:
    methods = AuthorityInformationAccessOID
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(methods.OCSP, _uri(pki_url, "ocsp")),
            x509.AccessDescription(methods.CA_ISSUERS, _uri(pki_url, "ca.der")),
        ]
    )


def _uri(pki_url: str, path: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(pki_url + path)
