"""The one authority of this process: opened once, and again when its responder's certificate is new."""

import contextlib
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from certs.pki import authority as pki
from certs.pki.authority import Authority


def authority() -> Authority:
    """Raises AuthorityError with one clear sentence when the keys are missing or do not open."""
    return _opened(_renewed_at())


def _renewed_at() -> int:
    """Which process renewed the responder is no matter: all of them see the file change."""
    try:
        written: int = (settings.CA_DIRECTORY / "ocsp.pem").stat().st_mtime_ns
    except FileNotFoundError:
        return 0  # opening says what is missing
    return written


@lru_cache(maxsize=1)
def _opened(renewed_at: int) -> Authority:
    return pki.open_authority(settings.CA_DIRECTORY, settings.CA_PASSPHRASE)


def prepare(at: datetime) -> None:
    """Make the authority if there is none yet (also when another process is first)."""
    with contextlib.suppress(pki.AuthorityExists):
        pki.create_authority(
            settings.CA_DIRECTORY,
            settings.CA_PASSPHRASE,
            organization=settings.INSTITUTION,
            pki_url=settings.ENTRY_URL + "pki/",
            at=at,
        )


def renew_responder(at: datetime) -> None:
    pki.renew_responder(settings.CA_DIRECTORY, settings.CA_PASSPHRASE, at=at)
