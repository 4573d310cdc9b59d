"""The revocation list says who is revoked since when and why, signed by the issuing CA."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509

from certs.pki import fields
from certs.pki.authority import Authority
from certs.pki.crl import RevokedEntry, revocation_list

DAY = timedelta(days=1)
Flags = x509.ReasonFlags


def listed(
    authority: Authority, at: datetime, *entries: RevokedEntry, number: int = 1
) -> x509.CertificateRevocationList:
    content = revocation_list(authority, entries, number=number, this_update=at, next_update=at + DAY)
    return x509.load_der_x509_crl(content)


def test_the_list_is_the_issuing_cas_and_tells_its_time_and_number(
    authority: Authority, now: datetime
) -> None:
    revoked = listed(authority, now + timedelta(microseconds=5), number=2**64)
    issuer = authority.issuing.certificate
    assert revoked.issuer == issuer.subject
    assert revoked.is_signature_valid(fields.key_of(issuer))
    assert (revoked.last_update_utc, revoked.next_update_utc) == (now, now + DAY)
    assert [(e.value, e.critical) for e in revoked.extensions] == [
        (fields.issuer_identifier(issuer), False),
        (x509.CRLNumber(2**64), False),
    ]
    assert list(revoked) == []


def test_entries_come_by_serial_number_with_time_and_reason(authority: Authority, now: datetime) -> None:
    revoked = listed(
        authority,
        now,
        RevokedEntry(300, now - DAY, Flags.key_compromise),
        RevokedEntry(2**158 + 1, now - 2 * DAY, Flags.superseded),
        RevokedEntry(7, now - 3 * DAY),
    )
    assert [(e.serial_number, e.revocation_date_utc) for e in revoked] == [
        (7, now - 3 * DAY),
        (300, now - DAY),
        (2**158 + 1, now - 2 * DAY),
    ]
    assert [[x.value for x in e.extensions] for e in revoked] == [
        [],
        [x509.CRLReason(Flags.key_compromise)],
        [x509.CRLReason(Flags.superseded)],
    ]


def test_an_unspecified_reason_is_left_out(authority: Authority, now: datetime) -> None:
    (entry,) = listed(authority, now, RevokedEntry(7, now, Flags.unspecified))
    assert list(entry.extensions) == []


def test_a_serial_number_twice_is_refused(authority: Authority, now: datetime) -> None:
    with pytest.raises(ValueError, match="twice"):
        listed(authority, now, RevokedEntry(7, now), RevokedEntry(7, now - DAY))


def test_removal_is_for_delta_lists(authority: Authority, now: datetime) -> None:
    with pytest.raises(ValueError, match="removeFromCRL"):
        listed(authority, now, RevokedEntry(7, now, Flags.remove_from_crl))


def test_the_next_list_comes_after_this_one(authority: Authority, now: datetime) -> None:
    with pytest.raises(ValueError, match="after"):
        revocation_list(authority, [], number=1, this_update=now, next_update=now - DAY)
