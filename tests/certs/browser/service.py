"""A stand-in for the service: one page that follows the contract of certificate.js, and the API behind it.

The page is served with a Content-Security-Policy as strict as the real one's, from localhost, which is
a secure context, so Web Crypto is there without TLS.
"""

import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-zK3'; connect-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
GENERIC = "サーバーから応答がありませんでした。もう一度お試しください。"
STARTS = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
# 0:30 in Japan, still the day before in UTC.
ENDS = datetime(2027, 11, 20, 15, 30, tzinfo=UTC)

FIRST_FIELDS = """
<label for="login_id">ログインID（お客様ID）</label><input id="login_id" name="login_id" required>
<div class="field"><label for="password">ログインパスワード</label>
<p id="password-hint">申込書に記載のもの</p><div class="affixed">
<input id="password" name="password" type="password" aria-describedby="password-hint" required></div></div>
<label for="code">取得コード</label><input id="code" name="code" required>
"""
RENEWAL_FIELDS = '<input type="hidden" name="csrfmiddlewaretoken" value="t0ken">'

PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>電子証明書取得</title>
<link rel="icon" href="/icon"><script src="/certificate.js" defer nonce="zK3"></script></head>
<body data-old-profile-src="/certificate-old.js"><main>
<h1>電子証明書取得</h1>
<div data-no-script><p>コマンドで取得する方法</p></div>
<section data-certificate-step="request"><h2>取得</h2>
<div data-certificate-errors hidden></div>
<form data-certificate-form data-certificate-api="/api/certificates" data-error-generic="{generic}"
 {attributes} method="post">{fields}<button data-needs-script hidden>取得</button></form>
</section>
<section data-certificate-step="save" hidden><h2>保存</h2>
<p>有効期限 <span data-certificate-expiry></span></p>
<form data-certificate-save><div data-certificate-save-errors hidden></div>
<label for="passphrase">パスフレーズ</label>
<input id="passphrase" name="passphrase" type="password" autocomplete="new-password">
<label for="passphrase_again">パスフレーズ（確認）</label>
<input id="passphrase_again" name="passphrase_again" type="password" autocomplete="new-password">
<input id="old_profile" name="old_profile" type="checkbox">
<label for="old_profile">古い形式で保存する（2018年より前のOS）</label>
<button>ダウンロード</button></form>
</section>
<section data-certificate-step="done" hidden><h2>取り込み</h2><p>ファイルを開いてください。</p></section>
<p data-certificate-busy hidden></p>
</main></body></html>"""


class Authority:
    """A root and an issuing CA that sign whatever request comes."""

    def __init__(self) -> None:
        self.root_key, self.issuing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self._sign("Root", self.root_key.public_key(), "Root", self.root_key, ca=True)
        self.issuing = self._sign("Issuing", self.issuing_key.public_key(), "Root", self.root_key, ca=True)

    def _sign(self, subject: str, key: Any, issuer: str, signer: Any, *, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(STARTS)
            .not_valid_after(ENDS)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(signer, hashes.SHA256())
        )

    def answer(self, request: x509.CertificateSigningRequest, key: Any = None) -> "Answer":
        name = str(request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value).lower()
        issued = self._sign(name, key or request.public_key(), "Issuing", self.issuing_key, ca=False)
        chain = self.issuing.public_bytes(Encoding.PEM) + self.root.public_bytes(Encoding.PEM)
        body = {"certificate": issued.public_bytes(Encoding.PEM).decode(), "chain": chain.decode()}
        return Answer(201, json.dumps(body))


class Answer(NamedTuple):
    """What the API says; status 0 closes the connection without a word."""

    status: int
    body: str = ""


class Call(NamedTuple):
    """One request that reached the API."""

    csrf_token: str | None
    sent: dict[str, str]

    @property
    def csr(self) -> x509.CertificateSigningRequest:
        return x509.load_pem_x509_csr(self.sent["csr"].encode())


class Service:
    """Serves the page at /fetch and /renew, the bundles, and the API, which answers from `answers` first."""

    def __init__(self, bundles: Path) -> None:
        self.authority = Authority()
        self.bundles = bundles
        self.calls: list[Call] = []
        self.paths: list[str] = []
        self.answers: deque[Answer | Callable[[Call], Answer]] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://localhost:{self._server.server_port}"

    def reset(self) -> None:
        self.calls.clear()
        self.paths.clear()
        self.answers.clear()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, call: Call) -> Answer:
        self.calls.append(call)
        planned = self.answers.popleft() if self.answers else None
        if planned is None:
            return self.authority.answer(call.csr)
        return planned if isinstance(planned, Answer) else planned(call)

    def document(self, path: str) -> tuple[str, bytes] | None:
        """Content type and body at a path."""
        if path in ("/fetch", "/renew"):
            first = path == "/fetch"
            page = PAGE.format(
                generic=GENERIC,
                attributes="" if first else 'data-login-id="d-keiri01"',
                fields=FIRST_FIELDS if first else RENEWAL_FIELDS,
            )
            return "text/html; charset=utf-8", page.encode()
        script = self.bundles / path.removeprefix("/")
        return ("text/javascript", script.read_bytes()) if script.suffix == ".js" else None

    def _handler(service) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                service.paths.append(path)
                found = service.document(path)
                self.reply(200 if found else 404, *(found or ("text/plain", b"")))

            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = service.answer(Call(self.headers["X-CSRFToken"], sent))
                if status:
                    kind = "application/json" if body.startswith("{") else "text/html"
                    self.reply(status, kind, body.encode())

            def reply(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", POLICY)
                self.send_header("X-Content-Type-Options", "nosniff")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
