"""The login verifier over NIST PKITS: nothing that must fail is accepted, and enough is accepted to tell."""

import contextlib
import functools
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from certs.pki.verifier import Reason, Refused, TrustPolicy, read_certificate, verify_client_certificate
from tests.certs.pki import pkits

TESTS = pkits.tests()
AT = datetime(2020, 1, 1, tzinfo=UTC)  # PKITS is valid from 2010 to 2030

MUST_PASS = [number for number, (_, must_pass) in TESTS.items() if must_pass]
NOT_ACCEPTED = set().union(*pkits.NOT_ACCEPTED.values())
MUST_FAIL = [number for number in TESTS if number not in MUST_PASS and number not in pkits.EXCLUDED]

# A list counts when all that is critical in it is among these.
KNOWN_IN_LISTS = {
    ExtensionOID.CRL_NUMBER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    ExtensionOID.DELTA_CRL_INDICATOR,
}

# PKITS 4.4.14 has a negative serial number; the library warns that it will refuse it one day.
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number")


@functools.cache
def certificates() -> dict[str, x509.Certificate]:
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted((pkits.DATA / "certs").glob("*.crt")):
            with contextlib.suppress(Refused):
                found[path.stem] = read_certificate(path.read_bytes())
    return found


@functools.cache
def authorities() -> tuple[x509.Certificate, ...]:
    return tuple(c for stem, c in certificates().items() if not stem.endswith("EE"))


@functools.cache
def revocation_lists() -> tuple[x509.CertificateRevocationList, ...]:
    return tuple(x509.load_der_x509_crl(path.read_bytes()) for path in (pkits.DATA / "crls").glob("*.crl"))


def policy() -> TrustPolicy:
    """The verifier of the login with the anchor of PKITS, and without what only our own profile asks."""
    return TrustPolicy(anchors=(certificates()["TrustAnchorRootCertificate"],))


def plain(name: x509.Name) -> list[tuple[str, str]]:
    return [(a.oid.dotted_string, " ".join(str(a.value).lower().split())) for a in name]


def above(leaf: x509.Certificate) -> list[x509.Certificate]:
    """Every CA certificate that could be above the leaf; more than a client would send."""
    found: list[x509.Certificate] = []
    waiting = [leaf]
    while waiting:
        issuer = plain(waiting.pop().issuer)
        new = [c for c in authorities() if plain(c.subject) == issuer and c not in found]
        found += new
        waiting += new
    return found


def refusal_of(number: str) -> Reason | None:
    stem, _ = TESTS[number]
    leaf = certificates().get(stem)
    if leaf is None:
        return Reason.MALFORMED
    try:
        verify_client_certificate(leaf, above(leaf), policy(), AT)
    except Refused as refusal:
        return refusal.reason
    return None


def signs(issuer: x509.Certificate, revocations: x509.CertificateRevocationList) -> bool:
    try:
        if not issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign:
            return False
        return revocations.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (x509.ExtensionNotFound, TypeError, UnsupportedAlgorithm):
        return False


def critical_in(revocations: x509.CertificateRevocationList) -> Iterator[x509.ObjectIdentifier]:
    for extensions in (revocations.extensions, *(entry.extensions for entry in revocations)):
        yield from (extension.oid for extension in extensions if extension.critical)


def counts(revocations: x509.CertificateRevocationList) -> bool:
    return (
        revocations.next_update_utc is not None
        and revocations.last_update_utc <= AT <= revocations.next_update_utc
        and set(critical_in(revocations)) <= KNOWN_IN_LISTS | {CRLEntryExtensionOID.CERTIFICATE_ISSUER}
        and any(signs(c, revocations) for c in authorities() if c.subject == revocations.issuer)
    )


def known_good(certificate: x509.Certificate) -> bool:
    """The part of our database: in no list of its issuer, and there is a list that counts."""
    own = [r for r in revocation_lists() if r.issuer == certificate.issuer]
    revoked = any(r.get_revoked_certificate_by_serial_number(certificate.serial_number) for r in own)
    return not revoked and any(counts(r) for r in own)


def test_the_table_names_every_end_entity_of_pkits_once() -> None:
    files = {path.stem for path in (pkits.DATA / "certs").glob("*EE.crt")}
    assert {stem for stem, _ in TESTS.values()} == files
    assert (len(TESTS), len(MUST_PASS)) == (224, 103)


@pytest.mark.parametrize("number", MUST_FAIL)
def test_no_chain_that_must_fail_is_accepted(number: str) -> None:
    refused = refusal_of(number)
    if number not in pkits.STATUS:
        assert refused is not None
        return
    leaf = certificates()[TESTS[number][0]]
    assert refused is None
    assert not all(known_good(c) for c in [leaf, *above(leaf)])


def test_the_chains_that_must_pass_and_do_are_these_and_no_fewer(tell: Callable[[str], None]) -> None:
    accepted = {number for number in MUST_PASS if refusal_of(number) is None}
    told = [f"PKITS: {len(accepted)} of {len(MUST_PASS)} chains that must pass are accepted. Not accepted:"]
    told += [f"  {len(numbers):2} {reason}" for reason, numbers in pkits.NOT_ACCEPTED.items()]
    told += [
        f"  {len(pkits.EXCLUDED):2} chains that must fail are not run: they need the finer CRL processing"
    ]
    tell("\n".join(told))
    assert len(accepted) == 56
    assert accepted == set(MUST_PASS) - NOT_ACCEPTED


def test_the_lists_that_stand_in_for_the_database_do_not_refuse_everybody() -> None:
    good = set()
    for number in set(MUST_PASS) - NOT_ACCEPTED:
        leaf = certificates()[TESTS[number][0]]
        if all(known_good(c) for c in [leaf, *above(leaf)]):
            good.add(number)
    assert len(good) == 50


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("4.1.2", Reason.BAD_SIGNATURE),
        ("4.1.3", Reason.BAD_SIGNATURE),
        ("4.2.1", Reason.NOT_YET_VALID),
        ("4.2.2", Reason.NOT_YET_VALID),
        ("4.2.5", Reason.EXPIRED),
        ("4.2.6", Reason.EXPIRED),
        ("4.2.7", Reason.EXPIRED),
        ("4.3.1", Reason.FOREIGN_ISSUER),
        ("4.4.15", Reason.UNACCEPTABLE),
        ("4.6.1", Reason.UNACCEPTABLE),
        ("4.7.1", Reason.UNACCEPTABLE),
        ("4.16.2", Reason.UNACCEPTABLE),
    ],
)
def test_the_reason_of_a_refusal_is_the_one_that_pkits_built_in(number: str, reason: Reason) -> None:
    assert refusal_of(number) is reason
