"""The trust policy of our own login: this root, this issuing CA, and exactly the profile that we issue."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, SignatureAlgorithmOID

from certs.pki import fields
from certs.pki.profile import LOGIN_ID
from certs.pki.verifier import Rule, TrustPolicy

_EXTENSIONS = {
    ExtensionOID.SUBJECT_KEY_IDENTIFIER: False,
    ExtensionOID.KEY_USAGE: True,
    ExtensionOID.EXTENDED_KEY_USAGE: False,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER: False,
    ExtensionOID.CRL_DISTRIBUTION_POINTS: False,
    ExtensionOID.AUTHORITY_INFORMATION_ACCESS: False,
}


def login_policy(root: x509.Certificate, issuing: x509.Certificate) -> TrustPolicy:
    """Only client certificates that `issuing` under `root` signed; presented intermediates are ignored."""
    return TrustPolicy(
        anchors=(root,),
        intermediates=(issuing,),
        pinned=True,
        purpose=ExtendedKeyUsageOID.CLIENT_AUTH,
        profile=_profile(issuing),
    )


def login_id_of(leaf: x509.Certificate) -> str:
    """The login ID of a certificate that has been verified under `login_policy`."""
    return str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _profile(issuing: x509.Certificate) -> tuple[Rule, ...]:
    """certs/README.md, section 4, as tests; a certificate that we did not make so is not let in."""
    organization = fields.organization_of(issuing)
    return (
        ("not issued by the issuing CA", lambda leaf: leaf.issuer == issuing.subject),
        ("the key is not on P-256", _has_p256_key),
        (
            "not signed with ecdsa-with-SHA256",
            lambda leaf: leaf.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        ),
        ("the subject is not that of a user", lambda leaf: _is_a_users(leaf.subject, organization)),
        (
            "the extensions are not those of the profile",
            lambda leaf: {e.oid: e.critical for e in leaf.extensions} == _EXTENSIONS,
        ),
        (
            "keyUsage is more than digitalSignature",
            lambda leaf: _value(leaf, x509.KeyUsage) == fields.key_usage("digital_signature"),
        ),
        (
            "extKeyUsage is more than clientAuth",
            lambda leaf: (
                _value(leaf, x509.ExtendedKeyUsage)
                == x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
            ),
        ),
    )


def _has_p256_key(leaf: x509.Certificate) -> bool:
    key = leaf.public_key()
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def _is_a_users(subject: x509.Name, organization: str) -> bool:
    login_ids = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not login_ids:
        return False
    login_id = str(login_ids[0].value)
    return bool(LOGIN_ID.match(login_id)) and subject == fields.name(organization, login_id)


def _value(leaf: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType:
    return leaf.extensions.get_extension_for_class(kind).value
