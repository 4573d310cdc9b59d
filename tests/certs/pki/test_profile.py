"""The client certificate, field by field: certs/README.md section 4."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyasn1.codec.der import decoder
from pyasn1.type import char

from certs.pki import fields, hierarchy
from certs.pki.authority import Authority
from certs.pki.profile import client_certificate
from tests.certs.pki.cast import CLIENT_KEY, LOGIN_ID, ORGANIZATION, PKI_URL, YEAR, issued

PRINTABLE, UTF8 = 19, 12  # ASN.1 universal tags


def test_subject_is_country_organization_and_login_id(authority: Authority, now: datetime) -> None:
    subject = issued(authority, now).subject
    assert [(a.oid, a.value) for a in subject] == [
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, ORGANIZATION),
        (NameOID.COMMON_NAME, LOGIN_ID),
    ]
    assert [a._type.value for a in subject] == [PRINTABLE, UTF8, UTF8]


def test_japanese_in_a_name_is_utf8string(authority: Authority, now: datetime) -> None:
    name, _ = decoder.decode(issued(authority, now).subject.public_bytes())
    organization = name[1][0][1]
    assert isinstance(organization, char.UTF8String)
    assert str(organization) == ORGANIZATION


def test_validity_has_whole_seconds_in_utc(authority: Authority, now: datetime) -> None:
    japan = timezone(timedelta(hours=9))
    begin = now.astimezone(japan) + timedelta(microseconds=999_999)
    certificate = client_certificate(
        authority, CLIENT_KEY.public_key(), login_id=LOGIN_ID, not_before=begin, not_after=begin + YEAR
    )
    assert certificate.not_valid_before_utc == now
    assert certificate.not_valid_after_utc == now + YEAR
    assert certificate.not_valid_before_utc.tzinfo == UTC


def test_serial_numbers_are_positive_long_and_different(authority: Authority, now: datetime) -> None:
    serials = [issued(authority, now).serial_number for _ in range(200)]
    assert len(set(serials)) == 200
    assert all(0 < serial < 2**159 for serial in serials)
    assert max(serials).bit_length() > 150


def test_extensions_are_exactly_those_of_the_profile(authority: Authority, now: datetime) -> None:
    certificate = issued(authority, now)
    issuer_key = authority.issuing.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    uri = x509.UniformResourceIdentifier
    expected: list[tuple[x509.ExtensionType, bool]] = [
        (fields.key_identifier(CLIENT_KEY.public_key()), False),
        (fields.key_usage("digital_signature"), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.AuthorityKeyIdentifier(issuer_key.value.digest, None, None), False),
        (
            x509.CRLDistributionPoints(
                [x509.DistributionPoint([uri(PKI_URL + "crl.der")], None, None, None)]
            ),
            False,
        ),
        (
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri(PKI_URL + "ocsp")),
                    x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri(PKI_URL + "ca.der")),
                ]
            ),
            False,
        ),
    ]
    assert [(e.value, e.critical) for e in certificate.extensions] == expected
    assert certificate.version is x509.Version.v3


def test_the_issuer_is_the_issuing_ca_octet_by_octet(authority: Authority, now: datetime) -> None:
    certificate = issued(authority, now)
    assert certificate.issuer.public_bytes() == authority.issuing.certificate.subject.public_bytes()
    certificate.verify_directly_issued_by(authority.issuing.certificate)


def test_the_authorities_have_the_constraints_of_the_specification(authority: Authority) -> None:
    root, issuing, ocsp = authority.root, authority.issuing.certificate, authority.ocsp.certificate
    kinds = {
        "root": [(type(e.value).__name__, e.critical) for e in root.extensions],
        "issuing": [(type(e.value).__name__, e.critical) for e in issuing.extensions],
        "ocsp": [(type(e.value).__name__, e.critical) for e in ocsp.extensions],
    }
    common = [("SubjectKeyIdentifier", False)]
    ca = [*common, ("BasicConstraints", True), ("KeyUsage", True)]
    assert kinds == {
        "root": ca,
        "issuing": [*ca, ("AuthorityKeyIdentifier", False)],
        "ocsp": [
            *common,
            ("KeyUsage", True),
            ("ExtendedKeyUsage", True),
            ("OCSPNoCheck", False),
            ("AuthorityKeyIdentifier", False),
        ],
    }
    constraints = [c.extensions.get_extension_for_class(x509.BasicConstraints).value for c in (root, issuing)]
    assert [(c.ca, c.path_length) for c in constraints] == [(True, None), (True, 0)]
    for certificate in (root, issuing):
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage == fields.key_usage("key_cert_sign", "crl_sign")
    assert ocsp.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value == x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.OCSP_SIGNING]
    )


def test_the_responder_does_not_outlive_the_issuing_ca(authority: Authority) -> None:
    issuer = authority.issuing.certificate
    at = issuer.not_valid_after_utc - timedelta(days=10)
    responder = hierarchy.responder_certificate(authority.issuing, CLIENT_KEY.public_key(), at=at)
    assert responder.not_valid_after_utc == issuer.not_valid_after_utc


@pytest.mark.parametrize(
    "login_id", ["tanaka01", "d-short", "d-abcdefghijklm", "d-Tanaka1", "d-tanaka01\n", "d-田中田中田中", ""]
)
def test_only_a_login_id_gets_a_certificate(authority: Authority, now: datetime, login_id: str) -> None:
    with pytest.raises(ValueError, match="not a login ID"):
        issued(authority, now, login_id=login_id)


def test_a_key_on_another_curve_gets_no_certificate(authority: Authority, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    with pytest.raises(ValueError, match="P-256"):
        client_certificate(authority, key, login_id=LOGIN_ID, not_before=now, not_after=now + YEAR)


@pytest.mark.parametrize(
    ("begin", "length"), [(timedelta(seconds=-1), YEAR), (timedelta(), timedelta(days=3650, seconds=1))]
)
def test_the_validity_stays_inside_the_issuing_cas(
    authority: Authority, now: datetime, begin: timedelta, length: timedelta
) -> None:
    with pytest.raises(ValueError, match="beyond the issuing CA"):
        issued(authority, now + begin, validity=length)


def test_a_validity_that_ends_before_it_begins_is_refused(authority: Authority, now: datetime) -> None:
    with pytest.raises(ValueError, match="after"):
        issued(authority, now + YEAR, validity=-timedelta(days=1))


def test_a_fraction_of_a_second_is_cut_off(now: datetime) -> None:
    assert fields.whole_seconds(now + timedelta(microseconds=999_999)) == now


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        fields.whole_seconds(datetime(2026, 4, 1))  # noqa: DTZ001 - the fault that is tested
