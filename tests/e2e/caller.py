"""A client of the standard library alone: every header and every TLS setting is the test's own."""

import http.client
import re
import ssl
import subprocess
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

from tests.e2e.service import Service

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL)
        return found[1].strip() if found else ""


class Caller:
    """One visitor of one door. `certificate` is a PEM file with the key in it."""

    def __init__(self, url: str, server_ca: str, certificate: Path | None = None) -> None:
        self.url = url
        self.host = urllib.parse.urlsplit(url).netloc
        self.tls = ssl.create_default_context(cafile=server_ca)
        if certificate is not None:
            self.tls.load_cert_chain(certificate)
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own; cookies are kept, redirects are not followed."""
        cookies = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        connection = http.client.HTTPSConnection(self.host, timeout=20, context=self.tls)
        try:
            connection.request(method, path, body or None, {**cookies, **(headers or {})})
            answer = connection.getresponse()
            told = Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for line in told.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return told

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers=headers)

    def submit(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]],
        headers: Mapping[str, str] | None = None,
        *,
        page: str = "",
    ) -> Answer:
        """Open a form's page (that at `path`, or another) and send the form, as a browser does."""
        token = CSRF.search(self.get(page or path).text)
        sent = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
        form = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.url.rstrip("/"),
            **(headers or {}),
        }
        return self.ask("POST", path, urllib.parse.urlencode(sent, doseq=True).encode(), form)


def entry_door(service: Service) -> Caller:
    return Caller(service.entry_url, service.server_ca)


def cert_door(service: Service, pem: Path | None = None) -> Caller:
    return Caller(service.cert_url, service.server_ca, pem)


def told_by(*command: str, stdin: str = "") -> str:
    """Everything a program says, whatever it thinks of it."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout + done.stderr
