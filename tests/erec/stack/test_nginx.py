"""The two doors: a real nginx in front of an application that tells what reached it."""

import dataclasses
import http.client
import json
import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from erec import configuration
from erec.stack import addresses, checks, nginx, programs, server_tls
from erec.stack.processes import Child
from tests.erec.stack.supervised import eventually, free_ports, remove

FETCHES_PER_MINUTE = 5


class _Teller(BaseHTTPRequestHandler):
    """Answers every request with the headers that it came with."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = json.dumps(
            {"method": self.command, "path": self.path, "headers": self.headers.items()}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_GET

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class _Application(socketserver.ThreadingUnixStreamServer):
    # As many may wait as wait at gunicorn; at socketserver's own five a busy machine makes nginx answer 503.
    request_queue_size = 2048


class Doors:
    """nginx on a state directory, and how to knock."""

    def __init__(self, var: Path) -> None:
        self.var = var
        ports = free_ports()
        self.config = configuration.load(
            {
                "EREC_VAR": str(var),
                "EREC_PORT": str(ports[0]),
                "EREC_CERT_PORT": str(ports[1]),
                "EREC_FETCH_REQUESTS_PER_MINUTE": str(FETCHES_PER_MINUTE),
            }
        )
        self.ports = {"entry": ports[0], "cert": ports[1]}
        checks.state_folder(var)
        addresses.private_folder(addresses.socket_folder(var), os.getuid(), os.getgid())
        self.server_ca = server_tls.prepare(self.config)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.authority = _certificate("Client CA", self.key, "Client CA", self.key, ca=True)
        (var / "tls" / "client_ca.pem").write_bytes(_pem(self.authority))
        static = var / "static" / "erec"
        (static / "errors").mkdir(parents=True)
        for number in (413, 429, 503):
            (static / "errors" / f"{number}.html").write_text(f"<p>{number}のページ</p>")
        (static / "page.css").write_text("a{}")
        (static / "page.0123456789ab.css").write_text("a{}")
        self.application = self._serve()
        self.nginx = Child(nginx.write(self.config), var)
        eventually(lambda: self._listens())

    def ask(
        self, door: str, path: str = "/", method: str = "GET", body: bytes | None = None, **options: Any
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text. `client` is a certificate file to show; `headers` go as they are."""
        context = ssl.create_default_context(cafile=str(self.server_ca))
        if "client" in options:
            context.load_cert_chain(options["client"])
        connection = http.client.HTTPSConnection("localhost", self.ports[door], timeout=10, context=context)
        try:
            connection.request(method, path, body=body, headers=options.get("headers", {}))
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        finally:
            connection.close()

    def reached(self, door: str, path: str = "/", **options: Any) -> dict[str, str]:
        """The headers with which the request reached the application."""
        status, _, text = self.ask(door, path, **options)
        assert status == 200
        return {name.lower(): value for name, value in json.loads(text)["headers"]}

    def client(self, name: str, *, issuer: str = "Client CA", key: Any = None) -> Path:
        mine = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, mine, issuer, key or self.key, ca=False)
        path = self.var / f"{name}.pem"
        path.write_bytes(
            _pem(certificate)
            + mine.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return path

    def close(self) -> None:
        self.nginx.stop()
        self.application.shutdown()
        self.application.server_close()

    def _serve(self) -> socketserver.ThreadingUnixStreamServer:
        path = str(addresses.web_socket(self.var))
        server = _Application(path, _Teller)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ports["cert"]), timeout=1).close()
        except ConnectionRefusedError:
            return False
        return True


