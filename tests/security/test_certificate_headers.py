"""Who says which certificate was shown: one adapter is configured, and none is believed from elsewhere."""

import base64
import urllib.parse
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from erec.doors import CERT
from tests import cast


def rfc9440(pem: str) -> str:
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
    return f":{base64.b64encode(der).decode()}:"


class ByHand(cast.DoorClient):
    """A client that shows nothing by itself and says nothing of a check, as a proxy of another make."""

    def __init__(self, **headers: str) -> None:
        super().__init__(CERT)
        del self.defaults["HTTP_X_EREC_CLIENT_VERIFY"]
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        self.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in names.items()}


def refusal_of(response: Any) -> str:
    return str(response.content.decode().partition('data-refusal="')[2].partition('"')[0])


def test_rfc_9440_s_header_opens_where_it_is_configured(
    person: cast.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CERT_HEADER", "rfc9440")
    client = ByHand(client_cert=rfc9440(person.certificate.pem))
    response = client.get("/login")
    assert (response.status_code, person.user.login_id in response.content.decode()) == (200, True)
    assert client.post("/login", {"password": person.password}).status_code == 302
    assert client.get("/services").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "MIIB",
        ":MIIB:",
        ":",
        "::",
        ": :",
        ":####:",
        "-----BEGIN CERTIFICATE-----",
        ":" + "A" * 20000 + ":",
        ":MIIB:, :MIIB:",
        "証明書",
    ],
)
def test_a_malformed_rfc_9440_header_is_refused(
    text: str, untouched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CERT_HEADER", "rfc9440")
    response = ByHand(client_cert=text).get("/login")
    assert (response.status_code, refusal_of(response)) == (403, "malformed")


@pytest.mark.parametrize(
    "text", ["%", "%00", "%FF%FE", "-----BEGIN%20CERTIFICATE-----", "x" * 40000, "%E8%A8%BC", "証明書"]
)
def test_a_malformed_nginx_header_is_refused(text: str, untouched: None) -> None:
    response = ByHand(x_erec_client_cert=text, x_erec_client_verify="SUCCESS").get("/login")
    assert (response.status_code, refusal_of(response)) == (403, "malformed")


@pytest.mark.parametrize("configured", ["nginx", "rfc9440", "none"])
def test_a_header_of_an_adapter_that_is_not_configured_is_not_read(
    configured: str, person: cast.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CERT_HEADER", configured)
    escaped = urllib.parse.quote(person.certificate.pem, safe="")
    for_nginx = ByHand(x_erec_client_cert=escaped, x_erec_client_verify="SUCCESS")
    for_rfc9440 = ByHand(client_cert=rfc9440(person.certificate.pem))
    answers = (for_nginx.get("/login").status_code, for_rfc9440.get("/login").status_code)
    assert answers == {"nginx": (200, 403), "rfc9440": (403, 200), "none": (403, 403)}[configured]
    for client in (for_nginx, for_rfc9440):
        response = client.get("/login")
        if response.status_code == 403:
            assert refusal_of(response) == "none"


def test_without_the_edge_s_verdict_nginx_s_header_is_not_believed(person: cast.Person) -> None:
    """A missing word means no."""
    escaped = urllib.parse.quote(person.certificate.pem, safe="")
    response = ByHand(x_erec_client_cert=escaped).get("/login")
    assert (response.status_code, refusal_of(response)) == (403, "malformed")
