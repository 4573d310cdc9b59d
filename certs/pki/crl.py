"""The certificate revocation list: complete, for everything that the issuing CA signs (RFC 5280 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from certs.pki import fields
from certs.pki.authority import Authority


@dataclass(frozen=True)
class RevokedEntry:
    """A revoked certificate. `reason` None means unspecified, which RFC 5280 5.3.1 wants left out."""

    serial: int
    revoked_at: datetime
    reason: x509.ReasonFlags | None = None


def revocation_list(
    authority: Authority,
    revoked: Iterable[RevokedEntry],
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """The list in DER, entries by serial number. `number` MUST grow with every list (RFC 5280 5.2.3).

    Raises ValueError when a serial number is there twice, a reason is removeFromCRL (which only delta
    lists know), or next_update is not after this_update.
    """
    issuer = authority.issuing.certificate
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(fields.whole_seconds(this_update))
        .next_update(fields.whole_seconds(next_update))
        .add_extension(fields.issuer_identifier(issuer), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    entries = sorted(revoked, key=lambda entry: entry.serial)
    if len({entry.serial for entry in entries}) < len(entries):
        raise ValueError("a serial number is revoked twice")
    for entry in entries:
        builder = builder.add_revoked_certificate(_entry(entry))
    return authority.issuing.sign_crl(builder).public_bytes(serialization.Encoding.DER)


def _entry(entry: RevokedEntry) -> x509.RevokedCertificate:
    if entry.reason is x509.ReasonFlags.remove_from_crl:
        raise ValueError("removeFromCRL belongs in a delta list")
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(entry.serial)
        .revocation_date(fields.whole_seconds(entry.revoked_at))
    )
    if entry.reason not in (None, x509.ReasonFlags.unspecified):
        builder = builder.add_extension(x509.CRLReason(entry.reason), critical=False)
    return builder.build()
