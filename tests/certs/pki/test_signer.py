"""A signer adds the signature, with whatever holds the key."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.pki import hierarchy
from certs.pki.authority import Authority
from certs.pki.signer import KeySigner, Signer
from tests.certs.pki.cast import CLIENT_KEY, issued


class KeyElsewhere(ec.EllipticCurvePrivateKey):
    """Stands for a key behind PKCS#11: it signs, and its private part cannot be had."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.signatures = 0

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        self.signatures += 1
        return self._key.sign(data, signature_algorithm)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._key.curve

    @property
    def key_size(self) -> int:
        return self._key.key_size

    def exchange(self, *_: Any) -> bytes:
        raise AssertionError("not asked for")

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        raise AssertionError("not asked for")

    def private_bytes(self, *_: Any) -> bytes:
        raise AssertionError("not asked for")

    def __copy__(self) -> "KeyElsewhere":
        return self

    def __deepcopy__(self, _: Any) -> "KeyElsewhere":
        return self


def test_a_certificate_for_another_key_is_refused(authority: Authority) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(ValueError, match="another key"):
        KeySigner(other, authority.issuing.certificate)


def test_a_key_that_only_signs_is_enough_for_certificates_and_lists(now: datetime) -> None:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = hierarchy.root_certificate(root_key, organization="一〇信用金庫", at=now)
    elsewhere = KeyElsewhere(root_key)
    signer: Signer = KeySigner(elsewhere, root)

    issuing = hierarchy.issuing_certificate(signer, CLIENT_KEY.public_key(), at=now)
    issuing.verify_directly_issued_by(root)
    revoked = signer.sign_crl(
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now)
        .next_update(now + timedelta(days=1))
    )
    assert revoked.is_signature_valid(root_key.public_key())
    assert elsewhere.signatures == 2


def test_every_signature_is_ecdsa_with_sha256(authority: Authority, now: datetime) -> None:
    for certificate in (
        authority.root,
        authority.issuing.certificate,
        authority.ocsp.certificate,
        issued(authority, now),
    ):
        assert certificate.signature_algorithm_oid == x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256
        assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
