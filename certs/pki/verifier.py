"""Decides whether a client certificate may log in, and if not, for which one reason.

The path is built and checked by cryptography's verifier, which says no but not why in a form to act
on. Around it are: what it leaves to the caller (keyUsage of CAs, purpose, our profile, policies that it
does not process), and a search for the reason after a refusal. Revocation is not looked at here: the
caller asks the database. certs/README.md, section 7.
"""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import verification
from cryptography.x509.oid import ExtensionOID

from certs.pki import fields

LENGTH_MAX = 16384  # octets of a certificate that somebody presents; ours have about 700

_AGNOSTIC = verification.Criticality.AGNOSTIC
# What the library raises for content that it cannot read or does not know.
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)


class Reason(enum.Enum):
    """Every reason for a refusal. The order is the one in which a certificate is looked at."""

    MALFORMED = "malformed"  # cannot be read as an X.509 certificate
    FOREIGN_ISSUER = "foreign_issuer"  # names an issuer that we do not trust
    BAD_SIGNATURE = "bad_signature"  # names a trusted issuer, who did not sign it
    WRONG_PURPOSE = "wrong_purpose"  # from a trusted issuer, but not for logging in
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    UNACCEPTABLE = "unacceptable"  # breaks another rule of the path or of our profile


class Refused(Exception):
    """The certificate may not log in. `detail` is for the log: it may carry the sender's own words."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail


# A rule of the profile: what is wrong when the test fails, and the test.
Rule = tuple[str, Callable[[x509.Certificate], bool]]


@dataclass(frozen=True)
class TrustPolicy:
    """Whom to trust and what to ask of a leaf.

    `pinned`: only `intermediates` are used, whatever is presented. `purpose`: the extended key usage
    that the leaf must name; None asks for none. `profile`: rules that the leaf must keep.
    """

    anchors: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    pinned: bool = False
    purpose: x509.ObjectIdentifier | None = None
    profile: tuple[Rule, ...] = ()


def read_certificate(content: bytes) -> x509.Certificate:
    """A certificate in PEM or DER, all of it readable. Raises Refused(MALFORMED)."""
    if len(content) > LENGTH_MAX:
        raise Refused(Reason.MALFORMED, "too long")
    pem = content.lstrip().startswith(b"-----BEGIN")
    try:
        leaf = (x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate)(content)
    except (*_UNREADABLE, x509.InvalidVersion) as error:
        raise Refused(Reason.MALFORMED, str(error)) from error
    _must_be_readable(leaf)
    return leaf


def verify_client_certificate(
    leaf: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    policy: TrustPolicy,
    at: datetime,
) -> None:
    """Return if a path from `leaf` to an anchor is valid at `at` and keeps the policy; else raise Refused."""
    _must_be_readable(leaf)
    pool = [*policy.intermediates, *(() if policy.pinned else intermediates)]
    at = fields.whole_seconds(at)
    try:
        chain = _verifier(policy, at).verify(leaf, pool).chain
    except (verification.VerificationError, *_UNREADABLE) as error:
        reason = _reason(leaf, [*pool, *policy.anchors], policy, at)
        raise Refused(reason, str(error)) from error
    for certificate in chain:
        if not _free_of_policy_processing(certificate):
            raise Refused(Reason.UNACCEPTABLE, "the path restricts certificate policies")
    for fault, keeps in policy.profile:
        if not keeps(leaf):
            raise Refused(Reason.UNACCEPTABLE, fault)


def _verifier(policy: TrustPolicy, at: datetime) -> verification.ClientVerifier:
    def for_purpose(_: verification.Policy, leaf: x509.Certificate, __: x509.ExtendedKeyUsage | None) -> None:
        if not _serves(leaf, policy.purpose):
            raise ValueError("the certificate is for another purpose")

    ca_policy = (
        verification.ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, _AGNOSTIC, None)
        .may_be_present(x509.KeyUsage, _AGNOSTIC, _signs_certificates)
    )
    ee_policy = verification.ExtensionPolicy.permit_all().may_be_present(
        x509.ExtendedKeyUsage, _AGNOSTIC, for_purpose
    )
    return (
        verification.PolicyBuilder()
        .store(verification.Store(list(policy.anchors)))
        .time(at)
        .extension_policies(ca_policy=ca_policy, ee_policy=ee_policy)
        .build_client_verifier()
    )


def _signs_certificates(_: verification.Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    """RFC 5280 6.1.4 (n): a CA whose keyUsage lacks keyCertSign issues nothing."""
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer on the path may not sign certificates")


def _serves(leaf: x509.Certificate, purpose: x509.ObjectIdentifier | None) -> bool:
    """RFC 5280 4.2.1.3 and 4.2.1.12: for a TLS client, digitalSignature and the purpose itself."""
    if purpose is None:
        return True
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature and purpose in purposes


def _free_of_policy_processing(certificate: x509.Certificate) -> bool:
    """We do not compute valid policies (RFC 5280 6.1.3 d), so a path that depends on them is refused.

    The library refuses these extensions where they are critical, and overlooks them where not.
    """
    processed = {
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.INHIBIT_ANY_POLICY,
    }
    return not any(extension.oid in processed for extension in certificate.extensions)


def _must_be_readable(certificate: x509.Certificate) -> None:
    """The library reads the outer form at once and the rest when asked: ask for all of it now."""
    try:
        for part in ("extensions", "subject", "issuer", "not_valid_before_utc", "not_valid_after_utc"):
            getattr(certificate, part)
        certificate.public_key()
    except _UNREADABLE as error:
        raise Refused(Reason.MALFORMED, str(error)) from error


def _reason(
    certificate: x509.Certificate,
    issuers: Sequence[x509.Certificate],
    policy: TrustPolicy,
    at: datetime,
) -> Reason:
    """Why the path was refused: the first fault of the leaf, else the first fault above it.

    What a certificate says counts only once its signature is known to be right, so the signature is
    looked at before purpose and time.
    """
    named = [issuer for issuer in issuers if _names(certificate, issuer)]
    if not named:
        return Reason.FOREIGN_ISSUER
    signers = [issuer for issuer in named if _signed_by(certificate, issuer)]
    if not signers:
        return Reason.BAD_SIGNATURE
    if not _serves(certificate, policy.purpose):
        return Reason.WRONG_PURPOSE
    if at < certificate.not_valid_before_utc:
        return Reason.NOT_YET_VALID
    if at > certificate.not_valid_after_utc:
        return Reason.EXPIRED
    if any(signer in policy.anchors for signer in signers):
        return Reason.UNACCEPTABLE
    rest = [issuer for issuer in issuers if issuer not in signers]
    return _reason(signers[0], rest, replace(policy, purpose=None), at)


def _names(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """The issuer has the name, and where both tell it, the key identifier (RFC 5280 4.2.1.1)."""
    if certificate.issuer != issuer.subject:
        return False
    try:
        wanted = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return True
    return wanted.key_identifier in (None, own.digest)


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*_UNREADABLE, InvalidSignature):
        return False
    return True
