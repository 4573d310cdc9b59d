"""The triggers refuse the owner too, and the application's role is not even allowed to ask."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from erec.stack import addresses
from erec.trail import sealing
from erec.trail.models import ChainHead, Entry, SealedHead
from tests.erec.trail.cast import BEGUN, record_a_trail

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = [
    "UPDATE trail_entry SET target = 'x' WHERE chain = 7",
    "DELETE FROM trail_entry WHERE chain = 7 AND position = 6",
    "TRUNCATE trail_entry",
    "UPDATE trail_chain_head SET position = 5 WHERE chain = 7",
    "UPDATE trail_chain_head SET hash = sha256('x') WHERE chain = 7",
    "UPDATE trail_chain_head SET position = 7 WHERE chain = 7",
    "UPDATE trail_chain_head SET chain = 8 WHERE chain = 7",
    "DELETE FROM trail_chain_head WHERE chain = 7",
    "TRUNCATE trail_chain_head",
    "INSERT INTO trail_chain_head (chain, position, hash) VALUES (8, 3, sha256('x'))",
    "UPDATE trail_sealed_head SET position = 1 WHERE chain = 7",
    "UPDATE trail_sealed_head SET line = line - 1, position = 7 WHERE chain = 7",
    "DELETE FROM trail_sealed_head",
    "TRUNCATE trail_sealed_head",
]


def everything() -> list[Any]:
    tables = (Entry, ChainHead, SealedHead)
    return [list(table._default_manager.order_by("pk").values_list()) for table in tables]


@pytest.fixture
def trail() -> list[Any]:
    record_a_trail()
    assert sealing.write(at=BEGUN) == 3
    return everything()


@pytest.fixture
def owner(trail: list[Any]) -> Iterator[psycopg.Connection[Any]]:
    keywords = addresses.connection(settings.CONFIG, addresses.OWNER_ROLE)
    with psycopg.connect(**keywords, autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_of_the_tables_cannot_change_the_trail(
    change: str, owner: psycopg.Connection[Any], trail: list[Any]
) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation) as refusal:
        owner.execute(change)
    assert any(words in str(refusal.value) for words in ("append-only", "forward", "begins at position 0"))
    assert everything() == trail


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE trail_entry SET target = 'x'",
        "DELETE FROM trail_entry",
        "DELETE FROM trail_chain_head",
        "TRUNCATE trail_entry",
        "DELETE FROM trail_outbox",
        "ALTER TABLE trail_entry DISABLE TRIGGER ALL",
    ],
)
def test_the_application_has_no_right_to_change_the_trail(change: str, trail: list[Any]) -> None:
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert everything() == trail
