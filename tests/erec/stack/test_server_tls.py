"""The server certificate of this machine."""

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification

from erec import configuration
from erec.stack import server_tls


def made(var: Path, **settings: str) -> tuple[x509.Certificate, x509.Certificate]:
    server_tls.prepare(configuration.load({"EREC_VAR": str(var), **settings}))
    return _read(var / "tls" / "server_ca.pem"), _read(var / "tls" / "server.pem")


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "bank.example"])
def test_it_is_good_for_every_name_of_the_doors(var: Path, name: str) -> None:
    authority, server = made(var, EREC_ENTRY_URL="https://bank.example/")
    store = verification.Store([authority])
    subject = x509.DNSName(name) if name[0].isalpha() else x509.IPAddress(ipaddress.ip_address(name))
    chain = verification.PolicyBuilder().store(store).build_server_verifier(subject).verify(server, [])
    assert chain == [server, authority]


def test_the_authority_can_vouch_for_nothing_else(var: Path) -> None:
    authority, _ = made(var)
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [str(name.value) for name in constraints.value.permitted_subtrees or []] == [
        "localhost",
        "127.0.0.1/32",
        "::1/128",
    ]


def test_the_keys_are_p256_and_for_us_alone(var: Path) -> None:
    made(var)
    for name in ("server_ca.key", "server.key"):
        path = var / "tls" / name
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        assert key.curve.name == "secp256r1"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_start_keeps_both(var: Path) -> None:
    assert made(var) == made(var)


def test_near_its_end_the_server_certificate_is_renewed_and_the_authority_stays(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, server = made(var)
    assert server.not_valid_after_utc - datetime.now(UTC) > timedelta(days=396)
    monkeypatch.setattr(server_tls, "RENEWAL_DAYS", 398)
    again, renewed = made(var)
    assert again == authority
    assert renewed.serial_number != server.serial_number


def test_a_new_host_name_gets_both_anew(var: Path) -> None:
    authority, server = made(var)
    for old, new in zip((authority, server), made(var, EREC_CERT_URL="https://login.example/"), strict=True):
        assert old.serial_number != new.serial_number


def test_a_lost_key_gets_a_new_certificate(var: Path) -> None:
    authority, server = made(var)
    (var / "tls" / "server.key").unlink()
    again, renewed = made(var)
    assert again == authority
    assert renewed != server
