"""The login takes our client certificates and refuses every other with its one reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certs.pki import fields
from certs.pki.authority import Authority, create_authority, open_authority
from certs.pki.login import login_id_of, login_policy
from certs.pki.signer import KeySigner
from certs.pki.verifier import (
    LENGTH_MAX,
    Reason,
    Refused,
    TrustPolicy,
    read_certificate,
    verify_client_certificate,
)
from tests.certs.pki.cast import (
    LOGIN_ID,
    ORGANIZATION,
    PASSPHRASE,
    PKI_URL,
    YEAR,
    Template,
    der,
    issued,
    pem,
    signing_with,
    user_name,
)

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def policy(authority: Authority) -> TrustPolicy:
    return login_policy(authority.root, authority.issuing.certificate)


def refusal(
    leaf: x509.Certificate,
    policy: TrustPolicy,
    at: datetime,
    intermediates: tuple[x509.Certificate, ...] = (),
) -> Refused:
    with pytest.raises(Refused) as refused:
        verify_client_certificate(leaf, intermediates, policy, at)
    return refused.value


def another_authority(directory: Path, organization: str, at: datetime) -> Authority:
    create_authority(directory, PASSPHRASE, organization=organization, pki_url=PKI_URL, at=at)
    return open_authority(directory, PASSPHRASE)


def test_our_certificate_is_accepted_and_names_its_owner(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    leaf = issued(authority, now)
    verify_client_certificate(leaf, [], policy, now)
    assert login_id_of(leaf) == LOGIN_ID


@pytest.mark.parametrize("form", [der, lambda leaf: pem(leaf).encode()], ids=["DER", "PEM"])
def test_what_was_read_from_either_form_is_accepted(
    authority: Authority, policy: TrustPolicy, now: datetime, form: Callable[[x509.Certificate], bytes]
) -> None:
    leaf = issued(authority, now)
    read = read_certificate(form(leaf))
    verify_client_certificate(read, [], policy, now)
    assert read == leaf


def test_both_ends_of_the_validity_belong_to_it(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    leaf = issued(authority, now + YEAR)
    begin, end = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    verify_client_certificate(leaf, [], policy, begin)
    verify_client_certificate(leaf, [], policy, end + timedelta(microseconds=999_999))
    assert refusal(leaf, policy, begin - SECOND).reason is Reason.NOT_YET_VALID
    assert refusal(leaf, policy, end + SECOND).reason is Reason.EXPIRED


def test_another_authoritys_certificate_is_foreign(
    policy: TrustPolicy, now: datetime, tmp_path: Path
) -> None:
    other = another_authority(tmp_path / "other", "別の信用金庫", now)
    assert refusal(issued(other, now), policy, now).reason is Reason.FOREIGN_ISSUER


def test_an_authority_with_our_names_and_other_keys_is_foreign(
    policy: TrustPolicy, now: datetime, tmp_path: Path
) -> None:
    twin = another_authority(tmp_path / "twin", ORGANIZATION, now)
    presented = (twin.issuing.certificate, twin.root)
    assert refusal(issued(twin, now), policy, now, presented).reason is Reason.FOREIGN_ISSUER


def test_a_self_signed_certificate_is_foreign(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    template = Template(authority, now)
    template.issuer, template.key = template.subject, key.public_key()
    leaf = template.signed(signing_with(key))
    assert refusal(leaf, policy, now).reason is Reason.FOREIGN_ISSUER


def test_a_certificate_that_only_claims_our_issuer_has_a_bad_signature(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    forger = ec.generate_private_key(ec.SECP256R1())
    template = Template(authority, now)
    assert refusal(template.signed(signing_with(forger)), policy, now).reason is Reason.BAD_SIGNATURE
    del template.extensions[ExtensionOID.AUTHORITY_KEY_IDENTIFIER]
    assert refusal(template.signed(signing_with(forger)), policy, now).reason is Reason.BAD_SIGNATURE


def test_a_forged_certificate_is_forged_before_it_is_expired(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    leaf = Template(authority, now).signed(signing_with(ec.generate_private_key(ec.SECP256R1())))
    assert refusal(leaf, policy, now + 2 * YEAR).reason is Reason.BAD_SIGNATURE


def _purpose(*purposes: x509.ObjectIdentifier) -> Callable[[Template], None]:
    return lambda template: template.put(x509.ExtendedKeyUsage(purposes), critical=False)


WRONG_PURPOSES: dict[str, Callable[[Template], None]] = {
    "a server": _purpose(ExtendedKeyUsageOID.SERVER_AUTH),
    "any purpose": _purpose(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),
    "mail": _purpose(ExtendedKeyUsageOID.EMAIL_PROTECTION),
    "no purpose named": lambda t: t.extensions.__delitem__(ExtensionOID.EXTENDED_KEY_USAGE),
    "a key that does not sign": lambda t: t.put(fields.key_usage("key_agreement"), critical=True),
    "no key usage": lambda t: t.extensions.__delitem__(ExtensionOID.KEY_USAGE),
}


@pytest.mark.parametrize("spoil", WRONG_PURPOSES.values(), ids=WRONG_PURPOSES)
def test_a_certificate_of_ours_for_something_else_has_the_wrong_purpose(
    authority: Authority, policy: TrustPolicy, now: datetime, spoil: Callable[[Template], None]
) -> None:
    template = Template(authority, now)
    spoil(template)
    leaf = template.signed(authority.issuing.sign_certificate)
    assert refusal(leaf, policy, now).reason is Reason.WRONG_PURPOSE
    assert refusal(leaf, policy, now + 2 * YEAR).reason is Reason.WRONG_PURPOSE


def test_the_authoritys_own_certificates_do_not_log_in(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    for leaf in (authority.root, authority.issuing.certificate, authority.ocsp.certificate):
        assert refusal(leaf, policy, now).reason is Reason.WRONG_PURPOSE


def _longer_subject(template: Template) -> None:
    extra = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "経理")
    template.subject = x509.Name([*template.subject, extra])


def _subject(name: x509.Name) -> Callable[[Template], None]:
    return lambda template: setattr(template, "subject", name)


def _other_key(template: Template) -> None:
    template.key = ec.generate_private_key(ec.SECP384R1()).public_key()


NOT_OUR_PROFILE: dict[str, tuple[Callable[[Template], None], str]] = {
    "P-384": (_other_key, "the key is not on P-256"),
    "no login ID": (_subject(user_name("Tanaka Taro")), "the subject is not that of a user"),
    "upper case": (_subject(user_name("d-TANAKA01")), "the subject is not that of a user"),
    "no name": (
        _subject(x509.Name(list(user_name(LOGIN_ID))[:2])),
        "the subject is not that of a user",
    ),
    "two names": (
        _subject(x509.Name([*user_name("d-tanaka01"), *user_name("d-suzuki01")])),
        "the subject is not that of a user",
    ),
    "other organization": (
        _subject(fields.name("別の信用金庫", LOGIN_ID)),
        "the subject is not that of a user",
    ),
    "more in the subject": (_longer_subject, "the subject is not that of a user"),
    "one more extension": (
        lambda t: t.put(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=False),
        "the extensions are not those of the profile",
    ),
    "one extension less": (
        lambda t: t.extensions.__delitem__(ExtensionOID.CRL_DISTRIBUTION_POINTS),
        "the extensions are not those of the profile",
    ),
    "purpose critical": (
        lambda t: t.put(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=True),
        "the extensions are not those of the profile",
    ),
    "one more key usage": (
        lambda t: t.put(fields.key_usage("digital_signature", "key_agreement"), critical=True),
        "keyUsage is more than digitalSignature",
    ),
    "one more purpose": (
        _purpose(ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH),
        "extKeyUsage is more than clientAuth",
    ),
}


@pytest.mark.parametrize(("spoil", "detail"), NOT_OUR_PROFILE.values(), ids=NOT_OUR_PROFILE)
def test_a_certificate_outside_of_our_profile_is_unacceptable(
    authority: Authority,
    policy: TrustPolicy,
    now: datetime,
    spoil: Callable[[Template], None],
    detail: str,
) -> None:
    template = Template(authority, now)
    spoil(template)
    refused = refusal(template.signed(authority.issuing.sign_certificate), policy, now)
    assert (refused.reason, refused.detail) == (Reason.UNACCEPTABLE, detail)


def test_another_digest_is_unacceptable(now: datetime, authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = Template(authority, now)
    issuer.subject, issuer.issuer, issuer.key = (authority.root.subject,) * 2 + (key.public_key(),)
    issuer.extensions.clear()
    issuer.put(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    anchor = issuer.signed(signing_with(key))
    template = Template(authority, now)
    template.issuer = anchor.subject
    leaf = template.signed(signing_with(key, hashes.SHA384()))
    refused = refusal(leaf, login_policy(anchor, anchor), now)
    assert (refused.reason, refused.detail) == (Reason.UNACCEPTABLE, "not signed with ecdsa-with-SHA256")


def test_an_unknown_critical_extension_is_unacceptable(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    template = Template(authority, now)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
    template.put(unknown, critical=True)
    leaf = template.signed(authority.issuing.sign_certificate)
    assert refusal(leaf, policy, now).reason is Reason.UNACCEPTABLE


def test_the_root_may_not_issue_a_login_itself(now: datetime, authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = Template(authority, now)
    root.subject, root.issuer, root.key = (user_name("Root"),) * 2 + (key.public_key(),)
    root.extensions.clear()
    root.put(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    anchor = root.signed(signing_with(key))
    template = Template(authority, now)
    template.issuer = anchor.subject
    template.extensions[ExtensionOID.AUTHORITY_KEY_IDENTIFIER] = (
        x509.AuthorityKeyIdentifier(b"k" * 20, None, None),
        False,
    )
    leaf = template.signed(signing_with(key))
    refused = refusal(leaf, login_policy(anchor, authority.issuing.certificate), now)
    assert (refused.reason, refused.detail) == (Reason.UNACCEPTABLE, "not issued by the issuing CA")


@pytest.mark.parametrize(("pinned", "reason"), [(True, Reason.FOREIGN_ISSUER), (False, Reason.UNACCEPTABLE)])
def test_a_ca_under_our_ca_gives_nobody_a_login(
    authority: Authority, policy: TrustPolicy, now: datetime, pinned: bool, reason: Reason
) -> None:
    """Even if the issuing CA signed one by mistake: it is not looked at, and pathLen 0 would refuse it."""
    key = ec.generate_private_key(ec.SECP256R1())
    ca = Template(authority, now)
    ca.subject, ca.key = user_name("Rogue CA"), key.public_key()
    del ca.extensions[ExtensionOID.EXTENDED_KEY_USAGE]
    ca.put(fields.key_identifier(key.public_key()), critical=False)
    ca.put(fields.key_usage("key_cert_sign"), critical=True)
    ca.put(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    rogue = KeySigner(key, ca.signed(authority.issuing.sign_certificate))
    leaf = issued(replace(authority, issuing=rogue), now, validity=timedelta(days=1))
    refused = refusal(leaf, replace(policy, pinned=pinned), now, (rogue.certificate,))
    assert refused.reason is reason


def test_a_certificate_with_an_unreadable_extension_is_malformed(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    template = Template(authority, now)
    broken = x509.UnrecognizedExtension(ExtensionOID.KEY_USAGE, b"\x05\x00")
    template.extensions[ExtensionOID.KEY_USAGE] = (broken, True)
    leaf = template.signed(authority.issuing.sign_certificate)
    assert refusal(leaf, policy, now).reason is Reason.MALFORMED
    with pytest.raises(Refused, match="malformed"):
        read_certificate(der(leaf))


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"-----BEGIN CERTIFICATE-----", b"\xff" * 100, b"0" * (LENGTH_MAX + 1), "電子".encode()],
)
def test_what_is_no_certificate_is_malformed(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_certificate(content)
    assert refused.value.reason is Reason.MALFORMED


def test_a_time_without_zone_is_a_mistake_of_the_caller(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    with pytest.raises(ValueError, match="aware"):
        verify_client_certificate(issued(authority, now), [], policy, now.replace(tzinfo=None))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_more_than_malformed(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_certificate(content)
    assert refused.value.reason is Reason.MALFORMED


# A changed serial number may turn negative, which the library reads with a warning.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10_000), change=st.integers(1, 255))
def test_one_changed_byte_in_what_is_signed_is_refused(
    authority: Authority, policy: TrustPolicy, now: datetime, position: int, change: int
) -> None:
    leaf = issued(authority, now)
    begin = der(leaf).index(leaf.tbs_certificate_bytes)
    changed = bytearray(der(leaf))
    changed[begin + position % len(leaf.tbs_certificate_bytes)] ^= change
    with pytest.raises(Refused):
        verify_client_certificate(read_certificate(bytes(changed)), [], policy, now)


def test_the_signature_may_be_written_otherwise_but_signs_the_same(
    authority: Authority, policy: TrustPolicy, now: datetime
) -> None:
    """ECDSA takes (r, n - s) for (r, s): a certificate's octets are not its identity, what is signed is."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    leaf = issued(authority, now)
    r, s = decode_dss_signature(leaf.signature)
    rest = der(leaf)[: -len(leaf.signature) - 3]
    other = encode_dss_signature(r, order - s)
    content = rest[4:] + bytes([0x03, len(other) + 1, 0]) + other
    twin = read_certificate(rest[:2] + len(content).to_bytes(2, "big") + content)
    assert der(twin) != der(leaf)
    assert twin.tbs_certificate_bytes == leaf.tbs_certificate_bytes
    verify_client_certificate(twin, [], policy, now)
