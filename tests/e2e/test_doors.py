"""The two doors as an attacker meets them: forged headers, foreign sessions, certificates with each fault."""

import base64
import datetime as dt
import ssl
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from certs.pki.authority import Authority, create_authority, open_authority
from certs.pki.profile import client_certificate
from certs.policy import REFUSALS, Refusal
from tests.certs.pki.cast import Template
from tests.e2e.caller import Answer, cert_door, entry_door
from tests.e2e.people import Person, pem_of, settled
from tests.e2e.service import Service

SECOND = dt.timedelta(seconds=1)
KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def authority(service: Service) -> Authority:
    """The service's own, to sign what it never would."""
    return open_authority(service.var / "pki", (service.var / "secrets" / "ca").read_text().strip())


@pytest.fixture(scope="module")
def victim(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Somebody whose certificate, but not whose key, is known to the attacker."""
    return settled(service, tmp_path_factory.mktemp("victim"))


def public_part(person: Person) -> x509.Certificate:
    return x509.load_pem_x509_certificate(person.pem.read_bytes())


def forgeries(certificate: x509.Certificate) -> Iterator[dict[str, str]]:
    """Every name under which a certificate or a door could be passed on, as sent by a client."""
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    der = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    escaped = urllib.parse.quote(pem, safe="")
    shown = {"X-Erec-Client-Cert": escaped, "X-Erec-Client-Verify": "SUCCESS", "X-Erec-Door": "cert"}
    yield shown
    yield {name.replace("-", "_"): value for name, value in shown.items()}
    yield {name.lower(): value for name, value in shown.items()}
    yield {"Client-Cert": f":{der}:", "Client-Cert-Chain": f":{der}:"}
    yield {"Client_Cert": f":{der}:", "SSL-Client-Cert": escaped, "X-SSL-Client-Cert": escaped}
    yield {"X-Forwarded-Client-Cert": f'Cert="{escaped}"', "X-Client-Cert": escaped}


def test_forged_headers_open_neither_door(service: Service, victim: Person) -> None:
    for headers in forgeries(public_part(victim)):
        refused = cert_door(service).get("/login", headers)
        assert (refused.status, refused.heading) == (403, REFUSALS[Refusal.NONE].title), headers
        assert victim.login_id not in refused.text
        assert entry_door(service).get("/", headers).heading == "電子記録債権サービス"
        assert entry_door(service).get("/login", headers).status == 404
        posted = cert_door(service).submit("/login", {"password": victim.password}, headers)
        assert posted.status == 403
        assert "erec-cert-session" not in str(posted.headers)


def test_forged_headers_do_not_change_whose_certificate_it_is(
    service: Service, victim: Person, master: Person
) -> None:
    for headers in forgeries(public_part(victim)):
        shown = master.at_the_door(service).get("/login", headers)
        assert shown.status == 200
        assert (master.login_id in shown.text, victim.login_id in shown.text) == (True, False)


def test_a_door_cannot_be_named_by_the_client(service: Service, master: Person) -> None:
    for name in ("X-Erec-Door", "X_Erec_Door", "x-erec-door"):
        assert master.at_the_door(service).get("/certificate/", {name: "entry"}).status == 404
        assert entry_door(service).get("/services", {name: "cert"}).status == 404


def test_a_session_does_not_work_with_another_certificate(
    service: Service, victim: Person, master: Person
) -> None:
    thief = master.at_the_door(service)
    thief.cookies = dict(victim.logged_in(service).cookies)
    answer = thief.get("/services")
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/login?ended=certificate")


def _expired(authority: Authority, folder: Path) -> x509.Certificate:
    starts = authority.issuing.certificate.not_valid_before_utc
    return client_certificate(
        authority, KEY.public_key(), login_id="d-expired01", not_before=starts, not_after=starts + SECOND
    )


def _not_yet(authority: Authority, folder: Path) -> x509.Certificate:
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    return client_certificate(
        authority,
        KEY.public_key(),
        login_id="d-notyet001",
        not_before=tomorrow,
        not_after=tomorrow + dt.timedelta(days=1),
    )


def _foreign(authority: Authority, folder: Path) -> x509.Certificate:
    create_authority(
        folder / "foreign",
        "a passphrase of thirty-two letters",
        organization="別の信用金庫",
        pki_url="https://foreign.example/pki/",
        at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1),
    )
    return _unknown(open_authority(folder / "foreign", "a passphrase of thirty-two letters"), folder)


def _unknown(authority: Authority, folder: Path) -> x509.Certificate:
    starts = authority.issuing.certificate.not_valid_before_utc
    return client_certificate(
        authority,
        KEY.public_key(),
        login_id="d-nobody001",
        not_before=starts,
        not_after=starts + dt.timedelta(days=90),
    )


def _wrong_purpose(authority: Authority, folder: Path) -> x509.Certificate:
    template = Template(authority, dt.datetime.now(dt.UTC))
    template.key = KEY.public_key()
    template.put(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return template.signed(authority.issuing.sign_certificate)


def _self_signed(authority: Authority, folder: Path) -> x509.Certificate:
    template = Template(authority, dt.datetime.now(dt.UTC))
    template.key = KEY.public_key()
    return template.signed(lambda builder: builder.sign(KEY, hashes.SHA256()))


FAULTS: dict[Refusal, Callable[[Authority, Path], x509.Certificate]] = {
    Refusal.EXPIRED: _expired,
    Refusal.NOT_YET: _not_yet,
    Refusal.FOREIGN: _foreign,
    Refusal.WRONG_PURPOSE: _wrong_purpose,
    Refusal.UNKNOWN: _unknown,
}


def is_refused_as(answer: Answer, refusal: Refusal) -> bool:
    return (
        answer.status == 403
        and answer.heading == REFUSALS[refusal].title
        and f'data-refusal="{refusal}"' in answer.text
        and "nginx" not in answer.text.lower()
    )


@pytest.mark.parametrize("refusal", FAULTS)
def test_a_faulty_certificate_gets_its_own_page(
    service: Service, authority: Authority, tmp_path: Path, refusal: Refusal
) -> None:
    pem = tmp_path / "shown.pem"
    pem.write_bytes(pem_of(KEY, FAULTS[refusal](authority, tmp_path)))
    for path in ("/", "/login", "/services", "/densai"):
        assert is_refused_as(cert_door(service, pem).get(path), refusal), path
    posted = cert_door(service, pem).submit("/login", {"password": "sesame2026"})
    assert (posted.status, posted.heading) == (403, "画面が古くなっています")  # it never saw a form
    assert "erec-cert-session" not in str(posted.headers)


def test_a_certificate_signed_by_its_own_key_is_foreign(
    service: Service, authority: Authority, tmp_path: Path
) -> None:
    pem = tmp_path / "shown.pem"
    pem.write_bytes(pem_of(KEY, _self_signed(authority, tmp_path)))
    assert is_refused_as(cert_door(service, pem).get("/login"), Refusal.FOREIGN)


def test_no_certificate_and_a_revoked_one_get_their_pages(service: Service, tmp_path: Path) -> None:
    assert is_refused_as(cert_door(service).get("/login"), Refusal.NONE)
    person = settled(service, tmp_path)
    session = person.logged_in(service)
    assert session.get("/services").status == 200
    service.manage(
        *("institution", "--operator=窓口", "revoke", person.serial, "--reason", "keyCompromise"),
    )
    assert is_refused_as(session.get("/services"), Refusal.REVOKED)
    assert is_refused_as(person.at_the_door(service).get("/login"), Refusal.REVOKED)


def _with_public_part_of(stranger: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    """SEC 1's ECPrivateKey: the stranger's number beside the certificate's point, which OpenSSL believes."""
    number = stranger.private_numbers().private_value.to_bytes(32, "big")
    point = certificate.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    curve = bytes.fromhex("a00a06082a8648ce3d030107")
    body = b"\x02\x01\x01\x04\x20" + number + curve + b"\xa1\x44\x03\x42\x00" + point
    text = base64.encodebytes(b"\x30" + bytes([len(body)]) + body).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}-----END EC PRIVATE KEY-----\n".encode()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_stolen_certificate_without_its_key_does_not_get_through_the_handshake(
    service: Service, victim: Person, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    stolen = tmp_path / "stolen.pem"
    certificate = public_part(victim)
    stolen.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM) + _with_public_part_of(KEY, certificate)
    )
    caller = cert_door(service, stolen)
    caller.tls.minimum_version = caller.tls.maximum_version = version
    with pytest.raises(ssl.SSLError, match=r"(?i)decrypt.error|EOF"):
        caller.get("/login")
