"""Who the default connection is. Everything runs as the application's role; only migrating is the owner's."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from erec.stack import addresses


@contextmanager
def as_owner() -> Iterator[None]:
    """The default connection logs in as the owner of the tables, and as the application again afterwards."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(addresses.database(settings.CONFIG, owner=True))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
