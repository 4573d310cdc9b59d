"""People that a whole module shares: made once, and every test's changes to them are undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests import cast


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing, made as TestCase makes its own: `durable=True` is allowed inside."""
    held: Any = transaction.atomic()
    held._from_testcase = True
    with held:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shared_rows(django_db_setup: None, django_db_blocker: Any, certificate_authority: None) -> Iterator[None]:
    """For module-scoped fixtures that make rows. A test that uses them takes `untouched` too, not `db`."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, undone():
        patch.setattr("erec.doors.now", lambda: cast.AT)
        yield


@pytest.fixture
def untouched(shared_rows: None) -> Iterator[None]:
    with undone():
        yield
