"""The two doors as an attacker and a machine meet them: nginx, its TLS, and what stands behind."""

import base64
import contextlib
import datetime as dt
import json
import re
import socket
import ssl
import subprocess
import time
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
from tests.e2e.caller import Answer, Caller
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


def entry(service: Service) -> Caller:
    return Caller(service.entry_url, service.server_ca)


def cert(service: Service, pem: Path | None = None) -> Caller:
    return Caller(service.cert_url, service.server_ca, pem)


def run(*command: str, stdin: str = "") -> str:
    """Everything a program says, whatever it thinks of it."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout + done.stderr


# Headers: what the doors believe comes from nginx alone.


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
        refused = cert(service).get("/login", headers)
        assert (refused.status, refused.heading) == (403, REFUSALS[Refusal.NONE].title), headers
        assert victim.login_id not in refused.text
        assert entry(service).get("/", headers).heading == "電子記録債権サービス"
        assert entry(service).get("/login", headers).status == 404
        posted = cert(service).submit("/login", {"password": victim.password}, headers)
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
        assert entry(service).get("/services", {name: "cert"}).status == 404


def test_a_session_does_not_work_with_another_certificate(
    service: Service, victim: Person, master: Person
) -> None:
    thief = master.at_the_door(service)
    thief.cookies = dict(victim.logged_in(service).cookies)
    answer = thief.get("/services")
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/login?ended=certificate")


# Certificates: each fault has its page.


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
        assert is_refused_as(cert(service, pem).get(path), refusal), path
    posted = cert(service, pem).submit("/login", {"password": "sesame2026"})
    assert (posted.status, posted.heading) == (403, "画面が古くなっています")  # it never saw a form
    assert "erec-cert-session" not in str(posted.headers)


def test_a_certificate_signed_by_its_own_key_is_foreign(
    service: Service, authority: Authority, tmp_path: Path
) -> None:
    pem = tmp_path / "shown.pem"
    pem.write_bytes(pem_of(KEY, _self_signed(authority, tmp_path)))
    assert is_refused_as(cert(service, pem).get("/login"), Refusal.FOREIGN)


def test_no_certificate_and_a_revoked_one_get_their_pages(service: Service, tmp_path: Path) -> None:
    assert is_refused_as(cert(service).get("/login"), Refusal.NONE)
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
    caller = cert(service, stolen)
    caller.tls.minimum_version = caller.tls.maximum_version = version
    with pytest.raises(ssl.SSLError, match=r"(?i)decrypt.error|EOF"):
        caller.get("/login")


# TLS.


def s_client(service: Service, url: str, *options: str) -> str:
    host = urllib.parse.urlsplit(url).netloc
    return run("openssl", "s_client", "-connect", host, "-CAfile", service.server_ca, *options)


@pytest.mark.parametrize("door", ["entry_url", "cert_url"])
def test_old_versions_of_tls_are_refused_and_new_ones_verify(service: Service, door: str) -> None:
    url = getattr(service, door)
    for old in ("-tls1", "-tls1_1"):
        assert "alert protocol version" in s_client(service, url, old, "-cipher", "ALL:@SECLEVEL=0")
    for new, name in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
        told = s_client(service, url, new, "-verify_return_error", "-verify_hostname", "localhost")
        assert f"New, {name}, Cipher is" in told
        assert "Verify return code: 0 (ok)" in told


def test_weak_ciphers_and_renegotiation_are_refused(service: Service) -> None:
    for weak in ("AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "AES256-GCM-SHA384", "NULL", "aNULL"):
        told = s_client(service, service.cert_url, "-tls1_2", "-cipher", f"{weak}:@SECLEVEL=0")
        assert "alert handshake failure" in told, weak
    told = run(
        "openssl",
        *("s_client", "-connect", urllib.parse.urlsplit(service.cert_url).netloc),
        *("-CAfile", service.server_ca, "-tls1_2"),
        stdin="R\n",
    )
    assert "no renegotiation" in told


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_of_the_cert_door_is_never_resumed(
    service: Service, master: Person, version: ssl.TLSVersion
) -> None:
    caller = master.at_the_door(service)
    caller.tls.minimum_version = caller.tls.maximum_version = version
    first, resumed = _connection(caller, None)
    assert resumed is False
    _, resumed = _connection(caller, first)
    assert resumed is False
    if version is ssl.TLSVersion.TLSv1_2:
        told = s_client(service, service.cert_url, "-tls1_2")
        assert "TLS session ticket:" not in told
        assert re.search(r"Session-ID: *$", told, re.MULTILINE)


def _connection(caller: Caller, session: ssl.SSLSession | None) -> tuple[ssl.SSLSession | None, bool | None]:
    """One request; the session that could be resumed (in TLS 1.3 it comes after the handshake)."""
    host, port = caller.host.split(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        caller.tls.wrap_socket(plain, server_hostname=host, session=session) as talk,
    ):
        talk.sendall(f"GET /login HTTP/1.1\r\nHost: {caller.host}\r\nConnection: close\r\n\r\n".encode())
        while talk.recv(65536):
            pass
        return talk.session, talk.session_reused


def test_plain_http_is_sent_to_tls(service: Service) -> None:
    for url in (service.entry_url, service.cert_url):
        told = run("curl", "--silent", "--head", url.replace("https:", "http:"))
        assert "301" in told.splitlines()[0]
        assert f"Location: {url}" in told


# Load and size.


@pytest.mark.parametrize("protocol", ["--http1.1", "--http2"])
def test_ten_megabytes_are_refused_in_japanese(
    service: Service, master: Person, tmp_path: Path, protocol: str
) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"password=" + b"a" * 10_000_000)
    send = ("curl", "--silent", protocol, "--cacert", service.server_ca, "--data-binary", f"@{large}")
    status = ("--write-out", "\n%{http_code}")
    for url in (f"{service.entry_url}certificate/", f"{service.cert_url}login"):
        page = run(*send, *status, "--cert", str(master.pem), url)
        assert page.endswith("\n413"), url
        assert "<h1>送信された内容が大きすぎます</h1>" in page, url
    body, _, code = run(*send, *status, f"{service.entry_url}api/certificates").rpartition("\n")
    assert code == "413"
    assert "大きすぎます" in json.loads(body)["message"]


def test_silent_and_slow_connections_freeze_nobody(service: Service, master: Person) -> None:
    caller = master.at_the_door(service)
    host, port = caller.host.split(":")
    with contextlib.ExitStack() as held:
        for number in range(40):
            plain = held.enter_context(socket.create_connection((host, int(port)), timeout=10))
            if number % 3 == 1:
                plain.sendall(b"\x16\x03\x01\x02\x00\x01")  # a ClientHello that never ends
            elif number % 3 == 2:
                talk = held.enter_context(caller.tls.wrap_socket(plain, server_hostname=host))
                talk.sendall(
                    f"POST /login HTTP/1.1\r\nHost: {caller.host}\r\nContent-Length: 999\r\n\r\npa".encode()
                )
        began = time.monotonic()
        for _ in range(3):
            assert caller.get("/login").status == 200
        assert time.monotonic() - began < 3


def test_static_files_may_be_kept_for_ever_and_pages_not_at_all(service: Service) -> None:
    page = entry(service).get("/")
    assert page.headers["Cache-Control"] == "no-store"
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(linked) >= 5
    for path in linked:
        kept = entry(service).get(path)
        assert kept.status == 200, path
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable", path
        assert kept.headers["X-Content-Type-Options"] == "nosniff"


def test_health_and_readiness_answer(service: Service) -> None:
    assert json.loads(entry(service).get("/healthz").text) == {"status": "ok"}
    assert json.loads(entry(service).get("/readyz").text) == {"database": True, "broker": True}


def test_a_foreign_host_name_is_refused(service: Service) -> None:
    for door in (entry(service), cert(service)):
        assert door.get("/", {"Host": "evil.example"}).status == 400


# CRL and OCSP, read by openssl.


@pytest.fixture(scope="module")
def revoked(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Person:
    person = settled(service, tmp_path_factory.mktemp("revoked"))
    service.manage(
        *("institution", "--operator=窓口", "revoke", person.serial, "--reason", "superseded"),
    )
    return person


@pytest.fixture(scope="module")
def chain(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority as a relying party gets it: issuing CA, then root."""
    file = tmp_path_factory.mktemp("chain") / "ca.pem"
    file.write_bytes(entry(service).get("/pki/ca.pem").body)
    return file


