"""A server certificate for this machine, from an authority of its own.

Not the authority that signs clients: trusting this one lets a browser open localhost, and nothing else.
Its name constraints (RFC 5280 §4.2.1.10) hold it to that, whoever gets hold of its key.
"""

import ipaddress
import os
import urllib.parse
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # the longest that browsers take
RENEWAL_DAYS = 30
_LOCAL = ("localhost", "127.0.0.1", "::1")


def prepare(config: Mapping[str, Any]) -> Path:
    """Make or renew what is missing or near its end. Returns the authority's certificate, for clients."""
    folder: Path = config["EREC_VAR"] / "tls"
    folder.mkdir(mode=0o700, exist_ok=True)
    hosts = {urllib.parse.urlsplit(config[key]).hostname or "" for key in ("EREC_ENTRY_URL", "EREC_CERT_URL")}
    names = [*_LOCAL, *sorted(hosts - set(_LOCAL))]
    authority, server = folder / "server_ca.pem", folder / "server.pem"
    now = datetime.now(UTC)
    if not (_lasts(authority, now, names) and authority.with_suffix(".key").exists()):
        _make_authority(authority, names, now)
        server.unlink(missing_ok=True)
    if not (_lasts(server, now, names) and server.with_suffix(".key").exists()):
        _make_server(server, authority, names, now)
    return authority


def _lasts(path: Path, now: datetime, names: Iterable[str]) -> bool:
    """It is for these names and has more than the renewal window left."""
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    far_enough = certificate.not_valid_after_utc - now > timedelta(days=RENEWAL_DAYS)
    extensions = certificate.extensions
    try:
        constraints = extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except x509.ExtensionNotFound:
        alternatives = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return far_enough and list(alternatives) == [_alternative(n) for n in names]
    return far_enough and constraints == [_constraint(n) for n in names]


def _make_authority(path: Path, names: Iterable[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"erec server CA {now:%Y-%m-%d %H:%M}")])
    certificate = (
        _base(subject, key, subject, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([_constraint(n) for n in names], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(path, certificate, key)


def _make_server(path: Path, authority_path: Path, names: Iterable[str], now: datetime) -> None:
    authority = x509.load_pem_x509_certificate(authority_path.read_bytes())
    signer = serialization.load_pem_private_key(authority_path.with_suffix(".key").read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("The authority's key is one that this module made.")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        _base(subject, key, authority.subject, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    _write(path, certificate, key)


def _base(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a client's clock may be slow
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _constraint(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """The key first: a certificate without its key would look finished."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    for target, content in (
        (path.with_suffix(".key"), pem),
        (path, certificate.public_bytes(serialization.Encoding.PEM)),
    ):
        target.unlink(missing_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
