"""CRL and OCSP as others use them: fetched over HTTP, read and believed by openssl."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.e2e.caller import entry_door, told_by
from tests.e2e.people import Person, settled
from tests.e2e.service import Service


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
    file.write_bytes(entry_door(service).get("/pki/ca.pem").body)
    return file


def test_openssl_reads_the_crl_and_refuses_what_stands_in_it(
    service: Service, master: Person, revoked: Person, chain: Path, tmp_path: Path
) -> None:
    answer = entry_door(service).get("/pki/crl.der")
    assert answer.headers["Content-Type"] == "application/pkix-crl"
    der, pem = tmp_path / "crl.der", tmp_path / "crl.pem"
    der.write_bytes(answer.body)
    told = told_by(
        "openssl", "crl", "-inform", "DER", "-in", str(der), "-CAfile", str(chain), "-out", str(pem)
    )
    assert "verify OK" in told
    listed = told_by("openssl", "crl", "-in", str(pem), "-noout", "-text")
    assert f"Serial Number: {_even(revoked.serial).upper()}" in listed
    assert "Superseded" in listed
    # The leaf's CRL alone is published here, so the check is of the leaf.
    verify = ("openssl", "verify", "-crl_check", "-CRLfile", str(pem), "-CAfile", str(chain))
    assert told_by(*verify, str(master.pem)) == f"{master.pem}: OK\n"
    assert "certificate revoked" in told_by(*verify, str(revoked.pem))


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
        told = told_by(
            *("openssl", "ocsp", "-issuer", str(issuer), "-cert", str(person.pem)),
            *("-url", f"{service.entry_url}pki/ocsp", "-CAfile", str(chain)),
        )
        assert "Response verify OK" in told
        assert f"{person.pem}: {status}" in told