def test_openssl_reads_the_crl_and_refuses_what_stands_in_it(
    service: Service, master: Person, revoked: Person, chain: Path, tmp_path: Path
) -> None:
    answer = entry(service).get("/pki/crl.der")
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    der, pem = tmp_path / "crl.der", tmp_path / "crl.pem"
    der.write_bytes(answer.body)
    told = run("openssl", "crl", "-inform", "DER", "-in", str(der), "-CAfile", str(chain), "-out", str(pem))
    assert "verify OK" in told
    listed = run("openssl", "crl", "-in", str(pem), "-noout", "-text")
    assert f"Serial Number: {_even(revoked.serial).upper()}" in listed
    assert "Superseded" in listed
    # The leaf's CRL alone is published here, so the check is of the leaf.
    verify = ("openssl", "verify", "-crl_check", "-CRLfile", str(pem), "-CAfile", str(chain))
    assert run(*verify, str(master.pem)) == f"{master.pem}: OK\n"
    assert "certificate revoked" in run(*verify, str(revoked.pem))


def _even(serial: str) -> str:
    return serial if len(serial) % 2 == 0 else f"0{serial}"


def test_openssl_asks_ocsp_and_believes_the_answers(
    service: Service, master: Person, revoked: Person, chain: Path, tmp_path: Path
) -> None:
    issuer = tmp_path / "issuing.pem"
    issuer.write_bytes(
        x509.load_pem_x509_certificates(chain.read_bytes())[0].public_bytes(serialization.Encoding.PEM)
    )
    for person, status in ((master, "good"), (revoked, "revoked")):
        told = run(
            *("openssl", "ocsp", "-issuer", str(issuer), "-cert", str(person.pem)),
            *("-url", f"{service.entry_url}pki/ocsp", "-CAfile", str(chain)),
        )
        assert "Response verify OK" in told
        assert f"{person.pem}: {status}" in told
