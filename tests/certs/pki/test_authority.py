"""The authority's directory: whole or not there, closed without the passphrase."""

import stat
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.pki import authority as module
from certs.pki.authority import (
    AuthorityDamaged,
    AuthorityError,
    AuthorityExists,
    AuthorityMissing,
    WrongPassphrase,
    create_authority,
    open_authority,
    renew_responder,
)
from tests.certs.pki.cast import ORGANIZATION, PASSPHRASE, PKI_URL

# Makes an authority and dies before its n-th step: a file to write, or the rename at the end.
CRASHING = """
import datetime, os, pathlib, sys
from certs.pki import authority
left = [int(sys.argv[2])]
def dying(step):
    def run(*arguments):
        if left[0] == 0:
            os._exit(9)
        left[0] -= 1
        step(*arguments)
    return run
authority._write = dying(authority._write)
authority._into_place = dying(authority._into_place)
authority.create_authority(
    pathlib.Path(sys.argv[1]), "x" * 32, organization="a", pki_url="b", at=datetime.datetime.now(datetime.UTC)
)
"""

FILES = ["authority.json", "issuing.pem", "ocsp.pem", "root.key", "root.pem"]


def make(directory: Path, at: datetime) -> None:
    create_authority(directory, PASSPHRASE, organization=ORGANIZATION, pki_url=PKI_URL, at=at)


@pytest.fixture
def directory(tmp_path: Path, now: datetime) -> Path:
    make(tmp_path / "pki", now)
    return tmp_path / "pki"


def test_a_new_authority_opens_with_its_passphrase(directory: Path) -> None:
    authority = open_authority(directory, PASSPHRASE)
    assert authority.pki_url == PKI_URL
    authority.issuing.certificate.verify_directly_issued_by(authority.root)
    authority.ocsp.certificate.verify_directly_issued_by(authority.issuing.certificate)


def test_directory_and_files_are_for_their_owner_alone(directory: Path) -> None:
    assert sorted(path.name for path in directory.iterdir()) == FILES
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}


@pytest.mark.parametrize("filename", ["root.key", "issuing.pem", "ocsp.pem"])
def test_every_private_key_is_encrypted(directory: Path, filename: str) -> None:
    content = (directory / filename).read_bytes()
    assert content.count(b"PRIVATE KEY-----") == 2
    assert content.count(b"-----BEGIN ENCRYPTED PRIVATE KEY-----") == 1
    with pytest.raises(TypeError, match="encrypted"):
        serialization.load_pem_private_key(content, None)


def test_the_service_works_without_the_roots_key(directory: Path) -> None:
    before = open_authority(directory, PASSPHRASE)
    (directory / "root.key").unlink()
    after = open_authority(directory, PASSPHRASE)
    assert after.root == before.root
    assert after.issuing.certificate == before.issuing.certificate
    assert after.ocsp.certificate == before.ocsp.certificate


def test_a_second_authority_in_the_same_place_is_refused_and_the_first_stays(
    directory: Path, now: datetime
) -> None:
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    with pytest.raises(AuthorityExists):
        make(directory, now)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before
    assert [path.name for path in directory.parent.iterdir()] == ["pki"]


def test_of_eight_makers_at_once_exactly_one_wins(tmp_path: Path, now: datetime) -> None:
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def attempt() -> None:
        start.wait()
        try:
            make(tmp_path / "pki", now)
            outcomes.append("made")
        except AuthorityExists:
            outcomes.append("exists")

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["exists"] * 7 + ["made"]
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]
    open_authority(tmp_path / "pki", PASSPHRASE)


@pytest.mark.parametrize("steps", range(len(FILES) + 1))
def test_a_crash_half_way_leaves_nothing_that_counts(tmp_path: Path, now: datetime, steps: int) -> None:
    crashed = subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path / "pki"), str(steps)], check=False)
    assert crashed.returncode == 9
    with pytest.raises(AuthorityMissing):
        open_authority(tmp_path / "pki", PASSPHRASE)
    make(tmp_path / "pki", now)
    open_authority(tmp_path / "pki", PASSPHRASE)


