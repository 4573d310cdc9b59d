"""nginx in front of both doors: TLS, sizes, slow visitors, what may be kept, how it is watched."""

import contextlib
import json
import re
import socket
import ssl
import time
import urllib.parse
from pathlib import Path

import pytest

from tests.e2e.caller import Caller, cert_door, entry_door, told_by
from tests.e2e.people import Person
from tests.e2e.service import Service


def s_client(service: Service, url: str, *options: str) -> str:
    host = urllib.parse.urlsplit(url).netloc
    return told_by("openssl", "s_client", "-connect", host, "-CAfile", service.server_ca, *options)


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
    told = told_by(
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
        told = told_by("curl", "--silent", "--head", url.replace("https:", "http:"))
        assert "301" in told.splitlines()[0]
        assert f"Location: {url}" in told


@pytest.mark.parametrize("protocol", ["--http1.1", "--http2"])
def test_ten_megabytes_are_refused_in_japanese(
    service: Service, master: Person, tmp_path: Path, protocol: str
) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"password=" + b"a" * 10_000_000)
    send = ("curl", "--silent", protocol, "--cacert", service.server_ca, "--data-binary", f"@{large}")
    status = ("--write-out", "\n%{http_code}")
    for url in (f"{service.entry_url}certificate/", f"{service.cert_url}login"):
        page = told_by(*send, *status, "--cert", str(master.pem), url)
        assert page.endswith("\n413"), url
        assert "<h1>送信された内容が大きすぎます</h1>" in page, url
    body, _, code = told_by(*send, *status, f"{service.entry_url}api/certificates").rpartition("\n")
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
    page = entry_door(service).get("/")
    assert page.headers["Cache-Control"] == "no-store"
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(linked) >= 5
    for path in linked:
        kept = entry_door(service).get(path)
        assert kept.status == 200, path
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable", path
        assert kept.headers["X-Content-Type-Options"] == "nosniff"


def test_health_and_readiness_answer(service: Service) -> None:
    assert json.loads(entry_door(service).get("/healthz").text) == {"status": "ok"}
    assert json.loads(entry_door(service).get("/readyz").text) == {"database": True, "broker": True}


def test_a_foreign_host_name_is_refused(service: Service) -> None:
    for door in (entry_door(service), cert_door(service)):
        assert door.get("/", {"Host": "evil.example"}).status == 400
