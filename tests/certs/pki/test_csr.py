"""A request is one PEM block, on P-256, signed by its own key; anything else is refused with its reason."""

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import AttributeOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.pki.csr import LENGTH_MAX, BadRequest, RequestFault, read_request
from tests.certs.pki.cast import CLIENT_KEY

SUBJECT = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anything")])


def request(key: Any = CLIENT_KEY, digest: Any = None) -> x509.CertificateSigningRequest:
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else (digest or hashes.SHA256())
    return x509.CertificateSigningRequestBuilder().subject_name(SUBJECT).sign(key, digest)


def armoured(der: bytes, label: str = "CERTIFICATE REQUEST") -> str:
    lines = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n"


GOOD_DER = request().public_bytes(serialization.Encoding.DER)
GOOD_TBS = x509.load_der_x509_csr(GOOD_DER).tbs_certrequest_bytes
GOOD = armoured(GOOD_DER)


def fault_of(pem: str) -> RequestFault:
    with pytest.raises(BadRequest) as refused:
        read_request(pem)
    return refused.value.fault


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_a_good_request_gives_its_key(digest: hashes.HashAlgorithm) -> None:
    pem = armoured(request(digest=digest).public_bytes(serialization.Encoding.DER))
    assert read_request(pem) == CLIENT_KEY.public_key()


@pytest.mark.parametrize(
    "pem",
    [
        armoured(GOOD_DER, "NEW CERTIFICATE REQUEST"),
        "Certificate Request:\n    Data:\n" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip(),
    ],
    ids=["old label", "text before", "CRLF", "no last line end"],
)
def test_forms_that_tools_write_are_read(pem: str) -> None:
    assert read_request(pem) == CLIENT_KEY.public_key()


def test_attributes_and_requested_extensions_are_ignored() -> None:
    asking = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(SUBJECT)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_attribute(AttributeOID.CHALLENGE_PASSWORD, b"secret")
        .sign(CLIENT_KEY, hashes.SHA256())
    )
    pem = asking.public_bytes(serialization.Encoding.PEM).decode()
    assert read_request(pem) == CLIENT_KEY.public_key()


@pytest.mark.parametrize("pem", ["", "hello", "電子証明書", GOOD + "電", GOOD_DER.hex(), "\0" * 100])
def test_what_is_not_pem_is_told_so(pem: str) -> None:
    assert fault_of(pem) is RequestFault.NOT_PEM


def test_another_kind_of_pem_is_not_a_request() -> None:
    assert fault_of(armoured(GOOD_DER, "CERTIFICATE")) is RequestFault.NOT_PEM


def test_eight_kilobytes_are_the_limit() -> None:
    assert read_request(GOOD + " " * (LENGTH_MAX - len(GOOD))) == CLIENT_KEY.public_key()
    assert fault_of(GOOD + " " * (LENGTH_MAX - len(GOOD) + 1)) is RequestFault.TOO_LONG
    assert fault_of("電" * 4096) is RequestFault.TOO_LONG


@pytest.mark.parametrize("second", [GOOD, armoured(b"key", "PRIVATE KEY")])
def test_a_second_block_is_refused(second: str) -> None:
    assert fault_of(GOOD + second) is RequestFault.SEVERAL_BLOCKS


@pytest.mark.parametrize(
    "pem",
    [
        armoured(GOOD_DER[:-10]),
        armoured(GOOD_DER + b"\0"),
        armoured(b""),
        armoured(GOOD_DER.replace(b"\x02\x01\x00", b"\x02\x01\x01", 1)),
        GOOD.replace("-----END CERTIFICATE REQUEST-----", ""),
        GOOD.replace("\n", "\n!", 1),
    ],
    ids=["cut", "longer", "empty", "version 2", "no end", "no base64"],
)
def test_a_block_that_cannot_be_read_is_malformed(pem: str) -> None:
    assert fault_of(pem) is RequestFault.MALFORMED


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        dsa.generate_private_key(2048),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["RSA", "DSA", "P-384", "secp256k1", "Ed25519"],
)
def test_a_key_that_is_not_on_p256_is_refused(key: Any) -> None:
    pem = armoured(request(key).public_bytes(serialization.Encoding.DER))
    assert fault_of(pem) is RequestFault.WRONG_KEY


def test_a_point_that_is_not_on_the_curve_is_no_key() -> None:
    point = CLIENT_KEY.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    assert fault_of(armoured(GOOD_DER.replace(point, point[:-1] + b"\0"))) is RequestFault.WRONG_KEY


def test_a_weak_digest_is_refused() -> None:
    # The library no longer signs requests with SHA-1, so the identifier is changed: 1.2.840.10045.4.1.
    sha256, sha1 = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06072a8648ce3d0401")
    weak = GOOD_DER.replace(b"\x30\x0a" + sha256, b"\x30\x09" + sha1)
    short = bytes([GOOD_DER[1], len(weak) - 3]) if GOOD_DER[1] == 0x81 else bytes([len(weak) - 2])
    weak = weak[:1] + short + weak[1 + len(short) :]
    assert fault_of(armoured(weak)) is RequestFault.WEAK_DIGEST


def test_a_request_signed_by_another_key_is_refused() -> None:
    other = request(ec.generate_private_key(ec.SECP256R1())).public_bytes(serialization.Encoding.DER)
    stolen = GOOD_DER.replace(_key_info(GOOD_DER), _key_info(other))
    assert fault_of(armoured(stolen)) is RequestFault.BAD_SIGNATURE


def test_a_changed_subject_breaks_the_signature() -> None:
    assert fault_of(armoured(GOOD_DER.replace(b"anything", b"anybody!"))) is RequestFault.BAD_SIGNATURE


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_more_than_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read_request(text)


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_in_a_block_are_more_than_refused(content: bytes) -> None:
    with pytest.raises(BadRequest):
        read_request(armoured(content))


@settings(deadline=None)
@given(st.integers(0, len(GOOD_DER) - 1), st.integers(1, 255))
def test_a_changed_byte_never_gives_another_key(position: int, change: int) -> None:
    """The last byte before the signature counts its unused bits: the library overlooks a change there."""
    changed = bytearray(GOOD_DER)
    changed[position] ^= change
    try:
        key = read_request(armoured(bytes(changed)))
    except BadRequest:
        return
    assert key == CLIENT_KEY.public_key()
    assert x509.load_der_x509_csr(bytes(changed)).tbs_certrequest_bytes == GOOD_TBS


def _key_info(der: bytes) -> bytes:
    return (
        x509.load_der_x509_csr(der)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