def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(AuthorityError, match="書けませんでした（No space left on device）"):
        make(tmp_path / "pki", now)
    assert list(tmp_path.iterdir()) == []


def test_a_short_passphrase_makes_no_authority(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(AuthorityError, match="32文字より短い"):
        create_authority(tmp_path / "pki", "x" * 31, organization="a", pki_url=PKI_URL, at=now)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_passphrase_is_told_in_one_sentence(directory: Path) -> None:
    with pytest.raises(WrongPassphrase, match="開けません。パスフレーズ（EREC_CA_PASSPHRASE）が違う"):
        open_authority(directory, PASSPHRASE + "x")


@pytest.mark.parametrize("filename", ["root.pem", "issuing.pem", "ocsp.pem", "authority.json"])
def test_a_missing_file_is_named(directory: Path, filename: str) -> None:
    (directory / filename).unlink()
    with pytest.raises(AuthorityMissing, match=filename):
        open_authority(directory, PASSPHRASE)


@pytest.mark.parametrize("filename", ["root.pem", "issuing.pem", "ocsp.pem", "authority.json"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"-----BEGIN CERTIFICATE-----\n"])
def test_a_damaged_file_is_named(directory: Path, filename: str, content: bytes) -> None:
    (directory / filename).write_bytes(content)
    with pytest.raises(AuthorityDamaged, match=filename):
        open_authority(directory, PASSPHRASE)


def test_a_key_of_another_kind_or_without_encryption_is_damage(directory: Path) -> None:
    certificate = (directory / "issuing.pem").read_bytes().split(b"-----BEGIN ENCRYPTED")[0]
    key = ec.generate_private_key(ec.SECP256R1())
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "issuing.pem").write_bytes(certificate + plain)
    with pytest.raises(AuthorityDamaged, match=r"issuing\.pem"):
        open_authority(directory, PASSPHRASE)


def test_files_of_two_authorities_do_not_go_together(directory: Path, tmp_path: Path, now: datetime) -> None:
    make(tmp_path / "other", now)
    (directory / "root.pem").write_bytes((tmp_path / "other" / "root.pem").read_bytes())
    with pytest.raises(AuthorityDamaged, match=r"issuing\.pem"):
        open_authority(directory, PASSPHRASE)


def test_the_responder_is_renewed_in_its_last_thirty_days_and_not_before(
    directory: Path, now: datetime
) -> None:
    before = open_authority(directory, PASSPHRASE).ocsp.certificate
    early = before.not_valid_after_utc - timedelta(days=30, seconds=1)
    assert renew_responder(directory, PASSPHRASE, at=early) is False
    assert open_authority(directory, PASSPHRASE).ocsp.certificate == before

    due = before.not_valid_after_utc - timedelta(days=30)
    assert renew_responder(directory, PASSPHRASE, at=due) is True
    after = open_authority(directory, PASSPHRASE).ocsp.certificate
    assert after.not_valid_after_utc == due + timedelta(days=90)
    assert after.public_key() != before.public_key()
    assert sorted(path.name for path in directory.iterdir()) == FILES
    assert stat.S_IMODE((directory / "ocsp.pem").stat().st_mode) == 0o600


def test_a_renewal_on_a_full_disk_keeps_the_old_responder(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_authority(directory, PASSPHRASE).ocsp.certificate

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(AuthorityError, match="今のものを残しました"):
        renew_responder(directory, PASSPHRASE, at=before.not_valid_after_utc)
    assert open_authority(directory, PASSPHRASE).ocsp.certificate == before


def test_a_renewal_is_for_whoever_has_the_passphrase(directory: Path, now: datetime) -> None:
    with pytest.raises(WrongPassphrase):
        renew_responder(directory, "another passphrase of thirty-two", at=now)


def test_the_chain_is_issuing_ca_then_root(directory: Path) -> None:
    authority = open_authority(directory, PASSPHRASE)
    assert x509.load_pem_x509_certificates(authority.chain_pem.encode()) == [
        authority.issuing.certificate,
        authority.root,
    ]
    assert x509.load_der_x509_certificate(authority.issuing_der) == authority.issuing.certificate
