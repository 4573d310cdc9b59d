"""The certificate authority as a directory: made once and whole, opened with the passphrase.

    root.pem        the root's certificate
    root.key        its private key; needed for nothing that the service does, keep it elsewhere
    issuing.pem     the issuing CA: certificate and private key
    ocsp.pem        the OCSP responder: certificate and private key
    authority.json  where relying parties find CRL, OCSP and CA certificate

Every private key is encrypted (PKCS#8, PBES2 with AES-256). Key and certificate share one file, so
that a renewal replaces both or neither.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.pki import hierarchy
from certs.pki.signer import KeySigner, Signer

T = TypeVar("T")

# The library stretches a passphrase with 2,048 rounds of PBKDF2 only: its length must do the work.
PASSPHRASE_MIN = 32


class AuthorityError(Exception):
    """The authority cannot be made or opened; the text is one sentence for the operator."""


class AuthorityExists(AuthorityError):
    """There is something in the directory already; nothing was changed."""


class AuthorityMissing(AuthorityError):
    """The directory, or a file that must be in it, is not there or cannot be read."""


class AuthorityDamaged(AuthorityError):
    """A file is not what it was, or files do not belong together."""


class WrongPassphrase(AuthorityError):
    """The private keys do not open."""


class _Undecryptable(Exception):
    """The key file is encrypted and this passphrase does not open it."""


@dataclass(frozen=True)
class Authority:
    """An opened authority. Only `issuing` and `ocsp` can sign; the root's key stays closed."""

    root: x509.Certificate
    issuing: Signer
    ocsp: Signer
    pki_url: str

    @property
    def chain_pem(self) -> str:
        """Issuing CA, then root: what a client sends or imports with its certificate."""
        return "".join(
            c.public_bytes(serialization.Encoding.PEM).decode() for c in (self.issuing.certificate, self.root)
        )

    @property
    def issuing_der(self) -> bytes:
        """The one certificate that caIssuers points to (RFC 5280 4.2.2.1 wants DER there)."""
        return self.issuing.certificate.public_bytes(serialization.Encoding.DER)


def create_authority(
    directory: Path, passphrase: str, *, organization: str, pki_url: str, at: datetime
) -> None:
    """Make root, issuing CA and OCSP responder in `directory`, which must not exist or be empty.

    Everything is written beside it and renamed into place: after a crash the directory is not there,
    and of two makers at once one wins. Raises AuthorityExists for the other, AuthorityError when the
    passphrase is short or the disk refuses, ValueError when the organization is no X.520 name.
    """
    if len(passphrase) < PASSPHRASE_MIN:
        raise AuthorityError(
            f"認証局のパスフレーズが{PASSPHRASE_MIN}文字より短いため、認証局を作りませんでした。"
        )
    files = _files(passphrase, organization, pki_url, at)
    directory = directory.absolute()
    made = directory.with_name(f".{directory.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        made.mkdir(mode=0o700)
        for filename, content in files.items():
            _write(made / filename, content)
        _flush(made)
        _into_place(made, directory)
        _flush(directory.parent)
    except OSError as error:
        raise AuthorityError(f"認証局を {directory} に書けませんでした（{error.strerror}）。") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def open_authority(directory: Path, passphrase: str) -> Authority:
    """Open the authority in `directory`. Raises AuthorityMissing, AuthorityDamaged, WrongPassphrase."""
    root = _read(directory, "root.pem", x509.load_pem_x509_certificate)
    issuing = _read(directory, "issuing.pem", lambda pem: _signer(pem, passphrase))
    ocsp = _read(directory, "ocsp.pem", lambda pem: _signer(pem, passphrase))
    for certificate, issuer, filename in (
        (root, root, "root.pem"),
        (issuing.certificate, root, "issuing.pem"),
        (ocsp.certificate, issuing.certificate, "ocsp.pem"),
    ):
        if not _issued_by(certificate, issuer):
            raise _damaged(directory / filename)
    return Authority(root, issuing, ocsp, _read(directory, "authority.json", _pki_url))


def renew_responder(directory: Path, passphrase: str, *, at: datetime) -> bool:
    """Give the OCSP responder a new key and certificate when at most 30 days are left; tell if it did.

    Two renewals at once leave one whole responder, the later one's. Whoever holds an opened authority
    must open it again to sign with the new one. Raises as open_authority, AuthorityError on a full disk.
    """
    authority = open_authority(directory, passphrase)
    if authority.ocsp.certificate.not_valid_after_utc - at > hierarchy.RESPONDER_RENEWAL:
        return False
    key = _new_key()
    certificate = hierarchy.responder_certificate(authority.issuing, key.public_key(), at=at)
    made = directory / f".ocsp.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        _write(made, _pem(certificate) + _encrypted(key, passphrase))
        made.replace(directory / "ocsp.pem")
        _flush(directory)
    except OSError as error:
        raise AuthorityError(
            f"OCSP応答者の証明書を更新できず、今のものを残しました（{error.strerror}）。"
        ) from error
    finally:
        made.unlink(missing_ok=True)
    return True


def _files(passphrase: str, organization: str, pki_url: str, at: datetime) -> dict[str, bytes]:
    root_key, issuing_key, ocsp_key = _new_key(), _new_key(), _new_key()
    root = hierarchy.root_certificate(root_key, organization=organization, at=at)
    issuing = hierarchy.issuing_certificate(KeySigner(root_key, root), issuing_key.public_key(), at=at)
    ocsp = hierarchy.responder_certificate(KeySigner(issuing_key, issuing), ocsp_key.public_key(), at=at)
    return {
        "root.pem": _pem(root),
        "root.key": _encrypted(root_key, passphrase),
        "issuing.pem": _pem(issuing) + _encrypted(issuing_key, passphrase),
        "ocsp.pem": _pem(ocsp) + _encrypted(ocsp_key, passphrase),
        "authority.json": json.dumps({"pki_url": pki_url}).encode(),
    }


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _encrypted(key: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _into_place(made: Path, directory: Path) -> None:
    """rename(2) replaces an empty directory and refuses one with anything in it."""
    try:
        made.rename(directory)
    except OSError as error:
        if directory.exists():
            raise AuthorityExists(f"{directory} には既に何かあるため、認証局を作りませんでした。") from error
        raise


def _read(directory: Path, filename: str, parse: Callable[[bytes], T]) -> T:
    path = directory / filename
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise AuthorityMissing(f"認証局のファイル {path} が読めません（{error.strerror}）。") from error
    except _Undecryptable as error:
        raise WrongPassphrase(
            f"認証局の鍵 {path} が開けません。"
            "パスフレーズ（EREC_CA_PASSPHRASE）が違うか、ファイルが壊れています。"
        ) from error
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
        raise _damaged(path) from error


def _signer(pem: bytes, passphrase: str) -> Signer:
    certificate = x509.load_pem_x509_certificate(pem)
    # Encrypted with AES-CBC, which has no seal: a wrong passphrase and a changed byte look the same.
    try:
        key = serialization.load_pem_private_key(pem, passphrase.encode())
    except ValueError as error:
        if b"-----BEGIN ENCRYPTED PRIVATE KEY-----" not in pem:
            raise
        raise _Undecryptable from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return KeySigner(key, certificate)


def _pki_url(content: bytes) -> str:
    return str(json.loads(content)["pki_url"])


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _damaged(path: Path) -> AuthorityDamaged:
    return AuthorityDamaged(
        f"認証局のファイル {path} が壊れているか、ほかのファイルと組になっていません。"
        "控えから戻してください。"
    )