def _certificate(name: str, key: Any, issuer: str, issuer_key: Any, *, ca: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    var = Path(tempfile.mkdtemp(prefix="erec-doors-"))
    opened = Doors(var)
    yield opened
    opened.close()
    remove(var)


FORGED = {
    "X-Erec-Door": "staff",
    "X-Erec-Client-Verify": "SUCCESS",
    "X-Erec-Client-Cert": "forged",
    "X_Erec_Door": "staff",
    "X_Erec_Client_Cert": "forged",
    "x-erec_client-verify": "SUCCESS",
    "Client-Cert": ":forged:",
    "Client-Cert-Chain": ":forged:",
    "Client_Cert": "forged",
    "X-Real-Ip": "203.0.113.9",
    "X-Request-Id": "forged",
    "Forwarded": "for=203.0.113.9",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Ssl": "off",
    "X-Forwarded-Protocol": "http",
    "X-Forwarded-Prefix": "/evil",
    "X_Forwarded_For": "203.0.113.9",
    "Proxy": "evil.example:80",
}


@pytest.mark.parametrize("door", ["entry", "cert"])
def test_what_a_client_says_of_itself_does_not_get_through(doors: Doors, door: str) -> None:
    reached = doors.reached(door, headers=FORGED)
    assert reached.pop("x-request-id").isalnum()
    assert reached == {
        "host": f"localhost:{doors.ports[door]}",
        "x-real-ip": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-erec-door": door,
        "x-erec-client-verify": "NONE",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_a_certificate_of_ours_is_handed_over_whole(doors: Doors) -> None:
    client = doors.client("d-taro0001")
    reached = doors.reached("cert", client=client)
    assert reached["x-erec-client-verify"] == "SUCCESS"
    shown = reached["x-erec-client-cert"].replace("%20", " ").replace("%0A", "\n")
    shown = shown.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    assert client.read_text().startswith(shown)


def test_a_foreign_certificate_reaches_the_application_with_its_reason(doors: Doors) -> None:
    foreign = doors.client("stranger", issuer="Foreign CA", key=ec.generate_private_key(ec.SECP256R1()))
    for path, method in (("/login", "GET"), ("/login", "POST"), ("/api/certificates", "GET")):
        status, _, text = doors.ask("cert", path, method, client=foreign)
        told = json.loads(text)
        headers = {name.lower(): value for name, value in told["headers"]}
        assert (status, told["method"], told["path"]) == (200, method, path)
        assert headers["x-erec-client-verify"] == "FAILED:unable to verify the first certificate"
        assert headers["x-erec-client-cert"].startswith("-----BEGIN%20CERTIFICATE-----")


def test_the_entry_door_asks_nobody_and_hands_no_certificate_over(doors: Doors) -> None:
    reached = doors.reached("entry", client=doors.client("d-hanako01"))
    assert reached["x-erec-client-verify"] == "NONE"
    assert "x-erec-client-cert" not in reached


@pytest.mark.parametrize("door", ["entry", "cert"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_connection_is_never_resumed(doors: Doors, door: str, version: ssl.TLSVersion) -> None:
    context = ssl.create_default_context(cafile=str(doors.server_ca))
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(doors.client("d-again001"))
    session, reused = None, []
    for _ in range(2):
        with (
            socket.create_connection(("localhost", doors.ports[door])) as plain,
            context.wrap_socket(plain, server_hostname="localhost", session=session) as secure,
        ):
            secure.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            assert secure.recv(8) == b"HTTP/1.1"  # a ticket of TLS 1.3 comes before the answer
            session = secure.session
            reused.append(secure.session_reused)
    assert reused == [False, False]


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_old_tls_is_refused(doors: Doors, version: str) -> None:
    flag = {"TLSv1": "-tls1", "TLSv1_1": "-tls1_1"}[version]
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl がありません（Debianのパッケージ openssl）")
    command = [openssl, "s_client", "-connect", f"localhost:{doors.ports['cert']}", flag]
    done = subprocess.run(
        [*command, "-cipher", "DEFAULT@SECLEVEL=0"], input="", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "alert protocol version" in done.stderr


def test_a_large_body_is_refused_on_a_page_of_ours(doors: Doors) -> None:
    body = b"x" * 1_048_577
    status, headers, text = doors.ask("entry", "/login", "POST", body)
    assert (status, headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert text == "<p>413のページ</p>"
    status, headers, text = doors.ask("entry", "/api/certificates", "POST", body)
    assert (status, headers["content-type"]) == (413, "application/json")
    assert json.loads(text) == {
        "error": "too_large",
        "message": "送られたデータが大きすぎます。何も登録していません。1MB以内で送り直してください。",
    }
    assert doors.ask("entry", "/login", "POST", body[:-1])[0] == 200


def test_many_tries_at_a_certificate_are_slowed_and_looking_is_not(doors: Doors) -> None:
    statuses = [doors.ask("entry", "/certificate/fetch", "POST")[0] for _ in range(FETCHES_PER_MINUTE + 3)]
    assert statuses == sorted(statuses)
    assert FETCHES_PER_MINUTE - 1 <= statuses.count(200) <= FETCHES_PER_MINUTE + 1  # other tests post too
    status, _, text = doors.ask("cert", "/api/certificates", "POST")
    assert (status, json.loads(text)["error"]) == (429, "too_many_requests")
    status, _, text = doors.ask("entry", "/certificate/fetch", "POST")
    assert (status, text) == (429, "<p>429のページ</p>")
    foreign = doors.client("guesser", issuer="Foreign CA", key=ec.generate_private_key(ec.SECP256R1()))
    assert doors.ask("cert", "/certificate/fetch", "POST", client=foreign)[0] == 429
    assert doors.ask("entry", "/certificate/fetch")[0] == 200
    assert doors.ask("entry", "/login", "POST")[0] == 200


def test_static_files_are_kept_when_their_name_has_the_hash(doors: Doors) -> None:
    status, headers, text = doors.ask("entry", "/static/erec/page.0123456789ab.css")
    assert (status, headers["content-type"], text) == (200, "text/css; charset=utf-8", "a{}")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    status, headers, _ = doors.ask("cert", "/static/erec/page.css")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert headers["x-content-type-options"] == "nosniff"
    for path in ("/static/../tls/server.key", "/static/%2e%2e/tls/server.key", "/static/erec"):
        assert doors.ask("entry", path)[0] in (200, 301)
        assert "PRIVATE KEY" not in doors.ask("entry", path)[2]


def test_the_server_tells_no_version_and_plain_http_is_sent_to_https(doors: Doors) -> None:
    assert doors.ask("entry")[1]["server"] == "nginx"
    connection = http.client.HTTPConnection("localhost", doors.ports["entry"], timeout=10)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (
        301,
        f"https://localhost:{doors.ports['entry']}/",
    )
    connection.close()


def test_both_doors_speak_http2(doors: Doors) -> None:
    context = ssl.create_default_context(cafile=str(doors.server_ca))
    context.set_alpn_protocols(["h2", "http/1.1"])
    for port in doors.ports.values():
        with (
            socket.create_connection(("localhost", port)) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            assert secure.selected_alpn_protocol() == "h2"


def test_an_application_that_is_away_has_a_page_too(doors: Doors) -> None:
    path = addresses.web_socket(doors.var)
    away = path.with_name("away")
    path.rename(away)
    try:
        status, _, text = doors.ask("entry", "/login")
        assert (status, text) == (503, "<p>503のページ</p>")
        status, _, text = doors.ask("entry", "/api/x")
        assert (status, json.loads(text)["error"]) == (503, "unavailable")
    finally:
        away.rename(path)


def test_the_log_names_the_door_and_no_query(doors: Doors) -> None:
    doors.ask("cert", "/welcome?code=SECRET")
    eventually(lambda: '"GET /welcome" 200' in (doors.var / "log" / "access.log").read_text())
    log = (doors.var / "log" / "access.log").read_text()
    assert " cert 127.0.0.1 " in log
    assert "SECRET" not in log


def test_the_doors_are_open_to_this_machine_alone_while_they_are_called_localhost() -> None:
    assert set(nginx.listen_addresses(configuration.load({}))) <= {"127.0.0.1:", "[::1]:"}
    named = configuration.load({"EREC_ENTRY_URL": "https://bank.example/"})
    assert "" in nginx.listen_addresses(named)


def test_the_images_configuration_passes_nginx_too(doors: Doors, tmp_path: Path) -> None:
    tls = tmp_path / "tls"
    shutil.copytree(doors.var / "tls", tls)
    for name in ("entry", "cert"):
        shutil.copy(tls / "server.pem", tls / f"{name}.pem")
        shutil.copy(tls / "server.key", tls / f"{name}.key")
    place = dataclasses.replace(
        nginx.image(),
        tls=str(tls),
        client_authority=str(tls / "client_ca.pem"),
        temp=str(tmp_path),
        pid=str(tmp_path / "pid"),
        access_log="/dev/null",
    )
    conf = tmp_path / "nginx.conf"
    conf.write_text(nginx.render(doors.config, place))
    done = subprocess.run(
        [str(programs.nginx()), "-t", "-q", "-p", str(tmp_path), "-c", str(conf), "-e", "stderr"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
