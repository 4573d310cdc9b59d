"""One authority for all these tests, and the moment at which it was made."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from certs.pki.authority import Authority, create_authority, open_authority
from tests.certs.pki.cast import ORGANIZATION, PASSPHRASE, PKI_URL


@pytest.fixture(scope="session")
def now() -> datetime:
    """Real time, because openssl and the OCSP answers' producedAt look at the wall clock."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="session")
def authority_directory(tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Path:
    directory = tmp_path_factory.mktemp("authority") / "pki"
    create_authority(directory, PASSPHRASE, organization=ORGANIZATION, pki_url=PKI_URL, at=now)
    return directory


@pytest.fixture(scope="session")
def authority(authority_directory: Path) -> Authority:
    return open_authority(authority_directory, PASSPHRASE)
