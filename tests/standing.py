"""What a module's tests stand on, made once for all of them.

Around the module is a transaction that is never committed, and each test's own is a savepoint in it. So it
is only for modules whose tests all run in a transaction. A test gets a copy: it may change what it was given.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests import cast


@contextmanager
def around_a_module(blocker: Any) -> Iterator[None]:
    """With pytest-django's `django_db_blocker`; at the cast's time, as every test begins."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # as Django's own: durable blocks may be inside
    with blocker.unblock(), around, pytest.MonkeyPatch.context() as patch:
        patch.setattr("erec.doors.now", lambda: cast.AT)
        yield
        transaction.set_rollback(True)
