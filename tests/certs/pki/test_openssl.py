"""openssl, which many relying parties use, takes what we make, and refuses what we say is revoked."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509

from certs.pki.authority import Authority
from certs.pki.crl import RevokedEntry, revocation_list
from certs.pki.csr import read_request
from certs.pki.ocsp import CertStatus, answer
from tests.certs.pki.cast import PASSPHRASE, issued, pem

DAY = timedelta(days=1)

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")


class Paths:
    """Certificates in files, as openssl wants them."""

    def __init__(self, directory: Path, authority: Authority, now: datetime) -> None:
        self.directory = directory
        self.good = issued(authority, now)
        self.revoked = issued(authority, now)
        for stem, certificate in (
            ("root", authority.root),
            ("issuing", authority.issuing.certificate),
            ("ocsp", authority.ocsp.certificate),
            ("good", self.good),
            ("revoked", self.revoked),
        ):
            (directory / f"{stem}.pem").write_text(pem(certificate))
        (directory / "crl.der").write_bytes(
            revocation_list(
                authority,
                [RevokedEntry(self.revoked.serial_number, now - DAY, x509.ReasonFlags.key_compromise)],
                number=1,
                this_update=now,
                next_update=now + DAY,
            )
        )

    def openssl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["openssl", *arguments],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory, authority: Authority, now: datetime) -> Paths:
    return Paths(tmp_path_factory.mktemp("openssl"), authority, now)


@pytest.fixture(scope="module")
def responder(authority: Authority, now: datetime, paths: Paths) -> Iterator[str]:
    """Our answers over HTTP on the loopback; the good certificate is good, the revoked one revoked."""
    known = {
        paths.good.serial_number: CertStatus(),
        paths.revoked.serial_number: CertStatus(now - DAY, x509.ReasonFlags.key_compromise),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            content = answer(authority, request, known.get, at=now, validity=DAY)
            self.send_response(200)
            self.send_header("Content-Type", "application/ocsp-response")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


CHAIN = ("-CAfile", "root.pem", "-untrusted", "issuing.pem")


def test_the_chain_verifies_strictly_for_a_tls_client(paths: Paths) -> None:
    done = paths.openssl("verify", "-x509_strict", "-purpose", "sslclient", *CHAIN, "good.pem")
    assert (done.returncode, done.stdout) == (0, "good.pem: OK\n")


def test_it_does_not_verify_for_a_tls_server(paths: Paths) -> None:
    done = paths.openssl("verify", "-purpose", "sslserver", *CHAIN, "good.pem")
    assert done.returncode == 2
    assert "purpose" in done.stderr


def test_the_responder_verifies_for_ocsp(paths: Paths) -> None:
    done = paths.openssl("verify", "-x509_strict", "-purpose", "ocsphelper", *CHAIN, "ocsp.pem")
    assert (done.returncode, done.stdout) == (0, "ocsp.pem: OK\n")


def test_the_list_is_signed_by_the_issuing_ca(paths: Paths) -> None:
    done = paths.openssl(
        "crl", "-inform", "DER", "-in", "crl.der", "-CAfile", "issuing.pem", "-noout", "-text"
    )
    assert done.returncode == 0
    assert "verify OK" in done.stderr
    assert f"{paths.revoked.serial_number:X}" in done.stdout
    assert "Key Compromise" in done.stdout


def test_the_list_lets_the_good_in_and_keeps_the_revoked_out(paths: Paths) -> None:
    paths.openssl("crl", "-inform", "DER", "-in", "crl.der", "-out", "crl.pem")
    check = ("verify", "-crl_check", "-CRLfile", "crl.pem", *CHAIN)
    assert paths.openssl(*check, "good.pem").stdout == "good.pem: OK\n"
    refused = paths.openssl(*check, "revoked.pem")
    assert refused.returncode == 2
    assert "certificate revoked" in refused.stderr


@pytest.mark.parametrize("digest", ["-sha1", "-sha256"])
@pytest.mark.parametrize(("stem", "status"), [("good", "good"), ("revoked", "revoked")])
def test_openssl_asks_over_http_and_believes_the_answer(
    paths: Paths, responder: str, digest: str, stem: str, status: str
) -> None:
    ask = ("ocsp", "-url", responder, "-CAfile", "root.pem", "-issuer", "issuing.pem")
    done = paths.openssl(*ask, "-verify_other", "issuing.pem", digest, "-cert", f"{stem}.pem")
    assert done.returncode == 0
    assert "Response verify OK" in done.stderr
    assert "WARNING" not in done.stderr  # it warns when the nonce does not come back
    assert f"{stem}.pem: {status}" in done.stdout


def test_a_certificate_of_another_issuer_is_not_answered(paths: Paths, responder: str) -> None:
    done = paths.openssl(
        "ocsp", "-url", responder, "-CAfile", "root.pem", "-issuer", "root.pem", "-cert", "issuing.pem"
    )
    assert "unauthorized" in done.stdout + done.stderr


def test_a_request_that_openssl_made_is_read(paths: Paths) -> None:
    made = paths.openssl(
        *(
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "key.pem",
        ),
        *("-subj", "/CN=d-tanaka01", "-out", "request.pem"),
    )
    assert made.returncode == 0
    key = read_request((paths.directory / "request.pem").read_text())
    assert key.curve.name == "secp256r1"


def test_the_roots_key_opens_with_openssl_and_the_passphrase(paths: Paths, authority_directory: Path) -> None:
    show = ("pkey", "-in", str(authority_directory / "root.key"), "-noout", "-text", "-passin")
    assert "prime256v1" in paths.openssl(*show, f"pass:{PASSPHRASE}").stdout
    assert paths.openssl(*show, "pass:wrong").returncode == 1
