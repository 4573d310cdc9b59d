"""People that a whole module shares: made once, and every test's changes to them are undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from certs.models import ClientCertificate, Issue
from erec.doors import CERT
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


@pytest.fixture(scope="module")
def made_once(shared_rows: None) -> cast.Person:
    return cast.master()


@pytest.fixture
def person(made_once: cast.Person, untouched: None) -> cast.Person:
    """A master who is not logged in, with a browser that shows a failure as the status 500."""
    made_once.client = cast.DoorClient(CERT, pem=made_once.certificate.pem, raise_request_exception=False)
    return made_once


def rows() -> list[Any]:
    """People with their strikes, certificates and the rights to fetch: what refused input leaves alone."""
    kept = (User.objects, ClientCertificate.everyone, Issue.objects)
    return [list(manager.order_by("pk").values_list()) for manager in kept]
