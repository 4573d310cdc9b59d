"""The one authority of this process: opened once, its responder certificate kept fresh."""

import contextlib
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from certs.pki import authority as pki
from certs.pki.authority import Authority


@lru_cache(maxsize=1)
def authority() -> Authority:
    """Raises AuthorityError with one clear sentence when the keys are missing or do not open."""
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
    authority.cache_clear()


def renew_responder(at: datetime) -> None:
    if pki.renew_responder(settings.CA_DIRECTORY, settings.CA_PASSPHRASE, at=at):
        authority.cache_clear()
