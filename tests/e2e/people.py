"""People with a certificate, got through the doors as everybody gets one."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.e2e.caller import Caller, cert_door, entry_door
from tests.e2e.service import Newcomer, Service

OWN_PASSWORD = "tanoshii2026"


@dataclass(frozen=True)
class Person:
    """Somebody who has fetched. `pem` holds certificate and key."""

    login_id: str
    password: str
    pem: Path
    serial: str

    def at_the_door(self, service: Service) -> Caller:
        return cert_door(service, self.pem)

    def logged_in(self, service: Service) -> Caller:
        caller = self.at_the_door(service)
        assert caller.submit("/login", {"password": self.password}).status == 302
        return caller


def pem_of(key: ec.EllipticCurvePrivateKey, *certificates: x509.Certificate) -> bytes:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join([*(c.public_bytes(serialization.Encoding.PEM) for c in certificates), secret])


def fetch(service: Service, who: Newcomer, folder: Path) -> Person:
    """Through the API, with the initial password; the forced change is still to come."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who.login_id)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    sent = {
        "login_id": who.login_id,
        "password": who.password,
        "code": who.code,
        "csr": request.public_bytes(serialization.Encoding.PEM).decode(),
    }
    answer = entry_door(service).ask(
        "POST", "/api/certificates", json.dumps(sent).encode(), {"Content-Type": "application/json"}
    )
    assert answer.status == 201, answer.text
    certificate = x509.load_pem_x509_certificate(json.loads(answer.text)["certificate"].encode())
    pem = folder / f"{who.login_id}.pem"
    pem.write_bytes(pem_of(key, certificate))
    return Person(who.login_id, who.password, pem, f"{certificate.serial_number:x}")


def settled(service: Service, folder: Path) -> Person:
    """Somebody past the forced change of the password."""
    newcomer = fetch(service, service.newcomer(), folder)
    caller = newcomer.logged_in(service)
    fields = {"current": newcomer.password, "new": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert caller.submit("/password/first", fields).headers["Location"] == "/services"
    return Person(newcomer.login_id, OWN_PASSWORD, newcomer.pem, newcomer.serial)


def pem_of_p12(file: Path, passphrase: str) -> Path:
    """What `openssl pkcs12` takes out of a downloaded file, for programs that want PEM."""
    pem = file.with_suffix(".pem")
    options = ["-in", str(file), "-passin", f"pass:{passphrase}", "-nodes", "-out", str(pem)]
    subprocess.run(["openssl", "pkcs12", *options], check=True, capture_output=True)
    return pem
