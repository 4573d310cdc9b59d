"""An independent opinion, pkilint's: no finding of warning or above in anything that we sign."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp as library_ocsp
from pkilint import loader, pkix
from pkilint.pkix import certificate, crl, extension, name, ocsp

from certs.pki.authority import Authority
from certs.pki.crl import RevokedEntry, revocation_list
from certs.pki.ocsp import CertStatus, answer
from tests.certs.pki.cast import CLIENT_KEY, YEAR, der, issued

DAY = timedelta(days=1)

# Findings of warning or above that stand, each with its reason. None does.
ACCEPTED: dict[str, str] = {}
SERIOUS = {"WARNING", "ERROR", "FATAL"}


def findings(validator: Any, document: Any) -> list[tuple[str, str]]:
    """(severity, code) of all findings; the linter was at work if it looked at many things."""
    results = validator.validate(document.root)
    assert len(results) > 20
    return [
        (description.finding.severity.name, description.finding.code)
        for result in results
        for description in result.finding_descriptions
    ]


def serious(found: list[tuple[str, str]]) -> list[str]:
    return [code for severity, code in found if severity in SERIOUS and code not in ACCEPTED]


def certificate_findings(content: bytes) -> list[tuple[str, str]]:
    validator = certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )
    return findings(validator, loader.load_certificate(content, "ours"))


def crl_findings(content: bytes) -> list[tuple[str, str]]:
    validator = crl.create_pkix_crl_validator_container(
        [
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container([]),
            crl.create_extensions_validator_container([]),
        ],
    )
    return findings(validator, loader.load_crl(content, "ours"))


def ocsp_findings(content: bytes) -> list[tuple[str, str]]:
    validator = ocsp.create_pkix_ocsp_response_validator_container(
        [
            ocsp.create_response_decoder(),
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [],
    )
    return findings(validator, loader.load_ocsp_response(content, "ours"))


OURS: dict[str, Callable[[Authority, datetime], x509.Certificate]] = {
    "root": lambda authority, _: authority.root,
    "issuing CA": lambda authority, _: authority.issuing.certificate,
    "OCSP responder": lambda authority, _: authority.ocsp.certificate,
    "client": issued,
}


@pytest.mark.parametrize("make", OURS.values(), ids=OURS)
def test_our_certificates_pass(
    authority: Authority, now: datetime, make: Callable[[Authority, datetime], x509.Certificate]
) -> None:
    found = certificate_findings(der(make(authority, now)))
    assert serious(found) == []
    assert found == [("INFO", "pkix.subject_key_identifier_rfc7093_method_1_identified")]


@pytest.mark.parametrize("revoked", [0, 3])
def test_our_revocation_lists_pass(authority: Authority, now: datetime, revoked: int) -> None:
    reasons = (None, x509.ReasonFlags.key_compromise, x509.ReasonFlags.superseded)
    entries = [RevokedEntry(4711 + i, now - DAY, reasons[i]) for i in range(revoked)]
    content = revocation_list(authority, entries, number=1, this_update=now, next_update=now + DAY)
    assert crl_findings(content) == []


@pytest.mark.parametrize("status", [CertStatus(), None, "revoked"], ids=["good", "unknown", "revoked"])
def test_our_ocsp_answers_pass(authority: Authority, now: datetime, status: Any) -> None:
    known = CertStatus(now - DAY, x509.ReasonFlags.key_compromise) if status == "revoked" else status
    request = (
        library_ocsp.OCSPRequestBuilder()
        .add_certificate(issued(authority, now), authority.issuing.certificate, hashes.SHA256())
        .add_extension(x509.OCSPNonce(b"n" * 32), critical=False)
        .build()
        .public_bytes(serialization.Encoding.DER)
    )
    content = answer(authority, request, lambda _: known, at=now, validity=DAY)
    assert serious(ocsp_findings(content)) == []


def test_the_linter_does_find_faults(authority: Authority, now: datetime) -> None:
    good = issued(authority, now)
    bad = authority.issuing.sign_certificate(
        x509.CertificateBuilder()
        .subject_name(good.subject)
        .issuer_name(good.issuer)
        .public_key(CLIENT_KEY.public_key())
        .serial_number(4711)
        .not_valid_before(now)
        .not_valid_after(now + YEAR)
        .add_extension(x509.KeyUsage(*[False] * 9), critical=False)
    )
    assert "pkix.authority_key_identifier_extension_absent" in serious(certificate_findings(der(bad)))
