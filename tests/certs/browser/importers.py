"""What real importers say of a .p12: OpenSSL's command and NSS's (Firefox, Chromium on Linux)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

DATABASE_PASSWORD = "database-of-the-test"


def run(name: str, package: str, *arguments: str) -> str:
    """Output of one of the machine's programs; the test is skipped where it is missing."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} がありません（Debianのパッケージ {package}）")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


class Opened:
    """A .p12 as `openssl pkcs12` gives it out."""

    def __init__(self, file: Path, passphrase: str, *options: str) -> None:
        arguments = ("pkcs12", "-in", str(file), "-passin", f"pass:{passphrase}", "-nodes", "-info", *options)
        self.text = run("openssl", "openssl", *arguments)
        key = load_pem_private_key(self.text.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        self.certificates = x509.load_pem_x509_certificates(self.text.encode())
        self.friendly_names = re.findall(r"friendlyName: (.+)", self.text)
        self.key_ids = re.findall(r"localKeyID: (.+?)\s*\n", self.text)

    @property
    def subjects(self) -> list[str]:
        return [certificate.subject.rfc4514_string() for certificate in self.certificates]


def import_into_nss(file: Path, passphrase: str, folder: Path) -> list[str]:
    """Imports into a fresh NSS database; the lines of its list of private keys."""
    database = f"sql:{folder}"
    secret = folder / "password.txt"
    secret.write_text(DATABASE_PASSWORD)
    package = "libnss3-tools"
    run("certutil", package, "-N", "-d", database, "-f", str(secret))
    run("pk12util", package, "-i", str(file), "-d", database, "-k", str(secret), "-W", passphrase)
    listed = run("certutil", package, "-K", "-d", database, "-f", str(secret))
    return [line for line in listed.splitlines() if line.startswith("<")]
