"""OCSP: good, revoked, unknown, and an unsigned refusal for everything that is no question to us."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certs.pki import fields
from certs.pki.authority import Authority
from certs.pki.ocsp import LENGTH_MAX, CertStatus, answer
from tests.certs.pki.cast import issued

HOUR = timedelta(hours=1)
GOOD = CertStatus()
Status = ocsp.OCSPResponseStatus


def asking(
    authority: Authority,
    serial: int = 4711,
    *,
    digest: hashes.HashAlgorithm | None = None,
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    digest = digest or hashes.SHA256()
    issuer = authority.issuing.certificate
    name = hashlib.new(digest.name, issuer.subject.public_bytes()).digest()
    key = hashlib.new(digest.name, fields.key_bits(fields.key_of(issuer))).digest()
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(name, key, serial, digest)
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.build().public_bytes(serialization.Encoding.DER)


def answered(
    authority: Authority, request: bytes, now: datetime, status: CertStatus | None = GOOD
) -> ocsp.OCSPResponse:
    content = answer(authority, request, lambda _: status, at=now, validity=HOUR)
    return ocsp.load_der_ocsp_response(content)


def test_a_good_certificate_is_good_for_an_hour(authority: Authority, now: datetime) -> None:
    certificate = issued(authority, now)
    seen: list[int] = []

    def lookup(serial: int) -> CertStatus:
        seen.append(serial)
        return GOOD

    request = asking(authority, certificate.serial_number)
    content = answer(authority, request, lookup, at=now + timedelta(microseconds=9), validity=HOUR)
    response = ocsp.load_der_ocsp_response(content)
    assert seen == [certificate.serial_number]
    assert response.response_status is Status.SUCCESSFUL
    assert response.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert response.serial_number == certificate.serial_number
    assert (response.this_update_utc, response.next_update_utc) == (now, now + HOUR)
    assert list(response.extensions) == []


def test_the_answer_is_signed_by_the_responder_that_it_carries(authority: Authority, now: datetime) -> None:
    response = answered(authority, asking(authority), now)
    responder = authority.ocsp.certificate
    assert response.certificates == [responder]
    assert response.responder_name == responder.subject
    fields.key_of(responder).verify(
        response.signature, response.tbs_response_bytes, ec.ECDSA(hashes.SHA256())
    )


def test_a_revoked_certificate_has_time_and_reason(authority: Authority, now: datetime) -> None:
    since = now - timedelta(days=3)
    status = CertStatus(since, x509.ReasonFlags.key_compromise)
    response = answered(authority, asking(authority), now, status)
    assert response.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert response.revocation_time_utc == since
    assert response.revocation_reason is x509.ReasonFlags.key_compromise


@pytest.mark.parametrize("reason", [None, x509.ReasonFlags.unspecified])
def test_an_unspecified_reason_is_left_out(
    authority: Authority, now: datetime, reason: x509.ReasonFlags | None
) -> None:
    response = answered(authority, asking(authority), now, CertStatus(now, reason))
    assert response.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert response.revocation_reason is None


def test_a_serial_number_that_we_never_issued_is_unknown(authority: Authority, now: datetime) -> None:
    response = answered(authority, asking(authority), now, None)
    assert response.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    assert response.serial_number == 4711


@pytest.mark.parametrize("serial", [0, 2**159, 2**400])
def test_nobody_is_asked_about_a_serial_number_that_cannot_be_ours(
    authority: Authority, now: datetime, serial: int
) -> None:
    request = _with_serial(asking(authority, 0x1234567890ABCDEF), serial)
    response = answered(authority, request, now, GOOD)
    assert response.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    assert response.serial_number == serial


def test_a_negative_serial_number_is_not_answered(authority: Authority, now: datetime) -> None:
    request = _with_serial(asking(authority, 0x1234567890ABCDEF), -5)
    assert answered(authority, request, now).response_status is Status.UNAUTHORIZED


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256()])
def test_the_answer_names_the_certificate_as_the_question_did(
    authority: Authority, now: datetime, digest: hashes.HashAlgorithm
) -> None:
    request = ocsp.load_der_ocsp_request(asking(authority, digest=digest))
    response = answered(authority, request.public_bytes(serialization.Encoding.DER), now)
    assert response.hash_algorithm.name == digest.name
    assert response.issuer_name_hash == request.issuer_name_hash
    assert response.issuer_key_hash == request.issuer_key_hash


@pytest.mark.parametrize("digest", [hashes.SHA384(), hashes.SHA512()])
def test_other_digests_are_not_answered(
    authority: Authority, now: datetime, digest: hashes.HashAlgorithm
) -> None:
    assert answered(authority, asking(authority, digest=digest), now).response_status is Status.UNAUTHORIZED


@pytest.mark.parametrize("length", [1, 16, 32, 128])
def test_a_nonce_comes_back(authority: Authority, now: datetime, length: int) -> None:
    nonce = x509.OCSPNonce(bytes(range(length)))
    response = answered(authority, asking(authority, extensions=[(nonce, False)]), now)
    assert [(e.value, e.critical) for e in response.extensions] == [(nonce, False)]


@pytest.mark.parametrize("length", [0, 129, 1000])
def test_a_nonce_outside_of_1_to_128_octets_is_malformed(
    authority: Authority, now: datetime, length: int
) -> None:
    request = asking(authority, extensions=[(x509.OCSPNonce(b"n" * length), False)])
    assert answered(authority, request, now).response_status is Status.MALFORMED_REQUEST


def test_an_unknown_extension_counts_only_when_critical(authority: Authority, now: datetime) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.9"), b"\x05\x00")
    tolerated = answered(authority, asking(authority, extensions=[(unknown, False)]), now)
    assert tolerated.certificate_status is ocsp.OCSPCertStatus.GOOD
    refused = answered(authority, asking(authority, extensions=[(unknown, True)]), now)
    assert refused.response_status is Status.MALFORMED_REQUEST


def test_another_issuers_certificate_is_not_ours_to_answer(authority: Authority, now: datetime) -> None:
    issuing, root = authority.issuing.certificate, authority.root
    request = ocsp.OCSPRequestBuilder().add_certificate(issuing, root, hashes.SHA256()).build()
    response = answered(authority, request.public_bytes(serialization.Encoding.DER), now)
    assert response.response_status is Status.UNAUTHORIZED


def test_our_name_with_another_key_is_not_ours_to_answer(authority: Authority, now: datetime) -> None:
    issuer = authority.issuing.certificate
    name = hashlib.sha256(issuer.subject.public_bytes()).digest()
    request = ocsp.OCSPRequestBuilder().add_certificate_by_hash(name, bytes(32), 1, hashes.SHA256()).build()
    response = answered(authority, request.public_bytes(serialization.Encoding.DER), now)
    assert response.response_status is Status.UNAUTHORIZED


def test_two_questions_at_once_are_not_answered(authority: Authority, now: datetime) -> None:
    request = asking(authority)
    assert answered(authority, _doubled(request), now).response_status is Status.UNAUTHORIZED


@pytest.mark.parametrize("request_der", [b"", b"0", b"hello", b"\x30\x00", bytes(LENGTH_MAX + 1)])
def test_what_is_no_request_is_malformed(authority: Authority, now: datetime, request_der: bytes) -> None:
    assert answered(authority, request_der, now).response_status is Status.MALFORMED_REQUEST


def test_a_responder_out_of_its_time_says_try_later(authority: Authority, now: datetime) -> None:
    for at in (now - HOUR, authority.ocsp.certificate.not_valid_after_utc):
        assert answered(authority, asking(authority), at).response_status is Status.TRY_LATER


def test_no_answer_holds_longer_than_its_responder(authority: Authority, now: datetime) -> None:
    end = authority.ocsp.certificate.not_valid_after_utc
    response = answered(authority, asking(authority), end - timedelta(minutes=1))
    assert response.next_update_utc == end


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_get_more_than_a_refusal(authority: Authority, now: datetime, content: bytes) -> None:
    assert answered(authority, content, now).response_status is Status.MALFORMED_REQUEST


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 200), change=st.integers(1, 255))
def test_a_changed_byte_never_raises(authority: Authority, now: datetime, position: int, change: int) -> None:
    request = bytearray(asking(authority, extensions=[(x509.OCSPNonce(b"n" * 32), False)]))
    request[position % len(request)] ^= change
    response = answered(authority, bytes(request), now)
    assert response.response_status in {Status.SUCCESSFUL, Status.MALFORMED_REQUEST, Status.UNAUTHORIZED}


def _sequence(content: bytes) -> bytes:
    length = len(content)
    size = bytes([length]) if length < 128 else bytes([0x81, length])
    return b"\x30" + size + content


def _single(request: bytes) -> bytes:
    """The one Request inside OCSPRequest > TBSRequest > requestList; lengths below 128 octets."""
    assert request[1] < 128
    return request[6:]


def _doubled(request: bytes) -> bytes:
    return _sequence(_sequence(_sequence(_single(request) * 2)))


def _with_serial(request: bytes, serial: int) -> bytes:
    """The same question with a serial number that the builder would refuse."""
    old = bytes.fromhex("02081234567890abcdef")
    cert_id = _single(request)[4 : -len(old)]
    value = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
    return _sequence(
        _sequence(_sequence(_sequence(_sequence(cert_id + b"\x02" + bytes([len(value)]) + value))))
    )
