"""What every request behind the cert door pays, and what every login pays."""

from collections.abc import Iterator
from typing import Any

import argon2
import psycopg
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from certs import access
from erec.stack import addresses
from tests import cast
from tests.bench.rows import compare


def measure() -> Iterator[dict[str, Any]]:
    now = timezone.now()
    people = [cast.master(at=now) for _ in range(20)]
    yield _status_lookup([person.certificate.fingerprint for person in people])
    yield _password()


def _status_lookup(fingerprints: list[str]) -> dict[str, Any]:
    """Certificate, owner and company of a fingerprint: our row access against SQL by hand."""
    query = (
        "SELECT c.*, u.*, k.* FROM certs_clientcertificate c JOIN accounts_user u ON u.id = c.user_id"
        " JOIN accounts_company k ON k.id = u.company_id WHERE c.fingerprint = %s ORDER BY c.id LIMIT 1"
    )
    wanted = fingerprints[len(fingerprints) // 2]
    with psycopg.connect(**addresses.connection(settings.CONFIG), autocommit=True) as connection:

        def by_hand() -> object:
            row = connection.execute(query, [wanted]).fetchone()
            assert row
            return row[0]

        def ours() -> object:
            row = access.by_fingerprint(wanted)
            assert row
            return row.pk

        return compare(
            "certificate status of a request", ours, by_hand, reference_name="SQL by hand", times=300
        )


def _password() -> dict[str, Any]:
    """Our hasher at its real cost against argon2-cffi with the same parameters."""
    cost = settings.ARGON2_COST
    library = argon2.PasswordHasher(time_cost=cost["passes"], memory_cost=cost["memory_kib"], parallelism=1)
    encoded, theirs = make_password(cast.PASSWORD), library.hash(cast.PASSWORD)
    return compare(
        "check of a login password",
        lambda: check_password(cast.PASSWORD, encoded),
        lambda: library.verify(theirs, cast.PASSWORD),
        reference_name="argon2-cffi, same parameters",
        times=5,
    )
